"""A ward with jobs of several contracts, as a program of its own: what is read where one place is asked for.

python -m tests.sitekit.places SITE.TOML OTHERS      one JSON value: see `main`
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import django
import orjson
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.core.cast_of_acts import CONTRACT, DISC_PLACES, NOW, whole_disc_job, whole_job
from tewatashi.core.acts import Act
from tewatashi.core.ledger import Entry
from tewatashi.sitekit.config import CONFIG_VARIABLE, load_config

CABINET, PERSON = "ward/キャビネット2", "takahashi"
_OTHERS_THINGS = 7  # acts of a job over the line until its parcel is at the factory, and its notice at 高橋's


def main(config: str, others: int) -> dict[str, Any]:
    """A job whose notice lies in a cabinet, and others, each under a contract of its own, with nothing there.

    folded    jobs whose acts were read, by what was asked for: the cabinet, all, the cabinet's book
    found     jobs of the things that the page shows for the cabinet;  queries  how many it asked;  anew  whether the
              migration finds the same holders as the ledger wrote
    """
    site = load_config(Path(config))
    os.environ.update({CONFIG_VARIABLE: config, "DJANGO_SETTINGS_MODULE": f"tewatashi.{site.role}.settings"})
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    _fill(others)
    from tewatashi.sitekit import acting, clock
    from tewatashi.sitekit.models import JobHolder
    from tewatashi.sitekit.where import where_page
    from tewatashi.ward import books
    from tewatashi.ward.story import SITES

    with CaptureQueriesContext(connection) as asked:
        page = where_page({"place": CABINET, "contract": "R8-1"}, SITES, SITES)
    kept = set(JobHolder.objects.values_list("holder", "job"))
    call_command("migrate", "sitekit", _before(), verbosity=0)
    call_command("migrate", verbosity=0)
    return {
        "folded": {
            "cabinet": sorted(acting.told_as_of(clock.now(), holder=CABINET)), "all": len(acting.told_as_of(clock.now())),
            "person": len(acting.told_as_of(clock.now(), holder=PERSON)),
        },
        "found": [row.job for row in page["rows"]], "queries": len(asked),
        "book": [one.job for one in books.book_of(CABINET)], "held": [one.job for one in books.held(CABINET)],
        "anew": set(JobHolder.objects.values_list("holder", "job")) == kept,
    }  # fmt: skip


def _before() -> str:
    """The last migration before the one that found the holders."""
    names = sorted(path.stem for path in (Path(__file__).parents[2] / "src/tewatashi/sitekit/migrations").glob("0*.py"))
    return names[names.index("0007_job_holders") - 1]


def _fill(others: int) -> None:
    from tewatashi.sitekit import ledger

    first = [one for _, one in whole_disc_job()][:3]
    jobs = [("R8-1", first), *((f"R8-{n}", whole_job()[:_OTHERS_THINGS]) for n in range(2, others + 2))]
    entries = []
    for contract, acts in jobs:
        body = {**CONTRACT, "contract": contract, "places": DISC_PLACES}
        entries += [_entry(None, Act("contract-made", "ward", "tanaka", body), 0)]
        entries += [_entry(f"{contract}-job", one, n) for n, one in enumerate(acts)]
    with transaction.atomic():
        ledger.append(entries)


def _entry(job: str | None, act: Act, minutes: int) -> Entry:
    at = (NOW - timedelta(days=1) + timedelta(minutes=minutes)).isoformat()
    body = dict(act.body)
    if job is not None and "contract" in body:
        body["contract"] = job.removesuffix("-job")
    return Entry(at, act.by, act.kind, job, {"site": act.site, "from": "x.test", "act": body, "letters": {}})


if __name__ == "__main__":
    os.umask(0o077)
    sys.stdout.buffer.write(orjson.dumps(main(sys.argv[1], int(sys.argv[2]))))
