"""The codes against encoders and decoders that share nothing with them, and against published samples."""

from __future__ import annotations

import csv
import re
from itertools import islice
from pathlib import Path

import numpy as np
import pikepdf
import pytest
import zint
import zxingcpp
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.press.residents import towns
from tewatashi.core.refused import Refused
from tewatashi.demo.towns import ken_all_lines
from tewatashi.press.codes import customer, datamatrix, gs1_128, qr
from tewatashi.press.codes.address import address_number, address_numbers
from tewatashi.press.codes.grid import stamp
from tewatashi.press.codes.towns import Towns

PUBLISHED = "1000013", "1-3-2-503"  # Japan Post's own example
SLIP = "9191234500000000000000452087500401310029500"  # GS1 Japan's published sample, without its check digit


def dark(symbol: bytes, columns: int) -> np.ndarray:
    """The modules of an image mask's data, 1 for dark."""
    stride = (columns + 7) // 8
    return 1 - np.unpackbits(np.frombuffer(symbol, np.uint8).reshape(-1, stride), axis=1)[:, :columns]


def test_japan_posts_example_has_its_published_check_digit() -> None:
    assert customer.characters(*PUBLISHED)[-1] == 9


def states_by_zint(postcode: str, number: str) -> str:
    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.JAPANPOST
    symbol.encode(postcode + number)
    rows = np.unpackbits(np.asarray(symbol.encoded_data)[:3], axis=1, bitorder="little")[:, ::2][:, : customer.BARS]
    return "".join(
        {(1, 1): "F", (1, 0): "A", (0, 1): "D", (0, 0): "T"}[top, bottom] for top, _, bottom in rows.T.tolist()
    )


@given(st.from_regex(r"[0-9]{7}", fullmatch=True), st.from_regex(r"[0-9A-Z\-]{0,16}", fullmatch=True))
@settings(max_examples=300)
def test_every_customer_barcode_is_zints(postcode: str, number: str) -> None:
    assume(sum(2 if character.isalpha() else 1 for character in number) <= 13)  # zint takes no longer one
    assert customer.states(customer.characters(postcode, number)) == states_by_zint(postcode, number)


def test_a_long_number_is_cut_and_a_control_code_at_the_end_stays() -> None:
    assert customer.characters("1000013", "1234567890123-4")[7:20] == (1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3)
    assert customer.characters("1000013", "123456789012B")[7:20] == (1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 11)


def states_of(symbol: bytes) -> str:
    """The bars of a symbol's modules; between them all is white."""
    rows = dark(symbol, customer.COLUMNS)
    assert not rows[:, 1::2].any()
    letters = {(1, 1, 1): "F", (1, 1, 0): "A", (0, 1, 1): "D", (0, 1, 0): "T"}
    return "".join(letters[tuple(bar)] for bar in rows[:, ::2].T.tolist())


@given(
    st.lists(st.tuples(st.from_regex(r"[0-9]{7}", fullmatch=True), st.from_regex(r"[0-9A-Z\-]{0,16}", fullmatch=True)))
)
def test_the_drawn_bars_are_the_states(addresses: list[tuple[str, str]]) -> None:
    symbols = customer.symbols([postcode for postcode, _ in addresses], [number for _, number in addresses])
    assert len(symbols) == len(addresses)
    for symbol, address in zip(symbols, addresses, strict=True):
        values = customer.characters(*address)
        assert states_of(symbol) == customer.states(values)
        assert tuple(customer.decode(states_of(symbol))) == values


@pytest.mark.parametrize("postcode", ["", "123456", "12345678", "１２３４５６７", "123456x"])
def test_what_is_no_postcode_gets_no_symbol(postcode: str) -> None:
    with pytest.raises(Refused, match="郵便番号"):
        customer.symbols(["1000013", postcode], ["1", "1"])


@pytest.mark.parametrize("points", [8, 8.5, 9, 10, 11, 11.5])
def test_a_symbol_has_japan_posts_length(points: float) -> None:
    width, height = (dots / 600 * 25.4 / (points / 10) for dots in customer.size(points))
    assert 0.95 * 66 + 0.5 <= width <= 1.3 * 66 + 0.7
    assert 3.4 <= height <= 3.6


@pytest.mark.parametrize(
    ("rest", "number"),
    [
        ("3丁目20-5 B604", "3-20-5B604"),  # Japan Post's manual, page 19
        ("1丁目3番2号日本郵政ビル503", "1-3-2-503"),
        ("十四番ABCビル2F", "14-2"),
        ("１－３－２　Ａ５０３号室", "1-3-2A503"),
        ("四〇五番地", "405"),
        ("二百三番地", "203"),
        ("15・16番地", "1516"),
        ("西9丁目", "9"),
        ("", ""),
    ],
)
def test_an_address_number_follows_the_manual(rest: str, number: str) -> None:
    assert address_number(rest) == number


