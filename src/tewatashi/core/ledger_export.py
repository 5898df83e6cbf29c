"""A ledger as one text file that anybody can check without a site: docs/spec/ledger.md describes it line by line.

Rules
  - header, own checkpoints, checkpoints held of the other sites, entries, seal: in this order, as many as the header says
  - every line is canonical JSON; an entry's line is the entry's canonical bytes, so its hash is the leaf of the tree
  - the seal signs the SHA-256 of all lines before it: no line of an export changes unseen, signed or not
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final, cast

from tewatashi.core import acts
from tewatashi.core.ledger import Entry, parse_entry
from tewatashi.core.merkle import leaf_hash
from tewatashi.core.refused import Refused
from tewatashi.core.signing import SigningKey, VerifyKey, canonical, open_note, parse_canonical, sign_note

FORMAT: Final = "tewatashi.ledger-export/v1"
MAX_LINE: Final = 1 << 24
_MAX_NOTES: Final = 1 << 20


@dataclass(frozen=True)
class Header:
    """What an export is of.

    origin, vkey  the site's name and key;  at  when it was made;  peers  name -> vkey of the sites that it knows
    checkpoints, held, size  how many lines of each sort follow
    """

    format: str
    origin: str
    vkey: str
    at: str
    peers: Mapping[str, str]
    checkpoints: int
    held: int
    size: int

    def __post_init__(self) -> None:
        counts = (self.checkpoints, self.held, self.size)
        fit = (
            self.format == FORMAT
            and acts.moment(self.at)
            and isinstance(self.vkey, str)
            and VerifyKey.parse(self.vkey).name == self.origin
            and isinstance(self.peers, dict)
            and all(isinstance(key, str) and VerifyKey.parse(key).name == name for name, key in self.peers.items())
            and all(map(acts.count, counts))
            and self.checkpoints + self.held <= _MAX_NOTES
        )
        if not fit:
            raise unreadable(1)

    @property
    def key(self) -> VerifyKey:
        return VerifyKey.parse(self.vkey)


@dataclass(frozen=True)
class Signed:
    """A signed checkpoint and the time at which the exporting site made or received it."""

    note: str
    at: str

    def __post_init__(self) -> None:
        if not (acts.note(self.note) and acts.moment(self.at)):
            raise Refused("export-line", "検証点の行の形が正しくありません。", do="書き出し直してください。")


@dataclass(frozen=True)
class Told:
    """One letter that an entry names.

    at  the letter's time, by its sender's clock;  kind  of the letter
    says  SHA-256 of what it tells: time, kind, job and act; nothing where the recipient's rules refused the letter
    """

    index: int
    at: str
    kind: str
    sender: str
    recipient: str
    letter: str
    says: bytes


@dataclass(frozen=True)
class Export:
    """An export read and found whole; what it says is still to be verified.

    leaves  the entries' leaf hashes, 32 bytes each;  times  the entries' times in seconds since 1970
    """

    header: Header
    checkpoints: tuple[Signed, ...]
    held: tuple[Signed, ...]
    leaves: bytes
    times: array[int]
    told: tuple[Told, ...]

    def leaf(self, index: int) -> bytes:
        return self.leaves[32 * index : 32 * index + 32]


def write_export(
    header: Header, checkpoints: Iterable[Signed], held: Iterable[Signed], entries: Iterable[bytes], key: SigningKey
) -> Iterator[bytes]:
    """The export's lines, each with its line feed. ValueError if there are not as many as the header says."""
    yield from sealed_lines(FORMAT, _counted(header, checkpoints, held, entries), key)


def _counted(
    header: Header, checkpoints: Iterable[Signed], held: Iterable[Signed], entries: Iterable[bytes]
) -> Iterator[bytes]:
    sorts = ((1, [asdict(header)]), (header.checkpoints, map(asdict, checkpoints)), (header.held, map(asdict, held)))
    lines = ((count, map(canonical, values)) for count, values in sorts)
    for count, data in (*lines, (header.size, iter(entries))):
        seen = 0
        for seen, line in enumerate(data, 1):  # noqa: B007 -- the last number is the count
            yield line
        if seen != count:
            raise ValueError(f"{seen} lines where the header says {count}")


