"""Rules of what people carry: medium and password notice never come together, in a place, in a hand or on a day.

Rules
  WARD-CD-1  each lies in a cabinet of its own
  WARD-CD-2  they are handed over in person, on different days, and no person ever holds both
  WARD-CD-4  the medium travels in a locked case whose key another person holds, and arrives; what arrives with something amiss is not taken in
  FAC-CD-3   both come back after the delivery, again on different days and by different people; the ward alone destroys a medium
  FAC-CD-4   the contractor confirms each of the ward's records, or disputes it
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, cast

from tewatashi.core.acts import KINDS, Act
from tewatashi.core.contract import Duty, Standing, refuse_unless_on_roster, refuse_unprepared_person
from tewatashi.core.custody.job import MEDIUM, NOTICE, Job, Thing, carried
from tewatashi.core.custody.order import Rule
from tewatashi.core.place import is_lockable
from tewatashi.core.refused import Refused

_DUTIES: Final[tuple[Duty, ...]] = ("supervisor", "handler")


def by_disc(_job: Job, standing: Standing, act: Act, _now: datetime) -> None:
    if standing.contract.channel != "disc":
        raise Refused(
            "channel", "この契約の授受方式では、媒体は使いません。", found=act.name, expected="LGWAN",
            do="契約の授受方式に従ってください。", requirement="WORK-5",
        )  # fmt: skip


def no_living(what: str) -> Rule:
    def rule(job: Job, _standing: Standing, _act: Act, _now: datetime) -> None:
        thing = carried(job, what)
        if thing is not None:
            raise Refused(
                "made-already", f"この送付データの{what}はすでにあります。", found=thing.number,
                do="作り直すときは、先にいまの物を破棄してください。", requirement="CL-9",
            )  # fmt: skip

    return rule


def number_is_new(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    found = str(act.body.get("medium") or act.body.get("notice"))
    if any(thing.number == found for thing in job.things.values()):
        raise Refused(
            "number-used", "すでに使った番号です。", found=found, do="新しい番号を付けてください。", requirement="CL-8"
        )


def this_medium(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    """The living medium of the parcel is the one that the act names by its number."""
    medium = carried(job, MEDIUM)
    if medium is None or medium.number != act.text("medium"):
        raise Refused(
            "no-such-medium", "この案件の媒体ではありません。", found=act.text("medium"),
            expected=medium.number if medium else "なし", do="媒体の番号を確かめてください。", requirement="CL-8",
        )  # fmt: skip


def still_at_the_ward(what: str) -> Rule:
    """What is handed over was made and kept here first, and is here."""

    def rule(job: Job, standing: Standing, act: Act, _now: datetime) -> None:
        thing = carried(job, what)
        if standing.contract.channel == "disc" and (thing is None or thing.site != "ward"):
            raise Refused(
                "not-at-ward", f"渡せる{what}が区にありません。", found=act.name, do=f"先に{what}を作成し、保管してください。",
                requirement="WARD-CD-1",
            )  # fmt: skip

    return rule


def locked_place(job: Job, standing: Standing, act: Act, _now: datetime) -> None:
    """Medium and notice lie in lockable places alone, each in its own."""
    place = act.body.get("place")
    what = _what(job, act)
    if standing.contract.channel != "disc" or what not in (MEDIUM, NOTICE) or place is None:
        return
    if not is_lockable(cast("str", place)):
        raise Refused(
            "not-lockable", f"{what}を置けるのは、鍵のかかる場所だけです。", found=place, expected="キャビネット・金庫",
            do="鍵付きのキャビネットか金庫を選んでください。", requirement="FAC-CD-1" if act.site == "factory" else "WARD-CD-1",
        )  # fmt: skip
    other = _other(job, act)
    if other is not None and other.place == place:
        raise Refused(
            "same-place", "媒体とパスワード通知書を同じ場所には置けません。", found=place, expected=f"{place}以外",
            do="別の鍵付きキャビネットを選んでください。", requirement="WARD-CD-1",
        )  # fmt: skip


def separate_hands(job: Job, standing: Standing, act: Act, _now: datetime) -> None:
    """Nobody who gets one of the two holds the other."""
    hand = act.body.get("to") or act.body.get("hand")
    what = _what(job, act)
    if standing.contract.channel != "disc" or what not in (MEDIUM, NOTICE) or hand is None:
        return
    other = _other(job, act)
    if other is not None and other.hand == hand:
        raise Refused(
            "same-hand", "媒体とパスワード通知書を同じ人が持つことはできません。", found=hand, expected=f"{hand}以外",
            do="別の人を選んでください。", requirement="WARD-CD-2",
        )  # fmt: skip


def separate_bringers(job: Job, standing: Standing, act: Act, _now: datetime) -> None:
    """Nobody who holds one of the two, or has brought it back, brings the other."""
    bringer, others = act.text("brought_by"), _counterparts(job, act)
    found = next((one for one in others if bringer in (one.hand, job.returned_by.get(one.id))), None)
    if standing.contract.channel == "disc" and found is not None:
        raise Refused(
            "same-hand", f"{found.what}を持っている人・返却した人は、もう一方を返却できません。", found=bringer, expected=f"{bringer}以外",
            do="別の人が返却してください。", requirement="FAC-CD-3",
        )  # fmt: skip


def separate_days(job: Job, standing: Standing, act: Act, now: datetime) -> None:
    """Handed over, and taken back, on different days. The day is the one on which it was done, not the day of writing."""
    day = date.fromisoformat(act.text("on"))
    if day > now.date():
        raise Refused(
            "not-yet",
            "まだ来ていない日です。",
            found=day,
            expected=f"{now.date()}まで",
            do="受け渡した日を入力してください。",
        )
    days = job.returned_on if act.kind == "thing-returned" else job.handed_on
    if standing.contract.channel == "disc" and day in [days.get(other.id) for other in _counterparts(job, act)]:
        raise Refused(
            "same-day", "媒体とパスワード通知書を同じ日に受け渡すことはできません。", found=day, expected=f"{day}以外の日",
            do="別の日に受け渡してください。", requirement="WARD-CD-2",
        )  # fmt: skip


def in_person(_job: Job, standing: Standing, act: Act, _now: datetime) -> None:
    if standing.contract.channel == "disc" and act.text("route") != "hand":
        raise Refused(
            "not-in-person", "媒体による授受では、パスワード通知書は区の職員が手渡しします。", found="簡易書留", expected="手渡し",
            do="手渡しで渡してください。", requirement="WARD-CD-2",
        )  # fmt: skip


def taker_and_key_holder(_job: Job, standing: Standing, act: Act, now: datetime) -> None:
    for person in (act.text("to"), act.text("key_holder")):
        refuse_unprepared_person(standing, person, _DUTIES, now.date())
    if act.text("to") == act.text("key_holder"):
        raise Refused(
            "key-with-case", "鍵付きケースを運ぶ人が、その鍵を持つことはできません。", found=act.text("key_holder"),
            do="別の人を鍵の管理者にしてください。", requirement="WARD-CD-4",
        )  # fmt: skip


def on_its_way(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    """What arrives had set out, and comes in the case in which it was put."""
    medium = carried(job, MEDIUM)
    trip = job.trips.get(medium.id) if medium else None
    if trip is None or trip.arrived is not None:
        raise Refused(
            "not-on-its-way", "運搬中の媒体ではありません。", found=act.text("medium"), do="媒体の記録を確かめてください。",
            requirement="WARD-CD-4",
        )  # fmt: skip
    if act.text("case") != trip.case:
        raise Refused(
            "other-case", "媒体を入れた鍵付きケースと番号が違います。", found=act.text("case"), expected=trip.case,
            do="開けずに、区に連絡してください。", requirement="WARD-CD-4",
        )  # fmt: skip


def arrived(job: Job, standing: Standing, act: Act, _now: datetime) -> None:
    """Over the disc a parcel is received from a medium that has arrived."""
    medium = carried(job, MEDIUM)
    if standing.contract.channel == "disc" and (medium is None or not _has_arrived(job, medium)):
        raise Refused(
            "not-arrived", "媒体の到着が記録されていません。", found=act.name, expected=KINDS["medium-arrived"].name,
            do="先に媒体の到着を確認してください。", requirement="WARD-CD-4",
        )  # fmt: skip
    if medium is not None:
        refuse_broken(job, medium)


def came_broken(job: Job, medium: Thing) -> bool:
    """Whether it arrived with its seal or its case amiss."""
    trip = job.trips.get(medium.id)
    return trip is not None and not trip.intact


def refuse_broken(job: Job, medium: Thing) -> None:
    """Refuse a medium that came with something amiss: what is on it may have been read or changed on its way."""
    if came_broken(job, medium):
        raise Refused(
            "not-intact", f"到着したときに異状のあった媒体 {medium.number} からは取り込めません。", found="異状あり", expected="異状なし",
            do="区に連絡してください。区が送付データを取り消し、作り直します。", requirement="WARD-CD-4",
        )  # fmt: skip


def returnable(job: Job, standing: Standing, act: Act, _now: datetime) -> None:
    """FAC-CD-3: medium and notice come back whole after the delivery, by somebody on the roster."""
    thing = job.things.get(act.text("thing"))
    if thing is None or not thing.alive or thing.site != "factory" or thing.what not in (MEDIUM, NOTICE):
        raise Refused(
            "no-such-thing", "委託先にある媒体・パスワード通知書ではありません。", found=act.text("thing"),
            do="「いま、データはどこにあるか」を確かめてください。", requirement="CL-8",
        )  # fmt: skip
    if thing.of_parcel(job.parcel) and not (job.cancelled or job.did("delivery-confirmed")):
        raise Refused(
            "too-early", "納品の確認の前に返却はできません。", found=act.name, expected=KINDS["delivery-confirmed"].name,
            do="納品が済んでから返却を受けてください。", requirement="FAC-CD-3",
        )  # fmt: skip
    if act.number("quantity") != thing.quantity:
        raise Refused(
            "count", f"{thing.what}の数量が違います。", found=act.number("quantity"), expected=thing.quantity,
            do="数え直してください。", requirement="WARD-CD-3",
        )  # fmt: skip
    refuse_unless_on_roster(standing, act.text("brought_by"), _DUTIES)


def destroyable(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    """A medium ends at the ward, before a witness, by its serial: one that came back, or one that never went, as badly burnt.

    A good one that is destroyed before its way is no loss: the sealed parcel is still here to make another from.
    """
    thing = job.things[act.text("thing")]
    if thing.what != MEDIUM:
        raise Refused("not-a-medium", "媒体ではありません。", found=thing.what, do="消去として記録してください。")
    if act.text("serial") != thing.serial:
        raise Refused(
            "other-serial", "媒体の製造番号が違います。", found=act.text("serial"), expected=thing.serial,
            do="破壊する媒体を確かめてください。", requirement="CL-11-12",
        )  # fmt: skip
    if act.text("witness") == act.by:
        raise Refused(
            "witness-self", "破壊した本人は立会者になれません。", found=act.by, do="別の人が立ち会ってください。", requirement="CL-11-12"
        )  # fmt: skip


def no_medium(job: Job, standing: Standing, act: Act, _now: datetime) -> None:
    """A medium is destroyed, not erased; over the disc the notice goes back and is not destroyed at the factory."""
    thing = job.things[act.text("thing")]
    if thing.what == MEDIUM or (thing.what == NOTICE and act.site == "factory" and standing.contract.channel == "disc"):
        raise Refused(
            "to-be-returned", f"{thing.what}は、区に返却するものです。", found=act.name, expected=KINDS["thing-returned"].name,
            do="区に返却してください。媒体は区が破壊します。", requirement="FAC-CD-3",
        )  # fmt: skip


def open_confirmation(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    """FAC-CD-4: what was agreed stays agreed; what was disputed may be agreed later, and both stay in the ledger."""
    found = job.confirmations.get(act.text("confirmation"))
    if found is None or found.agreed:
        raise Refused(
            "no-confirmation", "確認を待っている確認書ではありません。", found=act.text("confirmation"),
            do="確認書の番号を確かめてください。", requirement="FAC-CD-4",
        )  # fmt: skip
    if not act.body["agrees"] and not act.text("note"):
        raise Refused(
            "note-missing", "相違の内容が書かれていません。", found=act.text("confirmation"), do="何が違うかを書いてください。",
            requirement="FAC-CD-4",
        )  # fmt: skip


def all_countersigned(job: Job, standing: Standing, _act: Act, _now: datetime) -> None:
    waiting = [one.number for one in job.confirmations.values() if not one.agreed]
    if standing.contract.channel == "disc" and waiting:
        raise Refused(
            "countersignature-missing", "委託先の確認が済んでいない確認書があります。", found="・".join(waiting), expected="0件",
            do="委託先に確認を求めてください。", requirement="FAC-CD-4",
        )  # fmt: skip


def _what(job: Job, act: Act) -> str:
    if "medium" in act.body:
        return MEDIUM
    if act.kind in ("notice-made", "password-notice-handed"):
        return NOTICE
    return job.things[act.text("thing")].what


def _counterparts(job: Job, act: Act) -> list[Thing]:
    """From the same parcel the notices of a medium, the media of a notice; those that were lost or destroyed, too."""
    wanted = NOTICE if _what(job, act) == MEDIUM else MEDIUM
    parcel = act.text("parcel")[:8] if "parcel" in act.body else job.things[act.text("thing")].parcel
    return [thing for thing in job.things.values() if (thing.what, thing.parcel) == (wanted, parcel)]


def _other(job: Job, act: Act) -> Thing | None:
    return next((thing for thing in _counterparts(job, act) if thing.alive), None)


def _has_arrived(job: Job, medium: Thing) -> bool:
    trip = job.trips.get(medium.id)
    return trip is not None and trip.arrived is not None
