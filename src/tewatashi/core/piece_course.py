"""The way of one piece through its job, as a ledger tells it: which acts concerned it, from the sealing to the last erasure.

Rules
  WARD-OP-4    from the piece to the extract and back nothing is missing: every act on what the piece lay in is part of its way
  iwaki-2025   a request counts for the pieces that it names; what came after the enclosing was not honoured
A ledger names no piece but by digest, so this says no more than the acts do; where in the extract or in a print file a piece
stands, only the sites' own indexes know.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Final, Literal

from tewatashi.core.acts import Act
from tewatashi.core.custody import Job
from tewatashi.core.pieceid import SheetMark, check_piece_id, is_proof_piece
from tewatashi.core.refused import Refused

Entry = tuple[int, Act, datetime]
Ending = Literal["open", "asked", "enclosed", "withdrawn", "too-late"]

_OF_THE_PARCEL: Final = frozenset({
    "parcel-sealed", "medium-made", "medium-handed", "medium-arrived", "parcel-sent", "parcel-held", "parcel-received", "parcel-opened",
    "pieces-composed", "pieces-enclosed", "notices-delivered", "delivery-confirmed", "erasure-claimed", "residue-found",
    "erasure-verified", "cancel-accepted", "job-closed",
})  # fmt: skip
_OF_A_COPY: Final = frozenset({"pages-proofread", "pieces-printed"})
_OF_A_THING: Final = frozenset({"copy-erased", "thing-moved", "thing-lost", "thing-returned", "medium-destroyed"})
_NOTICES: Final = ("パスワード通知書",)  # it opens the parcel, but nothing of a piece is in it
_WITHDRAWN: Final = "引抜き品"
_SPOILED: Final = "破損紙"


def read_piece(text: str) -> str:
    """The piece id that somebody typed, or that a scanner read with its sheet mark. Refused when it is neither, or a proof's."""
    digits = "".join(
        unicodedata.normalize("NFKC", text).split()
    )  # a scanner types in whatever width the keyboard stands at
    piece = SheetMark.parse(digits).piece if len(digits) == 24 else check_piece_id(digits)
    if is_proof_piece(piece):
        raise Refused("piece-proof", "見本の通し番号です。", do="通知書の符号を読み取ってください。")
    return piece


def ending_of(job: Job, digest: str) -> Ending:
    """What the job's acts say of the piece with this digest; after the enclosing every piece has exactly one end."""
    asked = digest in job.withdrawals
    if not job.did("pieces-enclosed"):
        return "asked" if asked else "open"
    if digest in job.honoured:
        return "withdrawn"
    return "too-late" if asked else "enclosed"


def course_of(job: Job, history: Sequence[Entry], digest: str, *, remade: Collection[str] = ()) -> Iterator[Entry]:
    """The acts that concerned a piece of the job's parcel, in the ledger's order.

    remade  digests of the print files in which the piece was made anew, as far as this site knows them
    """
    withdrawn = ending_of(job, digest) == "withdrawn"
    version, sealed = 0, False
    for entry in history:
        act = entry[1]
        sealed = sealed or (act.kind == "parcel-sealed" and act.body["parcel"] == job.parcel)
        if not sealed:
            continue  # of a parcel that was voided, in which the piece had another id
        if act.kind == "withdrawal-requested" and digest in act.body["digests"]:  # type: ignore[operator]
            version = act.number("version")
            yield entry
        elif act.kind == "withdrawal-acknowledged" and 0 < version <= act.number("version"):
            version = 0
            yield entry
        elif _concerned(act, job, remade, withdrawn=withdrawn):
            yield entry


def _concerned(act: Act, job: Job, remade: Collection[str], *, withdrawn: bool) -> bool:
    if act.kind in _OF_A_COPY:
        return act.number("copy") == 0 or act.text("sha256") in remade
    if act.kind in _OF_A_THING:
        return _held(act.text("thing"), job, withdrawn=withdrawn, spoiled=bool(remade))
    return act.kind in _OF_THE_PARCEL


def _held(thing: str, job: Job, *, withdrawn: bool, spoiled: bool) -> bool:
    """Whether the piece was in this thing."""
    what = thing.partition(":")[0]
    if what in _NOTICES or not job.things[thing].of_parcel(job.parcel):
        return False
    if what in (_WITHDRAWN, _SPOILED):
        return withdrawn if what == _WITHDRAWN else spoiled
    return True