def sealed_lines(form: str, lines: Iterable[bytes], key: SigningKey) -> Iterator[bytes]:
    """The lines, each with its line feed, and after them their seal."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line + b"\n")
        yield line + b"\n"
    seal = sign_note(_seal_text(form, key.name, digest.hexdigest()), key)
    yield canonical({"seal": seal.decode()}) + b"\n"


def read_export(lines: Iterable[bytes]) -> Export:
    """The export of these lines, in one pass and about 40 bytes of memory an entry.

    Refused `export` (not an export, or cut off), `export-line` (names the line), `export-seal` (a line was changed,
    added or taken out after the site sealed it), or as `open_note` refuses the seal.
    """
    reader = LineReader(lines)
    header = Header(**fields_of(reader.line(), Header, 1))  # type: ignore[arg-type]  # Header checks each field
    checkpoints = tuple(read_signed(reader) for _ in range(header.checkpoints))
    held = tuple(read_signed(reader) for _ in range(header.held))
    leaves, times, told = bytearray(), array("q"), []
    for index in range(header.size):
        data = reader.line()
        try:
            entry = parse_entry(data)
        except Refused:
            raise unreadable(reader.number) from None
        leaves += leaf_hash(data)
        times.append(int(datetime.fromisoformat(entry.at).timestamp()))
        told.extend(letters_of(entry, index))
    check_seal(reader, FORMAT, header.key)
    return Export(header, checkpoints, held, bytes(leaves), times, tuple(told))


def letters_of(entry: Entry, index: int) -> list[Told]:
    """The letters that an entry names."""
    body = entry.body
    letters, sender = body.get("letters"), body.get("from")
    at, kind = body.get("at", entry.at), body.get("kind", entry.kind)  # a refusal's entry names the letter's kind
    if not isinstance(letters, dict) or not (isinstance(sender, str) and isinstance(kind, str) and acts.moment(at)):
        return []
    says = hashlib.sha256(canonical([at, kind, entry.job, body["act"]])).digest() if "act" in body else b""
    return [
        Told(index, cast("str", at), kind, sender, recipient, digest, says)
        for recipient, digest in letters.items()
        if acts.hex64(digest)
    ]


class LineReader:
    """Lines with their number and the digest of all before; Refused when they run out."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self._digest = hashlib.sha256()
        self._before = self._digest.hexdigest()
        self.number = 0

    @property
    def digest_before(self) -> str:
        return self._before

    def line(self) -> bytes:
        data = next(self._lines, b"")
        self.number += 1
        if not data:
            raise Refused("export", "書出しが途中で終わっています。", found=self.number, do="書き出し直してください。")
        if not data.endswith(b"\n") or len(data) > MAX_LINE:
            raise unreadable(self.number)
        self._before = self._digest.hexdigest()
        self._digest.update(data)
        return data[:-1]

    def at_end(self) -> bool:
        return next(self._lines, None) is None


def fields_of(data: bytes, form: type, number: int) -> dict[str, object]:
    """The line's fields, just those of the dataclass `form`. Refused `export-line`."""
    try:
        value = parse_canonical(data)
    except Refused:
        value = None
    if not isinstance(value, dict) or value.keys() != set(form.__annotations__):
        raise unreadable(number)
    return cast("dict[str, object]", value)


def read_signed(reader: LineReader) -> Signed:
    """The next line, a signed checkpoint."""
    return Signed(**fields_of(reader.line(), Signed, reader.number))  # type: ignore[arg-type]  # Signed checks each field


def _seal_text(form: str, origin: str, digest: str) -> str:
    return f"{form}\n{origin}\n{digest}\n"


def check_seal(reader: LineReader, form: str, key: VerifyKey) -> None:
    """Refuse unless the next line seals all before it and ends the file."""
    data = reader.line()
    try:
        value = parse_canonical(data)
    except Refused:
        value = None
    if not isinstance(value, dict) or value.keys() != {"seal"} or not acts.note(value["seal"]) or not reader.at_end():
        raise unreadable(reader.number)
    note = open_note(value["seal"].encode("utf-8", "replace"), [key])
    if note.text != _seal_text(form, key.name, reader.digest_before):
        raise Refused(
            "export-seal",
            "書出しの封印が内容と合いません。書き出した後に行が変えられています。",
            do="書き出した拠点に、書き出し直しを求めてください。",
        )


def unreadable(number: int) -> Refused:
    """The refusal of a line."""
    return Refused("export-line", "書出しとして読めない行です。", found=f"{number}行目", do="書き出し直してください。")
