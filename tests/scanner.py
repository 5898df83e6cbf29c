"""A flatbed scanner or a fax, played by the test: a paper that lies askew, grey ink, noise, a lossy file."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageFilter
from pypdfium2 import PdfDocument

DPI = 200


def pages(
    pdf: bytes, *, angle: float = 2, blur: float = 0.7, noise: float = 12, fax: bool = False
) -> list[Image.Image]:
    """What the scanner sees of each page. angle in degrees; blur in dots; noise of 255; fax: black and white alone."""
    return [_seen(page, angle, blur, noise, fax) for page in _drawn(pdf)]


def _drawn(pdf: bytes) -> Iterator[Image.Image]:
    for page in PdfDocument(pdf):
        yield page.render(scale=2 * DPI / 72, grayscale=True).to_pil().convert("L")


def _seen(page: Image.Image, angle: float, blur: float, noise: float, fax: bool) -> Image.Image:
    askew = page.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=255, expand=True)
    blurred = askew.filter(ImageFilter.GaussianBlur(2 * blur))
    coarse = np.asarray(blurred.resize((askew.width // 2, askew.height // 2), Image.Resampling.BOX), dtype=float)
    grain = np.random.default_rng(random.Random(7).getrandbits(32)).normal(0, noise, coarse.shape)
    seen = np.clip(coarse * 0.8 + 25 + grain, 0, 255)
    return Image.fromarray(np.where(seen > 128, 255, 0).astype("uint8") if fax else seen.astype("uint8"))


def jpeg(page: Image.Image) -> bytes:
    return _file(page, "JPEG", quality=60)


def png(page: Image.Image) -> bytes:
    return _file(page, "PNG")


def pdf_of(scanned: list[Image.Image]) -> bytes:
    """One PDF of all pages, as a copying machine sends it."""
    return _file(scanned[0], "PDF", save_all=True, append_images=scanned[1:], resolution=DPI, quality=60)


def _file(page: Image.Image, form: str, **how: object) -> bytes:
    out = io.BytesIO()
    page.save(out, form, **how)
    return out.getvalue()
