"""A paper with letters, scanned as offices scan, gives the same letters; no file that is sent in does any harm."""

import contextlib
import io
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdfium2 import PdfDocument

from tests import scanner
from tests.carriers.test_paper import letters
from tests.documents.papers import EXAMPLES, NOW
from tewatashi.carriers import paper, paper_scan
from tewatashi.core.refused import Refused
from tewatashi.documents import render

FONTS = Path(__file__).parents[2] / ".tools" / "fonts"
needs_fonts = pytest.mark.skipif(not (FONTS / "ipaexm.ttf").exists(), reason="run tools/fonts.py first")
NOTES = letters(25)


@pytest.fixture(scope="module")
def printed() -> bytes:
    return render("handover", EXAMPLES["handover"], FONTS, NOW, paper.write_parts(NOTES))


def read(*files: bytes) -> tuple[bytes, ...]:
    found = [code for file in files for code in paper_scan.codes_in(file)]
    return paper.join_parts(paper.read_parts("\n".join(found)))


def refused(data: bytes) -> str:
    with pytest.raises(Refused) as error:
        paper_scan.codes_in(data)
    return error.value.code


@needs_fonts
@pytest.mark.parametrize(("angle", "fax"), [(2, False), (-3, True), (182.5, False)])
def test_a_skewed_and_noisy_scan_of_200_dpi_gives_the_letters(printed: bytes, angle: float, fax: bool) -> None:
    seen = scanner.pages(printed, angle=angle, fax=fax)
    assert read(*map(scanner.png if fax else scanner.jpeg, seen)) == NOTES
    assert read(scanner.pdf_of(seen)) == NOTES


@needs_fonts
def test_pages_may_come_one_by_one_and_twice(printed: bytes) -> None:
    files = [scanner.jpeg(page) for page in scanner.pages(printed)]
    assert read(*files[::-1], *files) == NOTES


@needs_fonts
def test_the_code_at_the_foot_is_passed_over(printed: bytes) -> None:
    found = paper_scan.codes_in(scanner.pdf_of(scanner.pages(printed)))
    assert sorted(found) == sorted(paper.write_parts(NOTES))
    assert paper_scan.codes_in(scanner.jpeg(scanner.pages(render("receipt", EXAMPLES["receipt"], FONTS, NOW))[0])) == ()


# ---------------------------------------------------------------- what may not happen


def test_only_pictures_and_pdf_are_opened() -> None:
    assert refused(b"") == refused(b"%PDF-1.7 nothing") == refused(b"GIF89a") == "scan-file"
    tiff = io.BytesIO()
    Image.new("L", (10, 10)).save(tiff, "TIFF")
    assert refused(tiff.getvalue()) == "scan-file"


def test_a_picture_that_unfolds_without_end_is_not_unfolded() -> None:
    for side in (6_400, 20_000, 2**31 - 1):
        head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
        chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
        data = b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
            for kind, body in chunks
        )
        assert refused(data) in {"scan-size", "scan-file"}
    assert refused(b"\xff\xd8" + b"\0" * (16 << 20)) == "scan-size"


def test_a_picture_of_one_long_line_is_refused_and_a_long_page_drawn_coarse() -> None:
    strip, page = PdfDocument.new(), io.BytesIO()
    strip.new_page(90_000, 10)
    strip.save(page)
    assert refused(scanner.png(Image.new("L", (43_836, 60), 255))) == "scan-size"
    assert paper_scan.codes_in(page.getvalue()) == ()


def test_a_pdf_of_too_many_pages_is_refused_and_a_huge_page_is_drawn_coarse() -> None:
    pdf, many, one = PdfDocument.new(), io.BytesIO(), io.BytesIO()
    pdf.new_page(14_400, 14_400)
    pdf.save(one)
    assert paper_scan.codes_in(one.getvalue()) == ()
    for _ in range(paper_scan.MOST_PAGES):
        pdf.new_page(100, 100)
    pdf.save(many)
    assert refused(many.getvalue()) == "scan-size"


@given(st.binary(max_size=300), st.sampled_from([b"", b"%PDF-1.4\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"]))
def test_any_bytes_give_codes_or_a_refusal(tail: bytes, head: bytes) -> None:
    with contextlib.suppress(Refused):
        paper_scan.codes_in(head + tail)


@given(st.integers(0, 5_000), st.binary(min_size=1, max_size=8))
def test_a_broken_scan_gives_codes_or_a_refusal(at: int, bytes_there: bytes) -> None:
    whole = _SMALL[at % 3]
    at %= len(whole)
    with contextlib.suppress(Refused):
        paper_scan.codes_in(whole[:at] + bytes_there + whole[at + len(bytes_there) :])


_WHITE = Image.new("L", (60, 60), 255)
_SMALL = (scanner.png(_WHITE), scanner.jpeg(_WHITE), scanner.pdf_of([_WHITE]))
