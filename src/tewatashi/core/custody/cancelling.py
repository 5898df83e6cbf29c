"""Rules of cancelling: the ward asks, the factory answers, and both go by the answer.

What the two sides are doing crosses on the way, so that neither can undo alone what the other may have gone on with. A
parcel that was never sent the ward voids by itself (`parcel-voided`). Of one that was sent the factory alone knows whether
it was opened; until then it is voided and may be sealed anew. A job is cancelled until its notices have left: then nothing
goes on but the ending of what there is.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

from tewatashi.core.acts import KINDS, Act
from tewatashi.core.contract import Standing
from tewatashi.core.custody.job import Job
from tewatashi.core.refused import Refused


def of_this_parcel(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    parcel = cast("str | None", act.body["parcel"])
    if parcel != job.parcel:
        raise Refused(
            "other-parcel", "この案件の送付データではありません。", found=(parcel or "なし")[:8], expected=(job.parcel or "なし")[:8],
            do="送付データの番号を確かめてください。",
        )  # fmt: skip
    if parcel is None and act.text("scope") == "parcel":
        raise Refused("nothing-sealed", "取り消す送付データがありません。", do="案件の画面で状態を確かめてください。")


def asked_for(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    if job.cancelling != act.text("scope"):
        raise Refused(
            "not-asked", "この取消しは依頼されていません。", found=act.text("scope"), expected=job.cancelling or "依頼なし",
            do="区に確かめてください。",
        )  # fmt: skip


def still_possible(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    last = "parcel-opened" if act.text("scope") == "parcel" else "notices-delivered"
    if job.did(last):
        raise Refused(
            "too-late", f"「{KINDS[last].name}」のあとに取り消すことはできません。", found=KINDS[last].name,
            do="区と委託先で協議してください。", requirement="FAC-OP-1",
        )  # fmt: skip
