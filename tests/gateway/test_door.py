"""Who comes in at the gateway, over what, and what its process could do with what it holds."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
from datetime import datetime, timedelta

import httpx
import pytest

from tests.counterparty import JAPAN, Counterparty
from tests.gateway.station import ROOT, TUS, Station
from tewatashi.sitekit import sitepass

pytestmark = pytest.mark.requirement("CONN-1")

CALLS = (
    ("GET", "/api/letters"), ("POST", "/api/letters"), ("POST", "/api/letters/taken"), ("OPTIONS", "/api/parcels"),
    ("POST", "/api/parcels"), ("HEAD", f"/api/parcels/{'0' * 32}"), ("PATCH", f"/api/parcels/{'0' * 32}"),
)  # fmt: skip


@pytest.mark.requirement("WARD-LG-1")
@pytest.mark.parametrize(("method", "path"), CALLS)
def test_without_a_valid_pass_of_the_ward_nothing_opens(station: Station, method: str, path: str) -> None:
    now, ward, name = datetime.now(JAPAN), station.ward, station.name
    kept = station.kept()
    passes = {
        "": 401,
        "Bearer x": 401,
        "Tewatashi !!": 401,
        f"Tewatashi {'A' * 5000}": 401,
        sitepass.make(name, key=ward.key, now=now - timedelta(minutes=30)): 401,
        sitepass.make(name, key=ward.key, now=now + timedelta(minutes=30)): 401,
        sitepass.make("factory.test", key=ward.key, now=now): 401,
        sitepass.make(name, key=Counterparty("ward", "elsewhere.test").key, now=now): 401,
        sitepass.make(name, key=station.end.party.key, now=now): 403,
    }
    context = ssl.create_default_context(cafile=str(station.ca))
    with httpx.Client(base_url=station.config.url, verify=context, trust_env=False) as line:
        for header, status in passes.items():
            answer = line.request(method, path, headers={**TUS, "Authorization": header})
            assert answer.status_code == status, header[:40]
    assert station.kept() == kept


def test_tls_1_2_is_refused(station: Station) -> None:
    context = ssl.create_default_context(cafile=str(station.ca))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with (
        socket.create_connection(("127.0.0.1", station.config.listen.port)) as plain,
        pytest.raises((ssl.SSLError, ConnectionResetError)),
    ):
        context.wrap_socket(plain, server_hostname="127.0.0.1")


@pytest.mark.requirement("WARD-LG-1")
def test_openssl_sees_tls_1_3(station: Station) -> None:
    address = f"127.0.0.1:{station.config.listen.port}"
    command = ["openssl", "s_client", "-connect", address, "-CAfile", str(station.ca), "-verify_return_error"]
    done = subprocess.run(command, input=b"", capture_output=True, check=True)
    assert b"TLSv1.3" in done.stdout
    assert b"Verify return code: 0 (ok)" in done.stdout


@pytest.mark.requirement("WARD-LG-1")
@pytest.mark.requirement("FAC-LG-1")
def test_the_gateways_process_has_not_loaded_what_opens_a_parcel(station: Station) -> None:
    """R12: what it never loads it can't be made to run."""
    program = """
import sys
import tewatashi.sitekit.serve, tewatashi.sitekit.loops
import tewatashi.gateway.wsgi
print(*sorted(name for name in sys.modules if name.startswith("tewatashi.")))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True,
        env={**os.environ, "TEWATASHI_CONFIG": str(station.config.file)},
    )  # fmt: skip
    loaded = set(done.stdout.split())
    assert {"tewatashi.gateway.services", "tewatashi.sitekit.parcels_api", "tewatashi.core.cover"} <= loaded
    rooms = {name.split(".")[1] for name in loaded}
    assert rooms == {"gateway", "sitekit", "carriers", "core"}
    openers = {f"tewatashi.core.{name}" for name in ("age", "age_keys", "parcel", "password", "piece", "extract")}
    assert not loaded & openers
