"""The strings of many pages as arrays: how each is set, how long it is, and the CIDs of all.

Pages of the usual shape are cut up together. Where anything in their texts is unusual they are cut up one by one, and those that
can't be are read operator by operator.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, Final, NamedTuple

import numpy as np

from tewatashi.proofs.content import cut_texts
from tewatashi.proofs.printed import Page, PrintedFile

Numbers = np.ndarray[Any, Any]

_SHOWN: Final = b"()Tj\n"
_BY_TURNS: Final = np.array([True, False])


class Lettering(NamedTuple):
    """counts: strings of each page; heads: numbers in the file's Heads, and lengths: CIDs, of each string; cids: of all, one after
    another; odd: strings that are no CIDs of two bytes, whose length is given as 0."""

    counts: Numbers
    heads: Numbers
    lengths: Numbers
    cids: Numbers
    odd: Numbers


def lettering_of(pages: Sequence[Page], file: PrintedFile) -> tuple[list[Page], Lettering]:
    """The pages too, as some may have been read anew."""
    together = _together([page.texts for page in pages if page.texts is not None], file)
    if together is not None and all(page.texts is not None for page in pages):
        return list(pages), together
    settled = [_settled(page, file) for page in pages]
    return settled, _one_by_one(settled)


def _together(texts: Sequence[bytes], file: PrintedFile) -> Lettering | None:
    whole = b"".join(texts)
    signs = np.frombuffer(whole, np.uint8)
    brackets = np.flatnonzero((signs & 0xFE) == ord("("))  # ( and ) differ in their last bit
    opens, closes = brackets[::2], brackets[1::2]
    if (
        len(opens) != len(closes)
        or (signs[opens] != ord("(")).any()
        or (signs[closes] != ord(")")).any()
        or b"\\" in whole
    ):
        return None
    if not all((signs[closes + step] == sign).all() for step, sign in enumerate(b"Tj\n", 1)):
        return None
    lengths = closes - opens - 1
    if (lengths % 2).any():
        return None
    pieces = np.diff(np.column_stack([opens + 1, closes]).ravel(), prepend=0, append=len(signs))
    outside = np.repeat(_BY_TURNS[np.arange(len(pieces)) % 2], pieces)
    numbers = file.heads.numbers(signs[outside].tobytes().split(_SHOWN)[:-1])
    if numbers is None or len(numbers) != len(opens):
        return None
    ends = np.cumsum([len(each) for each in texts])
    counts = np.diff(np.searchsorted(closes, ends), prepend=0)
    cids = np.frombuffer(signs[~outside].tobytes(), ">u2")
    return Lettering(counts, numbers, lengths // 2, cids, np.zeros(0, np.int64))


def _settled(page: Page, file: PrintedFile) -> Page:
    """A page whose heads and strings are known."""
    if page.texts is None:
        return page
    cut = cut_texts(page.texts)
    heads = file.heads.numbers(cut[0]) if cut else None
    if cut is None or heads is None:
        return file.plainly(page)
    page.texts, page.heads, page.strings = None, heads.tolist(), cut[1]
    return page


def _one_by_one(pages: Sequence[Page]) -> Lettering:
    strings = list(chain.from_iterable([page.strings for page in pages]))
    sizes = np.fromiter(map(len, strings), np.int64, len(strings))
    odd = np.flatnonzero(sizes % 2)
    if len(odd):
        strings = [string if len(string) % 2 == 0 else b"" for string in strings]
        sizes = np.fromiter(map(len, strings), np.int64, len(strings))
    return Lettering(
        np.array([len(page.heads) for page in pages], np.int64),
        np.array(list(chain.from_iterable([page.heads for page in pages])), np.int64),
        sizes // 2, np.frombuffer(b"".join(strings), ">u2"), odd,
    )  # fmt: skip


def shown_on(page: Page, file: PrintedFile) -> list[tuple[int, bytes]]:
    """Head and string of each text of a page."""
    settled = _settled(page, file)
    return list(zip(settled.heads, settled.strings, strict=True))
