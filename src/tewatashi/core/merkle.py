"""The Merkle tree of a ledger, hashed as RFC 6962 section 2.1 says, and its signed checkpoints (C2SP tlog-checkpoint)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Final

from tewatashi.core.refused import Refused
from tewatashi.core.signing import SigningKey, VerifyKey, open_note, sign_note

EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
Leaves = Callable[[int], bytes]  # index -> leaf hash
Roots = Callable[[int, int], bytes]  # first leaf, one after the last -> root of the leaves between


def leaf_hash(entry: bytes) -> bytes:
    """Hash of one entry; the 0x00 in front keeps an entry from passing for a node."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class Tree:
    """A tree as its compact range: the roots of its full subtrees, largest first. At most log2(size) hashes."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if len(self.peaks) != self.size.bit_count() or any(len(peak) != 32 for peak in self.peaks):
            raise ValueError("a tree of n leaves has as many peaks as n has bits")

    def append(self, leaf: bytes) -> Tree:
        """The tree with one leaf hash more."""
        peaks, size = list(self.peaks), self.size
        while size & 1:
            leaf = node_hash(peaks.pop(), leaf)
            size >>= 1
        return Tree(self.size + 1, (*peaks, leaf))

    @property
    def root(self) -> bytes:
        if not self.peaks:
            return EMPTY_ROOT
        *rest, root = self.peaks
        for peak in reversed(rest):
            root = node_hash(peak, root)
        return root


def tree_of(leaves: Iterable[bytes]) -> Tree:
    """The tree of leaf hashes, in O(log n) memory."""
    tree = Tree()
    for leaf in leaves:
        tree = tree.append(leaf)
    return tree


def _root(leaves: Leaves, start: int, end: int) -> bytes:
    return tree_of(leaves(index) for index in range(start, end)).root


def _split(size: int) -> int:
    """The largest power of two below size (size > 1)."""
    return 1 << ((size - 1).bit_length() - 1)


class Levels:
    """The hashes of all full subtrees: n leaves cost n hashes once, and a proof no more than log2(n) lookups and hashes."""

    def __init__(self, leaves: Iterable[bytes]) -> None:
        row = list(leaves)
        self._rows = [row]
        while len(row) > 1:
            row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)]
            self._rows.append(row)

    def root(self, start: int, end: int) -> bytes:
        """The root of the leaves from `start` to before `end`, where `start` is a multiple of every full subtree in them."""
        size = end - start
        if size == 0:
            return EMPTY_ROOT
        level = size.bit_length() - 1
        if size == 1 << level:
            return self._rows[level][start >> level]
        middle = start + _split(size)
        return node_hash(self.root(start, middle), self.root(middle, end))


def inclusion_proof(leaves: Leaves, index: int, size: int) -> list[bytes]:
    """The audit path of leaf `index` in the first `size` leaves (RFC 6962 2.1.1), leaf's side first."""
    return inclusion_path(partial(_root, leaves), index, size)


def inclusion_path(root: Roots, index: int, size: int) -> list[bytes]:
    """As `inclusion_proof`, from the roots of ranges of leaves (`Levels.root`)."""
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(root(middle, end))
            end = middle
        else:
            path.append(root(start, middle))
            start = middle
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Whether the path leads from the leaf to the root (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, result = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            result = node_hash(step, result)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            result = node_hash(result, step)
        node, last = node >> 1, last >> 1
    return last == 0 and result == root


def consistency_proof(leaves: Leaves, old: int, new: int) -> list[bytes]:
    """That the first `old` leaves are still the first of `new` ones (RFC 6962 2.1.2). Empty for old 0 or old = new."""
    return consistency_path(partial(_root, leaves), old, new)


def consistency_path(root: Roots, old: int, new: int) -> list[bytes]:
    """As `consistency_proof`, from the roots of ranges of leaves."""
    if not 0 <= old <= new:
        raise ValueError("a tree does not shrink")
    if old in (0, new):
        return []
    path: list[bytes] = []
    start, end, whole = 0, new, True
    while old - start != end - start:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(root(middle, end))
            end = middle
        else:
            path.append(root(start, middle))
            start, whole = middle, False
    if not whole:
        path.append(root(start, end))
    return path[::-1]


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: list[bytes]) -> bool:
    """Whether the path proves that the tree of `new` leaves begins with the tree of `old` ones (RFC 9162 2.1.4.2)."""
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == EMPTY_ROOT
    if not 0 < old < new or not path:
        return False
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            after = node_hash(after, step)
        node, last = node >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


@dataclass(frozen=True)
class Checkpoint:
    """The state of one ledger that its owner signs: whose, how many entries, which root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> bytes:
    return sign_note(checkpoint.text, key)


def open_checkpoint(data: bytes, key: VerifyKey) -> Checkpoint:
    """The checkpoint, signed by `key` whose name is the origin. Refused `checkpoint` or as `open_note` refuses."""
    text = open_note(data, [key]).text
    lines = text.split("\n")
    try:
        found = Checkpoint(lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True))
    except (IndexError, ValueError, binascii.Error):
        found = None
    if found is None or found.text != text or found.origin != key.name or found.size < 0 or len(found.root) != 32:
        raise Refused("checkpoint", "台帳の検証点として読めません。", do="送り直しを求めてください。")
    return found
