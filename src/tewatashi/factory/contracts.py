"""The factory's acts on a contract: acknowledge the workflow, submit the roster."""

from __future__ import annotations

from collections.abc import Mapping

from tewatashi.core.refused import Refused
from tewatashi.sitekit import acting
from tewatashi.sitekit.models import User


def acknowledge_workflow(number: str, version: int, by: str) -> None:
    """Acknowledge this version of the workflow: the one that the person at the screen read."""
    standing = acting.known_standing(number)
    if standing.acknowledged == version:
        raise Refused(
            "done-already", "この版の業務フローは、すでに確認しています。", do="契約の画面で版を確かめてください。"
        )
    acting.perform("workflow-acknowledged", {"contract": number, "version": version}, by=by)


def accounts() -> list[User]:
    """Those who can be on a roster: people who can log in here."""
    return list(User.objects.filter(is_active=True).order_by("username"))


def submit_roster(number: str, duties: Mapping[str, str], by: str) -> None:
    """Submit the next version of the roster: account id -> supervisor or handler; name and employer are the account's."""
    standing = acting.known_standing(number)
    people = [
        {"id": user.username, "name": user.display_name, "duty": duties[user.username], "employer": user.employer}
        for user in accounts()
        if duties.get(user.username)
    ]
    acting.perform("roster-submitted", {"contract": number, "version": standing.roster + 1, "people": people}, by=by)
