"""Reading a print file from its bytes: both ways of reading agree, and codes are read as independent encoders write them."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Sequence

import numpy as np
import pikepdf
import pytest
import zint
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.proofs.prints import Job, respliced, saved
from tewatashi.core.refused import Refused
from tewatashi.proofs.container import read_container
from tewatashi.proofs.formtext import read_form
from tewatashi.proofs.lettering import _one_by_one, _settled, lettering_of, shown_on
from tewatashi.proofs.matrix import read_marks
from tewatashi.proofs.payment import check_digit, read_payment
from tewatashi.proofs.post import address_numbers, read_customer, values_of
from tewatashi.proofs.printed import Page, PrintedFile


@given(st.binary(max_size=400))
def test_any_bytes_are_a_print_file_or_refused(data: bytes) -> None:
    for given_data in (data, b"%PDF-1.7\n" + data):
        with pytest.raises(Refused):
            PrintedFile(given_data)


@given(st.binary(max_size=400) | st.text(alphabet='[]{}="#ab1,\n.', max_size=200).map(str.encode))
def test_any_bytes_are_a_form_or_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        read_form(data)


@pytest.mark.filterwarnings("ignore:Unexpected end of stream")  # qpdf's word for a content that breaks off
@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_a_damaged_print_file_gives_findings_or_is_refused(seed: int) -> None:
    job = _job()
    data = bytearray(job.files[0])
    rand = random.Random(seed)
    start = rand.randrange(len(data))
    data[start : start + 40] = rand.randbytes(40)
    try:
        report = job.proof([bytes(data)], sample=0)
    except Refused:
        return
    assert report.pieces <= len(job.pieces)


_JOBS: list[Job] = []


def _job() -> Job:
    if not _JOBS:
        _JOBS.append(Job(count=3))
    return _JOBS[0]


def shown(pages: Sequence[Page], file: PrintedFile) -> list[object]:
    """What each page shows: its texts with their places, its codes, its mark."""
    fonts = file.fonts
    found: list[object] = []
    for page in pages:
        texts = [(file.heads.columns[head].tolist(), string) for head, string in shown_on(page, file)]
        written = [
            (round(em, 4), round(x, 2), round(y, 2), fonts.text(font, string))
            for (font, em, x, y, _, begins), string in texts
            if begins
        ]
        found.append((written, [frame[1:] for frame in page.frames], page.data, page.pieces, page.odd))
    return found


@pytest.mark.parametrize("form", ["tokusoku", "nonyu"])
def test_interpreting_every_operator_reads_what_cutting_up_reads(form: str) -> None:
    file = PrintedFile(Job(form, 5).files[0])
    fast = list(file.pages())
    plain = [file.plainly(page) for page in fast]
    begun = [
        at
        for at, page in enumerate(fast)
        if all(file.heads.columns["begins"][head] for head, _ in shown_on(page, file))
    ]
    assert len(begun) > len(fast) / 2
    assert shown([plain[at] for at in begun], file) == shown([fast[at] for at in begun], file)
    assert [page.pieces for page in plain] == [page.pieces for page in fast]


@pytest.mark.parametrize("form", ["tokusoku", "nonyu", "kogaku"])
def test_the_quick_way_into_a_file_finds_what_qpdf_finds(form: str) -> None:
    data = Job(form, 80).files[0]
    again = _resaved(data)
    assert read_container(data)
    assert read_container(again) is None
    quick, slow = PrintedFile(data), PrintedFile(again)
    assert shown(list(quick.pages()), quick) == shown(list(slow.pages()), slow)
    assert [page.drawn.boxes for page in quick.pages()] == [page.drawn.boxes for page in slow.pages()]


def _resaved(data: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return saved(pdf)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 255))
def test_a_file_with_a_wrong_byte_is_read_as_qpdf_reads_it_or_left_to_qpdf(at: int, byte: int) -> None:
    data = bytearray(_job().files[0])
    ends = at % 3 and len(data) - 4000  # most of what says where things lie stands at the end
    data[max(ends, 0) + at % (len(data) - max(ends, 0))] = byte
    container = read_container(bytes(data))
    if container:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            contents = [page.obj.Contents.read_raw_bytes() for page in pdf.pages]
        assert [data[place] for place in container.places] == contents


def test_pages_cut_up_together_are_as_cut_up_one_by_one() -> None:
    file = PrintedFile(Job(count=40).files[0])
    pages, together = lettering_of(list(file.pages()), file)
    apart = _one_by_one([_settled(page, file) for page in pages])
    for one, other in zip(together, apart, strict=True):
        assert one.tolist() == other.tolist()


def test_a_text_written_in_another_way_is_the_same_text() -> None:
    job = _job()
    rewritten = respliced(
        job.files[0],
        {2: lambda page: re.sub(rb"\(([^()]+)\)Tj", lambda text: b"<%b>Tj" % text[1].hex().encode(), page, count=3)},
    )
    assert read_container(rewritten)
    assert job.proof([rewritten]).fine


def test_a_second_mark_among_the_texts_is_found() -> None:
    job = _job()
    mark = b"/Piece<</ID(00000000000000000000)>>BDC EMC\n"
    marked = respliced(job.files[0], {2: lambda page: page.replace(b"BT\n", b"BT\n" + mark, 1)})
    assert not job.proof([marked]).fine


def _symbol(kind: zint.Symbology, text: str, **options: object) -> np.ndarray:  # type: ignore[type-arg]
    symbol = zint.Symbol()
    symbol.symbology = kind
    for name, value in options.items():
        setattr(symbol, name, value)
    symbol.encode(text)
    rows, columns = symbol.rows, symbol.width
    return np.unpackbits(np.asarray(symbol.encoded_data)[:rows], axis=1, bitorder="little")[:, :columns]


@given(st.text("0123456789", min_size=24, max_size=24), st.integers(0, 255))
def test_a_mark_is_read_and_none_with_a_wrong_module(digits: str, place: int) -> None:
    modules = _symbol(zint.Symbology.DATAMATRIX, digits, option_2=4)
    assert read_marks(modules[None]) == [digits]
    wrong = modules.copy()
    wrong[divmod(place, 16)] ^= 1
    assert read_marks(wrong[None]) in ([None], [digits] if place in _UNUSED else [None])


_UNUSED = {16 * row + column for row in (13, 14) for column in (13, 14)}  # fixed corner of the 14 x 14, no codeword's


@given(st.text("0123456789", min_size=41, max_size=41))
def test_a_payment_code_is_read_and_none_with_a_wrong_module(rest: str) -> None:
    digits = f"91{rest}"
    whole = digits + str(check_digit(digits))
    modules = _symbol(zint.Symbology.GS1_128, f"[91]{whole[2:]}")[0]
    assert read_payment(modules[None]) == [whole]
    wrong = modules.copy()
    wrong[random.Random(rest).randrange(len(wrong))] ^= 1
    assert read_payment(wrong[None]) == [None]


def test_a_customer_barcode_of_the_manuals_examples_is_read() -> None:
    """Examples of post.japanpost.jp, 郵便番号・バーコードマニュアル, drawn by zint."""
    for postcode, address, number in (
        ("2630023", "千葉市稲毛区緑町3丁目30-8　郵便ビル403号", "3-30-8-403"),
        ("0140113", "秋田県大仙市堀見内　南田茂木　添60-1", "60-1"),
        ("1100016", "東京都台東区台東5-6-3　ABCビル10F", "5-6-3-10"),
        ("0608906", "北海道札幌市東区北六条東4丁目　郵便センター6号館", "4-6"),
    ):
        rest = address if "北六条東" not in address else "4丁目　郵便センター6号館"
        assert address_numbers([rest])[0].replace("-", "") == number.replace("-", "")
        modules = _japan_post(postcode + address_numbers([rest])[0])
        assert read_customer(modules[None]) == [(postcode, values_of(address_numbers([rest])[0]))]


def _japan_post(text: str) -> np.ndarray:  # type: ignore[type-arg]
    """zint's JAPANPOST: three rows, a white column after each bar."""
    return _symbol(zint.Symbology.JAPANPOST, text)
