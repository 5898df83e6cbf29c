"""Prepares a factory for the tests, as a program of its own: its settings are those of one site, a test run's are not.

python -m tests.factory.prepare SITE.TOML   -> JSON: cookies by account id
"""

from __future__ import annotations

import os
import sys

import django
import orjson

from tests.sessions import session_of

CAST = {
    "suzuki": ("鈴木", "見本印刷", "supervisor"),
    "takahashi": ("高橋", "見本印刷", "handler"),
    "watanabe": ("渡辺", "見本印刷", "handler"),
    "ito": ("伊藤", "別の印刷", "handler"),
    "kansa": ("監査", "見本印刷", "auditor"),
}


def main(config: str) -> None:
    os.environ.update(TEWATASHI_CONFIG=config, DJANGO_SETTINGS_MODULE="tewatashi.factory.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    cookies = {name: {"__Host-session": session_of(name, *person)} for name, person in CAST.items()}
    sys.stdout.write(orjson.dumps(cookies).decode())


if __name__ == "__main__":
    os.umask(0o077)
    main(sys.argv[1])
