"""Which rules each kind of act must keep, and the decision: the act when all of them allow it, or a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from tewatashi.core.acts import Act
from tewatashi.core.contract import Standing
from tewatashi.core.custody.cancelling import (
    asked_for,
    of_this_parcel,
    still_possible,
)
from tewatashi.core.custody.counts import (
    acknowledges_latest,
    confirms_the_receipt,
    counts_agree,
    delivers_what_was_enclosed,
    next_withdrawal,
    originals_once,
    undisputed,
    withdrawals_as_acknowledged,
)
from tewatashi.core.custody.ending import (
    by_the_factorys_own,
    claims_stand,
    ends_as_paper,
    living_thing,
    not_erased_too_early,
    not_the_key,
    nothing_alive,
    nothing_left_at_factory,
    one_place_or_hand,
    only_what_hands_carry,
    scan_is_clean,
    verified_or_never_opened,
    whole_quantity,
    witnessed,
)
from tewatashi.core.custody.job import (
    MEDIUM,
    NOTICE,
    Job,
)
from tewatashi.core.custody.media import (
    all_countersigned,
    arrived,
    by_disc,
    destroyable,
    in_person,
    locked_place,
    no_living,
    no_medium,
    number_is_new,
    on_its_way,
    open_confirmation,
    returnable,
    separate_bringers,
    separate_days,
    separate_hands,
    still_at_the_ward,
    taker_and_key_holder,
    this_medium,
)
from tewatashi.core.custody.order import (
    Rule,
    after,
    as_approved,
    before,
    by,
    by_system,
    by_system_or_roster,
    for_the_jobs_form,
    goes_on,
    in_workflow_order,
    in_workflow_order_or_cancelled,
    job_open,
    may_hand_over,
    not_again,
    not_being_cancelled,
    place_listed,
)
from tewatashi.core.custody.parcels import (
    by_lgwan,
    new_parcel,
    no_parcel_yet,
    notice_to_roster,
    pieces_as_sealed,
    same_bytes,
    same_or_voided_parcel,
    same_parcel,
    sealed_as_declared,
)
from tewatashi.core.custody.proofreading import found_nothing, of_the_composed_files, proofread
from tewatashi.core.custody.reports import (
    another_occasion,
    kept_until_received,
    medium_is_new,
    new_report,
    notice_still_here,
    report_bytes,
    report_can_go,
    report_on_its_way,
)
from tewatashi.core.refused import Refused


def decide(job: Job | None, standing: Standing, act: Act, now: datetime) -> Act:
    """The act, if every rule of its kind allows it now; Refused, naming the requirement, if one does not."""
    if job is None:
        if act.kind != "job-opened":
            raise Refused("job-unknown", "登録されていない案件です。", do="案件の番号を確かめてください。")
        _refuse_unfit_job(standing, act)
        return act
    for rule in RULES[act.kind]:
        rule(job, standing, act, now)
    return act


def _refuse_unfit_job(standing: Standing, act: Act) -> None:
    if act.text("form") not in standing.contract.forms:
        raise Refused(
            "form-not-in-contract", "契約にない帳票です。", found=act.text("form"),
            expected="・".join(sorted(standing.contract.forms)), do="契約の帳票を選んでください。", requirement="CL-7",
        )  # fmt: skip
    if act.number("declared") == 0:
        raise Refused("nothing-declared", "予定件数が0件です。", do="予定件数を入力してください。")
    if act.text("deliver_by") > act.text("erase_by"):
        raise Refused(
            "dates-cross", "消去期限が納品期限より前です。", found=act.text("erase_by"), expected=act.text("deliver_by"),
            do="期限を直してください。",
        )  # fmt: skip


_GOES_ON: Final[tuple[Rule, ...]] = (job_open, goes_on)
_WARD: Final[tuple[Rule, ...]] = (*_GOES_ON, not_being_cancelled)
_FLOOR: Final[tuple[Rule, ...]] = (*_GOES_ON, not_again, in_workflow_order, by("supervisor", "handler"))


RULES: Final[Mapping[str, tuple[Rule, ...]]] = {
    "job-opened": (not_again,),
    "parcel-sealed": (*_WARD, no_parcel_yet, new_parcel, sealed_as_declared, place_listed("place")),
    "parcel-voided": (*_WARD, same_parcel, before("parcel-sent", "medium-handed", "parcel-received")),
    "cancel-requested": (*_WARD, of_this_parcel, before("delivery-confirmed")),
    "cancel-accepted": (*_GOES_ON, asked_for, of_this_parcel, still_possible, by_system_or_roster),
    "cancel-refused": (*_GOES_ON, asked_for, of_this_parcel, by_system_or_roster),
    "notice-made": (*_WARD, after("parcel-sealed"), same_parcel, no_living(NOTICE), number_is_new, place_listed("place"), locked_place),
    "medium-made": (
        *_WARD, by_disc, after("parcel-sealed"), same_parcel, no_living(MEDIUM), number_is_new, place_listed("place"), locked_place,
    ),
    "medium-handed": (
        *_WARD, by_disc, same_parcel, this_medium, still_at_the_ward(MEDIUM), after("notice-made"), may_hand_over,
        taker_and_key_holder, separate_hands, separate_days,
    ),
    "medium-arrived": (
        job_open, same_parcel, this_medium, on_its_way, by("supervisor", "handler"), place_listed("place"), locked_place,
    ),
    "thing-returned": (job_open, returnable, place_listed("place"), locked_place, separate_days, separate_bringers),
    "medium-destroyed": (job_open, living_thing, whole_quantity, destroyable),
    "countersigned": (job_open, open_confirmation, by("supervisor", "handler")),
    "password-notice-handed": (
        *_WARD, not_again, after("parcel-sealed"), same_parcel, may_hand_over, notice_to_roster, in_person,
        still_at_the_ward(NOTICE), separate_hands, separate_days,
    ),
    "parcel-sent": (*_WARD, not_again, after("parcel-sealed"), same_parcel, by_lgwan, may_hand_over),
    "parcel-held": (job_open, not_again, same_or_voided_parcel, same_bytes, place_listed("place")),
    "parcel-received": (
        *_GOES_ON, not_again, same_parcel, same_bytes, arrived, pieces_as_sealed, by_system_or_roster, may_hand_over,
        in_workflow_order, place_listed("place"),
    ),
    "copy-erased": (job_open, living_thing, not_the_key, no_medium, by_the_factorys_own, whole_quantity, ends_as_paper, witnessed, not_erased_too_early, kept_until_received),
    "parcel-opened": (*_FLOOR, after("password-notice-handed"), same_parcel, may_hand_over, pieces_as_sealed, place_listed("place")),
    "pieces-composed": (*_FLOOR, for_the_jobs_form, pieces_as_sealed, as_approved, place_listed("place")),
    "pages-proofread": (*_GOES_ON, by_system, after("pieces-composed"), before("pieces-enclosed"), found_nothing, of_the_composed_files),
    "withdrawal-requested": (*_WARD, after("parcel-sealed"), before("pieces-enclosed"), next_withdrawal),
    "withdrawal-acknowledged": (*_GOES_ON, before("pieces-enclosed"), acknowledges_latest, by_system_or_roster),
    "pieces-printed": (
        *_GOES_ON, in_workflow_order, by("supervisor", "handler"), before("pieces-enclosed"), originals_once,
        proofread, place_listed("place", "spool"),
    ),
    "pieces-enclosed": (*_FLOOR, withdrawals_as_acknowledged, counts_agree, place_listed("place")),
    "notices-delivered": (*_FLOOR, delivers_what_was_enclosed),
    "delivery-confirmed": (*_WARD, after("notices-delivered"), confirms_the_receipt, place_listed("place")),
    "report-sealed": (
        *_GOES_ON, after("parcel-opened"), before("erasure-claimed"), new_report, by("supervisor", "handler"), place_listed("place"),
    ),
    "report-handed": (job_open, report_can_go, medium_is_new, by("supervisor", "handler"), another_occasion),
    "report-notice-handed": (job_open, notice_still_here, by("supervisor", "handler"), another_occasion),
    "report-received": (job_open, report_on_its_way, report_bytes, place_listed("place")),
    "thing-moved": (job_open, living_thing, not_the_key, by_the_factorys_own, one_place_or_hand, locked_place, separate_hands),
    "thing-lost": (job_open, living_thing, by_the_factorys_own, whole_quantity, only_what_hands_carry),
    "erasure-claimed": (
        job_open, not_again, in_workflow_order_or_cancelled, by("supervisor", "handler"), undisputed, witnessed,
        nothing_left_at_factory,
    ),
    "residue-found": (job_open, claims_stand),
    "erasure-verified": (job_open, not_again, claims_stand, scan_is_clean),
    "job-closed": (job_open, undisputed, verified_or_never_opened, nothing_alive, all_countersigned),
}  # fmt: skip
