"""Handing the password notice over: by hand or by registered mail, to somebody on the roster."""

from __future__ import annotations

import pytest

from tests.ward.office import Office, notice

pytestmark = pytest.mark.requirement("FAC-LG-2")


def test_handed_to_somebody_on_the_roster_it_is_in_that_hand(office: Office, contract: str) -> None:
    job = office.sealed_job(contract)
    office.sato.act(f"/jobs/{job}/password-notice", notice())
    thing = next(one for one in office.sato.state(job)["things"] if one["what"] == "パスワード通知書")
    assert (thing["hand"], thing["place"], thing["alive"]) == ("takahashi", None, True)
    assert "所持: 高橋" in office.kansa.page(f"/jobs/{job}")


def test_mailed_it_needs_the_tracking_number(office: Office, contract: str) -> None:
    job = office.sealed_job(contract)
    acts = office.acts()
    answer = office.sato.post(f"/jobs/{job}/password-notice", notice(route="registered-mail"))
    assert (answer.status_code, "引受番号" in answer.text) == (422, True)
    assert office.acts() == acts
    office.sato.act(f"/jobs/{job}/password-notice", notice(route="registered-mail", tracking="123-45-67890-1"))
    assert "123-45-67890-1" in office.kansa.page(f"/jobs/{job}")


@pytest.mark.parametrize("somebody", ["watanabe", "ito"])
def test_nobody_who_is_not_on_the_roster_gets_it(office: Office, contract: str, somebody: str) -> None:
    job = office.sealed_job(contract)
    acts = office.acts()
    answer = office.sato.post(f"/jobs/{job}/password-notice", notice(to=somebody))
    assert (answer.status_code, "FAC-OP-2" in answer.text) == (422, True)
    assert office.acts() == acts


def test_there_is_no_way_over_the_network(office: Office, contract: str) -> None:
    job = office.sealed_job(contract)
    acts = office.acts()
    answer = office.sato.post(f"/jobs/{job}/password-notice", notice(route="mail"))
    assert answer.status_code == 422
    assert office.acts() == acts
