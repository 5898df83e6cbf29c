"""データ消去報告書: every copy that there was, how, when and by whom it was erased, as the ledger tells it (FAC-OP-7)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, cast

from tewatashi.core import custody
from tewatashi.core.acts import Act
from tewatashi.core.custody import Job, Thing
from tewatashi.core.refused import Refused
from tewatashi.documents import render
from tewatashi.factory import jobs
from tewatashi.sitekit import acting, clock, paper_way
from tewatashi.sitekit.fonts import fonts_folder
from tewatashi.sitekit.models import LedgerEntry
from tewatashi.sitekit.people import Names
from tewatashi.sitekit.story import HOW

_UNITS: Final = {"パスワード通知書": "通", "破損紙": "枚", "引抜き品": "通"}


def erasure_report(number: str, names: Names) -> bytes:
    """The PDF. Refused before the erasure was reported."""
    job, standing = jobs.load(number)
    told = _Told(number)
    claimed = told.last.get("erasure-claimed")
    if claimed is None or not job.did("erasure-claimed"):
        raise Refused(
            "claim-missing", "データ消去報告がまだ記録されていません。", do="すべての複製を消去し、報告してください。",
            requirement="FAC-OP-7",
        )  # fmt: skip
    index, act, at = claimed
    contract = standing.contract
    delivered = job.done["delivery-confirmed"]
    data = {
        "number": f"消-{number}", "issued": at.date(), "to": _head(contract.outsourcing["保有課"]),
        "sender": contract.contractor, "job": number, "task": contract.title,
        "entry": bytes(LedgerEntry.objects.get(pk=index).leaf_hash).hex(), "delivered": delivered.astimezone(clock.JAPAN).date(),
        "things": [told.row(job.things[one], names) for one in cast("list[str]", act.body["things"])],
        "statement": act.text("statement"), "implementer": names.of(act.by, act.site),
        "witness": names.of(act.text("witness"), act.site), "scan": told.scan(),
    }  # fmt: skip
    return render("erasure-report", data, fonts_folder(), clock.now(), paper_way.codes_for_paper())


class _Told:
    """What the ledger tells of a job beyond where it stands: who erased what, and where it had been."""

    def __init__(self, number: str) -> None:
        self.last: dict[str, tuple[int, Act, datetime]] = {}
        self._erased: dict[str, Act] = {}
        self._held: dict[str, Thing] = {}
        job: Job | None = None
        for index, act, at in acting.history(number):
            job = custody.evolve(job, number, act, at)
            self.last[act.kind] = index, act, at
            if act.kind == "copy-erased":
                self._erased[act.text("thing")] = act
            self._held.update({one.id: one for one in custody.live_copies(job)})

    def row(self, thing: Thing, names: Names) -> dict[str, object]:
        """One line of the table."""
        held = self._held[thing.id]
        act = self._erased.get(thing.id)
        place = held.place.partition("/")[2] if held.place else f"所持 {names.of(held.hand or '', held.site)}"
        return {
            "name": thing.what, "place": place, "quantity": f"{thing.quantity:,} {_UNITS.get(thing.what, '件')}",
            "method": HOW[thing.how or ""], "at": thing.ended, "by": names.of(act.by, act.site) if act else "区へ引渡し",
        }  # fmt: skip

    def scan(self) -> dict[str, Any] | None:
        """What the ward found when it looked for itself, once it has."""
        if "erasure-verified" not in self.last:
            return None
        _, act, at = self.last["erasure-verified"]
        return {
            "at": at, "ids": act.number("ids"), "found": act.number("findings"), "unread": act.number("not_scanned"),
            "report": act.text("report_sha256"),
        }  # fmt: skip


def _head(division: str) -> str:
    """To whom the report goes: 課 has its 課長."""
    return f"{division}長" if division.endswith("課") else division
