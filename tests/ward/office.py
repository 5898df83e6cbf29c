"""A running ward with the standing cast before its screens, for the tests of its pages."""

from __future__ import annotations

import html
import os
import re
import secrets
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import httpx
import orjson

from tests.at_a_screen import Person, TurnedAwayError
from tests.core.cast_of_acts import CAST, PEOPLE, STEPS, prepared_acts, proofread
from tests.databases import rows_of
from tests.proof_acts import shipped_submission
from tests.waiting import until
from tests.ward.line_end import LineEnd
from tewatashi.core.custody import KEY, SPOOL
from tewatashi.core.signing import SigningKey, VerifyKey
from tewatashi.sitekit import clock
from tewatashi.sitekit.cards import add_peer, own_card
from tewatashi.sitekit.config import SiteConfig
from tewatashi.sitekit.rights import write_private_file
from tewatashi.sitekit.setup import NewSite, make_site


def today() -> date:
    """The day in Japan, asked anew each time: a run may last over midnight."""
    return clock.now().date()


LAYOUT = """\
schema = "tewatashi.layout/v1"
name = "見本の小型システム"
form = "tokusoku"
charset = "utf-8"
newline = "crlf"
key = "通知書番号"
base_date = "基準日"

[csv]
header = true
delimiter = ","
quote = '"'

[[columns]]
name = "通知書番号"
type = "digits"
max = 10
approved = true
required = true

[[columns]]
name = "基準日"
type = "date"
format = "yyyymmdd"
approved = true
required = true

[[columns]]
name = "世帯主氏名"
type = "text"
max = 40
approved = true
"""
HEADER = "通知書番号,基準日,世帯主氏名"
BASE_DATE = "2026-11-20"


