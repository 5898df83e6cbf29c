"""site.toml: everything that makes one process this site and no other, read once and refused when anything is odd.

Rules
  - a key that is not known is refused: a misspelt safeguard must not be a safeguard that is silently off
  - no secret stands in the file: keys are separate files, PostgreSQL's password is libpq's business (pgpass)
  - paths are relative to the file's own folder
"""

from __future__ import annotations

import ipaddress
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from tewatashi.core.refused import Refused
from tewatashi.sitekit.calendar import YEAR_END, closure
from tewatashi.sitekit.config_table import Table, wrong
from tewatashi.sitekit.roles import ROLES, Role, is_role

CONFIG_VARIABLE: Final = "TEWATASHI_CONFIG"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?")
_MAILBOX: Final = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}")


@dataclass(frozen=True)
class Listen:
    """Where the site answers, with which certificate, and to whom.

    hosts           the values of Host: that are answered
    networks        source addresses that are answered; empty means every address (CONN-1: set it on a real line)
    header_seconds  how long a client may take for the head of a request
    """

    host: str
    port: int
    certificate: Path
    key: Path
    hosts: tuple[str, ...]
    networks: tuple[Network, ...] = ()
    threads: int = 8
    header_seconds: int = 60

    def admits(self, address: str) -> bool:
        """Whether a client at this source address is answered at all."""
        if not self.networks:
            return True
        try:
            source = ipaddress.ip_address(address)
        except ValueError:
            return False
        mapped = getattr(source, "ipv4_mapped", None)
        return any((mapped or source) in network for network in self.networks)


@dataclass(frozen=True)
class Login:
    """Limits of accounts and sessions.

    registered_computers  roles whose pages open only on a registered computer (WARD-SYS-1)
    """

    idle_minutes: int = 30
    longest_hours: int = 10
    lock_after: int = 5
    lock_minutes: int = 15
    password_days: int = 180
    registered_computers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Mail:
    """The office's own relay, which takes mail from this machine without a password; at: when the daily digest goes out."""

    host: str
    port: int
    sender: str
    to: tuple[str, ...]
    at: time


@dataclass(frozen=True)
class Press:
    """How print files are composed. processes: at once, 0 for one a core; pieces_per_file: in one print file."""

    processes: int = 0
    pieces_per_file: int = 5000


@dataclass(frozen=True)
class Peer:
    """Another site: the key its notes must bear, and how to reach it.

    url  base address, or empty for a site that only ever calls us
    ca   file with the certificate that its TLS certificate must descend from
    """

    role: Role
    name: str
    vkey: str
    url: str
    ca: Path


@dataclass(frozen=True)
class SiteConfig:
    """One site, as its site.toml states it; all paths absolute."""

    file: Path
    role: Role
    name: str
    data_dir: Path
    database: str
    note_key: Path
    secret_key: Path
    listen: Listen
    login: Login
    url: str
    peers: tuple[Peer, ...] = field(default=())
    contact: tuple[str, ...] = ()  # address and telephone for whoever finds a medium of this site, as they are printed
    closed: frozenset[str] = frozenset(YEAR_END)  # days on which the office does not work (sitekit.calendar)
    mail: Mail | None = None  # None: no digest goes out
    press: Press = Press()

    @property
    def by_hand(self) -> bool:
        """Whether no line leads to the other side, so that letters cross on paper and in files: all lines go by the gateway."""
        return self.role != "gateway" and not any(peer.role == "gateway" for peer in self.peers)

    def peer(self, role: str) -> Peer:
        """The other site of this role; Refused when its card has not been added."""
        for peer in self.peers:
            if peer.role == role:
                return peer
        raise Refused(
            "peer-unknown",
            "相手のサイトが登録されていません。",
            found=role,
            do="tewatashi site add-peer で登録してください。",
        )

    def peer_named(self, name: str) -> Peer | None:
        """The other site that signs under this name, or None."""
        return next((peer for peer in self.peers if peer.name == name), None)


def config_from_environment() -> SiteConfig:
    """The config that TEWATASHI_CONFIG names."""
    named = os.environ.get(CONFIG_VARIABLE)
    if not named:
        raise Refused(
            "config-missing",
            "サイトの設定ファイルが示されていません。",
            do=f"環境変数 {CONFIG_VARIABLE} に site.toml を指定してください。",
        )
    return load_config(Path(named))


def load_config(file: Path) -> SiteConfig:
    """Read and check one site.toml. Refused with the key that is wrong."""
    try:
        tables = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise Refused(
            "config-missing", "設定ファイルがありません。", found=file, do="tewatashi site init で作成してください。"
        ) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise wrong("site.toml", str(error)) from None
    return parse_config(tables, file.absolute())


