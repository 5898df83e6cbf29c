"""Parcels come in by tus 1.0, go on where they broke off, and are never half there and never twice."""

from __future__ import annotations

import base64
import hashlib
import io
from urllib.parse import urlsplit

import pytest
from tusclient.client import TusClient
from tusclient.uploader import Uploader

from tests.counterparty import SealedParcel
from tests.gateway.station import TUS, Station, patch_headers
from tests.waiting import until

MANY = 60_000  # records: more than 4 MB, so that there is a middle to break off in


@pytest.fixture
def _trust(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stock client trusts what `requests` trusts."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(station.ca))


def stock_client(station: Station, parcel: SealedParcel, *, place: str | None = None, chunk: int = 1 << 20) -> Uploader:
    """tuspy's uploader as its manual shows it; where the upload goes on it asks for the offset itself."""
    client = TusClient(f"{station.config.url}/api/parcels", {"Authorization": station.ward.pass_to(station.name)})
    uploader = client.uploader(
        file_stream=io.BytesIO(parcel.file),
        chunk_size=chunk,
        url=place and station.config.url + place,
        metadata={"cover": parcel.note.decode()},
    )
    assert isinstance(uploader, Uploader)
    return uploader


def whole(station: Station, parcel: SealedParcel) -> bool:
    """Whether the gateway holds just these bytes, recorded once."""
    (name, finished), *more = station.rows(
        "SELECT id, finished_at FROM sitekit_upload WHERE parcel = ?", parcel.cover.parcel
    )
    data = (station.config.data_dir / "parcels" / f"{name}.age").read_bytes()
    held = station.acts(parcel.cover.job).count("parcel-held")
    return (data, bool(finished), more, held) == (parcel.file, True, [], 1)


@pytest.mark.requirement("CONN-1")
@pytest.mark.usefixtures("_trust")
def test_the_stock_tus_client_brings_a_parcel_in(station: Station) -> None:
    parcel = station.sealed(MANY)
    stock_client(station, parcel).upload()
    assert whole(station, parcel)


@pytest.mark.requirement("CONN-1")
@pytest.mark.usefixtures("_trust")
def test_what_broke_off_goes_on_from_the_durable_byte(station: Station) -> None:
    parcel = station.sealed(MANY)
    place, size = station.place(parcel), len(parcel.file)
    line = station.begin(place, parcel.file[: size // 2], size)
    until(lambda: station.offset(place) >= 1 << 20)
    line.close()
    until(lambda: station.patch(place, b"", size + 1).status_code == 409)  # the broken line's writer is gone
    begun = station.offset(place)
    rest = stock_client(station, parcel, place=place)
    assert 1 << 20 <= begun == rest.offset <= size // 2
    rest.upload()
    assert whole(station, parcel)


@pytest.mark.requirement("CONN-1")
@pytest.mark.usefixtures("_trust")
def test_a_gateway_killed_in_the_middle_goes_on_from_the_durable_byte(station: Station) -> None:
    parcel = station.sealed(MANY)
    place, size = station.place(parcel), len(parcel.file)
    line = station.begin(place, parcel.file[: 3 << 20], size)
    until(lambda: station.offset(place) >= 1 << 20)
    station.kill()
    line.close()
    station.start()
    begun = station.offset(place)
    assert 1 << 20 <= begun < size
    rest = stock_client(station, parcel, place=place)
    assert rest.offset == begun
    rest.upload()
    assert whole(station, parcel)


@pytest.mark.usefixtures("_trust")
def test_a_gateway_killed_between_the_last_byte_and_the_record_makes_the_record_when_it_is_asked(
    station: Station,
) -> None:
    parcel = station.sealed()
    place = station.place(parcel)
    name = place.rsplit("/", 1)[1]
    file = station.config.data_dir / "parcels" / f"{name}.age"
    file.write_bytes(parcel.file)  # as it stands when all bytes are durable and the act is not
    file.chmod(0o600)
    assert "parcel-held" not in station.acts(parcel.cover.job)
    stock_client(station, parcel, place=place).upload()
    assert whole(station, parcel)


def test_creating_twice_gives_one_address(station: Station) -> None:
    parcel = station.sealed()
    first, second = station.create(parcel), station.create(parcel)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.headers["Location"] == second.headers["Location"]
    station.patch(urlsplit(first.headers["Location"]).path, parcel.file)
    assert station.create(parcel).headers["Location"] == first.headers["Location"]
    assert whole(station, parcel)


def test_a_parcel_sent_again_is_answered_and_not_taken_again(station: Station) -> None:
    parcel = station.sealed()
    place = station.upload(parcel)
    kept = station.kept()
    for offset in (0, len(parcel.file)):
        answer = station.patch(place, parcel.file[offset:], offset)
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(len(parcel.file)))
    assert station.offset(place) == len(parcel.file)
    assert station.kept() == kept


def test_of_two_writers_at_once_one_has_to_wait(station: Station) -> None:
    parcel = station.sealed(MANY)
    place, size = station.place(parcel), len(parcel.file)
    line = station.begin(place, parcel.file[: 2 << 20], size)
    until(lambda: station.offset(place) >= 1 << 20)
    assert station.patch(place, parcel.file).status_code == 423
    line.send(parcel.file[2 << 20 :])
    assert line.getresponse().status == 204
    line.close()
    assert whole(station, parcel)


def test_a_wrong_offset_is_told_the_right_one(station: Station) -> None:
    parcel = station.sealed()
    place = station.place(parcel)
    station.break_off(place, parcel.file[:100], len(parcel.file))
    for offset in (0, 99, 101, len(parcel.file)):
        answer = station.patch(place, parcel.file[offset:], offset)
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "100")
    assert station.patch(place, parcel.file[100:], 100).status_code == 204
    assert whole(station, parcel)


def test_more_bytes_than_announced_are_not_read(station: Station) -> None:
    parcel = station.sealed()
    answer = station.patch(station.place(parcel), parcel.file + b"more")
    assert answer.headers["Upload-Offset"] == str(len(parcel.file))
    assert whole(station, parcel)


def test_tus_says_what_it_speaks_and_refuses_other_versions(station: Station) -> None:
    parcel = station.sealed()
    place = station.place(parcel)
    answer = station.line.options("/api/parcels")
    assert (answer.status_code, answer.headers["Tus-Version"], answer.headers["Tus-Extension"]) == (
        204, "1.0.0", "creation",
    )  # fmt: skip
    other = {"Tus-Resumable": "0.2.2"}
    assert station.create(parcel, **other).status_code == 412
    assert station.line.head(place, headers=other).status_code == 412
    assert station.patch(place, parcel.file, **other).status_code == 412
    assert station.patch(place, parcel.file, **{"Content-Type": "text/plain"}).status_code == 415
    assert station.offset(place) == 0


@pytest.mark.parametrize("name", ["..%2f..%2fsite.sqlite3", "..", "%2e%2e%2fkeys%2fnote.key", "0" * 32, "x", "a%00b"])
def test_what_looks_like_a_path_names_nothing(station: Station, name: str) -> None:
    kept = station.kept()
    for answer in (
        station.line.head(f"/api/parcels/{name}", headers=TUS),
        station.line.patch(f"/api/parcels/{name}", content=b"x", headers=patch_headers(0)),
    ):
        assert answer.status_code == 404
    assert station.kept() == kept


def test_a_voided_parcel_takes_no_more_bytes_and_leaves_no_file(station: Station) -> None:
    parcel = station.sealed()
    place = station.place(parcel)
    station.break_off(place, parcel.file[:100], len(parcel.file))
    station.tell("parcel-voided", "sato", parcel.cover.job, {"parcel": parcel.cover.parcel, "reason": "見本"})
    assert station.patch(place, parcel.file[100:], 100).json()["refused"]["code"] == "parcel-unknown"
    assert station.create(parcel).json()["refused"]["code"] == "parcel-unknown"
    until(lambda: station.line.head(place, headers=TUS).status_code == 404)
    assert station.patch(place, parcel.file).status_code == 422
    assert f"{place.rsplit('/', 1)[1]}.age" not in station.files()
    assert "parcel-held" not in station.acts(parcel.cover.job)


def test_the_digest_of_what_is_kept_is_the_covers(station: Station) -> None:
    parcel = station.sealed()
    name = station.upload(parcel).rsplit("/", 1)[1]
    data = (station.config.data_dir / "parcels" / f"{name}.age").read_bytes()
    assert hashlib.sha256(data).hexdigest() == parcel.cover.sha256
    (note,) = station.rows("SELECT cover FROM sitekit_upload WHERE id = ?", name)[0]
    assert base64.b64encode(bytes(note)) == base64.b64encode(parcel.note)
