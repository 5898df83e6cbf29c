"""Half a parcel does not lie at the factory for ever."""

from __future__ import annotations

import base64
import sqlite3
from contextlib import closing
from io import BytesIO
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.factory.works import Works
from tests.gateway.station import TUS, patch_headers
from tests.waiting import until
from tewatashi.carriers import lgwan


def send_half(works: Works, note: bytes, file: bytes) -> str:
    """The first half of a parcel comes, and then nothing more. Returned: its number among the uploads."""
    headers = {"Upload-Length": str(len(file)), "Upload-Metadata": f"cover {base64.b64encode(note).decode()}"}
    place = urlsplit(works.line.post("/api/parcels", headers={**TUS, **headers}).headers["Location"]).path
    assert works.line.patch(place, content=file[: len(file) // 2], headers=patch_headers(0)).status_code == 204
    return place.rsplit("/", 1)[1]


def age(works: Works, upload: str, began: str) -> None:
    """Have the upload begun at another time."""
    if works.site.database == "sqlite":
        with closing(sqlite3.connect(works.data / "site.sqlite3", timeout=20)) as database, database:
            database.execute("UPDATE sitekit_upload SET begun_at = ? WHERE id = ?", (began, upload))
    else:
        with psycopg.connect(works.site.database) as server:
            server.execute("UPDATE sitekit_upload SET begun_at = %s WHERE id = %s", (began, upload))


def wake(works: Works) -> None:
    """A letter comes, after which the site looks at everything that it does by itself."""
    works.tell("workflow-published", "tanaka", None, contract="R8-9", version=1, steps=["受領"])  # of no contract here


@pytest.mark.requirement("FAC-LG-2")
@pytest.mark.requirement("CONN-1")
def test_half_a_parcel_is_gone_after_a_day_and_comes_anew(works: Works) -> None:
    kept, begun = works.told_job(), works.told_job()
    stays, goes = (send_half(works, note, file) for _, note, file in (kept, begun))
    age(works, goes, "2026-11-01 00:00:00")
    wake(works)
    until(lambda: not (works.data / "parcels" / f"{goes}.age").exists())
    assert (works.data / "parcels" / f"{stays}.age").exists()
    job, note, file = begun
    until(lambda: works.rows("SELECT count(*) FROM sitekit_upload WHERE id = ?", goes) == [(0,)])
    lgwan.send_parcel(works.line, note, BytesIO(file), len(file))
    assert works.acts(job).count("parcel-received") == 1
