"""Codes in a picture or in a PDF of scanned pages: what a flatbed, a fax or a camera made of a paper of ours.

Rules
  - what comes in is untrusted: two kinds of picture and PDF, bounded in bytes, pages and pixels, in memory alone
  - codes that are not ours are passed over; what ours say is judged by `carriers.paper` and by their signatures
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from typing import Final, TypeVar

import pypdfium2
import zxingcpp
from PIL import Image, UnidentifiedImageError

from tewatashi.carriers.paper import is_ours
from tewatashi.core.refused import Refused

MOST_BYTES: Final = 16 << 20
MOST_PAGES: Final = 20
_MOST_PIXELS: Final = 40_000_000  # A4 at 600 dpi is 35 million
_LONGEST_SIDE: Final = 30_000  # pixels; the reader of codes takes 65,535, and a page is also read half as large again
_DPI: Final = 300  # what a page is drawn at: a scan of 200 dpi comes out whole, whatever its angle
_PIXELS_OF_PAGE: Final = 20_000_000  # a larger page is drawn coarser
_SMALL: Final = 10_000_000  # pixels; A4 at 300 dpi is 9 million
_PICTURES: Final = ("PNG", "JPEG")

_QR: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
PDFIUM: Final = threading.Lock()  # PDFium is not made for threads; whoever draws pages in a site holds it

T = TypeVar("T")


def codes_in(data: bytes) -> tuple[str, ...]:
    """The digits of our codes in this file, each once. Refused `scan-file` or `scan-size` for what is no such file.

    data  PNG, JPEG or PDF
    """
    if len(data) > MOST_BYTES:
        raise _too_large(f"{MOST_BYTES >> 20} MiB 以下")
    found: dict[str, None] = {}
    for page in _pages(data) if data.startswith(b"%PDF-") else [_picture(data)]:
        found.update(dict.fromkeys(_codes(page)))
    return tuple(found)


def _picture(data: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data), formats=_PICTURES) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise _too_large("4千万画素以下")
            if max(picture.size) > _LONGEST_SIDE:
                raise _too_large("縦横とも3万画素以下")
            return picture.convert("L")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise _unreadable() from None


def _pages(data: bytes) -> Iterator[Image.Image]:
    for number in range(_page_count(data)):
        yield _page(data, number)


def _page_count(data: bytes) -> int:
    count = _with_pdf(data, len)
    if count > MOST_PAGES:
        raise _too_large(f"{MOST_PAGES}ページ以下")
    return count


def _page(data: bytes, number: int) -> Image.Image:
    return _with_pdf(data, lambda pdf: _drawn(pdf[number]))


def _drawn(page: pypdfium2.PdfPage) -> Image.Image:
    width, height = page.get_size()  # in points of 1/72 inch
    if not (0 < width < 1e5 and 0 < height < 1e5):
        raise _unreadable()
    scale = min(_DPI / 72, (_PIXELS_OF_PAGE / (width * height)) ** 0.5, _LONGEST_SIDE / max(width, height))
    drawn: Image.Image = page.render(scale=scale, grayscale=True, may_draw_forms=False).to_pil()
    return drawn.convert("L")


def _with_pdf(data: bytes, use: Callable[[pypdfium2.PdfDocument], T]) -> T:
    with PDFIUM:
        try:
            pdf = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError:
            raise _unreadable() from None
        try:
            return use(pdf)
        except pypdfium2.PdfiumError:
            raise _unreadable() from None
        finally:
            pdf.close()


def _codes(page: Image.Image) -> list[str]:
    """Our codes on the page, read in several ways: what blurs one code sharpens another."""
    found: dict[str, None] = {}
    for picture, binarizer in _ways(page):
        read = zxingcpp.read_barcodes(picture, formats=_QR, binarizer=binarizer)
        found.update(dict.fromkeys(code.text for code in read if is_ours(code.text)))
    return list(found)


def _ways(page: Image.Image) -> Iterator[tuple[Image.Image, zxingcpp.Binarizer]]:
    yield page, zxingcpp.Binarizer.LocalAverage
    yield page, zxingcpp.Binarizer.GlobalHistogram
    if page.width * page.height <= _SMALL:  # smoothed over, the noise of a coarse scan goes
        size = (page.width * 3 // 2, page.height * 3 // 2)
        yield page.resize(size, Image.Resampling.BICUBIC), zxingcpp.Binarizer.LocalAverage


def _too_large(expected: str) -> Refused:
    return Refused(
        "scan-size",
        "読取りのファイルが大きすぎます。",
        expected=expected,
        do="解像度を200dpiにして、読み取り直してください。",
    )


def _unreadable() -> Refused:
    return Refused(
        "scan-file",
        "画像または PDF として読めません。",
        expected="PNG・JPEG・PDF",
        do="用紙をスキャンし直してください。",
    )
