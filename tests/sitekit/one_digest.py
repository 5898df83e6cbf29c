"""One turn of a site's digest loop, as a program of its own: python -m tests.sitekit.one_digest SITE.TOML [JOB]

JOB: number of a job of 3 pieces that is opened first and was to be delivered on 2026-11-23.
Exit code 0 when the turn went well, 1 when the loop has to try again.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import django

from tests.core.cast_of_acts import CONTRACT
from tests.counterparty import job_body
from tewatashi.sitekit.config import CONFIG_VARIABLE, load_config


def main(config: str, *late: str) -> bool:
    site = load_config(Path(config))
    os.environ.update({CONFIG_VARIABLE: config, "DJANGO_SETTINGS_MODULE": f"tewatashi.{site.role}.settings"})
    django.setup()
    from tewatashi.sitekit import loops

    for job in late:
        _open(job)
    return loops.take_turn(next(one for one in loops.registered() if one.name == "digest"))


def _open(job: str) -> None:
    from django.db import transaction

    from tewatashi.sitekit import ledger

    body = {**job_body(), "deliver_by": "2026-11-23"}
    with transaction.atomic():
        for kind, number, act in (("contract-made", None, CONTRACT), ("job-opened", job, body)):
            said: dict[str, Any] = {"site": "ward", "from": "ward.test", "act": act, "letters": {}}
            ledger.append_one(kind, said, by="tanaka", job=number)


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(0 if main(*sys.argv[1:]) else 1)
