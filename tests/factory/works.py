"""A running factory (工場) with its people before their screens, and ward and gateway played by the test."""

from __future__ import annotations

import hashlib
import os
import random
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import orjson

from tests.at_a_screen import Person
from tests.core.cast_of_acts import PEOPLE, STEPS
from tests.counterparty import Counterparty, contract_letters, now
from tests.databases import rows_of
from tewatashi.carriers import lgwan
from tewatashi.core.age import Passphrase
from tewatashi.core.approval import Fingerprint
from tewatashi.core.cover import Cover, write_cover
from tewatashi.core.parcel import FORMAT, Manifest, seal
from tewatashi.core.password import new_password
from tewatashi.core.pieceid import SheetMark
from tewatashi.demo.extract_maker import records
from tewatashi.demo.towns import ken_all_lines
from tewatashi.press.shipped import load_shipped_form
from tewatashi.sitekit import clock
from tewatashi.sitekit.cards import add_peer
from tewatashi.sitekit.config import SiteConfig, load_config
from tewatashi.sitekit.rights import write_private_file
from tewatashi.sitekit.setup import NewSite, make_site


def today() -> date:
    """The day in Japan, asked anew each time: a run may last over midnight."""
    return clock.now().date()


BASE_DATE = date(2026, 11, 20)  # of the jobs, and so of their records
FORM = "tokusoku"
PIECES_PER_FILE = 100
PASSWORD = new_password(random.Random(7).randbytes)
CONTRACT = "R8-1"
_ROOT = Path(__file__).parents[2]
_WORK_FACTOR = 10  # what is tested here is not scrypt


@dataclass
class Works:
    """The factory's process and its folder, the other sites, and people."""

    site: SiteConfig
    paper: Path
    ward: Counterparty
    gateway: Counterparty
    line: httpx.Client
    people: dict[str, Person]
    server: subprocess.Popen[bytes]
    restart: Callable[[], subprocess.Popen[bytes]]
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    sealed: dict[str, list[str]] = field(default_factory=dict)  # job -> piece ids in their order

    @property
    def suzuki(self) -> Person:
        return self.people["suzuki"]

    @property
    def takahashi(self) -> Person:
        return self.people["takahashi"]

    @property
    def folder(self) -> Path:
        return self.site.file.parent

    @property
    def data(self) -> Path:
        return self.site.data_dir

    def tell(self, kind: str, by: str, job: str | None, *, site: str = "ward", **body: object) -> None:
        """Have the ward or the gateway tell the factory of an act."""
        party = self.ward if site == "ward" else self.gateway
        lgwan.post_letter(self.line, party.letter("factory.test", kind, by, job, body))

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What the site's database holds."""
        return rows_of(self.site, sql, *values)

    def acts(self, job: str) -> list[str]:
        """Kinds of all acts on a job in the ledger, in order."""
        return [
            kind for (kind,) in self.rows('SELECT kind FROM sitekit_ledgerentry WHERE job = ? ORDER BY "index"', job)
        ]

    def files(self, job: str) -> list[str]:
        """Names of what lies in the job's vault, and of its keys."""
        folders = (self.data / "vault" / job, self.data / "keys")
        return sorted(f.name for folder in folders if folder.is_dir() for f in folder.iterdir() if job in str(f))

    def holds(self, *texts: str) -> list[str]:
        """Which files under the site's data hold one of these texts."""
        needles = [text.encode(charset) for text in texts for charset in ("utf-8", "utf-16-be")]
        found = []
        for file in self.data.rglob("*"):
            with suppress(FileNotFoundError, IsADirectoryError):  # the database takes its own files away
                data = file.read_bytes()
                found += [str(file.relative_to(self.data))] if any(one in data for one in needles) else []
        return sorted(found)

    def kill_when(self, there: Callable[[], bool], path: str, data: Mapping[str, Any] | None = None) -> None:
        """Have 高橋 do something, kill -9 the site as soon as the condition holds, and start it again."""
        acting = threading.Thread(target=_until_cut, args=(self.takahashi, path, data))
        acting.start()
        while acting.is_alive() and not there():
            time.sleep(0.001)
        self.server.kill()
        self.server.wait()
        acting.join()
        self.server = self.restart()
        await_answer(self)

    # ------------------------------------------------------------------------------------------- ready-made states

    def sent_job(
        self,
        pieces: int = 3,
        *,
        items: tuple[str, ...] | None = None,
        notice: bool = True,
        base_date: date | None = None,
    ) -> str:
        """A job whose parcel has come, its password notice in 高橋's hand."""
        job, note, file = self.told_job(pieces, items=items, base_date=base_date or BASE_DATE)
        if notice:
            self.hand_notice(job)
        lgwan.send_parcel(self.line, note, BytesIO(file), len(file))
        return job

    def told_job(
        self,
        pieces: int = 3,
        *,
        items: tuple[str, ...] | None = None,
        contract: str = CONTRACT,
        base_date: date = BASE_DATE,
    ) -> tuple[str, bytes, bytes]:
        """A job whose parcel is still to come: its number, the parcel's cover and the parcel."""
        job = f"R8-{next(self.numbers):04d}"
        self.tell(
            "job-opened", "sato", job, contract=contract, form=FORM, base_date=base_date.isoformat(), declared=pieces,
            deliver_by=(today() + timedelta(days=7)).isoformat(), erase_by=(today() + timedelta(days=12)).isoformat(),
        )  # fmt: skip
        cover, note, file, ids = _sealed(
            self.ward, contract, job, pieces, items or load_shipped_form(FORM).items, base_date.isoformat()
        )
        self.sealed[job] = ids
        self.tell(
            "parcel-sealed", "sato", job, parcel=cover.parcel, sha256=cover.sha256, size=cover.size, pieces=pieces,
            cover=note.decode(), place="ward/送信箱",
        )  # fmt: skip
        return job, note, file

    def hand_notice(self, job: str) -> None:
        parcel = self.suzuki.state(job)["parcel"]
        self.tell(
            "password-notice-handed", "sato", job, parcel=parcel, route="hand", to="takahashi", tracking="", on=today().isoformat()
        )  # fmt: skip

    def open(self, job: str) -> None:
        self.takahashi.act(f"/jobs/{job}/open", {"password": PASSWORD})

    def printed_job(self, pieces: int = 3) -> str:
        """A job whose sheets lie before the inserter."""
        job = self.sent_job(pieces)
        self.open(job)
        self.takahashi.act(f"/jobs/{job}/compose")
        self.takahashi.act(f"/jobs/{job}/print")
        return job

    def read_all(self, job: str) -> None:
        """Every piece goes through the machine without trouble."""
        lines = [{"n": n, "event": "read", **sheet(piece)} for n, piece in enumerate(self.sealed[job], 1)]
        assert self.takahashi.reads(job, lines).status_code == 200

    def enclosed_job(self, pieces: int = 3) -> str:
        job = self.printed_job(pieces)
        self.read_all(job)
        self.takahashi.act(f"/jobs/{job}/enclose")
        return job

    def confirmed_job(self, pieces: int = 3) -> str:
        """A job that the ward has counted: what is left is to erase."""
        job = self.enclosed_job(pieces)
        self.suzuki.act(f"/jobs/{job}/deliver", {"to": "sato", "content": "督促状"})
        self.tell(
            "delivery-confirmed", "sato", job, receipt=f"確-{job}", quantity=pieces, withdrawn=0, agrees=True, at=now(),
            place="ward/納品窓口",
        )  # fmt: skip
        return job


