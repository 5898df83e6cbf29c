"""A PDF file written strictly forward: nothing is looked at or changed again once it went out.

So a file of any length is composed in flat memory, and the caller may encrypt it as it comes. Same calls, same bytes:
there is no clock in it, and /ID is the digest of what was written.

Everything but streams is gathered into object streams (ISO 32000-1, 7.5.7), which makes a page cost little more than
its content. The page tree is balanced: each node has up to 64 children, so a reader finds page 1,000,000 in 4 steps.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable
from typing import Final

import deflate
import numpy as np

_CHUNK: Final = 1 << 18  # bytes handed over at once
_TOGETHER: Final = 128  # objects in one object stream
_KIDS: Final = 64
# Of libdeflate, for what is different on every page: half the time and fewer bytes than zlib's level 1. It is pinned with
# the other packages and looks at no processor, so the same page has the same bytes on each machine (zlib's maker varies).
_LEVEL: Final = 1
# The second line tells mail programs and old tools that the file is binary (7.5.2).
_HEADER: Final = b"%PDF-1.7\n%\xe6\x89\x8b\xe6\xb8\xa1\n"

_FREE, _PLAIN, _PACKED = range(3)  # kinds of a cross-reference entry (table 18)


class PdfWriter:
    """emit: takes the bytes in order, in chunks of some hundred kilobytes."""

    def __init__(self, emit: Callable[[bytes], object]) -> None:
        self._emit = emit
        self._digest = hashlib.sha256()
        self._chunk = bytearray(_HEADER)
        self._before = 0  # bytes already handed over
        self._kinds = array("B", [_FREE])
        self._places = array("Q", [0])
        self._orders = array("H", [65535])
        self._packed: list[tuple[int, bytes]] = []

    def reserve(self) -> int:
        """A number for an object that is written later."""
        self._kinds.append(_FREE)
        self._places.append(0)
        self._orders.append(0)
        return len(self._kinds) - 1

    def object(self, body: bytes, number: int | None = None) -> int:
        """Writes anything but a stream."""
        number = self.reserve() if number is None else number
        self._packed.append((number, body))
        if len(self._packed) == _TOGETHER:
            self._flush_packed()
        return number

    def stream(self, data: bytes, entries: bytes = b"", number: int | None = None, level: int = _LEVEL) -> int:
        """Writes a stream, compressed. entries: its dictionary without Length and Filter."""
        number = self.reserve() if number is None else number
        packed = deflate.zlib_compress(data, level)
        self._kinds[number] = _PLAIN
        self._places[number] = self._before + len(self._chunk)
        self._chunk += b"%d 0 obj\n<<%b/Filter/FlateDecode/Length %d>>stream\n" % (number, entries, len(packed))
        self._chunk += packed
        self._chunk += b"\nendstream\nendobj\n"
        if len(self._chunk) >= _CHUNK:
            self._hand_over()
        return number

    def _flush_packed(self) -> None:
        if not self._packed:
            return
        packed, self._packed = self._packed, []
        number = self.reserve()
        index: list[bytes] = []
        length = 0
        for order, (each, body) in enumerate(packed):
            self._kinds[each] = _PACKED
            self._places[each] = number
            self._orders[each] = order
            index.append(b"%d %d" % (each, length))
            length += len(body) + 1
        head = b" ".join(index) + b"\n"
        entries = b"/Type/ObjStm/N %d/First %d" % (len(packed), len(head))
        self.stream(head + b"\n".join(body for _, body in packed), entries, number)

    def finish(self, catalog: bytes, info: bytes) -> tuple[int, str]:
        """Ends the file. Returned: its size and SHA-256."""
        root, about = self.object(catalog), self.object(info)
        self._flush_packed()
        number = self.reserve()
        start = self._before + len(self._chunk)
        self._kinds[number], self._places[number] = _PLAIN, start
        self._hand_over()
        identity = self._digest.hexdigest()[:32].encode()
        self.stream(
            self._entries(),
            b"/Type/XRef/Size %d/W[1 5 2]/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]"
            % (len(self._kinds), root, about, identity, identity),
            number, 6,
        )  # fmt: skip
        self._chunk += b"startxref\n%d\n%%%%EOF\n" % start
        self._hand_over()
        return self._before, self._digest.hexdigest()

    def _entries(self) -> bytes:
        """The cross-reference stream's data: kind, place and order of each object in 1, 5 and 2 bytes (7.5.8.3)."""
        entries = np.zeros(len(self._kinds), [("kind", "u1"), ("far", "u1"), ("near", ">u4"), ("order", ">u2")])
        places = np.asarray(self._places)
        entries["kind"], entries["order"] = self._kinds, self._orders
        entries["far"], entries["near"] = places >> 32, places & 0xFFFFFFFF
        return entries.tobytes()

    def _hand_over(self) -> None:
        chunk, self._chunk = bytes(self._chunk), bytearray()
        self._before += len(chunk)
        self._digest.update(chunk)
        if chunk:
            self._emit(chunk)


class PageTree:
    """Pages as they come; a node of the tree is written as soon as it is full.

    inherited: what the root gives to all pages, such as their size; each: what every page says itself.
    """

    def __init__(self, writer: PdfWriter, inherited: bytes, each: bytes) -> None:
        self._writer = writer
        self._inherited = inherited
        self._each = each
        self._levels: list[_Node | None] = []
        self.pages = 0

    def add(self, content: int) -> None:
        """A page that shows the stream `content`."""
        parent = self._open_node(0)
        entries = b"<</Type/Page/Parent %d 0 R/Contents %d 0 R%b>>" % (parent.number, content, self._each)
        page = self._writer.object(entries)
        self.pages += 1
        self._adopt(0, page, 1)

    def _open_node(self, level: int) -> _Node:
        if level == len(self._levels):
            self._levels.append(None)
        node = self._levels[level]
        if node is None:
            node = self._levels[level] = _Node(self._writer.reserve())
        return node

    def _adopt(self, level: int, child: int, pages: int) -> None:
        node = self._open_node(level)
        node.kids.append(child)
        node.pages += pages
        if len(node.kids) == _KIDS:
            self._close(level, node)

    def _close(self, level: int, node: _Node) -> None:
        """Writes a node below its parent."""
        self._levels[level] = None
        self._write(node, b"/Parent %d 0 R" % self._open_node(level + 1).number)
        self._adopt(level + 1, node.number, node.pages)

    def finish(self) -> int:
        """Writes what is open, from the leaves up. Returned: the number of the root. At least one page must be there."""
        level = 0
        while level < len(self._levels) - 1:
            if node := self._levels[level]:
                self._close(level, node)
            level += 1
        root = self._open_node(level)
        self._write(root, self._inherited)
        return root.number

    def _write(self, node: _Node, entries: bytes) -> None:
        kids = b" ".join(b"%d 0 R" % kid for kid in node.kids)
        self._writer.object(b"<</Type/Pages/Count %d/Kids[%b]%b>>" % (node.pages, kids, entries), node.number)


class _Node:
    """A node of the page tree that still takes kids."""

    __slots__ = ("kids", "number", "pages")

    def __init__(self, number: int) -> None:
        self.number = number
        self.kids: list[int] = []
        self.pages = 0
