"""The contractor is told by name who of the ward's people acted under the contract: once, and nobody else's name."""

from __future__ import annotations

from tests.ward.office import Office


def test_the_contractor_is_told_once_by_name_who_acted(office: Office) -> None:
    contract = office.agreed_contract()
    office.job(contract)
    last = office.job(contract)
    office.end.await_letter("job-opened", last)
    told = [one for one in office.end.came if one.kind == "staff-named" and one.body["contract"] == contract]
    people = [one.body["people"] for one in told]
    assert people == [[{"id": "tanaka", "name": "田中"}], [{"id": "sato", "name": "佐藤"}]]
    assert {one.recipient for one in told} == {office.end.factory.name}
