"""What the floor's machines take of a job's plan: its lists, and the same by the profile of a machine (docs/spec/plan.md).

data/inserters/<name>.toml   the profiles of this factory's machines
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.conf import settings

from tewatashi.core.plan import Plan
from tewatashi.core.plan_lists import all_lists
from tewatashi.core.plan_profile import Profile, read_profile
from tewatashi.core.refused import Refused
from tewatashi.factory import enclosing, jobs, planning

LISTS: Final = {
    "envelopes": "封筒の一覧",
    "pieces": "通し番号の一覧",
    "boxes": "箱の一覧",
    "materials": "用紙・封筒・同封物の一覧",
}
_NAME: Final = re.compile(r"[\w-]{1,40}")


def list_of(number: str, name: str) -> Iterator[bytes]:
    """One of LISTS as CSV, without what was withdrawn so far."""
    found = all_lists(_left(number)).get(f"{name}.csv")
    if found is None:
        raise Refused(
            "plan-list", "この名前の一覧はありません。", found=name[:40], do="封入計画の画面から選んでください。"
        )
    return found


def machines() -> list[str]:
    """The names of this factory's profiles."""
    folder = _folder()
    names = [file.stem for file in folder.glob("*.toml")] if folder.is_dir() else []
    return sorted(name for name in names if _NAME.fullmatch(name))


def machine_list(number: str, machine: str) -> Iterator[bytes]:
    """The list in the way of a machine."""
    return _profile(machine).write(_left(number))


def _left(number: str) -> Plan:
    job, _ = jobs.load(number)
    return planning.remaining(job, enclosing.acknowledged_pieces(job))


def _profile(machine: str) -> Profile:
    try:
        return read_profile((_folder() / f"{machine}.toml").read_bytes() if _NAME.fullmatch(machine) else b"")
    except OSError:
        raise Refused(
            "plan-profile", "この名前の封入機のプロファイルはありません。", found=machine, expected="・".join(machines()),
            do="data/inserters にプロファイルを置いてください。",
        ) from None  # fmt: skip


def _folder() -> Path:
    folder: Path = settings.SITE.data_dir / "inserters"
    return folder
