"""A signed bundle for an auditor: the safeguards of one contract and year, and every ledger entry that their states follow from.

docs/spec/audit-bundle.md describes it line by line.

Rules
  - header, own checkpoints that the other sites hold, checkpoints held of theirs, entries, safeguards, seal: in this order, as
    many as the header says
  - each entry comes with its inclusion proof against the header's checkpoint
  - the seal signs the SHA-256 of all lines before it
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final, cast

from tewatashi.core import acts
from tewatashi.core.acts import Role
from tewatashi.core.ledger import Entry, entry_bytes, parse_entry
from tewatashi.core.ledger_export import (
    LineReader,
    Signed,
    check_seal,
    fields_of,
    read_signed,
    sealed_lines,
    unreadable,
)
from tewatashi.core.merkle import Levels, inclusion_path
from tewatashi.core.refused import Refused
from tewatashi.core.safeguards import Assessed, Line, Scope
from tewatashi.core.signing import SigningKey, VerifyKey, canonical, parse_canonical

FORMAT: Final = "tewatashi.audit-bundle/v1"
_MOST: Final = 1 << 20
_OWED: Final = acts.record({"about": acts.text, "code": acts.text, "due": acts.day, "overdue": acts.yes_no})
_LATE: Final = acts.record({"about": acts.text, "code": acts.text, "due": acts.day, "done": acts.day})
_NAMED: Final = acts.record({"index": acts.count, "kind": acts.text})
_CLAIM: Final = acts.record({
    "id": acts.text, "state": acts.one_of("kept", "not-due", "missing", "breached"), "evidence": acts.list_of(_NAMED, most=_MOST),
    "breach": acts.list_of(_NAMED, most=_MOST), "owed": acts.list_of(_OWED, most=_MOST), "late": acts.list_of(_LATE, most=_MOST),
})  # fmt: skip
_HASHES: Final = acts.list_of(acts.hex64, most=64)


@dataclass(frozen=True)
class Header:
    """What a bundle is of.

    origin, vkey, site  name, key and role of the site whose ledger it is;  at  when it was made;  as_of  up to when entries count
    rules     SHA-256 of the list of safeguards;  days_off  weekdays on which the site's office is closed
    peers     name -> vkey of the sites that it knows;  checkpoint  the site's signed checkpoint over all entries
    witnessed, held, entries, safeguards  how many lines of each sort follow
    """

    format: str
    origin: str
    vkey: str
    site: str
    contract: str
    year: int
    at: str
    as_of: str
    rules: str
    days_off: list[str]
    peers: Mapping[str, str]
    checkpoint: str
    witnessed: int
    held: int
    entries: int
    safeguards: int

    def __post_init__(self) -> None:
        counts = (self.witnessed, self.held, self.entries, self.safeguards)
        fit = (
            self.format == FORMAT
            and acts.moment(self.at)
            and acts.moment(self.as_of)
            and self.site in ("ward", "gateway", "factory")
            and acts.text(self.contract)
            and type(self.year) is int
            and 2000 <= self.year < 3000
            and acts.hex64(self.rules)
            and acts.list_of(acts.day, most=4000)(self.days_off)
            and acts.note(self.checkpoint)
            and isinstance(self.vkey, str)
            and VerifyKey.parse(self.vkey).name == self.origin
            and isinstance(self.peers, dict)
            and all(isinstance(key, str) and VerifyKey.parse(key).name == name for name, key in self.peers.items())
            and all(map(acts.count, counts))
            and sum(counts) <= _MOST
        )
        if not fit:
            raise unreadable(1)

    @property
    def key(self) -> VerifyKey:
        return VerifyKey.parse(self.vkey)

    @property
    def scope(self) -> Scope:
        return Scope(cast("Role", self.site), self.contract, self.year, datetime.fromisoformat(self.as_of))

    def is_working_day(self, day: date) -> bool:
        return day.weekday() < 5 and day.isoformat() not in self.days_off


@dataclass(frozen=True)
class Witnessed:
    """An own checkpoint that was given to the site `to`, when that was, and the proof that today's continues it."""

    note: str
    to: str
    at: str
    proof: list[str]

    def __post_init__(self) -> None:
        if not (acts.note(self.note) and acts.text(self.to) and acts.moment(self.at) and _HASHES(self.proof)):
            raise Refused("export-line", "検証点の行の形が正しくありません。", do="書き出し直してください。")


