"""What an export shows: whether a ledger was rewritten, reordered, cut, forked or back-dated, and what two sites deny.

Rules
  - every signed checkpoint of a ledger, whoever holds it, is the root of that ledger's first entries
  - the last entry is under a checkpoint
  - entries do not go back in time, nor behind a checkpoint signed before them, nor ahead of one after them
  - what one site told another is in both ledgers, once, in the same words
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Final, Literal

from tewatashi.core.ledger import entry_number
from tewatashi.core.ledger_export import Export, Signed, Told
from tewatashi.core.letter import CHECKPOINT
from tewatashi.core.merkle import Checkpoint, Tree, open_checkpoint
from tewatashi.core.refused import Refused
from tewatashi.core.signing import VerifyKey

Code = Literal[
    "signature", "key-differs", "forked", "cut", "rewritten", "reordered", "unsigned-tail", "back-dated", "post-dated",
    "letter-missing", "letter-denied", "letter-differs", "letter-twice", "letter-under-way", "letter-later",
    "letter-refused", "not-in-tree", "left-out", "not-allowed", "state-differs", "rules-differ", "unwitnessed",
]  # fmt: skip

# Two sites' clocks, and two requests that wait for one lock, disagree by seconds without anybody's lie.
_SKEW: Final = 120
_TRY_SWAPS: Final = 64


@dataclass(frozen=True)
class Finding:
    """One thing found. grave  False for what is no lie by itself: a letter on its way, or one that the rules refused.

    ledger  name of the ledger it is in;  index  the entry, or the first of those concerned, counted from 0
    """

    code: Code
    ledger: str
    text: str
    index: int | None = None
    grave: bool = True


def verify(export: Export, other: Export | None = None, trusted: Iterable[VerifyKey] = ()) -> list[Finding]:
    """Everything that is wrong with an export, and with two of them side by side; empty when all is well.

    trusted  keys known by another way than the exports themselves (a card, a printed fingerprint)
    """
    known = {key.name: str(key) for key in trusted}
    if other is None:
        return [*_keys(export, known), *_ledger(export, [])]
    if other.header.origin == export.header.origin:
        raise Refused(
            "export-same", "同じ拠点の書出しです。", found=other.header.origin, do="相手の拠点の書出しを指定してください。"
        )  # fmt: skip
    return [
        *_keys(export, {**other.header.peers, **known}),
        *_keys(other, {**export.header.peers, **known}),
        *_ledger(export, _held_of(other, export.header.key)),
        *_ledger(other, _held_of(export, other.header.key)),
        *_third_ledgers(export, other),
        *compare_letters(_letters(export), _letters(other)),
        *compare_letters(_letters(other), _letters(export)),
    ]


def _keys(export: Export, known: dict[str, str]) -> Iterator[Finding]:
    if known.get(export.header.origin, export.header.vkey) != export.header.vkey:
        yield Finding("key-differs", export.header.origin, "書出しの鍵が、登録された鍵と違います。")


@dataclass(frozen=True)
class Witness:
    """An opened checkpoint, who holds it and since when."""

    point: Checkpoint
    holder: str
    at: int


def open_witnesses(notes: Iterable[Signed], key: VerifyKey, holder: str) -> Iterator[Witness | Finding]:
    """The checkpoints of the key's ledger, opened; a finding for each under a false signature."""
    for signed in notes:
        try:
            point = open_checkpoint(signed.note.encode("utf-8", "replace"), key)
        except Refused as refused:
            yield Finding("signature", key.name, f"{holder} が持つ検証点: {refused.wrong}")
        else:
            yield Witness(point, holder, _seconds(signed.at))


def _held_of(holder: Export, key: VerifyKey) -> list[Witness | Finding]:
    """The checkpoints of the key's ledger that another site's export holds."""
    notes = [signed for signed in holder.held if signed.note.split("\n", 1)[0] == key.name]
    return list(open_witnesses(notes, key, holder.header.origin))


