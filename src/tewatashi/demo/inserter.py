"""A simulated inserter: it takes the printed sheets in their order, reads both sides, and writes a read-log.

What goes wrong on a real floor goes wrong here, by a seed: sheets that must be fed twice, sheets torn, stops after which
the last pieces are read again. It knows the sheets and the list of pieces to reject, and nothing of the job's records.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import orjson

_SEEN_AGAIN: Final = 5  # pieces before a stop that are read again: the factory's window


@dataclass(frozen=True)
class Troubles:
    """How many of 1,000 sheets are misread, torn, or stop the line."""

    misread: int = 4
    torn: int = 3
    stop: int = 2


class Inserter:
    """One run after the other over printed sheets; the lines of its log are numbered through.

    reject  pieces that go to the reject bin;  taken  lines that the factory has already;  recent  the last marks of the
    pieces enclosed before, which lie behind the machine still
    """

    def __init__(
        self,
        seed: int,
        reject: Iterable[str] = (),
        *,
        taken: int = 0,
        recent: Iterable[str] = (),
        troubles: Troubles | None = None,
    ) -> None:
        self._chance = random.Random(seed)
        self._reject = frozenset(reject)
        self._troubles = troubles or Troubles()
        self._n = taken
        self._recent: deque[str] = deque(recent, maxlen=_SEEN_AGAIN)

    def run(self, sheets: Iterable[tuple[str, str]]) -> Iterator[bytes]:
        """Read-log lines for sheets given as (front mark, back mark)."""
        yield self._line("start")
        for piece, group in groupby(sheets, lambda sheet: sheet[0][:20]):
            if piece in self._reject:
                yield from (self._line("withdraw", front) for front, _ in group)
            else:
                yield from self._piece(list(group))

    def _piece(self, sheets: Sequence[tuple[str, str]]) -> Iterator[bytes]:
        """What belongs into one envelope. After a stop it is fed again from its first sheet; of a torn one nothing is
        enclosed any more."""
        if self._happens(self._troubles.stop):
            gathered = self._chance.randrange(len(sheets))  # sheets fed before the stop
            yield from (self._line("read", front, back) for front, back in sheets[:gathered])
            yield self._line("stop")
            for seen in self._recent:
                yield self._line("recheck", seen)
            yield self._line("start")
        for front, back in sheets:
            if self._happens(self._troubles.misread):
                yield self._line("misread")
            if self._happens(self._troubles.torn):
                yield self._line("spoil", front)
                return
            yield self._line("read", front, back)
        self._recent.append(sheets[-1][0])

    @property
    def recent(self) -> tuple[str, ...]:
        """The last marks of the pieces that were enclosed last."""
        return tuple(self._recent)

    @property
    def written(self) -> int:
        """The number of the last line."""
        return self._n

    def _happens(self, of_thousand: int) -> bool:
        return self._chance.randrange(1000) < of_thousand

    def _line(self, event: str, front: str = "", back: str = "") -> bytes:
        self._n += 1
        line: dict[str, object] = {"n": self._n, "event": event}
        if front:
            line["front"] = front
        if back:
            line["back"] = back
        return orjson.dumps(line) + b"\n"
