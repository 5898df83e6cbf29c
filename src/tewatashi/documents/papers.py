"""The papers that pass between ward and contractor: which there are, and what must be written on each.

A field of the wrong name or kind is our bug and a TypeError. What a person typed was checked before it came here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from tewatashi.documents.wareki import JAPAN, era_day, era_moment

Show = Callable[[object], object]
_MOST: Final = 2000  # characters of a field of several lines
_WIDE_SPACE: Final = "\u3000"  # stands between the two names of a person; Python calls it not printable


def line(value: object) -> object:
    """Text of one line; nothing else than printable characters reaches a paper."""
    if not isinstance(value, str) or not value.strip() or not _printable(value) or len(value) > 500:
        raise TypeError("a line of text")
    return value


def lines(value: object) -> object:
    """Text that may have several lines, or nothing."""
    if not isinstance(value, str) or len(value) > _MOST or not all(map(_printable, value.split("\n"))):
        raise TypeError("printable text")
    return value


def fitting(all_rows: Sequence[str], where: str, hidden: int = 0) -> str:
    """Rows as the text of a field of `lines`: as many as it takes, and how many more there are, to be read `where`.

    hidden  how many there are beside these
    """
    kept: list[str] = []
    size = 0
    for row in all_rows:
        size += len(row) + 1
        if size > _MOST - 100:
            break
        kept.append(row)
    more = len(all_rows) - len(kept) + hidden
    return "\n".join([*kept, f"ほか{more:,}件（{where}にすべてあります）"] if more else kept)


def _printable(text: str) -> bool:
    return text.replace(_WIDE_SPACE, " ").isprintable()


def number(value: object) -> object:
    """A whole number from 0, with its thousands apart."""
    if type(value) is not int or value < 0:
        raise TypeError("a whole number")
    return f"{value:,}"


def day(value: object) -> object:
    if type(value) is not date:
        raise TypeError("a date")
    return era_day(value)


def moment(value: object) -> object:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise TypeError("a time with its offset")
    return era_moment(value)


def when(value: object) -> object:
    """A time, or the day alone where no more is known."""
    return day(value) if type(value) is date else moment(value)


def short_moment(value: object) -> object:
    """A time in a table, in two lines."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise TypeError("a time with its offset")
    here = value.astimezone(JAPAN)
    return f"{short_day(here.date())} {here:%H:%M}"


def short_day(value: object) -> object:
    """A day in a table, in two lines: the era's year, and the western one below."""
    if type(value) is not date:
        raise TypeError("a date")
    return era_day(value).replace("（", "\n（")


def yes_no(value: object) -> object:
    if type(value) is not bool:
        raise TypeError("yes or no")
    return value


def digest(value: object) -> object:
    """A SHA-256 in hex, in groups of eight that can be compared by eye."""
    if not isinstance(value, str) or len(value) != 64 or not set(value) <= set("0123456789abcdef"):
        raise TypeError("a SHA-256 in hex")
    return [value[at : at + 8] for at in range(0, 64, 8)]


def password(value: object) -> object:
    """A password in groups joined by hyphens: the groups."""
    groups = value.split("-") if isinstance(value, str) else []
    if not 1 <= len(groups) <= 12 or not all(group.isascii() and group.isalnum() for group in groups):
        raise TypeError("groups of letters and digits")
    return groups


def one_of(*values: str) -> Show:
    def show(value: object) -> object:
        if value not in values:
            raise TypeError("・".join(values))
        return value

    return show


def maybe(show: Show) -> Show:
    """The value, or None for what does not apply."""
    return lambda value: None if value is None else show(value)


def rows(fields: Mapping[str, Show]) -> Show:
    def show_all(value: object) -> object:
        if not isinstance(value, list) or not value:
            raise TypeError("a list")
        return [shown(row, fields) for row in value]

    return show_all


def shown(data: object, fields: Mapping[str, Show]) -> dict[str, object]:
    """The data as they are printed. TypeError for a field too few, too many, or of another kind."""
    if not isinstance(data, Mapping) or data.keys() != fields.keys():
        names = sorted(data.keys() ^ fields.keys()) if isinstance(data, Mapping) else type(data).__name__
        raise TypeError(f"fields missing or unknown: {names}")
    result = {}
    for name, show in fields.items():
        try:
            result[name] = show(data[name])
        except TypeError as error:
            # The value may be a password: it never stands in an error.
            raise TypeError(f"{name}: {error}") from None
    return result


@dataclass(frozen=True)
class Paper:
    """One kind of paper: its title, and its fields beside those that all papers have.

    letters  whether it may carry signed letters as codes: never a paper with a password, which is kept apart from all others
    """

    title: str
    fields: Mapping[str, Show]
    letters: bool = False


