"""Letters at the gateway's door: only signed ones of known sites, each once, in order, carried byte for byte."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from tests.counterparty import Counterparty, job_body, now
from tests.gateway.station import Station
from tewatashi.core.letter import Letter

pytestmark = pytest.mark.requirement("WARD-LG-1")


def post(station: Station, note: bytes) -> httpx.Response:
    return station.line.post("/api/letters", content=note)


def next_letter(station: Station, to: str) -> Letter:
    """The ward's next letter to this site, not written yet."""
    number = station.ward.written[to] + 1
    return Letter("job-opened", station.ward.name, to, number, now(), "sato", "R8-9000", job_body())


def test_forged_and_foreign_letters_are_refused_and_nothing_is_kept(station: Station) -> None:
    kept = station.kept()
    for to in (station.name, station.end.party.name):
        letter = next_letter(station, to)
        real = station.ward.sign(letter)
        stranger = Counterparty("ward", "elsewhere.test")
        in_its_name = Counterparty("ward", station.ward.name)
        in_its_name.key = replace(stranger.key, name=station.ward.name)
        for note in (
            real.replace(b'"declared":3', b'"declared":4'),
            real[:-3],
            real + b"x",
            stranger.sign(replace(letter, sender=stranger.name)),
            in_its_name.sign(letter),
            real.replace(station.ward.name.encode(), b"w.test"),
        ):
            assert note != real
            assert post(station, note).status_code == 422
    assert station.kept() == kept


def test_a_letter_to_nobody_is_refused_and_nothing_is_kept(station: Station) -> None:
    kept = station.kept()
    note = station.ward.sign(next_letter(station, "nobody.test"))
    assert post(station, note).json()["refused"]["code"] == "letter-recipient"
    assert station.kept() == kept


@pytest.mark.parametrize(
    "body",
    [b"", b"\0" * 10, b"\xff\xfe", b"{}", b"tewatashi.letter/v1\n" + b"[" * 100_000, b"PK\x03\x04" + b"\0" * 4096],
)
def test_what_is_no_letter_is_refused_and_nothing_is_kept(station: Station, body: bytes) -> None:
    kept = station.kept()
    assert post(station, body).status_code == 422
    assert station.kept() == kept


def test_a_letter_that_is_too_big_is_refused_and_nothing_is_kept(station: Station) -> None:
    kept = station.kept()
    assert post(station, b"x" * ((4 << 20) + 1)).json()["refused"]["code"] == "letter-size"
    assert station.kept() == kept


@pytest.mark.parametrize("to_factory", [False, True])
def test_after_a_gap_and_at_a_fork_nothing_is_taken(station: Station, to_factory: bool) -> None:
    to = station.end.party.name if to_factory else station.name
    station.job()
    kept, letter = station.kept(), next_letter(station, to)
    gap = station.ward.sign(replace(letter, seq=letter.seq + 1))
    fork = station.ward.sign(replace(letter, seq=letter.seq - 1))
    assert post(station, gap).json()["refused"]["code"] == "letter-gap"
    assert post(station, fork).json()["refused"]["code"] == "letter-fork"
    assert station.kept() == kept


def test_a_letter_from_the_future_is_not_taken_yet(station: Station) -> None:
    kept = station.kept()
    late = station.ward.sign(replace(next_letter(station, station.name), at="2099-01-01T00:00:00+09:00"))
    assert post(station, late).json()["refused"]["code"] == "letter-time"
    assert station.kept() == kept


@pytest.mark.parametrize("to_factory", [False, True])
def test_a_letter_posted_twice_is_taken_once(station: Station, to_factory: bool) -> None:
    to = station.end.party.name if to_factory else station.name
    note = station.ward.letter(to, "job-opened", "sato", station.job(), job_body())
    first, kept = post(station, note), station.kept()
    second = post(station, note)
    assert (first.json(), second.json()) == ({"taken": "new"}, {"taken": "already"})
    assert station.kept() == kept


def test_letters_are_carried_in_order_and_byte_for_byte(station: Station) -> None:
    station.end.open()
    factory, number = station.end.party.name, station.job()
    notes = [
        station.ward.letter(factory, "withdrawal-requested", "sato", number, {"version": n, "digests": []})
        for n in range(1, 8)
    ]
    for note in notes:
        assert post(station, note).status_code == 200
    station.end.until(lambda: notes[-1] in station.end.raw)
    came = [note for note in station.end.raw if note in notes]
    assert came == notes
    while before := station.line.get("/api/letters").json()["letters"]:  # it gives a hundred at a time
        station.line.post("/api/letters/taken", json={"up_to": before[-1]["id"]})
    told = [
        station.end.tell(station.ward.name, "withdrawal-acknowledged", "takahashi", number, version=n)
        for n in range(1, 4)
    ]
    waiting = [letter["note"].encode() for letter in station.line.get("/api/letters").json()["letters"]]
    assert [note for note in waiting if note in told] == told


def test_what_waits_for_the_ward_waits_until_it_says_that_it_has_it(station: Station) -> None:
    station.end.open()
    station.end.tell(station.ward.name, "withdrawal-acknowledged", "takahashi", station.job(), version=1)
    waiting = station.line.get("/api/letters").json()["letters"]
    assert waiting
    assert station.line.get("/api/letters").json()["letters"][: len(waiting)] == waiting
    taken = station.line.post("/api/letters/taken", json={"up_to": waiting[-1]["id"]})
    assert taken.status_code == 200
    left = station.line.get("/api/letters").json()["letters"]
    assert not {one["id"] for one in waiting} & {one["id"] for one in left}


@pytest.mark.parametrize("body", [b"", b"[]", b'{"up_to": "1"}', b'{"up_to": true}', b'{"up_to": 1, "x": 1}', b"{"])
def test_what_says_nothing_of_taking_takes_nothing(station: Station, body: bytes) -> None:
    assert station.line.post("/api/letters/taken", content=body).status_code == 422


@pytest.mark.parametrize("up_to", [-(2**63), 2**63 - 1, 2**64 - 1, 0])
def test_any_whole_number_may_be_said_to_be_taken(station: Station, up_to: int) -> None:
    assert station.line.post("/api/letters/taken", json={"up_to": up_to}).status_code == 200


def test_a_letter_of_the_factory_that_is_refused_stops_its_row_with_one_alarm(station: Station) -> None:
    station.end.open()
    number, ward = station.job(), station.ward.name
    station.end.tell(ward, "withdrawal-acknowledged", "takahashi", number, version=1)
    good = station.end.party.letter(ward, "withdrawal-acknowledged", "takahashi", number, {"version": 2})
    forged = good.replace(b'"version":2', b'"version":3')
    station.end.put(forged)
    alarms = "SELECT about, evidence FROM sitekit_alarm WHERE kind = 'letter-not-taken'"
    station.until(lambda: station.rows(alarms) != [])
    sent = station.ward.letter(station.end.party.name, "parcel-sent", "sato", number, {"parcel": "ab" * 16})
    assert post(station, sent).status_code == 200
    station.end.until(lambda: sent in station.end.raw)  # the other direction goes on
    assert [bytes(evidence) for _, evidence in station.rows(alarms)] == [forged]
    station.end.replace(forged, good)
    station.end.await_taken()
    assert good in [note["note"].encode() for note in station.line.get("/api/letters").json()["letters"]]
