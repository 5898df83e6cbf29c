"""What ledger entries were folded to, kept while the site runs: only what came since is read again.

Entries are never taken back, so a fold that was right stays right. What an open transaction sees may be: it is folded on
top of what is kept, and not kept itself.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import connection

T = TypeVar("T")


class Folds(Generic[T]):
    """The folds of many numbers, the last `most` that were asked for.

    start  of no entries;  after(fold, number, data)  with the next entry
    """

    def __init__(self, start: T, after: Callable[[T, str, bytes], T], *, most: int) -> None:
        self._start, self._after, self._most = start, after, most
        self._kept: OrderedDict[str, tuple[int, T]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, number: str, rows: Any, last: int | None = None) -> T:
        """The fold of a number's entries. rows: all of them;  last: the index of the last one, where the caller knows it."""
        index, fold = self._kept.get(number, (-1, self._start))
        if last is None or last > index:
            entries = rows.filter(index__gt=index).order_by("index").values_list("index", "data")
            for came, data in entries.iterator():
                index, fold = came, self._after(fold, number, bytes(data))
        if not connection.in_atomic_block:
            self._keep(number, index, fold)
        return fold

    def _keep(self, number: str, index: int, fold: T) -> None:
        with self._lock:
            if index >= self._kept.get(number, (-1, fold))[0]:
                self._kept[number] = index, fold
            self._kept.move_to_end(number)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
