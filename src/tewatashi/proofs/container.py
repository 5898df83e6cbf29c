"""A print file as bytes: where each page's content lies, by cross-reference stream, object streams and page tree.

Only files of the very shape that a press writes are read here, every byte of the way looked at; None stands for any other, and
qpdf reads those (proofs.printed). What pages share (fonts, backgrounds, pictures) is handed to qpdf as a file of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import deflate
import numpy as np

_HEADER: Final = b"%PDF-1.7\n"
_END: Final = re.compile(rb"startxref\n(\d{1,12})\n%%EOF\n")
_TAIL: Final = 64
_STREAM: Final = re.compile(rb"(\d+) 0 obj\n<<(.{0,10000}?)/Filter/FlateDecode/Length (\d+)>>stream\n", re.DOTALL)
_CONTENT: Final = re.compile(rb"(\d+) 0 obj\n<</Filter/FlateDecode/Length (\d+)>>stream\n")
_STREAM_END: Final = b"\nendstream\nendobj\n"
_CROSS: Final = re.compile(
    rb"/Type/XRef/Size (\d+)/W\[1 5 2\]/Root (\d+) 0 R/Info \d+ 0 R/ID\[<[0-9a-f]+><[0-9a-f]+>\]"
)
_PACK: Final = re.compile(rb"/Type/ObjStm/N (\d+)/First (\d+)")
_NODE: Final = re.compile(rb"<</Type/Pages/Count (\d+)/Kids\[([\d R]*)\](.*)>>", re.DOTALL)
_INNER: Final = re.compile(rb"/Parent (\d+) 0 R")
_ROOT: Final = re.compile(rb"/MediaBox\[[\d. -]+\](?:/Resources<<.*>>)?", re.DOTALL)
_LEAF: Final = re.compile(
    rb"<</Type/Page/Parent (\d+) 0 R/Contents (\d+) 0 R((?:/TrimBox\[[\d. -]+\]|/Resources \d+ 0 R)*)>>"
)
_CATALOG: Final = re.compile(rb"/Pages (\d+) 0 R")
_REFERENCE: Final = re.compile(rb"(\d+) 0 R")
_USUAL_SIZE, _LARGEST_SIZE = 1 << 14, 1 << 24
_BETWEEN: Final = len(b" 0 R")
_PLAIN, _PACKED = 1, 2
_DEEPEST: Final = 9


class _Strange(Exception):  # noqa: N818 -- a signal within this module
    """The file is not of the usual shape."""


@dataclass(frozen=True)
class Container:
    """first: a file of the first page and of what it shares with the others; places: where each page's content lies, packed."""

    first: bytes
    places: list[slice]


def inflated(data: bytes) -> bytes:
    """To make room for the largest takes longer than inflating."""
    try:
        return bytes(deflate.zlib_decompress(data, _USUAL_SIZE))
    except deflate.DeflateError:
        return bytes(deflate.zlib_decompress(data, _LARGEST_SIZE))


def read_container(data: bytes) -> Container | None:
    """None for a file of another shape."""
    try:
        return _Reading(data).container()
    except (_Strange, deflate.DeflateError, ValueError, IndexError, KeyError):
        return None


