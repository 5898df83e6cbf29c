"""site.toml is read strictly: what is not known, missing or doubtful stops the site."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tewatashi.core.refused import Refused
from tewatashi.sitekit.config import Mail, Press, SiteConfig, load_config, parse_config
from tewatashi.sitekit.setup import NewSite, make_site

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    site = make_site(tmp_path_factory.mktemp("config") / "site", NewSite("ward", "ward.example", "127.0.0.1", 8443))
    return tomllib.loads(site.file.read_text("utf-8"))


def parse(tables: dict[str, Any], **changes: dict[str, Any]) -> SiteConfig:
    changed = {name: {**table, **changes.get(name, {})} for name, table in tables.items()}
    return parse_config({**changes, **changed}, Path("/srv/site.toml"))


def test_a_made_site_reads_as_it_was_made(tables: dict[str, Any]) -> None:
    site = parse(tables)
    assert (site.role, site.name, site.url, site.database) == (
        "ward", "ward.example", "https://127.0.0.1:8443", "sqlite",
    )  # fmt: skip
    assert site.data_dir == Path("/srv/data")
    assert site.login.registered_computers == {"clerk", "manager"}


def test_a_misspelt_safeguard_is_refused(tables: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        parse(tables, login={"idle_minute": 5})
    assert (refused.value.code, refused.value.found) == ("config-unknown-key", "login.idle_minute")


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [
        ("site", "role", "printer"), ("site", "name", "has space"), ("site", "url", "http://plain.example"),
        ("site", "database", "mysql://x/y"), ("listen", "host", "not-an-address"), ("listen", "port", 70000),
        ("listen", "port", True), ("listen", "networks", ["10.0.0.0/99"]), ("listen", "hosts", "one"),
        ("login", "lock_after", 0), ("login", "idle_minutes", "30"), ("site", "contact", ["電話 03-0000-0000"] * 4),
        ("site", "contact", ["一行目\n二行目"]),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused(tables: dict[str, Any], table: str, key: str, value: object) -> None:
    with pytest.raises(Refused):
        parse(tables, **{table: {key: value}})


def test_whom_a_finder_calls_stands_as_it_is_printed(tables: dict[str, Any]) -> None:
    assert parse(tables).contact == ()
    lines = ["〒160-0000 見本区見本町一丁目4番1号", "電話　03-0000-0000"]
    assert parse(tables, site={"contact": lines}).contact == tuple(lines)


MAIL = {"host": "mail.ward.example", "from": "tewatashi@ward.example", "to": ["kacho@ward.example"], "at": "08:30"}


def test_mail_is_off_until_a_relay_is_named(tables: dict[str, Any]) -> None:
    assert parse(tables).mail is None
    mail = parse(tables, mail=MAIL).mail
    assert mail == Mail("mail.ward.example", 25, "tewatashi@ward.example", ("kacho@ward.example",), time(8, 30))


@pytest.mark.parametrize(
    "change",
    [
        {"from": "a@b.example\nBcc: c@d.example"}, {"from": "no address"}, {"to": []}, {"to": ["a@b.example, c@d.example"]},
        {"to": "a@b.example"}, {"at": "8 o'clock"}, {"at": "08:30+09:00"}, {"port": 0}, {"password": "secret"},
    ],
)  # fmt: skip
def test_mail_with_a_doubtful_value_is_refused(tables: dict[str, Any], change: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        parse(tables, mail={**MAIL, **change})
    assert refused.value.code in ("config-wrong", "config-unknown-key")


def test_the_press_uses_every_core_unless_told_how_many(tables: dict[str, Any]) -> None:
    assert parse(tables).press == Press(0, 5000)
    assert parse(tables, press={"processes": 2, "pieces_per_file": 1000}).press == Press(2, 1000)


@pytest.mark.parametrize("press", [{"processes": -1}, {"pieces_per_file": 0}, {"threads": 2}, 5])
def test_a_press_with_a_doubtful_value_is_refused(tables: dict[str, Any], press: object) -> None:
    with pytest.raises(Refused):
        parse(tables, press=press)


def test_a_database_password_is_not_taken_from_the_file(tables: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        parse(tables, site={"database": "postgresql://ward:secret@db/ward"})
    assert refused.value.code == "config-secret"
    assert "secret" not in str(refused.value)


@pytest.mark.requirement("CONN-1")
def test_only_the_listed_networks_are_answered(tables: dict[str, Any]) -> None:
    listen = parse(tables, listen={"networks": ["10.1.0.0/16", "fd00::/8"]}).listen
    assert [listen.admits(one) for one in ("10.1.2.3", "::ffff:10.1.2.3", "fd00::1")] == [True] * 3
    assert [listen.admits(one) for one in ("10.2.0.1", "192.168.0.1", "", "x", "::1")] == [False] * 5


@given(
    changes=st.dictionaries(
        st.sampled_from(("site", "listen", "login", "peer", "mail", "calendar", "press", "other")), plain, max_size=3
    )
)
def test_any_tables_give_a_site_or_a_refusal(tables: dict[str, Any], changes: dict[str, Any]) -> None:
    with suppress(Refused):
        parse_config({**tables, **changes}, Path("/srv/site.toml"))


@given(data=st.binary(max_size=60))
def test_any_file_gives_a_site_or_a_refusal(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_bytes(data)
    with pytest.raises(Refused):
        load_config(file)