# number  of the document;  issued  its date;  to, sender  organisation and post or name;  entry  hash of the ledger's entry
EVERY: Final[Mapping[str, Show]] = {
    "number": line, "issued": day, "to": line, "sender": line, "job": line, "task": line, "entry": maybe(digest),
}  # fmt: skip

_MEDIUM: Final = one_of("手渡し", "簡易書留", "LGWAN回線", "搬送")

PAPERS: Final[Mapping[str, Paper]] = {
    # 区 共通 運用(4), 区 CD-R(2), 受託 CD-R(4): 日時, 取扱者, 情報の内容, 数量
    "handover": Paper("データ授受確認書", {
        "occasion": one_of("提供", "納品", "返却", "報告"), "at": when, "place": line, "route": _MEDIUM,
        "ward_handler": line, "contractor_handler": line, "content": line, "quantity": number, "unit": line,
        "withdrawn": maybe(number), "medium": maybe(line), "sha256": maybe(digest), "remarks": lines,
        "answer": maybe(lambda value: shown(value, {
            "at": moment, "by": line, "agrees": one_of("一致", "相違"), "note": lines,
        })),
    }, letters=True),
    # 受託 LGWAN(2), 区 CD-R(2), 受託 CD-R(2): how it ends, by when, and how many days after the delivery at the latest
    "password-notice": Paper("パスワード通知書", {
        "about": one_of("送付データ", "報告データ"), "parcel": line, "content": line, "route": maybe(_MEDIUM), "password": password,
        "ending": one_of("返却", "返却又は裁断", "裁断"), "return_by": maybe(day), "return_within": maybe(number),
    }),
    # 受託 LGWAN(3)
    "login-notice": Paper("専用ページ利用通知書", {
        "person": line, "role": line, "address": line, "account": line, "password": password, "route": _MEDIUM,
        "tracking": maybe(line), "valid_until": moment,
    }),
    "receipt": Paper("送付データ受領証", {
        "at": moment, "handler": line, "content": line, "quantity": number, "unit": line, "parcel": line,
        "size": number, "sha256": digest, "route": _MEDIUM,
    }, letters=True),
    # 区 共通 運用(4)
    "delivery-note": Paper("納品書", {
        "at": moment, "content": line, "base_date": day, "items": rows({
            "name": line, "quantity": number, "unit": line, "remarks": lines,
        }), "deliverer": line, "receiver": line, "confirmation": maybe(line),
    }, letters=True),
    # 受託 CD-R(3); one a thing, as medium and notice come back on different days
    "return-note": Paper("返却書", {
        "name": line, "thing": line, "serial": maybe(line), "quantity": number, "unit": line, "content": line,
        "delivered": maybe(day), "at": maybe(when), "brought_by": maybe(line), "received_by": maybe(line), "confirmation": maybe(line),
    }, letters=True),
    # 特記 14・17: everything of a job; the other papers follow it
    "binder": Paper("案件綴り", {
        "to": maybe(line), "form": line, "base_date": day, "contractor": line, "channel": line, "state": line,
        "parts": maybe(rows({"title": line, "number": line, "page": number})),
        "steps": rows({"name": line, "at": maybe(moment)}),
        "counts": rows({"name": line, "value": maybe(number), "expected": maybe(number), "differs": yes_no}),
        "things": maybe(rows({
            "name": line, "site": line, "place": line, "quantity": line, "born": short_moment, "ended": maybe(short_moment), "how": maybe(line),
        })),
        "acts": rows({
            "entry": number, "at": short_moment, "name": line, "site": line, "by": line, "said": lines, "leaf": line,
        }),
        "verified": maybe(lambda value: shown(value, {
            "at": moment, "ids": number, "found": number, "unread": number, "report": digest,
        })),
    }),
    # 回線のない拠点の間で、署名つきの記録を渡す
    "letters": Paper("記録の受渡し票", {
        "taken": maybe(number), "records": maybe(rows({"seq": number, "kind": line, "job": line, "at": moment})),
    }, letters=True),
    # 受託 共通 運用(7), 特記 11・12
    "erasure-report": Paper("データ消去報告書（証明書）", {
        "delivered": maybe(day), "things": rows({
            "name": line, "place": line, "quantity": line, "method": line, "at": moment, "by": line,
        }),
        "statement": lines, "implementer": line, "witness": line,
        "scan": maybe(lambda value: shown(value, {
            "at": moment, "ids": number, "found": number, "unread": number, "report": digest,
        })),
    }, letters=True),
}  # fmt: skip
