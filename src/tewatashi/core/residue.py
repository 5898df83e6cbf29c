"""What a residue scan looks for and what it reports: piece ids, where they were found, and what could not be read.

Rules
  - a scan without a finding proves something only about what it read: whatever it could not read stands in its report
  - a report is a note signed with a scan key of the ward, and answers one request of the ward (residue_request)
  - the acts `residue-found` and `erasure-verified` name the SHA-256 of the note
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Final, Generic, Literal, TypeVar, cast

from tewatashi.core import acts
from tewatashi.core.pieceid import check_piece_id
from tewatashi.core.refused import Refused
from tewatashi.core.signing import SigningKey, VerifyKey, canonical, open_note, parse_canonical, sign_note

MAGIC: Final = "tewatashi.residue/v1\n"
MOST_LISTED: Final = 10_000  # findings, and as many unread places, in a report; both are counted to the last
MOST_BYTES: Final = 1 << 20  # of either list, so that the report fits into a note
_MOST_SCANNED: Final = 200
Encoding = Literal["ascii", "utf-16-le", "utf-16-be"]
ENCODINGS: Final = ("ascii", "utf-16-le", "utf-16-be")


@dataclass(frozen=True)
class IdSet:
    """The piece ids to look for, as ASCII, and the SHA-256 (hex) of the file that named them."""

    ids: frozenset[bytes]
    sha256: str

    @classmethod
    def read(cls, data: bytes) -> IdSet:
        """The ids of a file with one a line. Refused `ids` with the line that is not one, or when there is none."""
        lines = data.decode("ascii", "replace").splitlines()
        for number, line in enumerate(lines, 1):
            try:
                check_piece_id(line)
            except Refused:
                raise Refused(
                    "ids",
                    "通し番号の行ではありません。",
                    found=f"{number}行目",
                    do="案件の通し番号の一覧を書き出し直してください。",
                ) from None
        if not lines:
            raise Refused("ids", "通し番号が一つもありません。", do="案件の通し番号の一覧を書き出し直してください。")
        return cls(frozenset(line.encode() for line in lines), hashlib.sha256(data).hexdigest())


@dataclass(frozen=True)
class Finding:
    """A piece id where none may be.

    path  the file or device;  offset  of the id in it, or of the outermost container that holds it
    inside  the containers from the outermost in (`zip/gzip`), `name` for a file's name, nothing for plain bytes
    """

    path: str
    offset: int
    inside: str
    encoding: Encoding
    piece: str

    def __post_init__(self) -> None:
        fit = (
            isinstance(self.path, str)
            and acts.count(self.offset)
            and isinstance(self.inside, str)
            and self.encoding in ENCODINGS
            and _is_piece(self.piece)
        )
        if not fit:
            raise _not_a_report()


def _is_piece(value: object) -> bool:
    try:
        return isinstance(value, str) and check_piece_id(value) == value
    except Refused:
        return False


@dataclass(frozen=True)
class Unread:
    """A place that the scan could not look into, and why (Japanese)."""

    path: str
    offset: int
    inside: str
    reason: str

    def __post_init__(self) -> None:
        texts = (self.path, self.inside, self.reason)
        if not (acts.count(self.offset) and all(isinstance(text, str) for text in texts) and self.reason):
            raise _not_a_report()


@dataclass(frozen=True)
class Scanned:
    """One file, folder or device that was named to the scan, and how much of it was read before unpacking.

    places  of the request that it is, by the word of whoever ran the scan: `factory/保管庫`; none for what was scanned besides
    """

    path: str
    files: int
    size: int
    places: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        fit = isinstance(self.path, str) and self.path and acts.count(self.files) and acts.count(self.size)
        if not (fit and isinstance(self.places, tuple) and all(map(acts.place, self.places))):
            raise _not_a_report()

    def as_row(self) -> dict[str, object]:
        """As it stands in the report and in the ledger."""
        return asdict(self) | {"places": list(self.places)}


@dataclass(frozen=True)
class Report:
    """One scan.

    nonce, job, ids, ids_sha256  of the request that it answers;  scanner  name of the scan key
    computer  on which it ran;  scanned  what was read
    found, unread  how many findings and unread places there are, of which the first are listed
    program  name and version;  started, ended  ISO 8601 with offset
    """

    nonce: str
    job: str
    ids: int
    ids_sha256: str
    scanner: str
    computer: str
    scanned: tuple[Scanned, ...]
    found: int
    findings: tuple[Finding, ...]
    unread: int
    not_scanned: tuple[Unread, ...]
    program: str
    started: str
    ended: str

    def __post_init__(self) -> None:
        fit = (
            acts.hex32(self.nonce)
            and acts.hex64(self.ids_sha256)
            and all(map(acts.text, (self.job, self.scanner, self.computer, self.program)))
            and all(map(acts.count, (self.ids, self.found, self.unread)))
            and self.ids > 0
            and 0 < len(self.scanned) <= _MOST_SCANNED
            and _lists(self.findings, self.found)
            and _lists(self.not_scanned, self.unread)
            and acts.moment(self.started)
            and acts.moment(self.ended)
        )
        if not fit:
            raise _not_a_report()

    @property
    def files(self) -> int:
        """How many files were read."""
        return sum(one.files for one in self.scanned)

    @property
    def scanned_bytes(self) -> int:
        """How much was read, before unpacking."""
        return sum(one.size for one in self.scanned)

    @property
    def clean(self) -> bool:
        """Whether everything was read and nothing was found."""
        return self.found == 0 and self.unread == 0


def _lists(listed: tuple[object, ...], number: int) -> bool:
    """Whether a list can be the first of so many: none only of none."""
    return min(number, 1) <= len(listed) <= min(number, MOST_LISTED)


One = TypeVar("One", Finding, Unread)


@dataclass
class Listing(Generic[One]):
    """Findings or unread places while they are found: all are counted, and the first are listed, as many as a report can hold."""

    number: int = 0
    listed: list[One] = field(default_factory=list)
    _bytes: int = 0

    def add(self, one: One) -> None:
        self.number += 1
        if self.number > MOST_LISTED or self._bytes > MOST_BYTES:
            return
        self._bytes += len(canonical(asdict(one))) + 1
        if self._bytes <= MOST_BYTES:
            self.listed.append(one)


def write_report(report: Report, key: SigningKey) -> bytes:
    """The report's note, signed with the scan key that it names. Its SHA-256 is what the acts name."""
    if key.name != report.scanner:
        raise ValueError("a report is signed by its scanner")
    return sign_note(f"{MAGIC}{canonical(report_fields(report)).decode()}\n", key)


