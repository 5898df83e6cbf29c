"""Print files to be proofread, and the faults that are planted in them."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path

import deflate
import pikepdf

from tests.press.residents import fonts, pieces, printed, towns
from tests.press.shipped import layout_of
from tewatashi.core.fields import Date
from tewatashi.demo.extract_maker import records
from tewatashi.demo.notices import records_of
from tewatashi.demo.towns import ken_all_lines
from tewatashi.press.formfile import parse_form
from tewatashi.press.program import Piece, compile_form
from tewatashi.proofs.container import _CONTENT, _PLAIN, _Reading, inflated
from tewatashi.proofs.proofread import Report, Standard, proofread
from tewatashi.proofs.towns import TownNames

BASE = date(2026, 11, 1)
FORMS = Path(str(files("tewatashi.press"))) / "forms"
Fault = Callable[[bytes], bytes]


def reader(form: str, change: Callable[[str], str] = str) -> Callable[[str], bytes]:
    """The files of a shipped form, its form.toml changed."""

    def read(name: str) -> bytes:
        data = (FORMS / form / name).read_bytes()
        return change(data.decode()).encode() if name == "form.toml" else data

    return read


def people(form: str, count: int) -> list[dict[str, str]]:
    """As core.extract gives them: days in ISO 8601."""
    made = records(count, 7, BASE) if form == "tokusoku" else records_of(form, count, 7, BASE)
    days = {column.name for column in layout_of(form).columns if isinstance(column.kind, Date)}
    return [{item: _day(value) if item in days else value for item, value in record.items()} for record in made]


def _day(value: str) -> str:
    return f"{value[:4]}-{value[4:6]}-{value[6:]}" if value else value


class Job:
    """A job that was composed. change: of the form that it was composed with."""

    def __init__(self, form: str = "tokusoku", count: int = 6, change: Callable[[str], str] = str) -> None:
        self.form, self.read = form, reader(form, change)
        parsed = parse_form(self.read("form.toml"), self.read)
        self.items = parsed.items
        self.pieces = pieces(people(form, count), form=parsed)
        self._program = compile_form(parsed, fonts(), towns())
        self.files = self.composed(self.pieces)

    def composed(self, records: Iterable[Piece], **options: int) -> list[bytes]:
        return [data for _, data in printed(records, by=self._program, **options)]  # type: ignore[arg-type]

    def changed(self, number: int, **values: str) -> list[Piece]:
        """The records, of which one has other values."""
        records = list(self.pieces)
        piece, old = records[number]
        records[number] = piece, [values.get(item, value) for item, value in zip(self.items, old, strict=True)]
        return records

    def proof(
        self, files: Sequence[bytes] | None = None, records: Iterable[Piece] | None = None, **options: object
    ) -> Report:
        """Against the form as composed, unless `read` says another."""
        read = options.pop("read", self.read)
        standard = Standard.of(read, **{"towns": town_names(), "sample": 2, **options})  # type: ignore[arg-type]
        return proofread(self.files if files is None else files, self.pieces if records is None else records, standard)


_TOWNS: list[TownNames] = []


def town_names() -> TownNames:
    if not _TOWNS:
        _TOWNS.append(TownNames(ken_all_lines()))
    return _TOWNS[0]


def edited(data: bytes, page: int, change: Fault) -> bytes:
    """The file with another content stream on one page, from 0."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        contents = pdf.pages[page].obj.Contents
        before = contents.read_bytes()
        after = change(before)
        assert after != before
        pdf.pages[page].obj.Contents = pdf.make_stream(after)
        return saved(pdf)


def respliced(data: bytes, changes: Mapping[int, Fault]) -> bytes:
    """The file with other content streams on some pages, and else as the press writes it."""
    reading = _Reading(data)
    streams = reading.container().places
    contents = {streams[page].start: change(inflated(data[streams[page]])) for page, change in changes.items()}
    packed = {start: deflate.zlib_compress(content, 1) for start, content in contents.items()}
    whole, moved, at = bytearray(), {}, 0
    for number, place in sorted(enumerate(reading._places), key=lambda each: each[1]):
        if reading._kinds[number] != _PLAIN or place == reading.cross:
            continue
        whole += data[at:place]
        moved[number], at = len(whole), place
        head = _CONTENT.match(data, place)
        if head and head.end() in packed:
            content = packed[head.end()]
            whole += b"%d 0 obj\n<</Filter/FlateDecode/Length %d>>stream\n%b" % (number, len(content), content)
            at = head.end() + int(head[2])
    whole += data[at : reading.cross]
    table = [
        (kind, place >> 32, place & 0xFFFFFFFF, order)
        for number, (kind, place, order) in enumerate(zip(reading._kinds, reading._places, reading.orders, strict=True))
        for place in [moved.get(number, len(whole) if place == reading.cross else place)]
    ]
    cross = deflate.zlib_compress(b"".join(struct.pack(">BBLH", *row) for row in table), 6)
    entries, _ = reading._stream(reading.cross)
    number = reading._places.index(reading.cross)
    tail = b"%d 0 obj\n<<%b/Filter/FlateDecode/Length %d>>stream\n%b\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n"
    return bytes(whole) + tail % (number, entries, len(cross), cross, len(whole))


def saved(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def images(content: bytes) -> list[tuple[int, int, int, int]]:
    """Columns, rows, and where the data of each code of a page stands."""
    found = []
    for head in re.finditer(rb"BI/IM true/W (\d+)/H (\d+)/BPC 1 ID ", content):
        columns, rows = int(head[1]), int(head[2])
        found.append((columns, rows, head.end(), head.end() + (columns + 7) // 8 * rows))
    return found