def _ledger(export: Export, held: list[Witness | Finding]) -> Iterator[Finding]:
    origin = export.header.origin
    opened = [*open_witnesses(export.checkpoints, export.header.key, origin), *held]
    yield from (one for one in opened if isinstance(one, Finding))
    witnesses = sorted((one for one in opened if isinstance(one, Witness)), key=lambda one: one.point.size)
    yield from forks(witnesses)
    yield from _roots(export, witnesses)
    yield from _times(export, witnesses)


def forks(witnesses: list[Witness]) -> Iterator[Finding]:
    """Two checkpoints of one size with different roots."""
    seen: dict[int, Witness] = {}
    for one in witnesses:
        first = seen.setdefault(one.point.size, one)
        if first.point.root != one.point.root:
            text = (
                f"{one.point.size}行の台帳に、中身の違う検証点が二つ署名されています"
                f"（{first.holder} と {one.holder} が持つもの）。"
            )
            yield Finding("forked", one.point.origin, text, one.point.size)


def _roots(export: Export, witnesses: list[Witness]) -> Iterator[Finding]:
    origin, size = export.header.origin, export.header.size
    longest = max(witnesses, key=lambda one: one.point.size, default=None)
    if longest is not None and longest.point.size > size:
        text = f"台帳が{size}行しかありません。{longest.holder} は{longest.point.size}行の検証点を持っています。"
        yield Finding("cut", origin, text, size)
    trees = _trees(export, {one.point.size for one in witnesses if one.point.size <= size})
    good, bad = Tree(), None
    for one in witnesses:
        tree = trees.get(one.point.size)
        if tree is None:
            continue
        if tree.root != one.point.root:
            bad = one
            break
        good = tree
    if bad is not None:
        yield _changed(export, good, bad)
    elif max((one.point.size for one in witnesses), default=0) < size:
        yield Finding("unsigned-tail", origin, "台帳の終わりの行が、どの検証点にも入っていません。", good.size)


def _trees(export: Export, sizes: set[int]) -> dict[int, Tree]:
    tree, trees = Tree(), {}
    last = max(sizes, default=0)
    for index in range(last + 1):
        if index in sizes:
            trees[index] = tree
        if index < last:
            tree = tree.append(export.leaf(index))
    return trees


def _changed(export: Export, good: Tree, bad: Witness) -> Finding:
    """Whether only the order was changed, if another order can be found that gives the signed root."""
    segment = range(good.size, bad.point.size)
    where = f"{entry_number(good.size)}行目から{bad.point.size}行目まで"
    for order in _orders(export, list(segment)):
        tree = good
        for index in order:
            tree = tree.append(export.leaf(index))
        if tree.root == bad.point.root:
            text = f"{where}の順序が、{bad.holder} が持つ検証点と違います。"
            first = next(index for index, other in zip(segment, order, strict=True) if index != other)
            return Finding("reordered", export.header.origin, text, first)
    text = f"{where}のどこかが、{bad.holder} が持つ検証点の後で書き換えられています。"
    return Finding("rewritten", export.header.origin, text, good.size)


def _orders(export: Export, segment: list[int]) -> Iterator[list[int]]:
    yield sorted(segment, key=lambda index: export.times[index])
    if len(segment) <= _TRY_SWAPS:
        for one, two in combinations(range(len(segment)), 2):
            order = list(segment)
            order[one], order[two] = order[two], order[one]
            yield order


def _times(export: Export, witnesses: list[Witness]) -> Iterator[Finding]:
    origin, made = export.header.origin, _seconds(export.header.at)
    for one in witnesses:
        if 0 < one.point.size <= export.header.size and export.times[one.point.size - 1] > one.at + _SKEW:
            text = f"行の時刻が、{one.holder} がその検証点を得た時刻より後です。"
            yield Finding("post-dated", origin, text, one.point.size - 1)
    signed = {one.point.size: one.at for one in witnesses if one.holder == origin}
    floor, why = 0, ""
    for index, at in enumerate(export.times):
        if signed.get(index, 0) > floor:
            floor, why = signed[index], "その前に署名された検証点"
        if at > made + _SKEW:
            yield Finding("post-dated", origin, "行の時刻が、書出しの時刻より後です。", index)
        if at < floor - _SKEW:
            yield Finding("back-dated", origin, f"行の時刻が、{why}より前です。", index)
        elif at > floor:
            floor, why = at, "前の行"


