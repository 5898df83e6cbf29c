"""A site's public card: what another site must know of it, exchanged by hand when the contract is made.

It holds nothing secret, but whoever swaps a card on its way becomes the peer: so it has a fingerprint that the two
operators read to each other before they add it.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from cryptography import x509

from tewatashi.core.refused import Refused
from tewatashi.core.signing import VerifyKey, canonical, parse_canonical
from tewatashi.sitekit.config import SiteConfig, load_config, parse_config
from tewatashi.sitekit.keys import note_key
from tewatashi.sitekit.rights import write_private_file
from tewatashi.sitekit.roles import Role, is_role

_FORMAT: Final = "tewatashi.card/v1"
_FIELDS: Final = frozenset({"format", "role", "name", "vkey", "url", "ca"})


@dataclass(frozen=True)
class Card:
    """Role, identity, key, base address and the certificate (PEM) that the site's own descends from."""

    role: Role
    name: str
    vkey: str
    url: str
    ca: str

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the card in eight groups of four digits: what people compare by telephone."""
        digest = hashlib.sha256(write_card(self)).hexdigest()[:32]
        return " ".join(digest[at : at + 4] for at in range(0, 32, 4))


def own_card(site: SiteConfig) -> Card:
    """The card of this site."""
    authority = site.listen.certificate.with_name("ca.crt")
    source = authority if authority.exists() else site.listen.certificate
    return Card(site.role, site.name, str(note_key(site).verify_key), site.url, source.read_text("ascii"))


def write_card(card: Card) -> bytes:
    """The card as canonical JSON, one line."""
    return canonical({"format": _FORMAT, **asdict(card)}) + b"\n"


def read_card(data: bytes) -> Card:
    """The card in these bytes; Refused for anything that is not one."""
    value = parse_canonical(data.removesuffix(b"\n"))
    if not isinstance(value, dict) or set(value) != _FIELDS or value["format"] != _FORMAT:
        raise _refused("サイトのカードではありません。")
    role, name, vkey, url, ca = (value[field] for field in ("role", "name", "vkey", "url", "ca"))
    if not (is_role(role) and all(isinstance(text, str) for text in (name, vkey, url, ca))):
        raise _refused("カードの項目の形式が違います。")
    if VerifyKey.parse(vkey).name != name:
        raise _refused("カードの鍵が別の名前のものです。")
    try:
        x509.load_pem_x509_certificate(ca.encode())
    except ValueError:
        raise _refused("カードの証明書が読めません。") from None
    return Card(role, name, vkey, url, ca)


def add_peer(site: SiteConfig, card: Card) -> SiteConfig:
    """Write the other site into site.toml and its certificate beside it; returns the config as it now is."""
    if any(card.role == peer.role for peer in site.peers) or card.role == site.role:
        raise Refused(
            "peer-exists",
            "この役割のサイトは登録されています。",
            found=card.role,
            do="入れ替えるときは、先に site.toml から古い登録を消してください。",
        )
    lines = ["", "[[peer]]", *(f"{key} = {_quoted(value)}" for key, value in _peer_values(card).items()), ""]
    text = site.file.read_text("utf-8") + "\n".join(lines)
    _refuse_unreadable(text, site.file)
    write_private_file(site.file.parent / "peers" / f"{card.name}.crt", card.ca.encode())
    with site.file.open("w", encoding="utf-8") as file:
        file.write(text)
    return load_config(site.file)


def _peer_values(card: Card) -> dict[str, str]:
    return {"role": card.role, "name": card.name, "vkey": card.vkey, "url": card.url, "ca": f"peers/{card.name}.crt"}


def _quoted(value: str) -> str:
    """A TOML basic string; every value was checked to be printable ASCII without quotes by now, so this only asserts it."""
    if not value.isascii() or not value.isprintable() or '"' in value or "\\" in value:
        raise _refused("カードに使えない文字があります。")
    return f'"{value}"'


def _refuse_unreadable(text: str, file: Path) -> None:
    import tomllib

    parse_config(tomllib.loads(text), file)


def _refused(wrong: str) -> Refused:
    return Refused("card", wrong, do="相手のサイトからカードを受け取り直してください。")
