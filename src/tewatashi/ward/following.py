"""One piece followed at the ward, from the extract's record to the last erasure and back (WARD-OP-4).

The index knows the records of a parcel by keyed digests: a notice number is looked up and not kept, and what is shown is which
record of the extract it was, never what stood in it.
"""

from __future__ import annotations

from typing import Final

from tewatashi.core.piece_course import course_of, ending_of, read_piece
from tewatashi.core.pieceid import piece_digest
from tewatashi.core.refused import Refused
from tewatashi.sitekit import acting
from tewatashi.sitekit.known_people import names_under
from tewatashi.sitekit.piece_page import ENDINGS, WAYS, Followed, steps_of
from tewatashi.sitekit.timeline import Teller
from tewatashi.ward import index, story
from tewatashi.ward.index import Record
from tewatashi.ward.jobs import notice_numbers, sealed_job

ALL_WAYS: Final = {**WAYS, "notice": "通知書番号", "record": "抽出データの何件目か"}


def follow(number: str, by: str, value: str) -> Followed:
    """The piece that is told in one of ALL_WAYS. Refused when the job's parcel has none, or its index is gone."""
    job, parcel = sealed_job(number)
    record = _record(parcel, by, value)
    if record is None:
        raise Refused(
            "piece-unknown", "この案件の送付データに、その番号の1通はありません。",
            do="番号と案件を確かめてください。取り消した送付データの通し番号からは、たどれません。", requirement="WARD-OP-4",
        )  # fmt: skip
    history, digest = acting.history(number), piece_digest(record.piece)
    at = f"抽出データの{record.n:,}件目"
    notes = {entry: at for entry, act, _ in history if act.kind == "parcel-sealed"}
    course = course_of(job, history, digest)
    steps = steps_of(course, story.SITES, Teller(names_under(job.contract), story.SITES), notes)
    facts = (("抽出データ", f"{job.counts.extract or 0:,}件の{record.n:,}件目"), ("送付データ", parcel[:8]))
    return Followed(record.piece, ENDINGS[ending_of(job, digest)], facts, tuple(steps))


def _record(parcel: str, by: str, value: str) -> Record | None:
    match by:
        case "notice":
            return index.record_of_number(parcel, notice_numbers(value)[0][1])
        case "record":
            plain = notice_numbers(value)[0][1]
            return index.record_at(parcel, int(plain)) if plain.isascii() and plain.isdigit() else None
    return index.record_of_piece(parcel, read_piece(value))