def _third_ledgers(export: Export, other: Export) -> Iterator[Finding]:
    """A third site that showed each of the two another ledger."""
    both = export.header.peers.keys() & other.header.peers.keys()
    for name in sorted(both):
        if export.header.peers[name] != other.header.peers[name]:
            yield Finding("key-differs", name, "二つの拠点が、この拠点の別々の鍵を登録しています。")
            continue
        key = VerifyKey.parse(export.header.peers[name])
        opened = [*_held_of(export, key), *_held_of(other, key)]
        yield from (one for one in opened if isinstance(one, Finding))
        yield from forks([one for one in opened if isinstance(one, Witness)])


@dataclass(frozen=True)
class Letters:
    """Whose ledger names which letters, and when it was written out."""

    origin: str
    at: str
    told: tuple[Told, ...]


def _letters(export: Export) -> Letters:
    return Letters(export.header.origin, export.header.at, export.told)


def compare_letters(sender: Letters, recipient: Letters) -> Iterator[Finding]:
    """Letters of one direction, compared both ways."""
    way = (sender.origin, recipient.origin)
    told = [one for one in sender.told if (one.sender, one.recipient) == way]
    held = [one for one in recipient.told if (one.sender, one.recipient) == way]
    yield from _twice(way[0], told)
    yield from _twice(way[1], held)
    holds, tells = {one.letter: one for one in held}, {one.letter: one for one in told}
    last = max((place for place, one in enumerate(told) if one.letter in holds), default=-1)
    for place, one in enumerate(told):
        if one.letter not in holds:
            yield _not_held(one, way, under_way=place > last)
        elif not holds[one.letter].says:
            text = f"{way[0]} の手紙（{one.kind}）を、{way[1]} は規則により断っています。"
            yield Finding("letter-refused", way[1], text, holds[one.letter].index, grave=False)
        elif holds[one.letter].says != one.says:
            text = f"{way[0]} の手紙（{one.kind}）が、{way[1]} の台帳では違う内容になっています。"
            yield Finding("letter-differs", way[1], text, holds[one.letter].index)
    for one in held:
        if one.letter not in tells and one.kind != CHECKPOINT:  # no ledger tells of its own checkpoints
            yield _not_told(one, way, later=_seconds(one.at) > _seconds(sender.at))


def _not_held(one: Told, way: tuple[str, str], *, under_way: bool) -> Finding:
    if under_way:
        text = f"{way[0]} の手紙（{one.kind}）は、まだ {way[1]} の台帳にありません。"
        return Finding("letter-under-way", way[0], text, one.index, grave=False)
    text = f"{way[0]} が知らせた手紙（{one.kind}）が、{way[1]} の台帳にありません。後の手紙はあります。"
    return Finding("letter-missing", way[1], text, one.index)


def _not_told(one: Told, way: tuple[str, str], *, later: bool) -> Finding:
    if later:
        text = f"{way[1]} が受け取った手紙（{one.kind}）は、{way[0]} の書出しより後のものです。"
        return Finding("letter-later", way[1], text, one.index, grave=False)
    text = f"{way[1]} が受け取った手紙（{one.kind}）が、{way[0]} の台帳にありません。"
    return Finding("letter-denied", way[0], text, one.index)


def _twice(ledger: str, letters: list[Told]) -> Iterator[Finding]:
    seen: set[str] = set()
    for one in letters:
        if one.letter in seen:
            yield Finding("letter-twice", ledger, f"一通の手紙（{one.kind}）が二度記録されています。", one.index)
        seen.add(one.letter)


def _seconds(at: str) -> int:
    return int(datetime.fromisoformat(at).timestamp())