def sheet(piece: str, copy: int = 0) -> dict[str, str]:
    """Front and back mark of a piece's only sheet."""
    return {"front": str(SheetMark(piece, copy, 1, 1, 1)), "back": str(SheetMark(piece, copy, 1, 1, 2))}


@cache
def people_of(count: int) -> list[dict[str, str]]:
    """Synthetic records, as the ward's extract is read: days in ISO form."""
    return [{name: _value(name, text) for name, text in record.items()} for record in records(count, 11, BASE_DATE)]


def _value(name: str, text: str) -> str:
    is_day = name in ("基準日", "発送日") or "期限" in name
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if is_day and text else text


def _sealed(
    ward: Counterparty, contract: str, job: str, pieces: int, items: tuple[str, ...], base_date: str
) -> tuple[Cover, bytes, bytes, list[str]]:
    rand = random.Random(job).randbytes
    manifest = Manifest(FORMAT, contract, job, FORM, base_date, items, pieces)
    rows = [[record.get(item, "") for item in items] for record in people_of(pieces)]
    ids: list[str] = []
    sealed = seal(manifest, [rows], Passphrase(PASSWORD, _WORK_FACTOR), rand, lambda given, _: ids.extend(given))
    file = b"".join(sealed)
    cover = Cover(
        parcel=rand(16).hex(), contract=contract, job=job, form=FORM, base_date=base_date, pieces=pieces, items=items,
        sha256=hashlib.sha256(file).hexdigest(), size=len(file), sealed_at=now(), sealed_by="sato",
        erase_by="2027-01-31", sender=ward.name,
    )  # fmt: skip
    return cover, write_cover(cover, ward.key), file, ids


