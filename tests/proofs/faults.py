"""Ten kinds of faults, planted one by one in a finished print file; of reminders (tokusoku), front and back a piece."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable, Sequence

import pikepdf

from tests.proofs.prints import images, respliced, saved

Pages = list[bytes]  # content streams, by page
Plant = Callable[[Pages, int, random.Random], None]
_SHOWN = re.compile(rb"(/F\d+ ([0-9.]+) Tf 1 0 0 1 ([0-9.]+) ([0-9.]+) Tm)\(([^()]*)\)Tj\n")


def _a_character(pages: Pages, piece: int, rand: random.Random) -> None:
    """One character of a text becomes that next to it."""
    shown = [found for found in _SHOWN.finditer(pages[2 * piece]) if len(set(_pairs(found[5]))) > 1]
    found = rand.choice(shown)
    pairs = _pairs(found[5])
    at = next(at for at in range(len(pairs) - 1) if pairs[at] != pairs[at + 1])
    pairs[at] = pairs[at + 1]
    pages[2 * piece] = _with(pages[2 * piece], found.span(5), b"".join(pairs))


def _a_text_lost(pages: Pages, piece: int, rand: random.Random) -> None:
    found = rand.choice(list(_SHOWN.finditer(pages[2 * piece])))
    pages[2 * piece] = _with(pages[2 * piece], found.span(), b"")


def _a_text_moved(pages: Pages, piece: int, rand: random.Random) -> None:
    """Sixty points to the right: out of its box."""
    found = rand.choice(list(_SHOWN.finditer(pages[2 * piece])))
    pages[2 * piece] = _with(pages[2 * piece], found.span(3), b"%.2f" % (float(found[3]) + 250))


def _anothers_text(pages: Pages, piece: int, rand: random.Random) -> None:
    """The addressee's name of another piece."""
    own, other = (
        re.search(rb"(/F\d+ 14 Tf[^(]*)\(([^()]*)\)", pages[at]) for at in (2 * piece, 2 * _other(pages, piece))
    )
    assert own
    assert other
    pages[2 * piece] = _with(pages[2 * piece], own.span(2), other[2] if other[2] != own[2] else own[2][:-2])


def _code(columns: int) -> Plant:
    def plant(pages: Pages, piece: int, rand: random.Random) -> None:
        """A module of a code turns."""
        page = next(at for at in _round(pages, piece) if any(each[0] == columns for each in images(pages[at])))
        content = bytearray(pages[page])
        _, _, start, end = next(each for each in images(pages[page]) if each[0] == columns)
        content[rand.randrange(start, min(end, start + columns // 8))] ^= 1 << rand.randrange(8)
        pages[page] = bytes(content)

    return plant


def _a_page_lost(pages: Pages, piece: int, rand: random.Random) -> None:
    pages[2 * piece + rand.randrange(2)] = b""


def _backs_changed(pages: Pages, piece: int, rand: random.Random) -> None:
    other = _other(pages, piece)
    pages[2 * piece + 1], pages[2 * other + 1] = pages[2 * other + 1], pages[2 * piece + 1]


def _a_foreign_text(pages: Pages, piece: int, rand: random.Random) -> None:
    """A text of the page a second time, in the window."""
    found = rand.choice(list(_SHOWN.finditer(pages[2 * piece])))
    again = (
        re.sub(rb"Tm$", b"", found[1]).rsplit(b" 1 0 0 1 ", 1)[0] + b" 1 0 0 1 70.00 690.00 Tm(" + found[5] + b")Tj\n"
    )
    pages[2 * piece] = _with(pages[2 * piece], (found.end(), found.end()), again)


KINDS: dict[str, Plant] = {
    "a character": _a_character, "a text lost": _a_text_lost, "a text moved": _a_text_moved,
    "another's name": _anothers_text, "the mark": _code(16), "the customer barcode": _code(133),
    "the payment code": _code(288), "a page lost": _a_page_lost, "backs changed": _backs_changed,
    "a foreign text": _a_foreign_text,
}  # fmt: skip


def planted(data: bytes, faults: Sequence[tuple[str, int]], seed: int) -> bytes:
    """The file with faults: kind, and number of the piece in the file. Where no page is lost, it stays a file as the press writes
    it."""
    rand = random.Random(seed)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pages = [page.obj.Contents.read_bytes() for page in pdf.pages]
        before = list(pages)
        for kind, piece in faults:
            KINDS[kind](pages, piece, rand)
        if all(pages):
            changed = {at: content for at, content in enumerate(pages) if content != before[at]}
            return respliced(data, {at: lambda _, content=content: content for at, content in changed.items()})  # type: ignore[misc]
        for at in reversed(range(len(pages))):
            if not pages[at]:
                del pdf.pages[at]
            elif pages[at] != before[at]:
                pdf.pages[at].obj.Contents = pdf.make_stream(pages[at])
        return saved(pdf)


def _pairs(string: bytes) -> list[bytes]:
    return [string[at : at + 2] for at in range(0, len(string), 2)]


def _with(content: bytes, span: tuple[int, int], other: bytes) -> bytes:
    return content[: span[0]] + other + content[span[1] :]


def _other(pages: Pages, piece: int) -> int:
    return piece + 1 if 2 * piece + 3 < len(pages) else piece - 1


def _round(pages: Pages, piece: int) -> list[int]:
    """The piece's front, then those after it."""
    return [*range(2 * piece, len(pages), 2), *range(0, 2 * piece, 2)]
