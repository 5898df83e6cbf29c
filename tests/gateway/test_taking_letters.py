"""What another site tells is decided again; what the rules refuse stands as refused, and the row goes on."""

from __future__ import annotations

import pytest

from tests.counterparty import job_body
from tests.gateway.station import Station

pytestmark = pytest.mark.requirement("WARD-LG-2")

REFUSED = "SELECT seq, refused FROM sitekit_inletter WHERE sender = ? ORDER BY seq DESC LIMIT 1"


def post(site: Station, note: bytes) -> None:
    assert site.line.post("/api/letters", content=note).json() == {"taken": "new"}


def last(site: Station) -> tuple[object, ...]:
    row: tuple[object, ...] = site.rows(REFUSED, site.ward.name)[0]
    return row


def test_a_told_act_that_the_rules_refuse_stands_as_refused_with_an_alarm_and_the_next_is_taken(site: Station) -> None:
    number = site.job()
    again = site.ward.letter(site.name, "job-opened", "sato", number, job_body())
    post(site, again)
    seq = site.ward.written[site.name]
    assert last(site) == (seq, "done-already")
    assert site.acts(number) == ["job-opened", "letter-refused"]
    about, evidence = site.rows("SELECT about, evidence FROM sitekit_alarm ORDER BY id DESC LIMIT 1")[0]
    assert (about, bytes(evidence)) == (f"{site.ward.name} {seq}", again)
    site.job()
    assert last(site) == (seq + 1, "")


@pytest.mark.parametrize(
    ("kind", "by", "job", "body", "code"),
    [
        ("parcel-sent", "sato", "R8-0001", {"parcel": "ab" * 16}, "letter-kind"),
        ("parcel-voided", "sato", "R8-7777", {"parcel": "ab" * 16, "reason": "見本"}, "job-unknown"),
        ("parcel-voided", "sato", None, {"parcel": "ab" * 16, "reason": "見本"}, "act-place"),
        ("parcel-received", "system", "R8-0001", {
            "parcel": "ab" * 16, "sha256": "cd" * 32, "size": 1, "pieces": 3, "place": "factory/受信箱",
        }, "act-site"),
        ("job-opened", "sato", "R" * 61, job_body(), "number-long"),
        ("job-opened", "sato", "R8-7778", {**job_body(), "contract": "R8-99"}, "contract-unknown"),
        ("job-opened", "sato", "R8-7779", {**job_body(), "contract": "R" * 99}, "contract-unknown"),
        ("workflow-published", "sato", None, {"contract": "R8-1", "version": 9, "steps": ["受領"]}, "version"),
    ],
)  # fmt: skip
def test_whatever_is_told_amiss_is_taken_in_and_refused(
    site: Station, kind: str, by: str, job: str | None, body: dict[str, object], code: str
) -> None:
    before = site.rows("SELECT kind FROM sitekit_ledgerentry WHERE kind NOT IN ('letter-refused', 'access-log')")
    post(site, site.ward.letter(site.name, kind, by, job, body))
    assert last(site) == (site.ward.written[site.name], code)
    after = site.rows("SELECT kind FROM sitekit_ledgerentry WHERE kind NOT IN ('letter-refused', 'access-log')")
    assert after == before


def test_a_letter_about_a_number_too_long_for_us_is_carried_all_the_same(site: Station) -> None:
    site.end.open()
    body = {"parcel": "ab" * 16, "reason": "見本"}
    note = site.ward.letter(site.end.party.name, "parcel-voided", "sato", "R" * 200, body)
    post(site, note)
    site.end.until(lambda: note in site.end.raw)