class _Reading:
    def __init__(self, data: bytes) -> None:
        self._data = data
        end = _END.fullmatch(data, max(data.rfind(b"startxref", -_TAIL), 0))
        if end is None or not data.startswith(_HEADER):
            raise _Strange
        self.cross = int(end[1])
        entries, packed = self._stream(self.cross)
        cross = _CROSS.fullmatch(entries)
        if cross is None:
            raise _Strange
        kinds = [("kind", "u1"), ("far", "u1"), ("near", ">u4"), ("order", ">u2")]
        table = np.frombuffer(inflated(packed), kinds)
        if len(table) != int(cross[1]):
            raise _Strange
        self._kinds = table["kind"].tolist()
        self._places = (table["far"].astype(np.int64) << 32 | table["near"]).tolist()
        self.orders = table["order"].tolist()
        self._root = int(cross[2])
        self._bodies: dict[int, bytes] = {}
        for number in np.unique(np.array(self._places)[table["kind"] == _PACKED]).tolist():
            self._unpack(number)

    def _stream(self, place: int, number: int | None = None) -> tuple[bytes, bytes]:
        """Its dictionary without Filter and Length, and its data."""
        found = _STREAM.match(self._data, place)
        if found is None or (number is not None and int(found[1]) != number) or b"endobj" in found[2]:
            raise _Strange
        return found[2], self._data[self._slice(found.end(), int(found[3]))]

    def _slice(self, start: int, length: int) -> slice:
        if not self._data.startswith(_STREAM_END, start + length):
            raise _Strange
        return slice(start, start + length)

    def _unpack(self, number: int) -> None:
        if self._kinds[number] != _PLAIN:
            raise _Strange
        entries, packed = self._stream(self._places[number], number)
        pack = _PACK.fullmatch(entries)
        if pack is None:
            raise _Strange
        data, first = inflated(packed), int(pack[2])
        index = list(map(int, data[:first].split()))
        numbers, starts = index[::2], index[1::2]
        if len(numbers) != int(pack[1]) or len(starts) != len(numbers) or starts != sorted(starts):
            raise _Strange
        ends = [*starts[1:], len(data) - first]
        for order, (each, start, end) in enumerate(zip(numbers, starts, ends, strict=True)):
            if (self._kinds[each], self._places[each], self.orders[each]) == (_PACKED, number, order):
                self._bodies[each] = data[first + start : first + end].rstrip(b"\n")

    def container(self) -> Container:
        catalog = _CATALOG.findall(self._bodies[self._root])
        if len(catalog) != 1:
            raise _Strange
        root = _NODE.fullmatch(self._bodies[int(catalog[0])])
        if root is None or _ROOT.fullmatch(root[3]) is None:
            raise _Strange
        contents, rest = [], set()
        for content, own in self._leaves(int(catalog[0]), root, 0):
            contents.append(content)
            rest.add(own)
        if len(contents) != int(root[1]) or len(rest) != 1:
            raise _Strange
        return Container(self._first(contents[0], root[3] + rest.pop()), list(map(self._content, contents)))

    def _leaves(self, number: int, node: re.Match[bytes], depth: int) -> Iterator[tuple[int, bytes]]:
        """By page: the number of its content, and what else it says."""
        before, usual = b"<</Type/Page/Parent %d 0 R/Contents " % number, b""
        for kid in map(int, _REFERENCE.findall(node[2])):
            body = self._bodies[kid]
            if usual and body.startswith(before) and body.endswith(usual) and body[len(before) : -len(usual)].isdigit():
                yield int(body[len(before) : -len(usual)]), usual[_BETWEEN:-2]
                continue
            if leaf := _LEAF.fullmatch(body):
                if int(leaf[1]) != number:
                    raise _Strange
                usual = b" 0 R%b>>" % leaf[3]
                yield int(leaf[2]), leaf[3]
                continue
            inner = _NODE.fullmatch(body)
            parent = _INNER.fullmatch(inner[3]) if inner else None
            if inner is None or parent is None or int(parent[1]) != number or depth == _DEEPEST:
                raise _Strange
            yield from self._leaves(kid, inner, depth + 1)

    def _content(self, number: int) -> slice:
        found = _CONTENT.match(self._data, self._places[number])
        if found is None or int(found[1]) != number or self._kinds[number] != _PLAIN:
            raise _Strange
        return self._slice(found.end(), int(found[2]))

    def _first(self, content: int, entries: bytes) -> bytes:
        """A file of one page and all that it refers to."""
        top = len(self._kinds)
        objects = {
            top: b"<</Type/Catalog/Pages %d 0 R>>" % (top + 1),
            top + 1: b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (top + 2),
            top + 2: b"<</Type/Page/Parent %d 0 R/Contents %d 0 R%b>>" % (top + 1, content, entries),
        }
        left = [content, *map(int, _REFERENCE.findall(entries))]
        while left:
            number = left.pop()
            if number not in objects:
                objects[number], says = self._whole(number)
                left += map(int, _REFERENCE.findall(says))
        whole, places = bytearray(_HEADER), {}
        for number, body in objects.items():
            places[number] = len(whole)
            whole += b"%d 0 obj\n%b\nendobj\n" % (number, body)
        start = len(whole)
        entries = b"".join(b"%d 1\n%010d 00000 n\r\n" % (number, places[number]) for number in sorted(places))
        return bytes(whole) + b"xref\n%btrailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
            entries, top + 3, top, start,
        )  # fmt: skip

    def _whole(self, number: int) -> tuple[bytes, bytes]:
        """An object, and what of it is no data."""
        if number in self._bodies:
            return self._bodies[number], self._bodies[number]
        if self._kinds[number] != _PLAIN:
            raise _Strange
        place = self._places[number]
        entries, data = self._stream(place, number)
        head = b"<<%b/Filter/FlateDecode/Length %d>>" % (entries, len(data))
        return b"%bstream\n%b\nendstream" % (head, data), entries
