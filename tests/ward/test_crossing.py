"""While the ward changes the contract, what the factory did before it heard of that is on its way, and right."""

from __future__ import annotations

import pytest

from tests.at_a_screen import TurnedAwayError
from tests.core.cast_of_acts import STEPS
from tests.databases import rows_of
from tests.ward.office import Office


def received(office: Office, job: str, unheard: int) -> str:
    """Have the factory tell of the receipt as it knew the contract so many acts ago; the refusal's code, or nothing."""
    state = office.sato.state(job)
    factory = office.end.factory
    factory.unheard = unheard
    try:
        office.end.tell(
            "parcel-received", "system", job, pieces=3, place="factory/受信箱", parcel=state["parcel"],
            sha256=state["sha256"], size=state["size"],
        )  # fmt: skip
    finally:
        factory.unheard = 0
    [(refused,)] = rows_of(office.site, "SELECT refused FROM sitekit_inletter ORDER BY id DESC LIMIT 1")
    return str(refused)


@pytest.mark.requirement("WARD-OP-3")
def test_a_workflow_published_meanwhile_does_not_undo_what_the_factory_did(office: Office) -> None:
    contract = office.agreed_contract()
    job, other = office.sealed_job(contract), office.sealed_job(contract)
    office.sato.act(f"/contracts/{contract}/workflow", {"steps": "\n".join(STEPS)})
    assert received(office, job, unheard=-1) == "under-unknown"  # more than the ward has done
    assert received(office, job, unheard=1) == ""
    assert received(office, other, unheard=0) == "workflow-not-acknowledged"  # it had heard of it


def test_nobody_comes_to_know_less(office: Office) -> None:
    contract = office.agreed_contract()
    job = office.sealed_job(contract)
    assert received(office, job, unheard=4) == "under-back"  # its people were handed in as of an accepted roster
    assert received(office, job, unheard=0) == ""


@pytest.mark.requirement("CL-10")
def test_a_contract_is_not_given_to_another_company_while_it_holds_a_job(office: Office) -> None:
    contract = office.agreed_contract()
    job = office.sealed_job(contract)
    assert received(office, job, unheard=0) == ""
    body = office.form_of(f"/contracts/new?from={contract}", office.tanaka)
    with pytest.raises(TurnedAwayError, match=job):
        office.tanaka.act("/contracts/new", {**body, "contractor": "別の会社"})
    office.tanaka.act("/contracts/new", {**body, "privacy_mark_number": "第2号"})
