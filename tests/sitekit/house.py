"""One running ward, the people at its browsers, and its back office."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import orjson

from tewatashi.demo.person import Papers, Person
from tewatashi.sitekit.config import SiteConfig
from tewatashi.sitekit.roles import Role
from tewatashi.sitekit.setup import NewSite, make_site

_ROOT = Path(__file__).parents[2]


class BackOffice:
    """Asks `tests.sitekit.backoffice`, started beside the site."""

    def __init__(self, config: SiteConfig) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.sitekit.backoffice", str(config.file)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=_ROOT,
        )  # fmt: skip

    def ask(self, do: str, **values: object) -> Any:
        """The answer's value; a refusal comes as the dictionary {"refused": ...}."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(orjson.dumps({"do": do, **values}) + b"\n")
        self._process.stdin.flush()
        answer = orjson.loads(self._process.stdout.readline())
        return answer.get("value", answer)

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()


@dataclass
class House:
    config: SiteConfig
    office: BackOffice
    browsers: list[Person] = field(default_factory=list)
    _number: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def ca(self) -> Path:
        return self.config.file.parent / "tls" / "ca.crt"

    def new_account(self, *roles: str, with_totp: bool = True) -> Papers:
        """An account of its own for this test, as its paper notice states it; an auditor unless roles are named."""
        name = f"person{next(self._number)}"
        given = self.office.ask("add_user", username=name, roles=list(roles or ("auditor",)), with_totp=with_totp)
        return Papers(name, given["password"], given["totp_secret"] or "")

    def browser(self, papers: Papers) -> Person:
        """Somebody with these papers before a browser that knows nothing yet."""
        person = Person(self.config.url, self.ca, papers)
        self.browsers.append(person)
        return person

    def somebody_in(self, *roles: str) -> Person:
        """Somebody new, logged in, the initial password changed."""
        person = self.browser(self.new_account(*roles))
        person.log_in()
        return person

    def close_browsers(self) -> None:
        for person in self.browsers:
            person.close()
        self.browsers.clear()


def make_house(folder: Path, role: Role, database: str = "sqlite", networks: tuple[str, ...] = ()) -> SiteConfig:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return make_site(folder, NewSite(role, f"{role}.tewatashi.test", "127.0.0.1", port, database, networks=networks))


def open_house(folder: Path, database: str, listen: str = "", networks: tuple[str, ...] = ()) -> Iterator[House]:
    """A running ward; listen: a further line of this table in its site.toml; networks: whom it answers, if not everybody."""
    config = make_house(folder, "ward", database, networks)
    if listen:
        text = config.file.read_text("utf-8").replace("[listen]", f"[listen]\n{listen}")
        config.file.write_text(text, "utf-8")
    office = BackOffice(config)
    office.ask("migrate")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tewatashi.sitekit.serve", "--with-parent", str(config.file)],
            stderr=log, stdout=log, stdin=subprocess.DEVNULL,
            env={**os.environ, "TEWATASHI_FONTS": str(_ROOT / ".tools" / "fonts")},
        )  # fmt: skip
    try:
        _await(config, process)
        yield House(config, office)
    finally:
        office.close()
        process.terminate()
        process.wait(timeout=30)


def _await(config: SiteConfig, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + 60
    while time.monotonic() < ends and process.poll() is None:
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", config.listen.port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError((config.file.parent / "log").read_text()[-2000:])
