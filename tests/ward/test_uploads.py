"""The streamed form: whatever comes in its place is refused, and leaves nothing."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ward.office import Office

_PIECES = st.sampled_from([
    b"--b\r\n", b"--b--\r\n", b"\r\n", b"\r\n\r\n", b"x" * 70_000, b"--b", b"=", b'Content-Disposition: form-data; name="extract"',
    b'Content-Disposition: form-data; name="layout"', b"Content-Length: 3", b"\x00\xff",
])  # fmt: skip


def _send(office: Office, job: str, body: bytes, kind: str = "multipart/form-data; boundary=b") -> httpx.Response:
    headers = {"Content-Type": kind, "Referer": str(office.sato.line.base_url)}
    return office.sato.line.post(f"/jobs/{job}/seal", content=body, headers=headers)


@pytest.fixture(scope="module")
def job(office: Office, contract: str) -> str:
    return office.job(contract)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.lists(_PIECES | st.binary(max_size=40), max_size=12).map(b"".join))
def test_any_body_is_refused_and_leaves_nothing(office: Office, job: str, body: bytes) -> None:
    files = office.files("parcels", "index")
    assert _send(office, job, body).status_code in (403, 422)
    assert office.files("parcels", "index") == files


@pytest.mark.parametrize(
    "kind", ["text/plain", "multipart/form-data", "application/x-www-form-urlencoded", "multipart/mixed; boundary=b"]
)
def test_another_kind_of_body_is_refused(office: Office, job: str, kind: str) -> None:
    assert _send(office, job, b"extract=1", kind).status_code == 422
