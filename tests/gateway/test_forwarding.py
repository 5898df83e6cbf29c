"""The gateway sends every parcel on by itself, and after the receipt only the record of it is left."""

from __future__ import annotations

import pytest

from tests.counterparty import SealedParcel, contract_letters
from tests.gateway.station import Station
from tewatashi.carriers import lgwan

pytestmark = pytest.mark.requirement("CONN-1")


def receive(station: Station, parcel: SealedParcel) -> None:
    """The factory tells gateway and ward of its receipt, once the parcel is there."""
    tell_receipt(station, parcel, station.name)
    tell_receipt(station, parcel, station.ward.name)


def tell_receipt(station: Station, parcel: SealedParcel, to: str) -> None:
    cover = parcel.cover
    station.end.until(lambda: station.end.parcels.get(cover.parcel) == parcel.file)
    body = {"parcel": cover.parcel, "sha256": cover.sha256, "size": cover.size, "pieces": cover.pieces}
    station.end.tell(to, "parcel-received", "system", cover.job, place="factory/受信箱", **body)


def file_of(place: str) -> str:
    return f"{place.rsplit('/', 1)[1]}.age"


@pytest.mark.requirement("WARD-LG-1")
def test_forwarding_starts_by_itself_when_the_factory_becomes_reachable(station: Station) -> None:
    station.end.close()
    parcel = station.sealed()
    station.upload(parcel)
    assert parcel.cover.parcel not in station.end.parcels
    station.end.open()
    station.end.until(lambda: station.end.parcels.get(parcel.cover.parcel) == parcel.file)
    (held,) = station.end.letters("parcel-held", parcel.cover.job)
    assert (held.sender, held.body["sha256"]) == (station.name, parcel.cover.sha256)


def test_forwarding_goes_on_from_the_byte_that_the_factory_has(station: Station) -> None:
    station.end.open()
    parcel = station.sealed()
    station.end.parcels[parcel.cover.parcel] = bytearray(
        b"\0" * 100
    )  # ours would differ: these bytes show who sent them
    station.upload(parcel)
    station.end.until(lambda: len(station.end.parcels[parcel.cover.parcel]) == len(parcel.file))
    assert station.end.parcels[parcel.cover.parcel] == b"\0" * 100 + parcel.file[100:]


def test_after_the_receipt_only_the_record_is_left(station: Station) -> None:
    station.end.open()
    parcel = station.sealed()
    place = station.upload(parcel)
    receive(station, parcel)
    job = parcel.cover.job
    station.until(lambda: "copy-erased" in station.acts(job))
    assert file_of(place) not in station.files()
    station.end.until(lambda: station.end.letters("copy-erased", job) != [])
    waiting = [one["note"] for one in station.line.get("/api/letters").json()["letters"]]
    assert any('"kind":"copy-erased"' in note and f'"job":"{job}"' in note for note in waiting)
    row = station.rows("SELECT size, gone_at IS NOT NULL FROM sitekit_upload WHERE parcel = ?", parcel.cover.parcel)
    assert row == [(len(parcel.file), 1)]
    assert station.acts(job) == ["job-opened", "parcel-sealed", "parcel-held", "parcel-received", "copy-erased"]
    assert station.create(parcel).status_code == 201
    assert station.offset(place) == len(parcel.file)
    assert file_of(place) not in station.files()


def test_the_ward_hears_of_the_receipt_before_it_hears_of_the_erasure(station: Station) -> None:
    station.end.open()
    parcel = station.sealed()
    place = station.upload(parcel)
    job = parcel.cover.job
    tell_receipt(station, parcel, station.name)
    station.kill()  # between the two letters of one act: the gateway has all the time to look at its parcels
    station.start()
    assert file_of(place) in station.files()
    tell_receipt(station, parcel, station.ward.name)
    station.until(lambda: "copy-erased" in station.acts(job))
    kinds = station.rows(
        "SELECT kind FROM sitekit_outletter WHERE recipient = ? AND job = ? ORDER BY id", station.ward.name, job
    )
    assert kinds == [("parcel-held",), ("parcel-received",), ("copy-erased",)]


def test_a_gateway_killed_before_the_receipt_sends_nothing_twice_and_erases_all_the_same(station: Station) -> None:
    station.end.open()
    parcel = station.sealed()
    place = station.upload(parcel)
    station.end.until(lambda: station.end.parcels.get(parcel.cover.parcel) == parcel.file)
    station.kill()
    station.start()
    receive(station, parcel)
    station.until(lambda: "copy-erased" in station.acts(parcel.cover.job))
    assert station.end.parcels[parcel.cover.parcel] == parcel.file
    assert file_of(place) not in station.files()


def test_ciphertext_goes_when_the_contracts_hold_is_over(station: Station) -> None:
    station.end.close()
    for to in (station.name, station.end.party.name):
        for note in contract_letters(station.ward, to, contract="R8-2", gateway_hold_days=0):
            lgwan.post_letter(station.line, note)
    parcel, kept = station.sealed(contract="R8-2"), station.sealed()
    gone, stays = station.upload(parcel), station.upload(kept)
    station.until(lambda: file_of(gone) not in station.files())
    station.until(lambda: "copy-erased" in station.acts(parcel.cover.job))
    assert file_of(stays) in station.files()
    assert "copy-erased" not in station.acts(kept.cover.job)


def test_a_parcel_that_the_factory_refuses_holds_up_no_other_and_raises_one_alarm(station: Station) -> None:
    station.end.open()
    bad = station.sealed()
    station.end.refuses.add(bad.cover.parcel)
    station.upload(bad)
    alarms = "SELECT about FROM sitekit_alarm WHERE kind = 'parcel-refused'"
    station.until(lambda: station.rows(alarms) != [])
    good = station.sealed()
    station.upload(good)
    station.end.until(lambda: station.end.parcels.get(good.cover.parcel) == good.file)
    assert station.rows(alarms) == [(f"{bad.cover.job} {bad.cover.parcel[:8]}",)]
    station.end.refuses.clear()
    station.end.until(lambda: station.end.parcels.get(bad.cover.parcel) == bad.file)
