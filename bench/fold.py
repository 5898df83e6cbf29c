"""How long the ledger takes to tell where things are: a contract's 10,000 entries, beside other contracts.

.venv/bin/python bench/fold.py          processor seconds, best of 5, and queries of the page of one contract
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

ENTRIES = 10_000
ROUNDS = 5


def main() -> None:
    """Each number of other contracts in a program of its own, on a fresh site."""
    print("| other contracts | entries of all | fold | page of the contract | its queries | page of a place |")
    print("|---|---|---|---|---|---|")
    for others in (0, 1, 4):
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, __file__, folder, str(others)]
            found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.splitlines()[-1])
        print("| {others} | {entries:,} | {fold:.2f} | {page:.2f} | {queries} | {place:.2f} |".format(**found))


def measure(folder: Path, others: int) -> dict[str, Any]:
    from tests.sitekit.house import make_house

    from tewatashi.sitekit.config import CONFIG_VARIABLE

    site = make_house(folder, "ward")
    os.environ.update({CONFIG_VARIABLE: str(site.file), "DJANGO_SETTINGS_MODULE": "tewatashi.ward.settings"})
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tewatashi.sitekit import acting, clock, where
    from tewatashi.ward.story import SITES

    call_command("migrate", verbosity=0)
    entries = sum(fill(f"R8-{n}") for n in range(1, others + 2))

    def page(asked: dict[str, str]) -> dict[str, Any]:
        return where.where_page(asked, SITES, SITES)

    with CaptureQueriesContext(connection) as queries:
        page({"contract": "R8-1"})
    return {
        "others": others, "entries": entries, "queries": len(queries),
        "fold": best(lambda: acting.jobs_as_of(clock.now(), contract="R8-1")),
        "page": best(lambda: page({"contract": "R8-1"})), "place": best(lambda: page({"place": "factory/保管庫"})),
    }  # fmt: skip


def fill(contract: str) -> int:
    """A contract whose jobs are all open, each as far as its things are alive, in a vault that no other contract has.

    Returned: entries written.
    """
    from django.db import transaction
    from tests.core.cast_of_acts import NOW, contract_acts, whole_job

    from tewatashi.core.acts import Act
    from tewatashi.core.ledger import Entry
    from tewatashi.sitekit import ledger

    vault = "factory/保管庫" if contract == "R8-1" else f"factory/保管庫-{contract}"
    acts = [
        Act(
            one.kind,
            one.site,
            one.by,
            {**one.body, "place": vault} if one.body.get("place") == "factory/保管庫" else one.body,
        )
        for one in whole_job()[:-1]
    ]
    entries = []
    for one in contract_acts(contract=contract):
        entries.append((one, None, NOW))
    job = 0
    while len(entries) < ENTRIES:
        entries += [(one, f"{contract}-{job}", NOW + timedelta(minutes=n)) for n, one in enumerate(acts)]
        job += 1
    with transaction.atomic():
        ledger.append([
            Entry(at.isoformat(), one.by, one.kind, number, {
                "site": one.site, "from": f"{one.site}.test", "letters": {},
                "act": {**one.body, "contract": contract} if "contract" in one.body else dict(one.body),
            })
            for one, number, at in entries
        ])  # fmt: skip
    return len(entries)


def best(run: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        run()
        times.append(time.process_time() - began)
    return min(times)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        os.umask(0o077)
        print(json.dumps(measure(Path(sys.argv[1]) / "site", int(sys.argv[2]))))
    else:
        main()
