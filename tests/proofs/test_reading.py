"""Reading a print file from its bytes: both ways of reading agree, and codes are read as independent encoders write them."""

from __future__ import annotations

import random

import numpy as np
import pytest
import zint
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.proofs.prints import Job
from tewatashi.core.refused import Refused
from tewatashi.proofs.formtext import read_form
from tewatashi.proofs.matrix import read_marks
from tewatashi.proofs.payment import check_digit, read_payment
from tewatashi.proofs.post import address_number, read_customer, values_of
from tewatashi.proofs.printed import PrintedFile


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


@pytest.mark.parametrize("form", ["tokusoku", "nonyu"])
def test_interpreting_every_operator_reads_what_cutting_up_reads(form: str) -> None:
    file = PrintedFile(Job(form, 5).files[0])
    fast = list(file.pages())
    heads, fonts = file.heads, file.fonts

    def shown(pages: list[object]) -> list[object]:
        columns = heads.columns
        found = []
        for page in pages:
            texts = [
                (columns[head].tolist()[:4], string) for head, string in zip(page.heads, page.strings, strict=True)
            ]  # type: ignore[attr-defined]
            found.append(
                [((font, round(em, 4), round(x, 2), round(y, 2)), fonts.text(font, s)) for (font, em, x, y), s in texts]
            )
        return found

    plain = [file._plain(page) for page in file._pages]
    begun = [page for page in range(len(fast)) if all(heads.columns["begins"][fast[page].heads])]
    assert [shown([plain[at]]) for at in begun] == [shown([fast[at]]) for at in begun]
    assert [[code[1:] for code in page.codes] for page in plain] == [[code[1:] for code in page.codes] for page in fast]
    assert [page.pieces for page in plain] == [page.pieces for page in fast]


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
        assert address_number(rest).replace("-", "") == number.replace("-", "")
        modules = _japan_post(postcode + address_number(rest))
        assert read_customer(modules[None]) == [(postcode, values_of(address_number(rest)))]


def _japan_post(text: str) -> np.ndarray:  # type: ignore[type-arg]
    """zint's JAPANPOST: three rows, a white column after each bar."""
    return _symbol(zint.Symbology.JAPANPOST, text)
