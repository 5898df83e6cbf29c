"""Nothing is printed before every page of those very files was read back: each refusal, at the ward as at the factory."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from tests.core.cast_of_acts import NOW, REMADE, SHA, proofread
from tests.core.test_custody import STANDING, WALK, refusal, upto, walk
from tewatashi.core.acts import Act
from tewatashi.core.custody import decide
from tewatashi.core.refused import Refused

PRINTED: Final = next(one for one in WALK if one.kind == "pieces-printed")
OTHER: Final = "ab" * 32


def printed(**changes: object) -> Act:
    return replace(PRINTED, body={**PRINTED.body, **changes})


def upto_remake() -> list[Act]:
    return WALK[: next(n for n, one in enumerate(WALK) if one.body.get("sha256") == REMADE)]


@pytest.mark.requirement("WORK-2")
def test_files_that_nobody_read_are_not_printed() -> None:
    assert refusal([*upto("pages-proofread"), PRINTED]) == "not-proofread"
    assert refusal([*upto("pieces-printed"), printed(sha256=OTHER)]) == "not-proofread"


def test_a_refusal_names_the_files_and_what_was_read() -> None:
    with pytest.raises(Refused) as refused:
        decide(walk(upto("pieces-printed")), STANDING, printed(sha256=OTHER), NOW)
    assert (refused.value.found, refused.value.expected, refused.value.requirement) == (OTHER[:16], SHA[:16], "WORK-2")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"findings": 1}, "proof-differs"),
        ({"pages": 0}, "proof-empty"),
        ({"sha256": OTHER}, "other-files"),
        ({"pages": 19}, "count"),
        ({"pieces": 9}, "count"),
        ({"files": 2}, "count"),
    ],
)
def test_a_proof_that_found_something_or_read_other_files_is_no_proof(change: dict[str, object], code: str) -> None:
    assert refusal([*upto("pages-proofread"), proofread(**change)]) == code


def test_a_person_cannot_say_that_he_read_the_pages() -> None:
    assert refusal([*upto("pages-proofread"), replace(proofread(), by="takahashi")]) == "by-system"


def test_nothing_is_proofread_before_it_is_composed_or_after_it_is_enclosed() -> None:
    assert refusal([*upto("pieces-composed"), proofread()]) == "too-early"
    assert refusal([*upto("notices-delivered"), proofread()]) == "too-late"


def test_a_remake_needs_a_proof_of_its_own_files() -> None:
    remake = next(one for one in WALK if one.kind == "pieces-printed" and one.number("copy"))
    read = proofread(copy=1, pieces=1, pages=2, sha256=REMADE)
    assert refusal([*upto_remake(), remake]) == "not-proofread"
    assert refusal([*upto_remake(), replace(remake, body={**remake.body, "sha256": SHA})]) == "count"
    assert refusal([*upto_remake(), read, replace(remake, body={**remake.body, "pieces": 2})]) == "count"
    assert refusal([*upto_remake(), read, replace(remake, body={**remake.body, "copy": 2})]) == "count"
    assert walk([*upto_remake(), read, remake]).counts.remade == 1
