"""The records that a form is tried with before there is any data: a usual one, and the worst that may come; and the mark
that no such page can be taken for a notice.

They stand beside the form, in `sample.toml`: nobody in them exists. The worst has the longest name and address, the largest
amounts, the most rows and the rarest characters that the layout lets pass; a form is fit when it holds them.

Schema: docs/spec/form.md.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from tewatashi.core.refused import Refused
from tewatashi.press.form import Area, Box, Form, Side, Style, Text

SCHEMA: Final = "tewatashi.sample/v1"
FILE: Final = "sample.toml"
_LARGEST: Final = 1 << 20
_MARK: Final = "見本"
_MARK_STYLE: Final = Style(("gothic",), 11, leading=1.1, align="center", bold=True)
_MARK_PLACES: Final = (100.0, 180.0, 260.0)  # millimetres from the top, in the left margin


@dataclass(frozen=True, slots=True)
class Samples:
    """Values in the order of the form's items. towns: what the postcodes among them stand for (postcode, prefecture,
    municipality, town), so that a proof has its customer barcode wherever it is made."""

    usual: tuple[str, ...]
    worst: tuple[str, ...]
    towns: tuple[tuple[str, str, str, str], ...] = ()


def load_samples(folder: Path, form: Form) -> Samples:
    """Those of a form's folder."""
    try:
        data = (folder / FILE).read_bytes()
    except OSError:
        raise _refused("見本データのファイルを読めません。", found=f"{folder.name}/{FILE}") from None
    return parse_samples(data, form)


def parse_samples(data: bytes, form: Form) -> Samples:
    """Any bytes give Samples or a Refused. What the worst record does not say, it has from the usual one."""
    try:
        top = tomllib.loads(data[: _LARGEST + 1].decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        place = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "UTF-8"
        raise _refused("見本データがTOMLとして読めません。", found=place) from None
    towns = top.pop("towns", [])
    if len(data) > _LARGEST or top.keys() != {"schema", "usual", "worst"} or top["schema"] != SCHEMA:
        raise _refused("見本データの書き方が違います。", expected=f'schema = "{SCHEMA}"、[usual]、[worst]')
    usual = _values(top["usual"], form.items)
    worst = usual | _values(top["worst"], form.items)
    first, second = (tuple(record.get(item, "") for item in form.items) for record in (usual, worst))
    return Samples(first, second, _towns(towns))


def marked_as_sample(form: Form) -> Form:
    """The form with 見本 in the left margin of every side."""
    sheets = tuple(
        replace(sheet, front=_marked(sheet.front), back=_marked(sheet.back) if sheet.back else None)
        for sheet in form.sheets
    )
    return replace(form, sheets=sheets, title=f"【{_MARK}】{form.title}")


def _marked(side: Side) -> Side:
    areas = [Area(1.5, top, 6, 11) for top in _MARK_PLACES]
    boxes = tuple(Box(_MARK, area, thickness=0.4) for area in areas)
    paragraphs = tuple((character,) for character in _MARK)
    texts = tuple(Text(_MARK, area, paragraphs=paragraphs, style=_MARK_STYLE) for area in areas)
    return replace(side, boxes=side.boxes + boxes, texts=side.texts + texts)


def _towns(rows: Any) -> tuple[tuple[str, str, str, str], ...]:
    if isinstance(rows, list) and all(isinstance(row, list) and len(row) == 4 for row in rows):
        found = tuple(tuple(row) for row in rows)
        if all(isinstance(text, str) for row in found for text in row):
            return found
    raise _refused("見本データの町域の書き方が違います。", expected="[[郵便番号, 都道府県, 市区町村, 町域], …]")


def _values(table: Any, items: tuple[str, ...]) -> dict[str, str]:
    """A table of items; a name with # has a list of values, one for each number from 1, and is empty in the others."""
    if not isinstance(table, dict):
        raise _refused("見本データの書き方が違います。", expected="[usual] と [worst] の表")
    known = frozenset(items)
    found: dict[str, str] = {}
    for name, value in table.items():
        found |= _numbered(name, value, known)
        if unknown := [item for item in found if item not in known]:
            raise _refused("様式にない項目の見本データがあります。", found=unknown[0])
    return found


def _numbered(name: str, value: Any, known: frozenset[str]) -> Mapping[str, str]:
    if isinstance(value, str):
        return {name: value}
    sign = "##" if "##" in name else "#"
    if not isinstance(value, list) or sign not in name:
        raise _refused("見本データの値が文字列ではありません。", found=name, expected="文字列、番号のある項目では配列")
    found: dict[str, str] = {}
    for place, each in enumerate(value, 1):
        found |= _numbered(name.replace(sign, str(place)), each, known)
    place = len(value) + 1
    while (left := name.replace(sign, str(place))) in known:
        found[left] = ""
        place += 1
    return found


def _refused(wrong: str, *, found: object = None, expected: object = None) -> Refused:
    return Refused(
        "form-sample", wrong, found=found, expected=expected, do=f"様式のフォルダの {FILE} を直してください。"
    )
