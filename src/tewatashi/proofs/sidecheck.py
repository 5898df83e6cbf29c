"""Compares many pages of one side at once with what should stand there: text by text, place by place, character by character.

All strings of the pages are laid out as one array of characters; where it equals the array of what is expected, every page
is right. Only where it doesn't are the pages gone through one by one, to name what disagrees.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, Final

import numpy as np

from tewatashi.proofs.expected import UNFIT, Columns
from tewatashi.proofs.filefonts import SEQUENCES
from tewatashi.proofs.finding import Finding, Findings
from tewatashi.proofs.formtext import Box, FormText, SideText, TextPlace
from tewatashi.proofs.lettering import Lettering, lettering_of
from tewatashi.proofs.own import Own
from tewatashi.proofs.printed import Drawn, Page, PrintedFile

_TOLERANCE: Final = 0.15  # mm
_RISE, _FALL = 0.88, 0.12  # em above and below the baseline that an ideograph takes

Numbers = np.ndarray[Any, Any]


class SideCheck:
    """Of one side of the form in one file. window: the envelope's, if this is the side that it shows."""

    def __init__(self, form: FormText, side: SideText, file: PrintedFile, window: tuple[Box, Box] | None) -> None:
        self._form, self._side, self._file, self._window = form, side, file, window
        self._slots = np.zeros(0, np.int32)
        self._misplaced = np.zeros(0, np.bool_)
        self._lefts = np.array([place.box[0] for place in side.texts] or [0.0])
        self._rights = np.array([place.box[2] for place in side.texts] or [0.0])
        self._wraps = np.array([place.wraps for place in side.texts] or [False])
        self._in_window = np.array([place.window for place in side.texts] or [False])
        self._backgrounds: dict[
            int, tuple[Drawn, frozenset[int]]
        ] = {}  # by id; the Drawn is kept so that it stays its own

    def check(self, pages: Sequence[Page], columns: Columns, tell: Tell) -> list[Page]:
        """pages: with what belongs to each in columns. Returned: the pages as they were read for good."""
        pages, lettering = lettering_of(pages, self._file)
        below = [self._below(page.drawn, row, tell) for row, page in enumerate(pages)]
        different = set(below)
        for there in different:
            rows = [row for row, each in enumerate(below) if each == there]
            part = lettering if len(different) == 1 else lettering_of([pages[row] for row in rows], self._file)[1]
            self._check(part, rows, columns, there, tell)
        return pages

    def _below(self, drawn: Drawn, row: int, tell: Tell) -> frozenset[int]:
        """The fixed places whose text stands in the page's background."""
        if id(drawn) not in self._backgrounds:
            self._backgrounds[id(drawn)] = drawn, self._background(drawn, row, tell)
        return self._backgrounds[id(drawn)][1]

    def _background(self, drawn: Drawn, row: int, tell: Tell) -> frozenset[int]:
        found: dict[int, list[tuple[float, float, str]]] = {}
        heads = self._heads()
        for head, string in drawn.texts:
            slot, text = int(self._slots[head]), self._file.fonts.text(int(heads["font"][head]), string)
            if slot < 0 or self._misplaced[head]:
                tell.add(row, "foreign", "背景の文字が、様式のどの枠にも入りません。")
            found.setdefault(slot, []).append((float(heads["y"][head]), float(heads["x"][head]), text))
        right = set()
        for slot, texts in found.items():
            if slot >= 0:
                place = self._side.texts[slot]
                written = "".join(text for _, _, text in sorted(texts))
                if place.fixed and _fixed(place, self._file.own) == (
                    written.replace(" ", "") if place.wraps else written
                ):
                    right.add(slot)
                else:
                    tell.add(row, "text", "背景の文字が様式と違います。", place)
        return frozenset(right)

    def _heads(self) -> Numbers:
        """The file's heads; each new one finds its place on this side."""
        columns = self._file.heads.columns
        known = len(self._slots)
        if known < len(columns):
            placed = [self._place_of(head) for head in columns[known:]]
            self._slots = np.concatenate([self._slots, np.array([slot for slot, _ in placed], np.int32)])
            self._misplaced = np.concatenate([self._misplaced, np.array([wrong for _, wrong in placed], np.bool_)])
        return columns

    def _place_of(self, head: Any) -> tuple[int, bool]:
        """The place whose box a string begins in, the smallest if there are several; whether it leaves it above or below."""
        x, y, em = float(head["x"]), float(head["y"]), float(head["em"])
        middle = y - (_RISE - _FALL) / 2 * em
        found = [
            ((right - left) * (foot - top), number)
            for number, (left, top, right, foot) in enumerate(place.box for place in self._side.texts)
            if left - _TOLERANCE <= x <= right - _TOLERANCE and top <= middle <= foot
        ]
        if not found:
            return -1, True
        slot = min(found)[1]
        _, top, _, foot = self._side.texts[slot].box
        return slot, not top - _TOLERANCE <= y - _RISE * em <= y + _FALL * em <= foot + _TOLERANCE

    def _check(
        self, lettering: Lettering, rows: list[int], columns: Columns, below: frozenset[int], tell: Tell
    ) -> None:
        places = self._side.texts
        used = [slot for slot in range(len(places)) if slot not in below]
        got = _Got(self, lettering, used)
        got.tell_misplaced(rows, tell, self._window)
        whole = len(rows) == len(columns.records)
        wanted = [_all_but(columns.text(places[slot]), None if whole else rows) for slot in used]
        texts = list(chain.from_iterable(zip(*wanted, [""] * len(rows), strict=True)))
        if not got.are(texts):
            self._tell_differences(got, texts, rows, tell)
        for place in places:
            if place.mandatory:
                self._tell_empty(place, columns, tell)

    def _tell_differences(self, got: _Got, texts: Sequence[str], rows: list[int], tell: Tell) -> None:
        for key, (text, found) in enumerate(zip(texts, got.texts(), strict=True)):
            if text != found:
                row, place = rows[key // got.count], self._side.texts[got.slot_of(key)]
                if UNFIT in text:
                    tell.add(row, "format", "値が様式の書式に合いません。", place)
                elif text and found:
                    tell.add(row, "text", "印字された文字がデータと違います。", place)
                else:
                    tell.add(row, "text", "印字がありません。" if text else "あるはずのない印字があります。", place)

    def _tell_empty(self, place: TextPlace, columns: Columns, tell: Tell) -> None:
        there = columns.there(place)
        shown = [columns.values(each.name) for each in place.shown]
        if all(map(all, shown)):
            return
        for row in range(len(columns.records)):
            if (there is None or there[row]) and not all(values[row] for values in shown):
                tell.add(row, "mandatory", "必ず印字する項目が空です。", place)


def _sums(values: Numbers, starts: Numbers, lengths: Numbers) -> Numbers:
    """Of each run of values; some may be empty."""
    sums, there = np.zeros(len(starts)), lengths > 0
    if there.any():
        sums[there] = np.add.reduceat(values, starts[there])
    return sums


def _fixed(place: TextPlace, own: Own) -> str:
    text = own.degrade("".join(part for part in place.parts if isinstance(part, str)))
    return text.replace(" ", "") if place.wraps else text


def _all_but(texts: list[str], rows: list[int] | None) -> list[str]:
    return texts if rows is None else [texts[row] for row in rows]


class Tell:
    """Where findings of a batch go. pieces, numbers: the piece and the page's number of each row."""

    def __init__(self, findings: Findings, file: int, pieces: Sequence[str], numbers: Sequence[int]) -> None:
        self._findings, self._file, self._pieces, self._numbers = findings, file, pieces, numbers

    def add(self, row: int, code: str, what: str, place: Any = None, items: tuple[str, ...] = ()) -> None:
        if isinstance(place, TextPlace):
            items = tuple(dict.fromkeys(each.name for each in place.shown))
        where = place.where if place is not None else ""
        self._findings.add(Finding(self._pieces[row], self._file, self._numbers[row], code, what, items, where))


class _Got:
    """The strings of pages as arrays. characters: code points, page by page, place by place, as they are read; lengths: by page
    and place; count: of places a page, the last of which stands for all whose text is in the background. used: the others."""

    def __init__(self, check: SideCheck, lettering: Lettering, used: list[int]) -> None:
        file, self._pages, self._check = check._file, len(lettering.counts), check
        self._used, self.count = used, len(used) + 1
        columns = check._heads()
        heads, lengths = lettering.heads, lettering.lengths
        self._page, self._odd = np.repeat(np.arange(self._pages), lettering.counts), lettering.odd
        flat = np.repeat(columns["font"][heads] << 16, lengths)
        flat += lettering.cids
        places = file.fonts.places[flat]
        points, widths, odd, blank = (table[places] for table in file.fonts.known)
        ends = np.cumsum(lengths)
        self._unknown = np.searchsorted(ends, np.flatnonzero(odd), "right")
        self._em, self._x, self._y = columns["em"][heads], columns["x"][heads], columns["y"][heads]
        self._wide = _sums(widths, ends - lengths, lengths) * self._em + columns["spaced"][heads] * lengths
        self._slot, self._wrong = check._slots[heads], check._misplaced[heads]
        self._go_on(columns["begins"][heads])
        points, lengths = self._without_breaks(points, lengths, np.flatnonzero(blank))
        points, lengths = self._expanded(points, lengths, file.fonts.sequences)
        self._order(points, lengths)

    def _go_on(self, begins: Numbers) -> None:
        """A string without a place of its own goes on where the one before it ended."""
        if begins.all():
            return
        self._x, self._y = self._x.copy(), self._y.copy()
        self._slot, self._wrong = self._slot.copy(), self._wrong.copy()
        for at in np.flatnonzero(~begins).tolist():
            if at:
                self._x[at], self._y[at] = self._x[at - 1] + self._wide[at - 1], self._y[at - 1]
                self._slot[at], self._wrong[at] = self._slot[at - 1], self._wrong[at - 1]

    def _without_breaks(self, points: Numbers, lengths: Numbers, blanks: Numbers) -> tuple[Numbers, Numbers]:
        """Blanks go where a line may have broken at one."""
        strings = np.searchsorted(np.cumsum(lengths), blanks, "right")
        gone = self._check._wraps[self._slot[strings]]
        if not gone.any():
            return points, lengths
        return np.delete(points, blanks[gone]), lengths - np.bincount(strings[gone], minlength=len(lengths))

    def _expanded(self, points: Numbers, lengths: Numbers, sequences: Sequence[str]) -> tuple[Numbers, Numbers]:
        """A glyph that stands for several code points becomes these."""
        several = np.flatnonzero(points >= SEQUENCES) if sequences else ()
        if not len(several):
            return points, lengths
        times = np.ones(len(points), np.int64)
        texts = [sequences[int(point) - SEQUENCES] for point in points[several]]
        times[several] = [len(text) for text in texts]
        strings = np.searchsorted(np.cumsum(lengths), several, "right")
        begin = np.cumsum(times) - times
        points = np.repeat(points, times)
        for at, text in zip(begin[several].tolist(), texts, strict=True):
            points[at : at + len(text)] = [ord(sign) for sign in text]
        return points, lengths + np.bincount(strings, times[several] - 1, len(lengths)).astype(np.int64)

    def _order(self, points: Numbers, lengths: Numbers) -> None:
        """By page, place, line and column."""
        numbers = np.full(max(len(self._check._side.texts), 1), len(self._used))
        numbers[self._used] = np.arange(len(self._used))
        self._key = self._page * self.count + numbers[np.maximum(self._slot, 0)]
        rank = (
            (self._key << 32)
            + (np.rint(self._y * 100).astype(np.int64) << 16)
            + np.rint(self._x * 100).astype(np.int64)
        )
        if (rank[1:] >= rank[:-1]).all() and (self._slot >= 0).all():  # as the press has them
            self.characters = points
            self.lengths = np.bincount(self._key, lengths, self._pages * self.count).astype(np.int64)
            return
        order = np.argsort(rank, kind="stable")
        kept = order[self._slot[order] >= 0]
        starts, sizes = (np.cumsum(lengths) - lengths)[kept], lengths[kept]
        moved = np.repeat(starts - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))
        self.characters = points[moved]
        self.lengths = np.bincount(self._key[kept], sizes, self._pages * self.count).astype(np.int64)

    def are(self, texts: Sequence[str]) -> bool:
        """Whether the strings are these texts, by page and place."""
        whole = np.frombuffer("\0".join([*texts, ""]).encode("utf-32-le", "surrogatepass"), "<u4")
        ends = np.cumsum(self.lengths + 1) - 1
        if len(ends) != len(texts) or len(whole) != len(self.characters) + len(ends) or whole[ends].any():
            return False
        inside = np.ones(len(whole), np.bool_)
        inside[ends] = False
        return np.array_equal(whole[inside], self.characters)

    def texts(self) -> list[str]:
        """By page and place, for telling what disagrees."""
        whole = self.characters.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
        ends = np.cumsum(self.lengths).tolist()
        return [whole[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]

    def slot_of(self, key: int) -> int:
        """The place of a text that `texts` gives."""
        at = key % self.count
        return self._used[at] if at < len(self._used) else int(self._slot[np.flatnonzero(self._key == key)[0]])

    def tell_misplaced(self, rows: Sequence[int], tell: Tell, window: tuple[Box, Box] | None) -> None:
        check = self._check
        slot = np.maximum(self._slot, 0)
        right = self._x + self._wide

        def say(at: Numbers, code: str, what: str) -> None:
            for each in at.tolist():
                place = check._side.texts[int(self._slot[each])] if self._slot[each] >= 0 else None
                tell.add(rows[int(self._page[each])], code, what, place)

        say(np.flatnonzero(self._slot < 0), "foreign", "様式のどの枠にもない文字が印字されています。")
        outside = self._wrong | (right > check._rights[slot] + _TOLERANCE) | (self._x < check._lefts[slot] - _TOLERANCE)
        say(np.flatnonzero(outside & (self._slot >= 0)), "outside", "文字が枠からはみ出しています。")
        say(np.unique(self._unknown), "glyph", "字形のない文字、または何の文字か分からない字形があります。")
        say(self._odd, "glyph", "文字の並びを読めません。")
        if window:
            self._tell_window(window, right, say)

    def _tell_window(self, window: tuple[Box, Box], right: Numbers, say: Any) -> None:
        ever, always = window
        top, foot = self._y - _RISE * self._em, self._y + _FALL * self._em
        seen = (self._x < ever[2]) & (right > ever[0]) & (top < ever[3]) & (foot > ever[1])
        own = self._check._in_window[np.maximum(self._slot, 0)] & (self._slot >= 0)
        say(np.flatnonzero(seen & ~own), "window", "用紙が封筒の中で動くと、宛名でない文字が窓から見えます。")
        inside = (self._x >= always[0] - _TOLERANCE) & (right <= always[2] + _TOLERANCE)
        inside &= (top >= always[1] - _TOLERANCE) & (foot <= always[3] + _TOLERANCE)
        say(np.flatnonzero(own & ~inside), "window", "用紙が封筒の中で動くと、宛名が窓から外れます。")
