"""An entry of a ledger: when, who, what, of which job, in canonical bytes, whose hash is the leaf.

An entry that tells of an act holds `{"site": ..., "from": ..., "act": ..., "letters": {recipient: SHA-256}}`: the letters
that told it, so that two ledgers can be compared letter by letter. Other entries tell of the site's own business.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

import orjson

from tewatashi.core.acts import moment, person, text
from tewatashi.core.refused import Refused
from tewatashi.core.signing import canonical, parse_canonical

_FIELDS: Final = ("at", "by", "kind", "job", "body")
_KIND: Final = re.compile(r"[a-z][a-z-]{0,59}")


def entry_number(index: int) -> int:
    """How people call the entry of this index, on pages, on papers and in the terminal: they count from 1."""
    return index + 1


@dataclass(frozen=True)
class Entry:
    """at  ISO 8601 with offset, whole seconds;  by  account id or `system`;  job  its number, or None;  body  plain values."""

    at: str
    by: str
    kind: str
    job: str | None
    body: Mapping[str, object]

    def __post_init__(self) -> None:
        fit = (
            moment(self.at)
            and person(self.by)
            and isinstance(self.kind, str)
            and _KIND.fullmatch(self.kind) is not None
            and (self.job is None or text(self.job))
            and isinstance(self.body, dict)
        )
        if not fit:
            raise Refused("entry", "台帳の行の形が正しくありません。", do="台帳を調べてください。")


def entry_bytes(entry: Entry) -> bytes:
    """The entry's canonical bytes, without a line feed. TypeError for a body that has no canonical form."""
    return canonical({name: getattr(entry, name) for name in _FIELDS})


def held_entry(data: bytes) -> Entry:
    """The entry of bytes that this site's own ledger holds: written once by `entry_bytes`, and verified apart, not at each look."""
    return Entry(**orjson.loads(data))


def parse_entry(data: bytes) -> Entry:
    """The entry that these bytes are; Refused for any others."""
    fields = parse_canonical(data)
    if not isinstance(fields, dict) or fields.keys() != set(_FIELDS):
        raise Refused("entry", "台帳の行として読めません。", do="台帳を調べてください。")
    return Entry(**cast("dict[str, object]", fields))  # type: ignore[arg-type]  # Entry checks each field
