"""A running gateway between a ward and a factory that the test plays."""

from __future__ import annotations

import base64
import http.client
import os
import random
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg

from tests.core.cast_of_acts import CONTRACT
from tests.counterparty import (
    Counterparty,
    SealedParcel,
    contract_letters,
    job_body,
    preparation_acts,
    roster_body,
    sealed_parcel,
    workflow_body,
)
from tests.gateway.factory_end import FactoryEnd
from tests.waiting import WAIT, until
from tewatashi.carriers import lgwan
from tewatashi.core.signing import VerifyKey
from tewatashi.sitekit.cards import add_peer, own_card
from tewatashi.sitekit.config import SiteConfig
from tewatashi.sitekit.setup import NewSite, make_site

ROOT = Path(__file__).parents[2]
TUS = {"Tus-Resumable": "1.0.0"}


@dataclass
class Station:
    """The gateway's process and folder, and what the ward does at its door."""

    config: SiteConfig
    ward: Counterparty
    end: FactoryEnd
    process: subprocess.Popen[bytes] | None = None
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.line = lgwan.open_line(self.config.url, self.ca, lambda: self.ward.pass_to(self.name))

    @property
    def name(self) -> str:
        return self.config.name

    @property
    def ca(self) -> Path:
        return self.config.file.parent / "tls" / "ca.crt"

    @property
    def key(self) -> VerifyKey:
        return VerifyKey.parse(own_card(self.config).vkey)

    # ------------------------------------------------------------------------------------------- its process

    def start(self) -> None:
        with (self.config.file.parent / "site.log").open("ab") as log:
            command = [sys.executable, "-m", "tewatashi.sitekit.serve", str(self.config.file), "--with-parent"]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=ROOT)
        until(self.answers)

    def kill(self) -> None:
        """SIGKILL, worker and all."""
        assert self.process is not None
        workers = self.workers()
        for pid in (*workers, self.process.pid):
            os.kill(pid, signal.SIGKILL)
        self.process.wait()
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))

    def workers(self) -> list[int]:
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(child) for child in children.split()]

    def stop(self) -> None:
        self.line.close()
        self.end.close()
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)

    def answers(self) -> bool:
        try:
            return self.line.get("/api/letters").status_code == 200
        except httpx.TransportError:
            return False

    def until(self, come: Callable[[], bool]) -> None:
        until(come)

    # ------------------------------------------------------------------------------------------- what it holds

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        if self.config.database != "sqlite":
            with psycopg.connect(self.config.database) as server:
                return server.execute(query.replace("?", "%s"), values).fetchall()
        with closing(sqlite3.connect(f"file:{self.config.data_dir}/site.sqlite3?mode=ro", uri=True)) as database:
            return database.execute(query, values).fetchall()

    def files(self) -> dict[str, int]:
        """Names and sizes of the parcels' files."""
        folder = self.config.data_dir / "parcels"
        return {file.name: file.stat().st_size for file in folder.iterdir()} if folder.is_dir() else {}

    def kept(self) -> tuple[object, ...]:
        """All that a refused call must leave as it was: files, uploads, letters, acts."""
        acts = "SELECT kind, job FROM sitekit_ledgerentry WHERE kind NOT IN ('access-log')"
        return (
            self.files(), self.rows("SELECT id, parcel, finished_at, gone_at FROM sitekit_upload"),
            self.rows("SELECT sender, seq FROM sitekit_inletter"), self.rows(acts),
            self.rows("SELECT sender, recipient, seq FROM sitekit_outletter WHERE kind != 'checkpoint'"),
        )  # fmt: skip

    def acts(self, job: str) -> list[str]:
        rows = self.rows('SELECT kind FROM sitekit_ledgerentry WHERE job = ? ORDER BY "index"', job)
        return [kind for (kind,) in rows]

    # ------------------------------------------------------------------------------------------- the ward's side

    def tell(self, kind: str, by: str, job: str | None, body: dict[str, object]) -> None:
        """Tell gateway and factory of an act."""
        for to in (self.name, self.end.party.name):
            lgwan.post_letter(self.line, self.ward.letter(to, kind, by, job, body))

    def agree(self) -> None:
        """Make the contract, and agree on its workflow and its roster."""
        for to in (self.name, self.end.party.name):
            for note in contract_letters(self.ward, to):
                lgwan.post_letter(self.line, note)
        contract = str(CONTRACT["contract"])
        self.tell("workflow-published", "sato", None, workflow_body())
        self.end.tell(self.name, "workflow-acknowledged", "suzuki", None, contract=contract, version=1)
        self.end.tell(self.name, "roster-submitted", "suzuki", None, **roster_body())
        self.tell("roster-accepted", "tanaka", None, {"contract": contract, "version": 1})
        for act in preparation_acts():
            if act.site == "ward":
                self.tell(act.kind, act.by, None, dict(act.body))
            else:
                self.end.tell(self.name, act.kind, act.by, None, **act.body)

    def job(self, records: int = 3, **changes: object) -> str:
        """A job that the ward has just opened."""
        number = f"R8-{next(self.numbers):04d}"
        self.tell("job-opened", "sato", number, job_body(records) | changes)
        return number

    def sealed(self, records: int = 3, **changes: object) -> SealedParcel:
        """A parcel of a new job, of which the ward has told."""
        number = self.job(records, **changes)
        parcel = sealed_parcel(self.ward, number, records, seed=random.randrange(2**60))
        self.tell("parcel-sealed", "sato", number, parcel.body)
        return parcel

    def create(self, parcel: SealedParcel, **headers: str) -> httpx.Response:
        """The POST that begins an upload."""
        metadata = f"cover {base64.b64encode(parcel.note).decode()}"
        return self.line.post(
            "/api/parcels",
            headers={**TUS, "Upload-Length": str(len(parcel.file)), "Upload-Metadata": metadata, **headers},
        )

    def place(self, parcel: SealedParcel) -> str:
        answer = self.create(parcel)
        assert answer.status_code == 201, answer.text
        return urlsplit(answer.headers["Location"]).path

    def patch(self, place: str, data: bytes, offset: int = 0, **headers: str) -> httpx.Response:
        return self.line.patch(place, content=data, headers={**patch_headers(offset), **headers})

    def offset(self, place: str) -> int:
        return int(self.line.head(place, headers=TUS).headers["Upload-Offset"])

    def upload(self, parcel: SealedParcel) -> str:
        place = self.place(parcel)
        answer = self.patch(place, parcel.file)
        assert answer.status_code == 204, answer.text
        return place

    def begin(self, place: str, data: bytes, size: int, offset: int = 0) -> http.client.HTTPSConnection:
        """Send the first bytes of a PATCH that promises `size`; the test closes the line, or sends the rest."""
        context = ssl.create_default_context(cafile=str(self.ca))
        line = http.client.HTTPSConnection("127.0.0.1", self.config.listen.port, context=context, timeout=WAIT)
        line.putrequest("PATCH", place)
        for name, value in {**patch_headers(offset), "Content-Length": str(size)}.items():
            line.putheader(name, value)
        line.putheader("Authorization", self.ward.pass_to(self.name))
        line.endheaders()
        line.send(data)
        return line

    def break_off(self, place: str, data: bytes, size: int) -> None:
        """Have just these first bytes come in of a PATCH that promised more."""
        line = self.begin(place, data, size)
        line.sock.shutdown(socket.SHUT_WR)  # not a close, which may take back what is on its way
        until(lambda: self.offset(place) == len(data))
        line.close()
        until(lambda: self.patch(place, b"", size + 1).status_code == 409)


def patch_headers(offset: int) -> dict[str, str]:
    return {**TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}


def open_station(folder: Path, database: str = "sqlite") -> Iterator[Station]:
    """Make a gateway, start it, and end it."""
    site = make_site(folder / "site", NewSite("gateway", "gateway.test", "127.0.0.1", free_port(), database))
    ward = Counterparty("ward", "ward.test")
    end = FactoryEnd(folder, free_port(), ward.key.verify_key)
    for party in (ward, end.party):
        site = add_peer(site, party.card)
        party.near = site
    end.meet(VerifyKey.parse(own_card(site).vkey))
    migrate(site)
    station = Station(site, ward, end)
    try:
        station.start()
        station.end.open()
        station.agree()
        yield station
    finally:
        station.stop()


def migrate(site: SiteConfig) -> None:
    command = [sys.executable, "-m", "tewatashi.cli.main", "site", "migrate", "--config", str(site.file)]
    subprocess.run(command, check=True, cwd=ROOT)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
