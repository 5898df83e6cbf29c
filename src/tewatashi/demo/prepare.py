"""Prepares one site of the demonstration: its tables, its people, its computer, its scan key. A program of its own, as settings are a site's.

python -m tewatashi.demo.prepare SITE.TOML     -> JSON: {"people": {id: {...}}, "computer": code or null}
"""

from __future__ import annotations

import os
import secrets
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

import django
import orjson

from tewatashi.sitekit.config import CONFIG_VARIABLE, SiteConfig, load_config

OPERATOR: Final = "demo"
WARD_OFFICE: Final = "見本区"
CONTRACTOR: Final = "見本印刷"

# Account id -> name, employer, roles.
CAST: Final[dict[str, dict[str, tuple[str, str, list[str]]]]] = {
    "ward": {
        "tanaka": ("田中 一郎", WARD_OFFICE, ["manager"]),
        "sato": ("佐藤 花子", WARD_OFFICE, ["clerk"]),
        "kimura": ("木村 正", WARD_OFFICE, ["auditor"]),
    },
    "gateway": {"kondo": ("近藤 実", "見本ASP", ["operator"])},
    "factory": {
        "suzuki": ("鈴木 次郎", CONTRACTOR, ["supervisor"]),
        "takahashi": ("高橋 恵", CONTRACTOR, ["handler"]),
        "watanabe": ("渡辺 誠", CONTRACTOR, ["handler"]),
    },
}


def main(config: str) -> None:
    """Migrate, make the accounts, offer the computer's code, and print what each person gets on paper."""
    site = load_config(Path(config))
    os.environ.update({CONFIG_VARIABLE: config, "DJANGO_SETTINGS_MODULE": f"tewatashi.{site.role}.settings"})
    django.setup()
    from django.core.management import call_command

    from tewatashi.sitekit import computers
    from tewatashi.sitekit.accounts.service import add_user

    call_command("migrate", verbosity=0)
    people = {
        name: asdict(
            add_user(name, display_name=shown, employer=employer, roles=roles, operator=OPERATOR, with_totp=True)
        )
        for name, (shown, employer, roles) in CAST[site.role].items()
    }
    if site.role == "ward":
        _give_scan_key(site)
    codes = {}
    if site.login.registered_computers:
        codes = {name: computers.offer_code(name, operator=OPERATOR) for name in ("PC-01", "PC-02")}
    sys.stdout.buffer.write(
        orjson.dumps({"people": people, "computer": codes.get("PC-01"), "spare": codes.get("PC-02")})
    )  # fmt: skip


def scan_key_file(ward: SiteConfig) -> Path:
    """Where the demonstration keeps the ward's scan key: beside the ward, as on a stick in its drawer."""
    return ward.file.parent.parent / "scan-1.key"


def _give_scan_key(ward: SiteConfig) -> None:
    from tewatashi.core.residue_key import ScanKey, write_scan_key
    from tewatashi.core.signing import SigningKey
    from tewatashi.sitekit.keys import note_key
    from tewatashi.sitekit.rights import write_private_file
    from tewatashi.ward.scan_keys import add_key

    key = SigningKey.generate("scan-1", secrets.token_bytes)
    write_private_file(scan_key_file(ward), write_scan_key(ScanKey(key, note_key(ward).verify_key)))
    add_key(key.verify_key, operator=OPERATOR)


if __name__ == "__main__":
    os.umask(0o077)
    main(sys.argv[1])
