"""専用ページ利用通知書 (FAC-LG-3): address, id and initial password on one paper, which goes by hand or by registered mail.

Rules
  FAC-LG-3   the paper is written once, into a file that was not there; the password stands nowhere else
  CL-8       that it was issued, for whom, by which way and with which number, is in the ledger with the account itself:
             one transaction, so that there is no account whose password nobody has, and no paper without its record
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.db import transaction

from tewatashi.core.ledger import entry_number
from tewatashi.core.refused import Refused
from tewatashi.documents import render
from tewatashi.sitekit import clock, ledger
from tewatashi.sitekit.accounts.service import INITIAL_DAYS, Credentials
from tewatashi.sitekit.clock import JAPAN
from tewatashi.sitekit.config import SiteConfig
from tewatashi.sitekit.fonts import fonts_of
from tewatashi.sitekit.models import LedgerEntry, User
from tewatashi.sitekit.roles import PERSON_ROLES

ROUTES: Final = {"hand": "手渡し", "registered-mail": "簡易書留"}
ISSUED: Final = "login-notice-issued"
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True)
class Way:
    """How the paper goes. file: where it is written;  route: a key of ROUTES;  tracking: of registered mail, else empty;
    contract: its number, or empty."""

    file: Path
    route: str
    tracking: str
    contract: str

    def __post_init__(self) -> None:
        if self.route not in ROUTES:
            raise Refused(
                "notice-route", "通知書の渡し方がありません。", found=self.route or "なし", expected="・".join(ROUTES),
                do="--route で、hand（手渡し）か registered-mail（簡易書留）を選んでください。", requirement="FAC-LG-3",
            )  # fmt: skip
        if (self.route == "registered-mail") != bool(self.tracking):
            raise Refused(
                "tracking-missing", "簡易書留の引受番号がないか、手渡しに引受番号があります。", found=self.tracking or "なし",
                do="簡易書留のときだけ、--tracking で引受番号を指定してください。", requirement="FAC-LG-3",
            )  # fmt: skip


def issue(make: Callable[[], Credentials], way: Way, *, site: SiteConfig, operator: str) -> str:
    """Make or reset the account, record that its notice is issued, and write that. Returned: the notice's number.

    Refused with nothing written and no account made or reset.
    """
    with _new_file(way.file) as write, transaction.atomic():
        given = make()
        said = {
            "account": given.username, "route": way.route, "tracking": way.tracking, "contract": way.contract, "operator": operator,
        }  # fmt: skip
        index = ledger.append_one(ISSUED, said)
        write(_paper(given, way, index, site, clock.now()))
    return _number(index, site)


@contextmanager
def _new_file(path: Path) -> Iterator[Callable[[bytes], None]]:
    """A file that nobody else may read; removed again when what is done with it fails."""
    try:
        descriptor = os.open(path, _NEW, 0o600)
    except OSError as error:
        raise Refused(
            "notice-file", "通知書を書くファイルを作れません。", found=f"{path}（{error.strerror}）", do="まだないファイルの名前を指定してください。",
            requirement="FAC-LG-3",
        ) from None  # fmt: skip
    with os.fdopen(descriptor, "wb") as file:
        try:
            yield lambda data: _write(data, file.fileno())
        except BaseException:
            with suppress(FileNotFoundError):
                path.unlink()
            raise


def _write(data: bytes, descriptor: int) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    os.fsync(descriptor)


def _number(index: int, site: SiteConfig) -> str:
    """The papers of three sites lie in one cabinet of the ward, so the number says at which site the account is."""
    return f"通-{site.role[0].upper()}{entry_number(index)}"


def _paper(given: Credentials, way: Way, index: int, site: SiteConfig, now: datetime) -> bytes:
    user = User.objects.get(pk=given.username)
    data = {
        "number": _number(index, site), "issued": now.astimezone(JAPAN).date(), "to": f"{user.employer}　{user.display_name}",
        "sender": site.name, "job": way.contract or "―", "task": "専用ページによるデータの授受",
        "entry": bytes(LedgerEntry.objects.get(pk=index).leaf_hash).hex(), "person": user.display_name,
        "role": "・".join(PERSON_ROLES[site.role][role] for role in user.roles), "address": given.address, "account": given.username,
        "password": given.password, "route": ROUTES[way.route], "tracking": way.tracking or None, "valid_until": now + timedelta(days=INITIAL_DAYS),
    }  # fmt: skip
    return render("login-notice", data, fonts_of(site.data_dir), now)
