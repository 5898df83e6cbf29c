"""Making a site's folder: keys, certificate and site.toml, each with its rights, and no password anywhere."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from tewatashi.core.refused import Refused
from tewatashi.sitekit.config import SiteConfig, load_config, site_name
from tewatashi.sitekit.keys import make_note_key
from tewatashi.sitekit.rights import make_private_folder, write_private_file
from tewatashi.sitekit.roles import Role
from tewatashi.sitekit.tls import self_signed

CONFIG_NAME: Final = "site.toml"

# WARD-SYS-1: at the ward, whoever handles an extract does so from a registered computer.
_NEEDS_COMPUTER: Final[dict[Role, tuple[str, ...]]] = {"ward": ("clerk", "manager"), "gateway": (), "factory": ()}


@dataclass(frozen=True)
class NewSite:
    """What is decided when a site is made.

    certificate, key  TLS files that exist already; neither means a certificate of the site's own authority
    url               base address for the others; "" derives it from where the site listens
    networks          source networks that are answered; empty means all
    """

    role: Role
    name: str
    host: str
    port: int
    database: str = "sqlite"
    url: str = ""
    certificate: Path | None = None
    key: Path | None = None
    networks: tuple[str, ...] = ()


def make_site(folder: Path, new: NewSite) -> SiteConfig:
    """Make the folder of a new site; Refused when it holds one already."""
    site_name(new.name)
    if (folder / CONFIG_NAME).exists():
        raise Refused(
            "site-exists",
            "このフォルダーには、すでにサイトがあります。",
            found=folder,
            do="別のフォルダーを指定してください。",
        )
    make_private_folder(folder)
    for part in ("keys", "tls", "peers", "data"):
        make_private_folder(folder / part)
    make_note_key(folder / "keys" / "note.key", new.name)
    write_private_file(folder / "keys" / "secret.key", secrets.token_urlsafe(48).encode())
    url = new.url or f"https://{_bracketed(new.host)}:{new.port}"
    hosts = tuple(dict.fromkeys((new.name, new.host, urlsplit(url).hostname or new.name)))
    certificate, key = _certificate(folder, new, hosts)
    write_private_file(folder / CONFIG_NAME, _toml(new, url, hosts, certificate, key).encode())
    return load_config(folder / CONFIG_NAME)


def _certificate(folder: Path, new: NewSite, hosts: tuple[str, ...]) -> tuple[str, str]:
    if new.certificate and new.key:
        return str(new.certificate.absolute()), str(new.key.absolute())
    files = self_signed(new.name, hosts)
    write_private_file(folder / "tls" / "ca.crt", files.authority)
    write_private_file(folder / "tls" / "site.crt", files.certificate)
    write_private_file(folder / "tls" / "site.key", files.key)
    return "tls/site.crt", "tls/site.key"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _toml(new: NewSite, url: str, hosts: tuple[str, ...], certificate: str, key: str) -> str:
    return f"""\
# 手渡し: このサイトの設定。秘密は書かず、鍵はすべて別のファイルに置く。

[site]
role = {_text(new.role)}
name = {_text(new.name)}
url = {_text(url)}
data_dir = "data"
database = {_text(new.database)}
note_key = "keys/note.key"
secret_key = "keys/secret.key"

[listen]
host = {_text(new.host)}
port = {new.port}
certificate = {_text(certificate)}
key = {_text(key)}
hosts = {_texts(hosts)}
# 接続を受けるアドレスの範囲（CIDR）。空ならば制限しない。
networks = {_texts(new.networks)}
threads = 8

[login]
idle_minutes = 30
longest_hours = 10
lock_after = 5
lock_minutes = 15
password_days = 180
# 登録されたコンピュータからだけ利用できる役割
registered_computers = {_texts(_NEEDS_COMPUTER[new.role])}
"""


def _text(value: str) -> str:
    if '"' in value or "\\" in value or not value.isprintable():
        raise Refused("config-text", "設定に使えない文字があります。", found=repr(value), do="別の値にしてください。")
    return f'"{value}"'


def _texts(values: tuple[str, ...]) -> str:
    return f"[{', '.join(_text(value) for value in values)}]"
