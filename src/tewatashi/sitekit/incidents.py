"""Incidents that an act itself tells of, whoever recorded it: each raises an alarm at every site that learns of it.

Accidents: kaminokawa-2015, kannami-2024, amagasaki-2022, where a loss was known to somebody and to nobody who had to act.

Rules
  - something lost raises an alarm, and so does a medium that arrives with its seal or its case amiss (WARD-CD-4)
  - the alarm stands with the act or not at all, and names the thing alone: what people wrote about it stays in the ledger
"""

from __future__ import annotations

from typing import Final

from tewatashi.core.acts import Act
from tewatashi.core.custody import Job
from tewatashi.core.refused import Refused
from tewatashi.sitekit import alarms

LOST: Final = "thing-lost"
BROKEN: Final = "medium-not-intact"
KINDS: Final = (LOST, BROKEN)


def raise_for(act: Act, job: Job | None) -> None:
    """Raise the alarm of this act, if it tells of an incident. job: as it was when the act was decided."""
    if job is None:
        return
    if act.kind == "thing-lost":
        thing = job.things[act.text("thing")]
        alarms.raise_alarm(LOST, f"{job.number} {thing.what} {thing.number}".strip(), Refused(
            LOST, f"{thing.what}の紛失が報告されました。", found=f"{act.text('on')} 発見",
            do="緊急時の対応手順に従い、区の責任者と委託先の取扱責任者に直ちに連絡してください。", requirement="CL-8",
        ))  # fmt: skip
    elif act.kind == "medium-arrived" and not act.body["intact"]:
        alarms.raise_alarm(BROKEN, f"{job.number} {act.text('medium')}", Refused(
            BROKEN, "媒体が、封印かケースに異状のある状態で到着しました。", found="異状あり", expected="異状なし",
            do="取り込まずに保管し、区と委託先で直ちに確かめてください。区が送付データを取り消し、作り直します。", requirement="WARD-CD-4",
        ))  # fmt: skip