@dataclass
class Office:
    """The ward's process and its folder, the line's other end, and people."""

    site: SiteConfig
    end: LineEnd
    people: dict[str, Person]
    server: subprocess.Popen[bytes]
    scan_key: SigningKey
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    proven: set[str] = field(default_factory=set)  # contracts whose form's proof stands approved

    @property
    def tanaka(self) -> Person:
        return self.people["tanaka"]

    @property
    def sato(self) -> Person:
        return self.people["sato"]

    @property
    def kansa(self) -> Person:
        return self.people["kansa"]

    @property
    def folder(self) -> Path:
        return self.site.file.parent

    @property
    def data(self) -> Path:
        return self.site.data_dir

    def acts(self) -> list[tuple[str, str | None]]:
        """Kinds and jobs of all acts that the ledger holds, in order."""
        rows = rows_of(self.site, 'SELECT kind, job FROM sitekit_ledgerentry ORDER BY "index"')
        return [(kind, job) for kind, job in rows if kind not in ("access-log", "checkpoint")]

    def run(self, *words: str) -> None:
        """A command that the ward's operator types."""
        line = [sys.executable, "-m", "tewatashi.cli.main", *words, "--config", str(self.site.file)]
        subprocess.run(line, check=True, cwd=_ROOT)

    def piece_ids(self, job: str) -> list[str]:
        """The ids of the job's pieces in the order of the extract, as its index holds them."""
        index = (self.data / "index" / f"{self.sato.state(job)['parcel']}.ids").read_bytes()
        return [f"{int.from_bytes(index[at + 16 : at + 25], 'big'):020d}" for at in range(0, len(index), 25)]

    def files(self, *folders: str) -> list[str]:
        """Names of the files in these folders of the site's data."""
        return sorted(
            file.name for name in folders if (self.data / name).is_dir() for file in (self.data / name).iterdir()
        )

    def holds(self, *texts: str) -> list[str]:
        """Which files under the site's folder hold one of these texts, in any encoding that an extract has."""
        needles = [text.encode(charset) for text in texts for charset in ("utf-8", "cp932", "utf-16-le", "utf-16-be")]
        found = []
        for file in self.folder.rglob("*"):
            if file.is_file():
                data = file.read_bytes()
                found += [str(file.relative_to(self.folder)) for needle in needles if needle in data]
        return sorted(set(found))

    def form_of(self, path: str, person: Person) -> dict[str, str]:
        """The fields of the page's form with the values that it shows."""
        page = person.page(path)
        areas = re.findall(r'<textarea name="(\w+)"[^>]*>\n?([^<]*)</textarea>', page)
        inputs = re.findall(r"<input type=\"(?:text|hidden)\"([^>]*)>", page)
        radios = re.findall(r'<input type="radio" name="(\w+)" value="([^"]*)"[^>]*checked', page)
        found = dict(areas) | dict(radios)
        for attributes in inputs:
            name = re.search(r'name="(\w+)"', attributes)
            value = re.search(r'value="([^"]*)"', attributes)
            if name and value:
                found[name[1]] = value[1]
        return {name: html.unescape(value) for name, value in found.items() if name != "csrfmiddlewaretoken"}

    # ------------------------------------------------------------------------------------------- ready-made states

    def contract(self, **changes: object) -> str:
        """A new contract as registered, before anything was agreed on."""
        number = f"R8-{next(self.numbers)}"
        sheets = self.form_of("/contracts/new", self.tanaka)
        year = today().year if today().month >= 4 else today().year - 1
        far = (today() + timedelta(days=400)).isoformat()
        self.tanaka.act("/contracts/new", {
            **sheets, "contract": number, "title": "帳票作成等業務", "contractor": "見本印刷", "begins": f"{year}-04-01",
            "ends": far, "channel": "lgwan", "privacy_mark_number": "第1号", "privacy_mark_expires": far,
            "lgwan_asp_number": "A1", "lgwan_asp_expires": far, "forms": "tokusoku",
            "places": "\n".join(("ward/送信箱", "ward/納品窓口", "gateway/中継", "factory/受信箱", "factory/保管庫", "factory/印字室")),
            "erase_within_days": "5", "gateway_hold_days": "3", **changes,
        })  # fmt: skip
        return number

    def agreed_contract(self, **changes: object) -> str:
        """A contract with its workflow acknowledged, its roster and all preparation accepted."""
        number = self.contract(**changes)
        self.sato.act(f"/contracts/{number}/workflow", {"steps": "\n".join(STEPS)})
        self.end.tell("workflow-acknowledged", "suzuki", None, contract=number, version=1)
        self.end.tell("roster-submitted", "suzuki", None, contract=number, version=1, people=PEOPLE)
        self.tanaka.act(f"/contracts/{number}/accept-roster", {"version": "1"})
        self.prepare(number)
        return number

    def prepare(self, number: str, people: tuple[str, ...] = CAST) -> None:
        """Contacts, training and pledges of these people, handed in today and accepted."""
        acts = list(prepared_acts(today().isoformat(), number, people))
        *first, last = [one for one in acts if one.site == "factory"]
        for one in first:
            self.end.put(self.end.factory.letter(self.end.ward.name, one.kind, one.by, None, dict(one.body)))
        self.end.tell(last.kind, last.by, None, **last.body)
        for one in acts:
            if one.site == "ward":
                self.tanaka.act(f"/contracts/{number}/accept/{one.text('what')}", {"version": "1"})

    def job(self, contract: str, declared: int = 3, **changes: object) -> str:
        """A job just opened."""
        page = self.sato.act("/jobs/new", {
            "contract": contract, "form": "tokusoku", "base_date": BASE_DATE, "declared": str(declared),
            "deliver_by": (today() + timedelta(days=7)).isoformat(), "erase_by": (today() + timedelta(days=12)).isoformat(),
            **changes,
        })  # fmt: skip
        return page.rsplit("/", 1)[1]

    def seal(self, job: str, extract: bytes | Iterable[bytes], layout: str = "見本の小型システム") -> httpx.Response:
        """Send an extract to be sealed, as the browser sends the page's form."""
        files = {"extract": ("extract.csv", extract, "text/csv")}
        return self.sato.post(f"/jobs/{job}/seal", {"layout": layout}, files=files)

    def sealed_job(self, contract: str, declared: int = 3) -> str:
        """A job with its parcel."""
        job = self.job(contract, declared)
        answer = self.seal(job, extract(declared))
        if answer.status_code != 200:
            raise TurnedAwayError(answer)
        return job

    def sent_job(self, contract: str, declared: int = 3) -> str:
        """A job whose parcel the factory has received, with its password notice handed over."""
        job = self.sealed_job(contract, declared)
        self.sato.act(f"/jobs/{job}/password-notice", notice())
        self.sato.act(f"/jobs/{job}/send")
        state = self.sato.state(job)
        bytes_ = {"parcel": state["parcel"], "sha256": state["sha256"], "size": state["size"]}
        self.end.await_parcel(state["parcel"], state["size"])
        self.end.tell("parcel-held", "system", job, site="gateway", place="gateway/中継", **bytes_)
        self.end.tell("parcel-received", "system", job, pieces=declared, place="factory/受信箱", **bytes_)
        gone = {
            "thing": f"送付データ:{state['parcel'][:8]}@gateway",
            "quantity": declared,
            "method": "deleted",
            "witness": "",
        }
        self.end.tell("copy-erased", "system", job, site="gateway", **gone)
        until(lambda: not self._ward_holds(job))  # by itself, some time after the receipt
        return job

    def _ward_holds(self, job: str) -> bool:
        things = self.sato.state(job)["things"]
        return any(thing["alive"] for thing in things if (thing["what"], thing["site"]) == ("送付データ", "ward"))

    def tell_composed(self, job: str, contract: str, declared: int = 3) -> None:
        """The factory has composed the job, with what its proof was made with that the ward approved."""
        proof = shipped_submission(contract)
        if contract not in self.proven:
            self.end.tell("proof-submitted", "suzuki", None, **proof)
            self.tanaka.act(f"/contracts/{contract}/proofs/tokusoku/approve", {"version": "1"})
            self.proven.add(contract)
        self.end.tell(
            "pieces-composed", "takahashi", job, pieces=declared, pages=2 * declared, files=1, sha256="cd" * 32,
            place="factory/保管庫", purpose="tokusoku", fingerprint=proof["fingerprint"],
        )  # fmt: skip

    def delivered_job(self, contract: str, declared: int = 3) -> str:
        """A job whose notices stand at the ward's counter, to be counted."""
        job, tell = self.sent_job(contract, declared), self.end.tell
        parcel, sha = self.sato.state(job)["parcel"], "cd" * 32
        tell("parcel-opened", "takahashi", job, parcel=parcel, pieces=declared, place="factory/保管庫")
        self.tell_composed(job, contract, declared)
        room = "factory/印字室"
        tell("pages-proofread", "system", job, **proofread(pieces=declared, pages=2 * declared, sha256=sha).body)
        tell(
            "pieces-printed",
            "takahashi",
            job,
            pieces=declared,
            copy=0,
            sha256=sha,
            printer="ipp",
            place=room,
            spool=room,
        )
        tell(
            "pieces-enclosed", "takahashi", job, composed=declared, printed=declared, enclosed=declared, withdrawn=0,
            spoiled=0, remade=0, pulled=0, boxes=[], withdrawal_version=0, reads_sha256=sha, place=room,
        )  # fmt: skip
        tell(
            "notices-delivered", "suzuki", job, receipt="確-1", quantity=declared, withdrawn=0, to="sato",
            content="督促状", at=f"{today().isoformat()}T10:00:00+09:00",
        )  # fmt: skip
        return job

    def claimed_job(self, contract: str, declared: int = 3) -> str:
        """A job whose data the factory says it has erased."""
        job = self.delivered_job(contract, declared)
        self.sato.act(f"/jobs/{job}/confirm-delivery", {"quantity": str(declared), "withdrawn": "0"})
        things = [thing for thing in self.sato.state(job)["things"] if thing["site"] == "factory"]
        for thing in things:
            if thing["alive"] and thing["what"] != KEY:  # it goes with what it opens
                method = "deleted" if thing["what"] == SPOOL else "shredded"
                body = {"thing": thing["id"], "quantity": thing["quantity"], "method": method, "witness": "suzuki"}
                self.end.tell("copy-erased", "takahashi", job, **body)
        erased = [thing["id"] for thing in things if thing["what"] != "通知書"]
        self.end.tell("erasure-claimed", "suzuki", job, things=erased, witness="takahashi", statement="消去しました。")
        return job


