import hashlib
import random

import pytest

from tewatashi.core.merkle import (
    Checkpoint,
    Levels,
    consistency_path,
    consistency_proof,
    inclusion_path,
    inclusion_proof,
    leaf_hash,
    node_hash,
    open_checkpoint,
    sign_checkpoint,
    tree_of,
    verify_consistency,
    verify_inclusion,
)
from tewatashi.core.refused import Refused
from tewatashi.core.signing import SigningKey

KEY = SigningKey.generate("ward.example", random.Random(3).randbytes)
LEAVES = [leaf_hash(str(n).encode()) for n in range(33)]
# The leaves of Certificate Transparency's reference tests and the roots that they give.
CT_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
CT_ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def naive(leaves: list[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(naive(leaves[:k]), naive(leaves[k:]))


def test_the_roots_are_those_of_certificate_transparency() -> None:
    leaves = [leaf_hash(bytes.fromhex(leaf)) for leaf in CT_LEAVES]
    assert {n: tree_of(leaves[:n]).root.hex() for n in CT_ROOTS} == CT_ROOTS


def test_the_compact_range_gives_the_root_of_the_definition() -> None:
    for size in range(len(LEAVES) + 1):
        assert tree_of(LEAVES[:size]).root == naive(LEAVES[:size])


def test_every_leaf_is_proven_and_no_other_in_its_place() -> None:
    for size in range(1, 34):
        root = naive(LEAVES[:size])
        for index in range(size):
            path = inclusion_proof(LEAVES.__getitem__, index, size)
            assert verify_inclusion(LEAVES[index], index, size, path, root)
            assert not verify_inclusion(leaf_hash(b"x"), index, size, path, root)
            assert not verify_inclusion(LEAVES[index], index, size, [*path, root], root)


def test_every_older_tree_is_proven_and_no_rewritten_one() -> None:
    for new in range(34):
        for old in range(new + 1):
            path = consistency_proof(LEAVES.__getitem__, old, new)
            old_root, new_root = naive(LEAVES[:old]), naive(LEAVES[:new])
            assert verify_consistency(old, new, old_root, new_root, path)
            assert not verify_consistency(old, new, leaf_hash(b"rewritten"), new_root, path)
            assert not verify_consistency(old, new, old_root, leaf_hash(b"rewritten"), path) or old == 0


def test_the_hashes_of_full_subtrees_give_the_same_proofs() -> None:
    levels = Levels(LEAVES)
    for new in range(34):
        assert levels.root(0, new) == naive(LEAVES[:new])
        for old in range(new + 1):
            assert consistency_path(levels.root, old, new) == consistency_proof(LEAVES.__getitem__, old, new)
        for index in range(new):
            assert inclusion_path(levels.root, index, new) == inclusion_proof(LEAVES.__getitem__, index, new)


def test_a_checkpoint_reads_back_and_a_foreign_one_is_refused() -> None:
    checkpoint = Checkpoint("ward.example", 33, naive(LEAVES))
    note = sign_checkpoint(checkpoint, KEY)
    assert open_checkpoint(note, KEY.verify_key) == checkpoint
    with pytest.raises(Refused):
        open_checkpoint(note, SigningKey.generate("ward.example", random.Random(4).randbytes).verify_key)
    with pytest.raises(Refused, match="検証点"):
        open_checkpoint(sign_checkpoint(Checkpoint("factory.example", 33, naive(LEAVES)), KEY), KEY.verify_key)
