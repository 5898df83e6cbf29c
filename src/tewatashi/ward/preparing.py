"""The ward's acceptance of what the contractor handed in: emergency contacts, training, pledges."""

from __future__ import annotations

from tewatashi.core.preparation import NAMES
from tewatashi.core.refused import Refused
from tewatashi.sitekit import acting


def refuse_unknown(what: str) -> None:
    """Refuse anything but the three things that are handed in."""
    if what not in NAMES:
        raise Refused(
            "unknown-submission",
            "そのような提出物はありません。",
            found=what[:40],
            do="契約の画面から開き直してください。",
        )


def accept(number: str, what: str, version: str, by: str) -> None:
    """Accept this version: the one that the person at the screen read, not one that came meanwhile."""
    refuse_unknown(what)
    prepared = acting.known_standing(number).preparation
    if not (version.isascii() and version.isdigit() and len(version) < 9):
        raise Refused("version", "提出物の版がありません。", do="契約の画面から開き直してください。")
    if int(version) == prepared.accepted.get(what, 0):
        raise Refused(
            "version", "この版は、提出されていないか、すでに承認されています。", do="契約の画面で版を確かめてください。"
        )
    acting.perform("preparation-accepted", {"contract": number, "what": what, "version": int(version)}, by=by)
