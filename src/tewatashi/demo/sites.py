"""Three sites on this machine: made, introduced to each other, started, killed and started again, and ended without a trace."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson

from tewatashi.demo.person import Papers, Person
from tewatashi.sitekit.cards import add_peer, own_card
from tewatashi.sitekit.config import SiteConfig
from tewatashi.sitekit.roles import ROLES, Role
from tewatashi.sitekit.serve import WITH_PARENT
from tewatashi.sitekit.setup import NewSite, make_site

HOST: Final = "127.0.0.1"
_START: Final = 60.0  # seconds


@dataclass
class Site:
    """One site: its folder, its config, the papers of its people, and its process while it runs.

    spare_code  registers one more computer, for whoever wants to look around
    """

    config: SiteConfig
    papers: dict[str, Papers] = field(default_factory=dict)
    computer: str | None = None
    spare_code: str | None = None
    process: subprocess.Popen[bytes] | None = None

    @property
    def ca(self) -> Path:
        return self.config.file.parent / "tls" / "ca.crt"

    @property
    def log(self) -> Path:
        return self.config.file.parent / "site.log"


class Sites:
    """Ward, gateway and factory in one folder, or some of them.

    databases  "sqlite" or a PostgreSQL address by role;  roles  without the gateway there is no line between the others
    """

    def __init__(
        self,
        folder: Path,
        *,
        databases: Mapping[str, str] | None = None,
        env: Mapping[str, str] | None = None,
        roles: Sequence[Role] = ROLES,
    ) -> None:
        self.folder = folder
        self._env = {**os.environ, **(env or {})}
        self.sites: dict[Role, Site] = {}
        self._people: list[Person] = []
        for role in roles:
            new = NewSite(role, f"{role}.tewatashi.test", HOST, _free_port(), (databases or {}).get(role, "sqlite"))
            self.sites[role] = Site(make_site(folder / role, new))
        self._introduce()
        self._prepare()

    def _introduce(self) -> None:
        """Exchange the cards by hand, as three operators would."""
        cards = {role: own_card(site.config) for role, site in self.sites.items()}
        for role, site in self.sites.items():
            for other, card in cards.items():
                if other != role:
                    site.config = add_peer(site.config, card)

    def _prepare(self) -> None:
        """Tables and accounts of all three at once."""
        started = {
            role: self._python("tewatashi.demo.prepare", site, subprocess.PIPE) for role, site in self.sites.items()
        }
        for role, process in started.items():
            out, _ = process.communicate()
            if process.returncode:
                raise RuntimeError(f"{role} could not be prepared; see {self.sites[role].log}")
            given: dict[str, Any] = orjson.loads(out)
            site = self.sites[role]
            site.computer, site.spare_code = given["computer"], given["spare"]
            site.papers = {
                name: Papers(name, one["password"], one["totp_secret"]) for name, one in given["people"].items()
            }  # fmt: skip

    def _python(self, module: str, site: Site, stdout: int | None, *more: str) -> subprocess.Popen[bytes]:
        log = os.open(site.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            return subprocess.Popen(
                [sys.executable, "-m", module, *more, str(site.config.file)], env=self._env, stdin=subprocess.DEVNULL,
                stdout=log if stdout is None else stdout, stderr=log,
            )  # fmt: skip
        finally:
            os.close(log)

    def start(self, *roles: Role) -> None:
        """Start these sites, or all, and come back when they answer."""
        for role in roles or self.sites:
            site = self.sites[role]
            site.process = self._python("tewatashi.sitekit.serve", site, None, WITH_PARENT)
        for role in roles or self.sites:
            self._await(self.sites[role])

    def _await(self, site: Site) -> None:
        ends = time.monotonic() + _START
        while time.monotonic() < ends:
            if site.process is not None and site.process.poll() is not None:
                raise RuntimeError(f"{site.config.role} ended; see {site.log}")
            if _answers(site):
                return
            time.sleep(0.05)
        raise RuntimeError(f"{site.config.role} does not answer; see {site.log}")

    def kill(self, role: Role) -> None:
        """SIGKILL to the site's process, and wait for its worker, which goes with it but lives a moment longer."""
        site = self.sites[role]
        assert site.process is not None
        site.process.kill()
        site.process.wait()
        while _listens(site):
            time.sleep(0.01)

    def stop(self) -> None:
        """End all sites, waiting for each, and close everybody's browser."""
        for person in self._people:
            person.close()
        running = [site.process for site in self.sites.values() if site.process is not None]
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def person(self, role: Role, name: str) -> Person:
        """A person who logs in now, at a registered computer where the site wants one."""
        site = self.sites[role]
        person = Person(site.config.url, site.ca, site.papers[name])
        self._people.append(person)
        self._sit_down(site, person)
        person.log_in()
        site.papers[name] = person.papers
        return person

    def _sit_down(self, site: Site, person: Person) -> None:
        if site.computer is None:
            return
        if site.computer.startswith("token:"):
            person.use_computer(site.computer.removeprefix("token:"))
        else:
            person.enrol_computer(site.computer)
            site.computer = f"token:{person.cookie('__Host-computer')}"


def _listens(site: Site) -> bool:
    with socket.socket() as knock:
        knock.settimeout(1)
        return knock.connect_ex((HOST, site.config.listen.port)) == 0


def _answers(site: Site) -> bool:
    """Whether somebody would be let in: the port is open long before the site behind it is loaded."""
    context = ssl.create_default_context(cafile=str(site.ca))
    try:
        with socket.create_connection((HOST, site.config.listen.port), timeout=1) as knock:
            knock.settimeout(30)
            context.wrap_socket(knock, server_hostname=HOST).close()
    except OSError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
