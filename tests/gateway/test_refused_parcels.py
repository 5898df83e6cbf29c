"""What isn't a sealed parcel of a known job does not come in, and nothing of it stays (FAC-LG-2)."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from dataclasses import replace

import httpx
import pyrage
import pytest

from tests.counterparty import Counterparty, SealedParcel, sealed_parcel
from tests.gateway.station import TUS, Station
from tewatashi.core.cover import write_cover

pytestmark = [pytest.mark.requirement("FAC-LG-2"), pytest.mark.requirement("WARD-LG-1")]


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("extract.csv", "通知書番号,世帯主氏名\n1,見本\n")
    return file.getvalue()


def to_a_key() -> bytes:
    data: bytes = pyrage.encrypt(b"plain", [pyrage.x25519.Identity.generate().to_public()])
    return data


def with_password_and_key() -> bytes:
    """A password's header with one more stanza: somebody else could open it too."""
    head, body = pyrage.passphrase.encrypt(b"plain", "見本").split(b"\n---", 1)
    stanza = to_a_key().split(b"\n---", 1)[0].split(b"\n", 1)[1]
    return b"\n".join((head, stanza)) + b"\n---" + body


@pytest.mark.parametrize(
    "make",
    [lambda: "通知書番号,世帯主氏名\r\n".encode("cp932"), zipped, to_a_key, with_password_and_key, lambda: b"\0"],
)
def test_a_file_that_is_not_sealed_with_a_password_alone_is_refused_and_erased(station: Station, make) -> None:  # type: ignore[no-untyped-def]
    number, file = station.job(), make()
    real = sealed_parcel(station.ward, number, seed=int(number[-4:]))
    cover = replace(real.cover, sha256=hashlib.sha256(file).hexdigest(), size=len(file))
    parcel = SealedParcel(cover, write_cover(cover, station.ward.key), file)
    station.tell("parcel-sealed", "sato", number, parcel.body)
    kept = station.kept()
    answer = station.patch(station.place(parcel), file)
    assert refused(answer) == "not-sealed"
    assert station.kept() == kept


@pytest.mark.parametrize("at", [0, 1, 200, -1])
def test_a_changed_byte_is_refused_and_erased(station: Station, at: int) -> None:
    parcel = station.sealed()
    changed = bytearray(parcel.file)
    changed[at] ^= 1
    kept = station.kept()
    assert refused(station.patch(station.place(parcel), bytes(changed))) in {"parcel-digest", "not-sealed"}
    assert station.kept() == kept
    station.upload(parcel)
    assert station.acts(parcel.cover.job).count("parcel-held") == 1


def test_another_parcels_end_after_this_ones_beginning_is_refused_and_erased(station: Station) -> None:
    one, other = station.sealed(), station.sealed()
    kept, half = station.kept(), len(one.file) // 2
    place = station.place(one)
    station.break_off(place, one.file[:half], len(one.file))
    mixed = (other.file + bytes(len(one.file)))[half : len(one.file)]
    assert refused(station.patch(place, mixed, half)) == "parcel-digest"
    assert station.kept() == kept


def test_a_parcel_without_a_cover_is_refused(station: Station) -> None:
    kept = station.kept()
    for metadata in ("", "filename dGVzdA==", "cover", "cover !!!!", "cover dGVzdA==", f"cover {'A' * 9000}"):
        headers = {**TUS, "Upload-Length": "10", "Upload-Metadata": metadata}
        answer = station.line.post("/api/parcels", headers=headers)
        assert answer.status_code == 422
    assert station.kept() == kept


def test_a_cover_that_the_ward_did_not_sign_is_refused(station: Station) -> None:
    parcel = station.sealed()
    kept = station.kept()
    impostor = Counterparty("ward", "ward.test")
    impostor.key = Counterparty("ward", "elsewhere.test").key
    stranger = Counterparty("ward", "elsewhere.test")
    factory = station.end.party
    forged = parcel.note.replace(b'"pieces":3', b'"pieces":4')
    assert forged != parcel.note
    notes = [forged] + [
        write_cover(replace(parcel.cover, sender=one.key.name), one.key) for one in (impostor, stranger, factory)
    ]
    for note in notes:
        assert station.create(replace(parcel, note=note)).status_code == 422
    assert station.kept() == kept


def test_a_cover_of_a_job_that_the_ward_did_not_tell_of_is_refused(station: Station) -> None:
    kept = station.kept()
    assert refused(station.create(sealed_parcel(station.ward, "R8-9999", seed=9))) == "parcel-unknown"
    assert station.kept() == kept


def test_another_cover_by_the_ward_for_the_same_job_is_refused(station: Station) -> None:
    parcel = station.sealed()
    kept = station.kept()
    other = sealed_parcel(station.ward, parcel.cover.job, seed=77)
    assert refused(station.create(other)) == "parcel-unknown"
    assert station.kept() == kept


@pytest.mark.parametrize("length", ["0", "1", "99999999999", "-1", "x", "", "１０", "9" * 19])
def test_another_size_than_the_covers_is_refused(station: Station, length: str) -> None:
    parcel = station.sealed()
    kept = station.kept()
    metadata = f"cover {base64.b64encode(parcel.note).decode()}"
    headers = {**TUS, "Upload-Length": length.encode(), "Upload-Metadata": metadata}
    assert station.line.post("/api/parcels", headers=headers).status_code == 422  # type: ignore[arg-type]
    assert station.kept() == kept


def refused(answer: httpx.Response) -> str:
    assert answer.status_code == 422, answer.text
    code: str = answer.json()["refused"]["code"]
    return code