@given(st.text())
def test_any_address_gives_a_number_that_can_be_coded(rest: str) -> None:
    assert re.fullmatch(r"[0-9A-Z\-]*", address_number(rest))
    customer.characters("1000013", address_number(rest))


def test_a_towns_name_is_known_before_its_number_is_read() -> None:
    assert towns().after_town("1000013", "東京都千代田区霞が関1丁目3番2号") == "1丁目3番2号"
    assert towns().after_town("1000013", "千代田区霞が関1-3-2") == "1-3-2"


@pytest.mark.parametrize(
    ("postcode", "address"),
    [
        ("1000013", "東京都千代田区神田神保町1-1"),
        ("1000000", "東京都千代田区霞が関1-1"),
        ("9999999", "東京都千代田区霞が関1-1"),
        ("", ""),
    ],
)
def test_an_address_that_is_not_its_postcodes_gets_no_code(postcode: str, address: str) -> None:
    assert towns().after_town(postcode, address) is None


def test_a_postcode_table_of_another_form_is_refused_by_its_line() -> None:
    with pytest.raises(Refused, match="2行目"):
        Towns.from_ken_all(["13101,100,1000013,,,,東京都,千代田区,霞が関,0,0,0,0,0,0", "nonsense"])


QUOTED = '13101,"100  ","{}","ﾄｳｷｮｳﾄ","ﾁﾖﾀﾞｸ","","東京都","千代田区","{}",0,0,0,0,0,0\r\n'


def table(folder: Path, text: str) -> Towns:
    (folder / "utf_ken_all.csv").write_bytes(text.encode())
    return Towns.from_file(folder / "utf_ken_all.csv")


@pytest.mark.parametrize(
    "lines",
    [
        list(islice(ken_all_lines(), 3000)),
        [QUOTED.format("1000013", "霞が関"), QUOTED.format("1000001", "千代田"), QUOTED.format("1000013", "霞が関（次のビル）")],
        [QUOTED.format("1000013", "霞が関"), ',"1,0",1000001,,,,東京都,千代田区,千代田,\n', ",,1000002,,,,東京都,千代田区,皇居外苑,"],
        ['1,2,1000013,,,,東京都,千代田区,"霞が関, 二",\n', "1,2,1000001,,,,東京都,千代田区,千代田"],
        [],
    ],
)  # fmt: skip
def test_a_table_read_by_postcode_says_what_it_says_line_by_line(lines: list[str], tmp_path: Path) -> None:
    found, plain = table(tmp_path, "".join(lines)), Towns.from_ken_all("".join(lines).splitlines())
    codes = [*(row[2] for row in csv.reader("".join(lines).splitlines())), "9999999", "", "１000013"]
    assert [found._rows_of(code) for code in codes] == [plain._rows_of(code) for code in codes]


@pytest.mark.parametrize("text", [",,1000013,,,,東京都,千代田区,霞が関\nnonsense\n", ",,1000013,\n", "\n", "見本"])
def test_a_file_of_another_form_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="郵便番号データ"):
        table(tmp_path, text)


def test_a_table_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ken_all.csv").write_bytes(QUOTED.format("1000013", "霞が関").encode("cp932"))
    with pytest.raises(Refused, match="郵便番号データ"):
        Towns.from_file(tmp_path / "ken_all.csv")


def test_every_digit_pair_is_at_every_place_what_zint_makes_of_it() -> None:
    marks = [f"{'0' * place}{pair:02d}{'0' * (22 - place)}" for place in range(0, 24, 2) for pair in range(100)]
    assert datamatrix.symbols(marks) == [datamatrix._by_zint(mark).tobytes() for mark in marks]


def test_the_published_slip_has_its_check_digit() -> None:
    assert gs1_128.complete(SLIP) == f"{SLIP}4"
    assert gs1_128.readable(f"{SLIP}4") == ("(91)912345-000000000000004520875", "0-040131-0-029500-4")


@given(st.from_regex(r"91[0-9]{41}", fullmatch=True))
@settings(max_examples=200)
def test_every_slips_code_is_zints(digits: str) -> None:
    whole = gs1_128.complete(digits)
    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.GS1_128
    symbol.encode(f"[91]{whole[2:]}")
    line = np.unpackbits(np.asarray(symbol.encoded_data)[0], bitorder="little")[: gs1_128.MODULES]
    assert dark(gs1_128.symbols([digits])[0], gs1_128.MODULES).tolist() == [line.tolist()]


