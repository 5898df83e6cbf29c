"""The sites hold each other's checkpoints: a ledger that was rewritten is found out and can't be told away."""

from __future__ import annotations

import pytest

from tests.gateway.station import Station
from tests.gateway.ward_ledger import WardLedger
from tewatashi.core.letter import read_letter
from tewatashi.core.merkle import open_checkpoint, verify_consistency

pytestmark = pytest.mark.requirement("WARD-LG-2")


def held(site: Station) -> list[int]:
    rows = site.rows("SELECT size FROM sitekit_witnessedcheckpoint WHERE origin = ? ORDER BY size", site.ward.name)
    return [size for (size,) in rows]


def test_a_checkpoint_that_forks_is_refused_and_kept_as_evidence(site: Station) -> None:
    ledger = WardLedger(site)
    ledger.grow(3)
    ledger.tell()
    ledger.told = 3
    ledger.grow(2)
    ledger.tell()
    assert held(site) == [3, 5]
    rewritten = WardLedger(site, told=5)
    rewritten.grow(7, "another line")
    forks = [rewritten.tell()]
    ledger.grow(4)
    ledger.told = 3
    forks.append(ledger.tell())  # true, but it leaves out what we hold
    ledger.told = 0
    forks.append(ledger.tell())  # nobody begins anew
    assert held(site) == [3, 5]
    alarms = site.rows("SELECT evidence FROM sitekit_alarm ORDER BY id DESC LIMIT 3")
    assert [bytes(evidence) for (evidence,) in alarms][::-1] == forks
    refused = site.rows("SELECT refused FROM sitekit_inletter WHERE kind = 'checkpoint' ORDER BY id")
    assert [code for (code,) in refused] == ["", "", "ledger-fork", "ledger-fork", "ledger-fork"]
    ledger.told = 5
    ledger.tell()
    assert held(site) == [3, 5, 9]


def test_checkpoints_reach_the_other_two_sites_and_continue_each_other(site: Station) -> None:
    factory = site.end.party.name
    for _ in range(2):
        size = len(site.end.letters("checkpoint"))
        site.job()
        site.end.until(lambda size=size: len(site.end.letters("checkpoint")) > size)  # type: ignore[misc]
    waiting = [one["note"].encode() for one in site.line.get("/api/letters").json()["letters"]]
    to_ward = [read_letter(note, [site.key], site.ward.name) for note in waiting if b'"checkpoint"' in note]
    for letters in (site.end.letters("checkpoint"), [one for one in to_ward if one.kind == "checkpoint"]):
        points = [open_checkpoint(str(one.body["checkpoint"]).encode(), site.key) for one in letters]
        assert len(points) > 1
        for before, after, letter in zip(points, points[1:], letters[1:], strict=False):
            proof = [bytes.fromhex(step) for step in letter.body["proof"]]  # type: ignore[attr-defined]
            assert letter.body["old"] == before.size
            assert verify_consistency(before.size, after.size, before.root, after.root, proof)
    assert {one.recipient for one in site.end.letters("checkpoint")} == {factory}
