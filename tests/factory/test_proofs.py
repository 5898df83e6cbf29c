"""The factory submits the proof of a form, and composes only as the ward approved it."""

from __future__ import annotations

from itertools import count

import orjson
import pytest

from tests.counterparty import contract_letters
from tests.factory.works import Works
from tewatashi.carriers import lgwan
from tewatashi.core.approval import Fingerprint
from tewatashi.press.shipped import load_shipped_form

_NUMBERS = count(50)


@pytest.fixture
def page(works: Works) -> str:
    """The page of the form's proof, under a contract of its own."""
    contract = f"R8-{next(_NUMBERS)}"
    for letter in contract_letters(works.ward, "factory.test", contract=contract):
        lgwan.post_letter(works.line, letter)
    return f"/contracts/{contract}/proofs/tokusoku"


def submitted(works: Works, page: str) -> list[dict[str, object]]:
    rows = works.rows(
        "SELECT data FROM sitekit_ledgerentry WHERE kind = 'proof-submitted' AND contract = ? ORDER BY \"index\"",
        page.split("/")[2],
    )
    return [orjson.loads(bytes(data))["body"]["act"] for (data,) in rows]


def test_a_supervisor_submits_the_proof_with_what_it_was_made_with(works: Works, page: str) -> None:
    contract = page.rsplit("/", 2)[0]
    assert "見本を提出する" in works.suzuki.page(contract)
    assert load_shipped_form("tokusoku").fingerprint in works.takahashi.page(page)
    assert works.takahashi.post(page).status_code == 403
    works.suzuki.act(page)
    [said] = submitted(works, page)
    assert (said["version"], said["pages"]) == (1, 4)
    fingerprint = said["fingerprint"]
    assert isinstance(fingerprint, dict)
    assert fingerprint["form"] == load_shipped_form("tokusoku").fingerprint
    assert works.suzuki.refused(page) == "proof-waiting"
    assert "区の回答待ち" in works.takahashi.page(contract)
    assert len(submitted(works, page)) == 1


def test_a_proof_that_was_sent_back_is_submitted_anew(works: Works, page: str) -> None:
    works.suzuki.act(page)
    answer = {"contract": page.split("/")[2], "form": "tokusoku", "version": 1, "reason": "期別の位置が違います。"}
    works.tell("proof-refused", "tanaka", None, **answer)
    assert "期別の位置が違います。" in works.suzuki.page(page)
    works.suzuki.act(page)
    assert [said["version"] for said in submitted(works, page)] == [1, 2]


def test_what_is_approved_is_not_submitted_again(works: Works, page: str) -> None:
    works.suzuki.act(page)
    [said] = submitted(works, page)
    whole = Fingerprint(**said["fingerprint"]).whole  # type: ignore[arg-type]
    answer = {"contract": page.split("/")[2], "form": "tokusoku", "version": 1, "fingerprint": whole}
    works.tell("proof-approved", "tanaka", None, **answer)
    assert "✓ 承認された見本と同じです" in works.suzuki.page(page)
    assert works.suzuki.refused(page) == "proof-same"


def test_a_form_of_no_contract_has_no_proof(works: Works, page: str) -> None:
    assert works.suzuki.refused(page.replace("tokusoku", "saikoku")) == "form-not-in-contract"


def test_the_proof_is_shown_as_a_pdf(works: Works) -> None:
    answer = works.takahashi.get("/forms/tokusoku/proof.pdf")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