def parse_config(tables: Mapping[str, Any], file: Path) -> SiteConfig:
    """A SiteConfig from the parsed TOML; `file` gives the folder that paths are relative to."""
    top = Table("", tables, file.parent)
    site, listen, login = top.table("site"), top.table("listen"), top.table("login")
    config = SiteConfig(
        file=file,
        role=_role(site.text("role")),
        name=site_name(site.text("name")),
        data_dir=site.path("data_dir"),
        database=site.take("database", _database, "sqlite"),
        note_key=site.path("note_key"),
        secret_key=site.path("secret_key"),
        url=site.take("url", _url, ""),
        listen=_listen(listen),
        login=_login(login),
        peers=tuple(_peer(one) for one in top.tables("peer")),
        contact=_contact(site.texts("contact")),
        closed=_closed(top),
        mail=_mail(top),
        press=_press(top),
    )
    for table in (site, listen, login, top):
        table.refuse_rest()
    _refuse_doubtful_peers(config)
    return config


def _listen(table: Table) -> Listen:
    return Listen(
        host=table.take("host", _address),
        port=table.number("port", 0, 65535),
        certificate=table.path("certificate"),
        key=table.path("key"),
        hosts=table.texts("hosts"),
        networks=tuple(table.each("networks", ipaddress.ip_network)),
        threads=table.number("threads", 1, 64, 8),
        header_seconds=table.number("header_seconds", 1, 120, 60),
    )


def _login(table: Table) -> Login:
    plain = Login()
    return Login(
        idle_minutes=table.number("idle_minutes", 1, 24 * 60, plain.idle_minutes),
        longest_hours=table.number("longest_hours", 1, 24, plain.longest_hours),
        lock_after=table.number("lock_after", 3, 20, plain.lock_after),
        lock_minutes=table.number("lock_minutes", 1, 24 * 60, plain.lock_minutes),
        password_days=table.number("password_days", 1, 3650, plain.password_days),
        registered_computers=frozenset(table.texts("registered_computers")),
    )


def _peer(table: Table) -> Peer:
    peer = Peer(
        role=_role(table.text("role")),
        name=site_name(table.text("name")),
        vkey=table.text("vkey"),
        url=table.take("url", _url, ""),
        ca=table.path("ca"),
    )
    table.refuse_rest()
    return peer


def _closed(top: Table) -> frozenset[str]:
    if not top.has("calendar"):
        return frozenset(YEAR_END)
    table = top.table("calendar")
    closed = frozenset(table.each("closed", closure))
    table.refuse_rest()
    return closed


def _mail(top: Table) -> Mail | None:
    if not top.has("mail"):
        return None
    table = top.table("mail")
    mail = Mail(
        host=table.text("host"),
        port=table.number("port", 1, 65535, 25),
        sender=table.take("from", _mailbox),
        to=tuple(table.each("to", _mailbox)),
        at=table.take("at", time.fromisoformat),
    )
    table.refuse_rest()
    if not mail.to or mail.at.tzinfo is not None:
        raise wrong("mail", "to か at")
    return mail


def _press(top: Table) -> Press:
    table, plain = top.table("press"), Press()
    press = Press(
        processes=table.number("processes", 0, 64, plain.processes),
        pieces_per_file=table.number("pieces_per_file", 1, 100_000, plain.pieces_per_file),
    )
    table.refuse_rest()
    return press


def _contact(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Up to three lines; a medium's label has room for no more below the office."""
    if len(lines) > 3 or not all(line.strip() and line.replace("\u3000", " ").isprintable() for line in lines):
        raise wrong("site.contact", lines)
    return lines


def _refuse_doubtful_peers(config: SiteConfig) -> None:
    roles = [config.role, *(peer.role for peer in config.peers)]
    names = [config.name, *(peer.name for peer in config.peers)]
    if len(set(roles)) < len(roles) or len(set(names)) < len(names):
        raise wrong("peer", "役割か名前が重なっています")


def site_name(value: str) -> str:
    """A site's identity: it becomes the name of its key, so it has neither spaces nor '+'."""
    if not _NAME.fullmatch(value):
        raise wrong("name", value)
    return value


def _role(value: str) -> Role:
    if not is_role(value):
        raise Refused(
            "config-role",
            "サイトの役割が違います。",
            found=value,
            expected="・".join(ROLES),
            do="site.toml を直してください。",
        )
    return value


def _database(value: str) -> str:
    if value == "sqlite":
        return value
    parts = urlsplit(value)
    if parts.scheme != "postgresql" or not parts.path.strip("/"):
        raise ValueError(value)
    if parts.password:
        # A config is copied, mailed and put under version control; libpq's pgpass file is none of these.
        raise Refused(
            "config-secret",
            "site.toml にデータベースのパスワードを書けません。",
            do="pgpass ファイルに置いてください。",
        )
    return value


def _mailbox(value: str) -> str:
    """An address of letters, digits and dots: what could end a header line is none."""
    if not _MAILBOX.fullmatch(value):
        raise ValueError(value)
    return value


def _url(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme != "https" or not parts.hostname or parts.path not in ("", "/") or parts.query):
        raise ValueError(value)
    return value.rstrip("/")


def _address(value: str) -> str:
    return str(ipaddress.ip_address(value))
