"""`tewatashi site`, `user`, `computer`: from an empty folder to a site with its people, refusals included."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from tests.databases import rows_of
from tewatashi.core.ledger import parse_entry
from tewatashi.sitekit.config import load_config

_ISSUED = "SELECT data FROM sitekit_ledgerentry WHERE kind = 'login-notice-issued' ORDER BY \"index\""
REFUSED, NOT_AGREED = 4, 5


def tewatashi(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tewatashi.cli.main", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


def made(*arguments: object) -> str:
    done = tewatashi(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def init(folder: Path, role: str, *more: object) -> Path:
    made("site", "init", folder, "--role", role, "--name", f"{role}.example", "--port", 8443, *more)
    return folder / "site.toml"


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return init(tmp_path_factory.mktemp("cli") / "ward", "ward")


def test_a_new_site_is_ready_and_nobody_else_can_read_it(ward: Path) -> None:
    assert made("site", "check", "--config", ward) == "ward ward.example https://127.0.0.1:8443\n"
    for path in ward.parent.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_second_site_is_not_made_over_the_first(ward: Path) -> None:
    before = ward.read_bytes()
    again = tewatashi("site", "init", ward.parent, "--role", "ward", "--name", "other.example")
    assert again.returncode == REFUSED
    assert "すでにサイトがあります" in again.stderr
    assert ward.read_bytes() == before


def test_a_template_of_ones_own_that_cannot_be_set_stops_the_site_and_names_its_line(tmp_path: Path) -> None:
    config = init(tmp_path / "factory", "factory")
    papers = config.parent / "data" / "papers"
    papers.mkdir(mode=0o700)
    own = papers / "delivery-note.typ"
    own.touch(mode=0o600)
    own.write_text('#import "_paper.typ": *\n\n#unknown\n')
    for verb in ("check", "serve"):
        refused = tewatashi("site", verb, "--config", config)
        assert refused.returncode == REFUSED
        assert "papers/delivery-note.typ 3行目" in refused.stderr


@pytest.mark.requirement("FAC-SYS-4")
def test_a_key_that_others_can_read_stops_the_site(tmp_path: Path) -> None:
    config = init(tmp_path / "factory", "factory")
    (config.parent / "keys" / "note.key").chmod(0o644)
    for verb in ("check", "serve"):
        refused = tewatashi("site", verb, "--config", config)
        assert refused.returncode == REFUSED
        assert "アクセス権が緩すぎます" in refused.stderr


def test_sites_are_introduced_by_cards_and_a_fingerprint_read_aloud(ward: Path, tmp_path: Path) -> None:
    gateway = init(tmp_path / "gateway", "gateway")
    given = tewatashi("site", "card", "--config", gateway)
    (tmp_path / "card").write_text(given.stdout)
    fingerprint = given.stderr.removeprefix("指紋: ").strip()
    assert len(fingerprint.split()) == 8
    add = ("site", "add-peer", tmp_path / "card", "--config", ward, "--fingerprint")
    before = ward.read_bytes()
    swapped = tewatashi(*add, fingerprint[:-1] + ("0" if fingerprint[-1] != "0" else "1"))
    assert (swapped.returncode, ward.read_bytes()) == (NOT_AGREED, before)
    made(*add, fingerprint)
    assert '[[peer]]\nrole = "gateway"' in ward.read_text("utf-8")
    assert tewatashi(*add, fingerprint).returncode == REFUSED


def test_an_account_gets_its_initial_password_on_stdout_once(ward: Path) -> None:
    add = ("user", "add", "sato", "--config", ward, "--name", "佐藤 花子", "--employer", "見本区", "--role", "clerk")
    lines = dict(line.split("\t") for line in made(*add).splitlines())
    assert lines["ユーザーID"] == "sato"
    assert len(lines["初期パスワード"]) == 23
    assert tewatashi(*add).returncode == REFUSED
    listed = json.loads(made("user", "list", "--config", ward, "--json"))
    assert listed["users"] == [
        {"id": "sato", "name": "佐藤 花子", "employer": "見本区", "roles": ["clerk"], "active": True}
    ]
    made("user", "disable", "sato", "--config", ward)
    assert made("user", "list", "--config", ward) == "sato\t佐藤 花子\t見本区\tclerk\t停止\n"


@pytest.mark.requirement("FAC-LG-3")
def test_the_notice_of_an_account_is_written_once_and_its_issue_recorded(ward: Path, tmp_path: Path) -> None:
    people = ("--config", ward, "--name", "高橋 三郎", "--employer", "見本印刷", "--role", "clerk")
    add, file = ("user", "add", "takahashi", *people), tmp_path / "notice.pdf"
    for wrong in ((), ("--route", "mail"), ("--route", "registered-mail"), ("--route", "hand", "--tracking", "1")):
        assert tewatashi(*add, "--notice", file, *wrong).returncode == REFUSED
    (tmp_path / "there.pdf").write_text("")
    assert tewatashi(*add, "--notice", tmp_path / "there.pdf", "--route", "hand").returncode == REFUSED
    assert not file.exists()
    assert "takahashi" not in made("user", "list", "--config", ward)
    by_mail = ("--route", "registered-mail", "--tracking", "123-45-67890-1", "--contract", "R8-1")
    shown = made(*add, "--notice", file, *by_mail)
    assert "初期パスワード" not in shown
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = "".join(PdfDocument(file)[0].get_textpage().get_text_range().split())
    for part in (
        "専用ページ利用通知書",
        "takahashi",
        "高橋三郎",
        "https://",
        "簡易書留",
        "123-45-67890-1",
        "R8-1",
        shown.split("\t")[1],
    ):
        assert part in text
    again = ("user", "reset", "takahashi", "--config", ward, "--route", "hand", "--notice")
    assert tewatashi(*again, file).returncode == REFUSED
    made(*again, tmp_path / "second.pdf")
    issued = [parse_entry(bytes(data)).body for (data,) in rows_of(load_config(ward), _ISSUED)]
    assert [(one["account"], one["route"], one["tracking"], one["contract"]) for one in issued] == [
        ("takahashi", "registered-mail", "123-45-67890-1", "R8-1"), ("takahashi", "hand", "", ""),
    ]  # fmt: skip


def test_a_role_of_another_site_is_refused(ward: Path) -> None:
    refused = tewatashi("user", "add", "x", "--config", ward, "--name", "x", "--employer", "x", "--role", "handler")
    assert refused.returncode == REFUSED
    assert "このサイトにない役割です" in refused.stderr
    assert "handler" in refused.stderr


def test_no_account_goes_by_the_name_of_the_site_itself(ward: Path) -> None:
    refused = tewatashi("user", "add", "system", "--config", ward, "--name", "x", "--employer", "x", "--role", "clerk")
    assert (refused.returncode, "このユーザーIDは使われています" in refused.stderr) == (4, True)


def test_a_computer_gets_a_code_and_an_unknown_one_can_not_be_withdrawn(ward: Path) -> None:
    assert len(made("computer", "add", "PC-1", "--config", ward).strip()) == 29
    made("computer", "withdraw", "PC-1", "--config", ward)
    assert tewatashi("computer", "withdraw", "PC-2", "--config", ward).returncode == REFUSED


@pytest.mark.parametrize("command", [("site", "check"), ("site", "migrate"), ("user", "list")])
def test_a_missing_config_is_refused_by_name(tmp_path: Path, command: tuple[str, str]) -> None:
    refused = tewatashi(*command, "--config", tmp_path / "none.toml")
    assert refused.returncode == REFUSED
    assert "none.toml" in refused.stderr
