"""The daily digest, against a mail server: once a day, tried again when it was not taken, never twice."""

from __future__ import annotations

import email
import email.policy
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.core.cast_of_acts import PEOPLE
from tests.databases import rows_of
from tests.sitekit.house import BackOffice, make_house
from tests.waiting import until
from tewatashi.sitekit.clock import TEST_CLOCK
from tewatashi.sitekit.config import SiteConfig, load_config

_ROOT = Path(__file__).parents[2]


@dataclass
class Relay:
    """What the office's relay was given; `answer` is what it says to the text, and `hear` what it does first."""

    answer: str = "250 OK"
    recipient: str = "250 OK"
    letters: list[EmailMessage] = field(default_factory=list)
    heard: threading.Event = field(default_factory=threading.Event)
    silent: bool = False

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.letters.append(letter)
        self.heard.set()
        if self.silent:
            await server.loop.create_future()
        return self.answer


@pytest.fixture
def relay() -> Iterator[tuple[Relay, int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    relay = Relay()
    controller = Controller(relay, hostname="127.0.0.1", port=port)
    controller.start()
    yield relay, port
    controller.stop()


def _site(folder: Path, port: int, at: str = "00:00") -> SiteConfig:
    """A ward with one contract, whose digest goes to the relay."""
    config = make_house(folder, "ward")
    mail = f'\n[mail]\nhost = "127.0.0.1"\nport = {port}\nfrom = "tewatashi@ward.test"\nto = ["kacho@ward.test", "kakari@ward.test"]\nat = "{at}"\n'
    config.file.write_text(config.file.read_text("utf-8") + mail, "utf-8")
    office = BackOffice(config)
    office.ask("migrate")
    office.close()
    return load_config(config.file)


def _turn(site: SiteConfig, *late: str, **env: str) -> int:
    command = [sys.executable, "-m", "tests.sitekit.one_digest", str(site.file), *late]
    return subprocess.run(command, check=False, cwd=_ROOT, env=os.environ | env, stderr=subprocess.DEVNULL).returncode


def _days(site: SiteConfig) -> list[tuple[bool]]:
    return [(sent is not None,) for (sent,) in rows_of(site, "SELECT sent_at FROM sitekit_digest ORDER BY day")]


def test_a_day_has_one_digest_and_the_next_day_its_own(tmp_path: Path, relay: tuple[Relay, int]) -> None:
    heard, port = relay
    site, clock = _site(tmp_path / "ward", port), tmp_path / "clock"
    clock.write_text("0")
    assert [_turn(site, **{TEST_CLOCK: str(clock)}) for _ in range(2)] == [0, 0]
    clock.write_text("1")
    assert _turn(site, **{TEST_CLOCK: str(clock)}) == 0
    assert len(heard.letters) == 2
    assert len({letter["Message-ID"] for letter in heard.letters}) == 2
    assert _days(site) == [(True,), (True,)]
    letter = heard.letters[0]
    assert (letter["From"], letter["To"]) == ("tewatashi@ward.test", "kacho@ward.test, kakari@ward.test")
    assert letter["Subject"].startswith("手渡し（")
    assert "住民の情報は含まれていません" in letter.get_content()


def test_the_digest_says_in_numbers_and_words_what_is_overdue(tmp_path: Path, relay: tuple[Relay, int]) -> None:
    heard, port = relay
    assert _turn(_site(tmp_path / "ward", port), "R8-0413") == 0
    (letter,) = heard.letters
    text = letter.get_content()
    assert "至急" in letter["Subject"]
    assert "・R8-0413 国民健康保険料督促状: 委託先: 納品（期限 11/23 を" in text
    assert not [one["name"] for one in PEOPLE if one["name"] in text]


def test_before_its_hour_nothing_goes_out(tmp_path: Path, relay: tuple[Relay, int]) -> None:
    heard, port = relay
    site = _site(tmp_path / "ward", port, "23:59:59.999999")
    assert (_turn(site), heard.letters, _days(site)) == (0, [], [])


@pytest.mark.parametrize("refusing", ["answer", "recipient"])
def test_a_relay_that_says_no_is_tried_again(tmp_path: Path, relay: tuple[Relay, int], refusing: str) -> None:
    heard, port = relay
    site = _site(tmp_path / "ward", port)
    setattr(heard, refusing, "451 later")
    assert (_turn(site), _days(site)) == (1, [])
    setattr(heard, refusing, "250 OK")
    heard.letters.clear()
    assert (_turn(site), len(heard.letters), _days(site)) == (0, 1, [(True,)])


def test_a_relay_that_is_not_there_is_tried_again(tmp_path: Path, relay: tuple[Relay, int]) -> None:
    heard, port = relay
    site = _site(tmp_path / "ward", port)
    gone = site.file.read_text("utf-8")
    site.file.write_text(gone.replace(f"port = {port}\nfrom", "port = 1\nfrom"), "utf-8")
    assert (_turn(site), _days(site)) == (1, [])
    site.file.write_text(gone, "utf-8")
    assert (_turn(site), len(heard.letters)) == (0, 1)


def test_a_site_that_is_killed_while_the_relay_takes_the_text_sends_it_no_second_time(
    tmp_path: Path, relay: tuple[Relay, int]
) -> None:
    heard, port = relay
    site = _site(tmp_path / "ward", port)
    heard.silent = True
    command = [sys.executable, "-m", "tests.sitekit.one_digest", str(site.file)]
    sending = subprocess.Popen(command, cwd=_ROOT)
    until(heard.heard.is_set)
    sending.kill()
    sending.wait()
    heard.silent = False
    assert _turn(site) == 0
    assert (len(heard.letters), _days(site)) == (1, [(False,)])


def test_without_mail_in_its_settings_a_site_sends_nothing(tmp_path: Path) -> None:
    config = make_house(tmp_path / "ward", "ward")
    office = BackOffice(config)
    office.ask("migrate")
    office.close()
    assert (_turn(config), _days(config)) == (0, [])