@dataclass(frozen=True)
class Proven:
    """An entry with its place in the ledger and its inclusion proof, the leaf's side first."""

    index: int
    entry: Entry
    proof: tuple[bytes, ...]


@dataclass(frozen=True)
class Bundle:
    """A bundle read and found whole; what it says is still to be verified. claims: what it says of each safeguard."""

    header: Header
    witnessed: tuple[Witnessed, ...]
    held: tuple[Signed, ...]
    entries: tuple[Proven, ...]
    claims: tuple[Mapping[str, Any], ...]

    @property
    def lines(self) -> list[Line]:
        return [(one.index, one.entry) for one in self.entries]


def claim_of(one: Assessed, lines: Sequence[Line]) -> dict[str, Any]:
    """What a bundle says of a safeguard: its state, and what that follows from."""
    kinds = {index: entry.kind for index, entry in lines}
    return {
        "id": one.safeguard.id,
        "state": one.state,
        "evidence": [{"index": index, "kind": kinds[index]} for index in one.evidence],
        "breach": [{"index": index, "kind": kinds[index]} for index in one.breach],
        "owed": [
            {"about": each.about, "code": each.code, "due": each.due.isoformat(), "overdue": each.overdue}
            for each in one.owed
        ],
        "late": [
            {"about": each.about, "code": each.code, "due": each.due.isoformat(), "done": each.done.isoformat()}
            for each in one.late
        ],
    }


def proven(lines: Iterable[Line], levels: Levels, size: int) -> tuple[Proven, ...]:
    """The lines with their proofs against the checkpoint of `size` entries."""
    return tuple(Proven(index, entry, tuple(inclusion_path(levels.root, index, size))) for index, entry in lines)


def write_bundle(bundle: Bundle, key: SigningKey) -> Iterator[bytes]:
    """The bundle's lines, each with its line feed. ValueError if there are not as many as the header says."""
    header = bundle.header
    counts = (len(bundle.witnessed), len(bundle.held), len(bundle.entries), len(bundle.claims))
    if counts != (header.witnessed, header.held, header.entries, header.safeguards):
        raise ValueError(f"{counts} lines are not those of the header")
    yield from sealed_lines(FORMAT, _lines(bundle), key)


def _lines(bundle: Bundle) -> Iterator[bytes]:
    yield canonical(asdict(bundle.header))
    yield from (canonical(asdict(one)) for one in bundle.witnessed)
    yield from (canonical(asdict(one)) for one in bundle.held)
    for one in bundle.entries:
        entry = parse_canonical(entry_bytes(one.entry))
        yield canonical({"index": one.index, "entry": entry, "proof": [step.hex() for step in one.proof]})
    yield from map(canonical, bundle.claims)


def read_bundle(lines: Iterable[bytes]) -> Bundle:
    """The bundle of these lines. Refused `export`, `export-line`, `export-seal`, or as `open_note` refuses the seal."""
    reader = LineReader(lines)
    header = Header(**fields_of(reader.line(), Header, 1))  # type: ignore[arg-type]  # Header checks each field
    bundle = Bundle(
        header,
        tuple(_witnessed(reader) for _ in range(header.witnessed)),
        tuple(read_signed(reader) for _ in range(header.held)),
        tuple(_proven(reader) for _ in range(header.entries)),
        tuple(_claim(reader) for _ in range(header.safeguards)),
    )
    check_seal(reader, FORMAT, header.key)
    return bundle


def _witnessed(reader: LineReader) -> Witnessed:
    return Witnessed(**fields_of(reader.line(), Witnessed, reader.number))  # type: ignore[arg-type]  # it checks each field


def _proven(reader: LineReader) -> Proven:
    found = fields_of(reader.line(), Proven, reader.number)
    if not acts.count(found["index"]) or not _HASHES(found["proof"]):
        raise unreadable(reader.number)
    try:
        entry = parse_entry(canonical(found["entry"]))
    except Refused:
        raise unreadable(reader.number) from None
    proof = tuple(bytes.fromhex(step) for step in cast("list[str]", found["proof"]))
    return Proven(cast("int", found["index"]), entry, proof)


def _claim(reader: LineReader) -> Mapping[str, Any]:
    try:
        found = parse_canonical(reader.line())
    except Refused:
        found = None
    if not _CLAIM(found):
        raise unreadable(reader.number)
    return cast("Mapping[str, Any]", found)
