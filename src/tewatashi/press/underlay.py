"""A side's background as the ward's designer made it, ready for print files: a page of a PDF file as one form XObject.

press.underlay_file takes it out of the file, and says what it may hold.
"""

from __future__ import annotations

from dataclasses import dataclass

from tewatashi.press.pdf import PdfWriter

Tokens = tuple[bytes | int, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One object. tokens: its text, a number for a reference to another part; data: of a stream, whose dictionary's
    entries the tokens are then."""

    tokens: Tokens
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Underlay:
    """The first part is the form XObject of the page."""

    parts: tuple[Part, ...]


def write_underlay(writer: PdfWriter, underlay: Underlay) -> int:
    """Returned: the object number of the form XObject."""
    numbers = [writer.reserve() for _ in underlay.parts]
    for number, part in zip(numbers, underlay.parts, strict=True):
        body = b"".join(b"%d 0 R" % numbers[token] if isinstance(token, int) else token for token in part.tokens)
        if part.data is None:
            writer.object(body, number)
        else:
            writer.stream(part.data, body, number, level=9)
    return numbers[0]
