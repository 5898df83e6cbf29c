"""The scan keys that the ward knows, as its ledger tells it: only a report that one of them signed is taken in.

Keys are registered and withdrawn at the command line, by whoever runs the site: not by the people who verify an erasure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from django.conf import settings
from django.db import transaction

from tewatashi.core.refused import Refused
from tewatashi.core.residue_key import scan_key_name
from tewatashi.core.signing import VerifyKey
from tewatashi.sitekit import ledger

ADDED: Final = "scan-key-added"
WITHDRAWN: Final = "scan-key-withdrawn"


@dataclass(frozen=True)
class KnownKey:
    """A scan key; added_at, withdrawn_at as the ledger stamps them, withdrawn_at empty while it is good."""

    key: VerifyKey
    added_at: str
    withdrawn_at: str = ""


def scan_keys() -> dict[str, KnownKey]:
    """All keys that were ever registered, by name."""
    keys: dict[str, KnownKey] = {}
    for _, entry in ledger.entries(kind=ADDED):
        key = VerifyKey.parse(str(entry.body["key"]))
        keys[key.name] = KnownKey(key, entry.at)
    for _, entry in ledger.entries(kind=WITHDRAWN):
        name = str(entry.body["name"])
        keys[name] = replace(keys[name], withdrawn_at=entry.at)
    return keys


def add_key(key: VerifyKey, *, operator: str) -> None:
    """Register a key; Refused when the name was used before, also by a key that was withdrawn."""
    scan_key_name(key.name)
    with transaction.atomic():
        ledger.lock()
        if key.name in scan_keys() or key.name == settings.SITE.name:
            raise Refused(
                "scan-key-exists", "この名前の調査鍵は登録されたことがあります。", found=key.name, do="別の名前で調査鍵を作ってください。"
            )  # fmt: skip
        ledger.append_one(ADDED, {"key": str(key), "operator": operator})


def withdraw_key(name: str, *, operator: str) -> None:
    """Withdraw a key; Refused when there is no good one of this name."""
    with transaction.atomic():
        ledger.lock()
        known = scan_keys().get(name)
        if known is None or known.withdrawn_at:
            raise Refused(
                "scan-key-unknown", "登録されている調査鍵ではありません。", found=name, do="tewatashi scan-key list で確かめてください。"
            )  # fmt: skip
        ledger.append_one(WITHDRAWN, {"name": name, "operator": operator})
