"""A card tells who another site is; a changed one is another card, and half a card is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tewatashi.core.refused import Refused
from tewatashi.sitekit.cards import add_peer, own_card, read_card, write_card
from tewatashi.sitekit.config import SiteConfig, load_config
from tewatashi.sitekit.roles import Role
from tewatashi.sitekit.setup import NewSite, make_site


def site(folder: Path, role: Role, name: str = "") -> SiteConfig:
    return make_site(folder / (name or role), NewSite(role, name or f"{role}.example", "127.0.0.1", 8443))


def test_a_card_reads_as_it_was_written(tmp_path: Path) -> None:
    card = own_card(site(tmp_path, "ward"))
    assert read_card(write_card(card)) == card


def test_a_changed_address_changes_the_fingerprint(tmp_path: Path) -> None:
    card = own_card(site(tmp_path, "ward"))
    other = read_card(write_card(card).replace(b"127.0.0.1:8443", b"127.0.0.9:8443"))
    assert other.fingerprint != card.fingerprint


def test_a_peer_is_known_after_its_card_is_added(tmp_path: Path) -> None:
    ward, gateway = site(tmp_path, "ward"), site(tmp_path, "gateway")
    peer = add_peer(ward, own_card(gateway)).peer("gateway")
    assert load_config(ward.file).peer_named("gateway.example") == peer
    assert peer.ca.read_text() == own_card(gateway).ca


@pytest.mark.parametrize("role", ["ward", "gateway"])
def test_a_role_is_taken_once_and_never_by_oneself(tmp_path: Path, role: Role) -> None:
    ward = add_peer(site(tmp_path, "ward"), own_card(site(tmp_path, "gateway")))
    before = ward.file.read_bytes()
    with pytest.raises(Refused, match="登録されています"):
        add_peer(ward, own_card(site(tmp_path, role, "second.example")))
    assert ward.file.read_bytes() == before
    assert not (ward.file.parent / "peers" / "second.example.crt").exists()


def test_a_key_of_another_name_is_no_card(tmp_path: Path) -> None:
    data = write_card(own_card(site(tmp_path, "ward")))
    with pytest.raises(Refused, match="別の名前"):
        read_card(data.replace(b'"name":"ward.example"', b'"name":"evil.example"'))


@given(data=st.binary(max_size=200))
def test_any_bytes_give_a_card_or_a_refusal(data: bytes) -> None:
    with pytest.raises(Refused):
        read_card(data)
