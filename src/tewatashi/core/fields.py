"""What the columns of an extract may hold: each kind takes one value as the ward's system writes it and gives it converted.

A kind has two ways. `one` is the rule: it converts a value or says what is wrong with it. `whole` makes a check of a
whole column at once, for speed: it gives what `one` would give for each value, or raises without saying where; the
caller then goes through the values one by one. A property test holds the two together.

A fault never shows a value that could be a resident's: lengths, dates and allowed values are shown, nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from tewatashi.core.refused import Refused

Whole = Callable[[Sequence[str]], Sequence[str]]

_REMEMBERED: Final = 1 << 14  # different values that a column's check keeps; more would not be flat memory
# Katakana in full and half width, blanks, and the signs that stand between the parts of a foreign name.
_KANA: Final = re.compile(r"[\u30a1-\u30fe\uff65-\uff9f\u3000 ()（）\-－.．'’]*")
_VARIATION_SELECTORS: Final = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_FIX: Final = "抽出プログラムを直すか、レイアウトを確かめて、抽出をやり直してください。"


class Fault(Exception):  # noqa: N818 -- becomes a Refused as soon as line and column are known
    """What is wrong with a value or a record; `at` makes it a refusal."""

    def __init__(
        self,
        code: str,
        wrong: str,
        *,
        found: object = None,
        expected: object = None,
        column: str | None = None,
        do: str = _FIX,
        requirement: str | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.wrong = wrong
        self.found = found
        self.expected = expected
        self.column = column
        self.do = do
        self.requirement = requirement

    def at(self, line: int, column: str | None = None) -> Refused:
        """line: counted from 1, the header line included."""
        name = self.column or column
        where = f"{line}行目「{name}」: " if name else f"{line}行目: "
        return Refused(
            self.code, where + self.wrong, found=self.found, expected=self.expected, do=self.do,
            requirement=self.requirement,
        )  # fmt: skip


class Kind(Protocol):
    """The kind of a column. Empty values never reach `one`; they do reach the check that `whole` makes."""

    def one(self, value: str) -> str: ...

    def whole(self) -> Whole: ...


def written_length(value: str) -> int:
    """How many characters a person counts: a variation selector (IVS) belongs to the character before it."""
    return len(value) - len(_VARIATION_SELECTORS.findall(value))


class _Remembered(dict[str, str]):
    """Each different value of a column goes through the rule once."""

    def __init__(self, rule: Callable[[str], str]) -> None:
        super().__init__({"": ""})
        self._rule = rule

    def __missing__(self, value: str) -> str:
        converted = self._rule(value)
        if len(self) >= _REMEMBERED:
            self.clear()
            self[""] = ""
        self[value] = converted
        return converted

    def whole(self, values: Sequence[str]) -> Sequence[str]:
        first = values[0]
        if first == values[-1] and values.count(first) == len(values):
            return [self[first]] * len(values)
        return list(map(self.__getitem__, values))


@dataclass(frozen=True, slots=True)
class Text:
    """Any characters, exactly as they are: never trimmed, never normalised. most: in written characters."""

    most: int

    def one(self, value: str) -> str:
        if (length := written_length(value)) > self.most:
            raise _overlong(length, self.most)
        return value

    def whole(self) -> Whole:
        return self._all

    def _all(self, values: Sequence[str]) -> Sequence[str]:
        if max(map(len, values)) > self.most:
            raise _overlong("", self.most)
        return values


@dataclass(frozen=True, slots=True)
class Kana:
    """Katakana, as they are."""

    most: int

    def one(self, value: str) -> str:
        if len(value) > self.most:
            raise _overlong(len(value), self.most)
        if not _KANA.fullmatch(value):
            raise Fault("extract-kana", "カタカナ以外の文字があります。")
        return value

    def whole(self) -> Whole:
        return self._all

    def _all(self, values: Sequence[str]) -> Sequence[str]:
        if max(map(len, values)) > self.most or not _KANA.fullmatch("".join(values)):
            raise Fault("extract-kana", "")
        return values


@dataclass(frozen=True, slots=True)
class Digits:
    """A number that is a name: half-width digits, leading zeros kept."""

    least: int
    most: int

    def one(self, value: str) -> str:
        if not (value.isascii() and value.isdigit()):
            raise Fault("extract-digits", "半角数字以外の文字があります。")
        if len(value) > self.most:
            raise _overlong(len(value), self.most)
        if len(value) < self.least:
            raise Fault("extract-short", "桁が足りません。", found=f"{len(value)}桁", expected=f"{self.least}桁以上")
        return value

    def whole(self) -> Whole:
        return self._all

    def _all(self, values: Sequence[str]) -> Sequence[str]:
        lengths = set(map(len, values)) - {0}
        joined = "".join(values)
        if lengths and not (
            min(lengths) >= self.least and max(lengths) <= self.most and joined.isascii() and joined.isdigit()
        ):
            raise Fault("extract-digits", "")
        return values


@dataclass(frozen=True, slots=True)
class Amount:
    """Yen in half-width digits, without separators; leading zeros are padding. most: in digits, without them."""

    most: int

    def one(self, value: str) -> str:
        if not (value.isascii() and value.isdigit()):
            raise Fault("extract-amount", "金額が半角数字だけで書かれていません。")
        plain = value.lstrip("0") or "0"
        if len(plain) > self.most:
            raise _overlong(len(plain), self.most)
        return plain

    def whole(self) -> Whole:
        return _Remembered(self.one).whole


@dataclass(frozen=True, slots=True)
class Postcode:
    """1600021 or 160-0021; converted to seven digits."""

    def one(self, value: str) -> str:
        digits = value[:3] + value[4:] if value[3:4] == "-" else value
        if len(digits) != 7 or not (digits.isascii() and digits.isdigit()):
            raise Fault("extract-postcode", "郵便番号ではありません。", expected="半角数字7桁、または3桁-4桁")
        return digits

    def whole(self) -> Whole:
        return _Remembered(self.one).whole


@dataclass(frozen=True, slots=True)
class Code:
    """One of the values that the layout allows."""

    values: tuple[str, ...]

    def one(self, value: str) -> str:
        if value not in self.values:
            raise Fault("extract-code", "許された値ではありません。", expected="・".join(self.values))
        return value

    def whole(self) -> Whole:
        return _Remembered(self.one).whole


# First and last day of each era by its letter, its number in 元号コード, and the year before its first.
_ERAS: Final = {
    **dict.fromkeys("T2", (date(1912, 7, 30), date(1926, 12, 24), 1911)),
    **dict.fromkeys("S3", (date(1926, 12, 25), date(1989, 1, 7), 1925)),
    **dict.fromkeys("H4", (date(1989, 1, 8), date(2019, 4, 30), 1988)),
    **dict.fromkeys("R5", (date(2019, 5, 1), date.max, 2018)),
}
DATE_FORMS: Final = {
    "yyyymmdd": re.compile(r"(?P<y>(?:19|20|21)\d\d)(?P<m>\d\d)(?P<d>\d\d)", re.ASCII),
    "yyyy-mm-dd": re.compile(r"(?P<y>(?:19|20|21)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)", re.ASCII),
    "yyyy/mm/dd": re.compile(r"(?P<y>(?:19|20|21)\d\d)/(?P<m>\d\d)/(?P<d>\d\d)", re.ASCII),
    "Gyy.mm.dd": re.compile(r"(?P<g>[TSHR])(?P<y>\d\d)\.(?P<m>\d\d)\.(?P<d>\d\d)", re.ASCII),
    "Gyymmdd": re.compile(r"(?P<g>[TSHR])(?P<y>\d\d)(?P<m>\d\d)(?P<d>\d\d)", re.ASCII),
    "gyymmdd": re.compile(r"(?P<g>[2-5])(?P<y>\d\d)(?P<m>\d\d)(?P<d>\d\d)", re.ASCII),
}


@dataclass(frozen=True, slots=True)
class Date:
    """A day in one of DATE_FORMS (G: era letter, g: era number); converted to ISO 8601 yyyy-mm-dd."""

    form: str

    def one(self, value: str) -> str:
        match = DATE_FORMS[self.form].fullmatch(value)
        if match is None:
            # The value isn't shown: what is no date may be a name or a notice number in the wrong column.
            raise Fault("extract-date", "日付の書き方が違います。", found=f"{len(value)}文字", expected=self.form)
        day = _day(match)
        if day is None:
            raise Fault("extract-date", "その日付はありません。", found=value, expected=self.form)
        return day.isoformat()

    def whole(self) -> Whole:
        return _Remembered(self.one).whole


def _day(match: re.Match[str]) -> date | None:
    groups = match.groupdict()
    first, last, before = _ERAS.get(groups.get("g", ""), (date.min, date.max, 0))
    try:
        day = date(int(groups["y"]) + before, int(groups["m"]), int(groups["d"]))
    except ValueError:
        return None
    return day if first <= day <= last else None


def _overlong(length: object, most: int) -> Fault:
    return Fault("extract-long", "値が長すぎます。", found=f"{length}文字", expected=f"{most}文字以内")