def open_works(folder: Path, database: str = "sqlite", printer: str = "") -> Iterator[Works]:
    """Make a factory, start it, agree on a contract, and end it. printer: a queue instead of the folder of paper."""
    ward, gateway = Counterparty("ward", "ward.test"), Counterparty("gateway", "gateway.test")
    site = make_site(folder / "site", NewSite("factory", "factory.test", "127.0.0.1", _free_port(), database))
    for party in (ward, gateway):
        site = add_peer(site, party.card)
        party.near = site
    site = _with_small_files(site)
    write_private_file(site.data_dir / "ken_all.csv", "".join(ken_all_lines()).encode())
    prepared = subprocess.run(
        [sys.executable, "-m", "tests.factory.prepare", str(site.file)], check=True, stdout=subprocess.PIPE, cwd=_ROOT
    )
    env = {
        **os.environ,
        "LANG": "C.UTF-8",
        "TEWATASHI_FONTS": str(_ROOT / ".tools" / "fonts"),
        "TEWATASHI_PRINTER": printer or str(folder / "paper"),
    }

    def start() -> subprocess.Popen[bytes]:
        with (folder / "factory.log").open("ab") as log:
            command = [sys.executable, "-m", "tewatashi.sitekit.serve", str(site.file), "--with-parent"]
            return subprocess.Popen(command, stdout=log, stderr=log, cwd=_ROOT, env=env)

    ca = site.file.parent / "tls" / "ca.crt"
    context = ssl.create_default_context(cafile=str(ca))
    people = {
        name: Person(httpx.Client(base_url=site.url, verify=context, cookies=cookies, timeout=120, trust_env=False))
        for name, cookies in orjson.loads(prepared.stdout.splitlines()[-1]).items()
    }
    line = lgwan.open_line(site.url, ca, lambda: gateway.pass_to(site.name))
    works = Works(site, folder / "paper", ward, gateway, line, people, start(), start)
    try:
        await_answer(works)
        _agree(works)
        yield works
    finally:
        for person in people.values():
            person.line.close()
        line.close()
        works.server.terminate()
        works.server.wait(30)


def _with_small_files(site: SiteConfig) -> SiteConfig:
    """So that a job of some hundred pieces has several print files, and is composed by several processes."""
    settings = site.file.read_text("utf-8") + f"\n[press]\nprocesses = 2\npieces_per_file = {PIECES_PER_FILE}\n"
    site.file.write_text(settings, "utf-8")
    return load_config(site.file)


def _agree(works: Works) -> None:
    """Contract, workflow, roster and preparation stand; 渡辺 has an account but is not on the roster any more."""
    for letter in contract_letters(works.ward, "factory.test"):
        lgwan.post_letter(works.line, letter)
    works.tell("workflow-published", "tanaka", None, contract=CONTRACT, version=1, steps=STEPS)
    works.suzuki.act(f"/contracts/{CONTRACT}/acknowledge", {"version": "1"})
    works.suzuki.act(f"/contracts/{CONTRACT}/roster", {f"duty_{one['id']}": one["duty"] for one in PEOPLE})
    works.tell("roster-accepted", "tanaka", None, contract=CONTRACT, version=1)
    prepare(works, CONTRACT)


def prepare(works: Works, contract: str, form: str = FORM) -> None:
    """Contacts, training and pledges of everyone on the roster, handed in today and accepted; the form's proof approved."""
    page, day, people = f"/contracts/{contract}", today().isoformat(), [one["id"] for one in PEOPLE]
    works.suzuki.act(f"{page}/emergency", {"contacts": "鈴木、取扱責任者、03-0000-0000", "procedure": "区に連絡する。"})
    works.suzuki.act(f"{page}/training", {"on": day, "content": "個人情報保護", "people": people})
    works.suzuki.act(f"{page}/pledges", {"on": day, "people": people})
    for what in ("emergency", "training", "pledges"):
        works.tell("preparation-accepted", "tanaka", None, contract=contract, what=what, version=1)
    works.suzuki.act(f"/contracts/{contract}/proofs/{form}")
    approve(works, contract, form)


def approve(works: Works, contract: str, form: str = FORM, version: int = 1) -> None:
    """The ward approves the proof that waits."""
    said = submitted(works, contract)[-1]
    fingerprint = Fingerprint(**said["fingerprint"]).whole
    answer = {"contract": contract, "form": form, "version": version, "fingerprint": fingerprint}
    works.tell("proof-approved", "tanaka", None, **answer)


def submitted(works: Works, contract: str) -> list[dict[str, Any]]:
    """What the factory said of the proofs that it submitted, in order."""
    wanted = "kind = 'proof-submitted' AND contract = ?"
    rows = works.rows(f'SELECT data FROM sitekit_ledgerentry WHERE {wanted} ORDER BY "index"', contract)
    return [orjson.loads(bytes(data))["body"]["act"] for (data,) in rows]


def _until_cut(person: Person, path: str, data: Mapping[str, Any] | None) -> None:
    with suppress(httpx.TransportError):
        person.post(path, data)


def await_answer(works: Works) -> None:
    ends = time.monotonic() + 60
    while not _answers(works.suzuki):
        assert time.monotonic() < ends, (works.folder.parent / "factory.log").read_text()
        time.sleep(0.05)


def _answers(person: Person) -> bool:
    try:
        return person.get("/").status_code == 200
    except httpx.TransportError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
