"""Who stands by when a copy is erased: named only if he is on the roster and somebody else (FAC-OP-7)."""

from __future__ import annotations

import pytest

from tests.factory.works import Works
from tewatashi.core.custody import KEY

FALSE = {"takahashi": "witness-self", "watanabe": "not-on-roster", "dareka": "not-on-roster"}


@pytest.mark.requirement("FAC-OP-7")
def test_no_false_witness_stands_in_the_ledger_whatever_is_erased(works: Works) -> None:
    job = works.confirmed_job()
    here = [one for one in works.takahashi.state(job)["things"] if one["alive"] and one["site"] == "factory"]
    things = [one["id"] for one in here if one["what"] != KEY]
    assert (len(here), len(things)) == (5, 4)
    acts, files = works.acts(job), works.files(job)
    for thing in things:
        for witness, code in FALSE.items():
            said = {"thing": thing, "method": "shredded", "witness": witness}
            assert works.takahashi.refused(f"/jobs/{job}/erase", said) == code
    assert (works.acts(job), works.files(job)) == (acts, files)
    for thing in things:
        works.takahashi.act(f"/jobs/{job}/erase", {"thing": thing, "method": "shredded", "witness": "suzuki"})
    assert (works.acts(job), works.files(job)) == ([*acts, *["copy-erased"] * 4], [])


@pytest.mark.requirement("FAC-OP-7")
def test_a_false_witness_of_everything_erases_nothing(works: Works) -> None:
    job = works.confirmed_job()
    acts, files = works.acts(job), works.files(job)
    for witness, code in FALSE.items():
        assert works.takahashi.refused(f"/jobs/{job}/erase", {"all": "1", "witness": witness}) == code
    assert (works.acts(job), works.files(job)) == (acts, files)