@pytest.mark.parametrize("digits", ["", f"{SLIP}4", SLIP[:-1], f"92{SLIP[2:]}", f"{SLIP[:-1]}０", f"{SLIP[:-1]}x"])
def test_what_is_no_slips_number_gets_no_symbol(digits: str) -> None:
    with pytest.raises(Refused, match="収納代行"):
        gs1_128.symbols([SLIP, digits])


@pytest.mark.parametrize(
    ("amount", "due"), [("29501", "2004-01-31"), ("29500", "2004-02-01"), ("300001", "2004-01-31")]
)
def test_a_slip_that_says_another_amount_or_day_is_refused(amount: str, due: str) -> None:
    with pytest.raises(Refused, match="一致しない") as refusal:
        gs1_128.require_agreement(SLIP, amount, due)
    assert amount not in str(refusal.value)


@pytest.mark.parametrize(("dots", "height"), [(5, 260), (4, 200)])
def test_a_slips_code_too_wide_or_too_low_is_refused(dots: int, height: int) -> None:
    with pytest.raises(Refused, match="規格"):
        gs1_128.require_size(dots, height)


@given(st.from_regex(r"[0-9]{24}", fullmatch=True))
@settings(max_examples=100)
def test_every_mark_is_read_back(digits: str) -> None:
    [symbol] = datamatrix.symbols([digits])
    picture = np.kron(np.pad(1 - dark(symbol, 16), 2, constant_values=1) * 255, np.ones((6, 6))).astype("u1")
    [found] = zxingcpp.read_barcodes(Image.fromarray(picture), formats=zxingcpp.BarcodeFormat.DataMatrix)
    assert found.text == digits


def test_a_stamp_is_an_image_mask_on_the_dots_of_the_sheet() -> None:
    symbol = bytes(range(32))
    drawn = stamp((100, 50), (160, 160), 16, 16)(symbol)
    assert drawn == b"q 19.2 0 0 19.2 12 6 cm BI/IM true/W 16/H 16/BPC 1 ID " + symbol + b" EI Q\n"


def test_modules_that_look_like_the_end_of_an_image_are_written_in_hex() -> None:
    symbol = b"\nEI Q\n".ljust(32, b"\0")
    page = b"/Piece BMC\n" + stamp((0, 0), (160, 160), 16, 16)(symbol) + b"EMC\n"
    with pikepdf.Pdf.new() as pdf:
        operators = [str(each.operator) for each in pikepdf.parse_content_stream(pdf.make_stream(page))]
    assert operators == ["BMC", "q", "cm", "INLINE IMAGE", "Q", "EMC"]
    assert b"/F/AHx ID 0a454920510a00" in page


@pytest.mark.parametrize("digits", ["", "1" * 23, "1" * 25, "１" * 24, "x" * 24])
def test_what_is_no_mark_is_refused(digits: str) -> None:
    with pytest.raises(Refused):
        datamatrix.symbols(["1" * 24, digits])


LOWER = st.text("abcdefghijklmnopqrstuvwxyz,!", min_size=1, max_size=84)  # zint itself takes byte mode for these


@given(st.lists(LOWER, min_size=1, max_size=8))
@settings(max_examples=100, deadline=None)
def test_a_qr_symbol_from_tables_is_zints(texts: list[str]) -> None:
    assert qr.symbols(texts, 5, "M", 3) == [qr.symbol(text, 5, "M", 3) for text in texts]


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=84))
@settings(max_examples=100, deadline=None)
def test_every_qr_symbol_is_read_back(text: str) -> None:
    [symbol] = qr.symbols([text], 5, "M", 3)
    picture = np.kron(np.pad(1 - dark(symbol, 37), 4, constant_values=1) * 255, np.ones((4, 4))).astype("u1")
    [found] = zxingcpp.read_barcodes(Image.fromarray(picture), formats=zxingcpp.BarcodeFormat.QRCode)
    assert found.bytes.decode() == text


def test_texts_too_long_for_tables_are_made_one_by_one() -> None:
    digits = "1" * 200
    assert qr.symbols([digits, "a"], 5, "M", 3)[0] == qr.symbol(digits, 5, "M", 3)
    assert qr.symbols(["a" * 400], 14, "L", 0) == [qr.symbol("a" * 400, 14, "L", 0)]
    with pytest.raises(Refused, match="QR"):
        qr.symbols(["a", "ア"], 5, "M", 3)


@given(st.lists(st.text("1２三十番号-－ー丁目ABcＦF階&・ \nの", max_size=20), max_size=6))
def test_address_numbers_of_many_are_those_of_each(rests: list[str]) -> None:
    assert address_numbers(rests) == [address_number(rest) for rest in rests]
