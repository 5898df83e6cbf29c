"""The copy of a certificate as an act: of which certificate, with which bytes."""

from __future__ import annotations

import pytest

from tests.core.cast_of_acts import CONTRACT, SHA, act, standing
from tewatashi.core import contract as contracts
from tewatashi.core.acts import Act
from tewatashi.core.contract import Standing
from tewatashi.core.refused import Refused


def attached(**changes: object) -> Act:
    said = {"which": "privacy-mark", "number": "P1", "expires": "2027-03-31", "sha256": SHA, "size": 4096}
    return act("certificate-attached", "ward", "sato", **{"contract": "R8-1", **said, **changes})


def after(under: Standing, one: Act) -> Standing:
    return contracts.evolve(under, contracts.decide(under, one))


@pytest.mark.requirement("WORK-6")
def test_a_copy_is_known_by_its_certificate_and_its_bytes() -> None:
    under = standing()
    assert under.copy("privacy-mark") is None
    copy = after(under, attached()).copy("privacy-mark")
    assert copy is not None
    assert (copy.certificate, copy.sha256, copy.size) == (under.contract.privacy_mark, SHA, 4096)


@pytest.mark.parametrize(
    "changes", [{"number": "P2"}, {"expires": "2028-03-31"}, {"which": "lgwan-asp"}, {"number": "A1"}]
)
def test_a_copy_of_another_certificate_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        contracts.decide(standing(), attached(**changes))
    assert (refused.value.code, refused.value.requirement) == ("certificate-unknown", "WORK-6")


def test_what_is_not_registered_has_no_copy() -> None:
    with pytest.raises(Refused, match="登録なし"):
        contracts.decide(standing(channel="disc", lgwan_asp=None, connection=None), attached(which="lgwan-asp"))


@pytest.mark.requirement("WORK-6")
def test_a_renewed_certificate_needs_a_copy_of_its_own() -> None:
    renewed = {**CONTRACT, "privacy_mark": {"number": "P1", "expires": "2029-03-31"}}
    under = after(after(standing(), attached()), Act("contract-made", "ward", "tanaka", renewed))
    assert under.copy("privacy-mark") is None
    assert after(under, attached(expires="2029-03-31")).copy("privacy-mark") is not None
