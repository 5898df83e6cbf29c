"""What a residue scan looks for and what it reports: piece ids, where they were found, and what could not be read.

Rules
  - a scan without a finding proves something only about what it read: whatever it could not read stands in its report
  - a report is canonical JSON; the acts `residue-found` and `erasure-verified` name its SHA-256
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final, Literal, cast

from tewatashi.core import acts
from tewatashi.core.pieceid import check_piece_id
from tewatashi.core.refused import Refused
from tewatashi.core.signing import canonical, parse_canonical

SCHEMA: Final = "tewatashi.residue-report/v1"
MOST_LISTED: Final = 10_000  # findings and unread places in a report; both are counted to the last
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
class Report:
    """One scan.

    ids, ids_sha256  how many ids were looked for, and the SHA-256 of their file;  files  how many were read
    found, unread  how many findings and unread places there are, of which at most 10,000 are listed
    started, ended  ISO 8601 with offset
    """

    ids: int
    ids_sha256: str
    files: int
    scanned_bytes: int
    found: int
    findings: tuple[Finding, ...]
    unread: int
    not_scanned: tuple[Unread, ...]
    started: str
    ended: str

    def __post_init__(self) -> None:
        fit = (
            all(map(acts.count, (self.ids, self.files, self.scanned_bytes, self.found, self.unread)))
            and self.ids > 0
            and acts.hex64(self.ids_sha256)
            and len(self.findings) == min(self.found, MOST_LISTED)
            and len(self.not_scanned) == min(self.unread, MOST_LISTED)
            and acts.moment(self.started)
            and acts.moment(self.ended)
        )
        if not fit:
            raise _not_a_report()

    @property
    def clean(self) -> bool:
        """Whether everything was read and nothing was found."""
        return self.found == 0 and self.unread == 0


def write_report(report: Report) -> bytes:
    """The report's bytes: canonical JSON and a line feed. Their SHA-256 is what the acts name."""
    fields = {name: getattr(report, name) for name in _FIELDS}
    lists = {name: [asdict(one) for one in fields[name]] for name in ("findings", "not_scanned")}
    return canonical({"schema": SCHEMA, **fields, **lists}) + b"\n"


def read_report(data: bytes) -> Report:
    """The report that these bytes are. Refused `residue-report` for any others."""
    try:
        value = parse_canonical(data.removesuffix(b"\n"))
    except Refused:
        raise _not_a_report() from None
    if not data.endswith(b"\n") or not isinstance(value, dict) or value.keys() != {"schema", *_FIELDS}:
        raise _not_a_report()
    if value.pop("schema") != SCHEMA:
        raise _not_a_report()
    findings = tuple(Finding(**fields) for fields in _rows(value.pop("findings"), Finding))  # type: ignore[arg-type]
    unread = tuple(Unread(**fields) for fields in _rows(value.pop("not_scanned"), Unread))  # type: ignore[arg-type]
    return Report(findings=findings, not_scanned=unread, **value)


_FIELDS: Final = tuple(Report.__annotations__)


def _rows(rows: object, form: type) -> list[Mapping[str, object]]:
    fields = set(form.__annotations__)
    if not isinstance(rows, list) or not all(isinstance(row, dict) and row.keys() == fields for row in rows):
        raise _not_a_report()
    return cast("list[Mapping[str, object]]", rows)


def _not_a_report() -> Refused:
    return Refused("residue-report", "残存データ検査の報告として読めません。", do="検査をやり直してください。")
