"""Prepares a ward for the tests, as a program of its own: its settings are those of one site, a test run's are not.

python -m tests.ward.prepare SITE.TOML   -> JSON: cookies by account id
"""

from __future__ import annotations

import os
import sys

import django
import orjson

from tests.sessions import session_of

CAST = {
    "tanaka": ("田中", "見本区", "manager"),
    "sato": ("佐藤", "見本区", "clerk"),
    "kansa": ("監査", "見本区", "auditor"),
}


def main(config: str) -> None:
    os.environ.update(TEWATASHI_CONFIG=config, DJANGO_SETTINGS_MODULE="tewatashi.ward.settings")
    django.setup()
    from django.core.management import call_command

    from tewatashi.sitekit import computers

    call_command("migrate", verbosity=0)
    _, token = computers.enrol(computers.offer_code("PC-01", operator="test"))
    cookies = {
        name: {"__Host-session": session_of(name, *person), computers.COOKIE: token} for name, person in CAST.items()
    }
    sys.stdout.write(orjson.dumps(cookies).decode())


if __name__ == "__main__":
    os.umask(0o077)
    main(sys.argv[1])
