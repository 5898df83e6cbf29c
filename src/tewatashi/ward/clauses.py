"""The sets of special clauses that a contract can carry: the shipped one, and the ward's own.

data/clauses/<name>.toml   the ward's own; one of the same file name stands before a shipped one
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from django.conf import settings

from tewatashi.core.clauses import ClauseSet, read_clauses, refuse_forbidden_items
from tewatashi.core.contract import Category
from tewatashi.core.custody import Job
from tewatashi.core.layout import Layout
from tewatashi.core.refused import Refused
from tewatashi.sitekit import acting
from tewatashi.sitekit.rights import make_private_folder

SHIPPED: Final = "shinjuku"
_FOLDER: Final = files("tewatashi.ward") / "shipped_clauses"


def sets() -> dict[str, ClauseSet]:
    """All sets by the names of their files. Refused `clauses` by one that cannot be read."""
    folder = make_private_folder(settings.SITE.data_dir / "clauses")
    shipped = {file.name: file for file in _FOLDER.iterdir() if file.name.endswith(".toml")}
    own = {file.name: file for file in sorted(folder.glob("*.toml"))}
    return {name.removesuffix(".toml"): read_clauses(file.read_bytes()) for name, file in {**shipped, **own}.items()}


def shipped_categories() -> tuple[Category, ...]:
    """The categories that hold while a contract carries no clauses of its own (CL-3-5)."""
    return read_clauses((_FOLDER / f"{SHIPPED}.toml").read_bytes()).forbidden


def refuse_forbidden(job: Job, layout: Layout) -> None:
    """Refuse a layout that lets an item of a forbidden category out without the ward's consent (CL-3-5)."""
    refuse_forbidden_items(acting.known_standing(job.contract), job.form, layout.columns, shipped_categories())


def attach(number: str, name: str, binds: list[str], by: str) -> None:
    """Attach the next version of the contract's clauses: the set of this name, binding to these ordinances and policies."""
    found = sets().get(name)
    if found is None:
        raise Refused(
            "clauses-unknown", "ない特記事項です。", found=name[:40], do="選び直してください。", requirement="WARD-OP-1"
        )
    now = acting.known_standing(number).clauses
    body = {"contract": number, "version": now.version + 1 if now else 1, **found.body(), "binds": binds}
    acting.perform("clauses-attached", body, by=by)


def consent_to_place(number: str, place: str, reason: str, by: str) -> None:
    """Consent to a further place for personal data (CL-6)."""
    if place in acting.known_standing(number).places:
        raise Refused(
            "done-already", "この場所は、すでに使えます。", found=place, do="契約の画面で場所を確かめてください。"
        )
    acting.perform("place-consented", {"contract": number, "place": place, "reason": reason}, by=by)


def consent_to_category(number: str, form: str, category: str, reason: str, by: str) -> None:
    """Consent to items of a forbidden category on a form (CL-3-5)."""
    body = {"contract": number, "form": form, "category": category, "reason": reason}
    acting.perform("category-consented", body, by=by)