def report_fields(report: Report) -> dict[str, object]:
    """The report as one JSON object."""
    fields = {name: getattr(report, name) for name in _FIELDS}
    rows = {name: [asdict(one) for one in fields[name]] for name in _ROWS}
    return fields | rows | {"scanned": [one.as_row() for one in report.scanned]}


def read_report(data: bytes, known: Iterable[VerifyKey]) -> Report:
    """The report that these bytes are. Refused for any others, and `scan-signer` unless one of the known scan keys signed it."""
    keys = list(known)
    try:
        note = open_note(data, keys)
    except Refused as refused:
        raise _unknown_signer(data, keys) if refused.code == "signer" else refused from None
    if not note.text.startswith(MAGIC):
        raise _not_a_report()
    fields = parse_canonical(note.text.removeprefix(MAGIC).removesuffix("\n").encode())
    if not isinstance(fields, dict) or fields.keys() != set(_FIELDS):
        raise _not_a_report()
    fields |= {name: tuple(form(**_tuples(row)) for row in _rows(fields[name], form)) for name, form in _ROWS.items()}
    report = Report(**cast("dict[str, object]", fields))  # type: ignore[arg-type]  # Report checks each field
    if report.scanner not in note.signers:
        raise _unknown_signer(data, [key for key in keys if key.name == report.scanner])
    return report


_FIELDS: Final = tuple(Report.__annotations__)
_ROWS: Final[dict[str, type]] = {"scanned": Scanned, "findings": Finding, "not_scanned": Unread}


def _rows(rows: object, form: type) -> list[Mapping[str, object]]:
    fields = set(form.__annotations__)
    if not isinstance(rows, list) or not all(isinstance(row, dict) and row.keys() == fields for row in rows):
        raise _not_a_report()
    return cast("list[Mapping[str, object]]", rows)


def _tuples(row: Mapping[str, object]) -> dict[str, object]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}


def refuse_unscanned(asked: Iterable[str], named: Iterable[str]) -> None:
    """Refused `residue-places` unless for every place asked for something was named to the scan."""
    expected, found = list(asked), set(named)
    missing = [place for place in expected if place not in found]
    if missing:
        raise Refused(
            "residue-places", f"調べていない場所があります: {'・'.join(missing)}", found="・".join(sorted(found)) or "なし",
            expected="・".join(expected), do="「場所=フォルダー」の形で、依頼のすべての場所を指定して調査し直してください。",
            requirement="CL-11-12",
        )  # fmt: skip


def _unknown_signer(data: bytes, keys: list[VerifyKey]) -> Refused:
    named = data.rstrip(b"\n").rpartition(b"\n")[2].split(b" ")[1].decode()[:60]
    return Refused(
        "scan-signer", "残存調査の報告が、登録された調査鍵で署名されていません。",
        found=f"{named} の署名", expected="・".join(f"{key.name}（{key.key_id.hex()}）" for key in keys) or "登録された調査鍵はありません",
        do="登録された調査鍵で調査し直してください。", requirement="CL-11-12",
    )  # fmt: skip


def _not_a_report() -> Refused:
    return Refused("residue-report", "残存調査の報告として読めません。", do="調査をやり直してください。")