def extract(records: int = 3, *, header: str = HEADER, day: str = "20261120") -> bytes:
    """An extract of synthetic records; the names occur nowhere else."""
    rows = [f"{n:010d},{day},{name(n)}" for n in range(1, records + 1)]
    return "\r\n".join([header, *rows, ""]).encode()


def name(n: int) -> str:
    return f"架空乃{'一二三四五六七八九十'[n % 10]}郎"


def notice(**changes: str) -> dict[str, str]:
    """The form of a password notice handed to 高橋."""
    return {"route": "hand", "to": "takahashi", "tracking": "", "on": today().isoformat(), **changes}


def open_office(folder: Path, database: str = "sqlite") -> Iterator[Office]:
    """Make a ward, start it, and end it."""
    site = make_site(folder / "site", NewSite("ward", "ward.test", "127.0.0.1", _free_port(), database))
    end = LineEnd(folder, VerifyKey.parse(own_card(site).vkey))
    for party in (end.gateway, end.factory):
        site = add_peer(site, party.card)
        party.near = site
    (site.data_dir / "layouts").mkdir(mode=0o700)
    write_private_file(site.data_dir / "layouts" / "mihon.toml", LAYOUT.encode())
    prepared = subprocess.run(
        [sys.executable, "-m", "tests.ward.prepare", str(site.file)], check=True, stdout=subprocess.PIPE, cwd=_ROOT
    )
    server = start(site.file, folder)
    context = ssl.create_default_context(cafile=str(site.file.parent / "tls" / "ca.crt"))
    people = {
        person: Person(httpx.Client(base_url=site.url, verify=context, cookies=cookies, timeout=120, trust_env=False))
        for person, cookies in orjson.loads(prepared.stdout.splitlines()[-1]).items()
    }
    office = Office(site, end, people, server, SigningKey.generate("scan-1", secrets.token_bytes))
    office.run("scan-key", "add", str(office.scan_key.verify_key))
    until(lambda: _answers(office.sato))
    try:
        yield office
    finally:
        for person in people.values():
            person.line.close()
        server.terminate()
        server.wait(30)
        end.close()


_ROOT = Path(__file__).parents[2]


def start(config: Path, folder: Path) -> subprocess.Popen[bytes]:
    """The ward's process; what it says goes into a file outside its own folder."""
    with (folder / "ward.log").open("ab") as log:
        command = [sys.executable, "-m", "tewatashi.sitekit.serve", str(config), "--with-parent"]
        return subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            cwd=_ROOT,
            env={**os.environ, "TEWATASHI_FONTS": str(_ROOT / ".tools" / "fonts")},
        )


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
