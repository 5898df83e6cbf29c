"""The standing cast and one whole job as acts, for the tests of contract and custody."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from tewatashi.core import contract as contracts
from tewatashi.core.acts import CONNECTION_SHEET, OUTSOURCING_SHEET, Act, Role
from tewatashi.core.approval import Fingerprint
from tewatashi.core.contract import Standing
from tewatashi.core.pieceid import new_piece_ids, piece_digest

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PLACES = ["ward/送信箱", "ward/納品窓口", "gateway/中継", "factory/受信箱", "factory/保管庫", "factory/印字室"]
PIECES = new_piece_ids(random.Random(1).randbytes, 10)
PARCEL = "ab" * 16
SHA = "cd" * 32
REMADE = "ce" * 32

CONTRACT: dict[str, object] = {
    "contract": "R8-1", "title": "帳票作成等業務", "contractor": "見本印刷", "begins": "2026-04-01", "ends": "2027-03-31",
    "channel": "lgwan", "privacy_mark": {"number": "P1", "expires": "2027-03-31"},
    "lgwan_asp": {"number": "A1", "expires": "2027-03-31"}, "forms": ["tokusoku"], "places": PLACES,
    "erase_within_days": 5, "gateway_hold_days": 3, "outsourcing": dict.fromkeys(OUTSOURCING_SHEET, "見本"),
    "connection": dict.fromkeys(CONNECTION_SHEET, "見本"),
}  # fmt: skip
PEOPLE = [
    {"id": "suzuki", "name": "鈴木", "duty": "supervisor", "employer": "見本印刷"},
    {"id": "takahashi", "name": "高橋", "duty": "handler", "employer": "見本印刷"},
]
STEPS = ["受領", "開封", "組版", "印字", "封入封緘", "納品", "消去"]


def act(kind: str, site: Role, by: str, /, **body: object) -> Act:
    return Act(kind, site, by, body)


def contract_acts(**changes: object) -> Iterator[Act]:
    yield Act("contract-made", "ward", "tanaka", {**CONTRACT, **changes})
    yield act("workflow-published", "ward", "tanaka", contract="R8-1", version=1, steps=STEPS)
    yield act("workflow-acknowledged", "factory", "suzuki", contract="R8-1", version=1)
    yield act("roster-submitted", "factory", "suzuki", contract="R8-1", version=1, people=PEOPLE)
    yield act("roster-accepted", "ward", "tanaka", contract="R8-1", version=1)
    yield from prepared_acts()
    yield from proof_acts()


EMERGENCY: dict[str, object] = {
    "contacts": [{"name": "鈴木", "duty": "取扱責任者", "phone": "03-0000-0000"}], "procedure": "直ちに区の責任者に連絡する。",
}  # fmt: skip


CAST = tuple(one["id"] for one in PEOPLE)


def prepared_acts(day: str = "2026-11-20", contract: str = "R8-1", people: tuple[str, ...] = CAST) -> Iterator[Act]:
    """Contacts, training and pledges of these people, handed in on this day and accepted."""
    number: dict[str, object] = {"contract": contract, "version": 1}
    yield act("emergency-submitted", "factory", "suzuki", **number, **EMERGENCY)
    yield act(
        "training-reported", "factory", "suzuki", **number, held_on=day, content="個人情報保護", people=list(people)
    )
    yield act("pledges-submitted", "factory", "suzuki", **number, people=[{"id": one, "on": day} for one in people])
    for what in ("emergency", "training", "pledges"):
        yield act("preparation-accepted", "ward", "tanaka", **number, what=what)


FINGERPRINT = {"form": "f0" * 32, "fonts": "f1" * 32, "program": "f2" * 32, "device": "f3" * 32}


def proof_acts() -> Iterator[Act]:
    """The proof of the form, submitted and approved."""
    proof: dict[str, object] = {"contract": "R8-1", "form": "tokusoku", "version": 1}
    yield act("proof-submitted", "factory", "suzuki", **proof, fingerprint=FINGERPRINT, sha256=SHA, pages=4)
    yield act("proof-approved", "ward", "tanaka", **proof, fingerprint=Fingerprint(**FINGERPRINT).whole)


def standing(**changes: object) -> Standing:
    now: Standing | None = None
    for one in contract_acts(**changes):
        now = contracts.evolve(now, contracts.decide(now, one))
    assert now is not None
    return now


KEY = f"保管庫の鍵:{PARCEL[:8]}@factory"


def proofread(**changes: object) -> Act:
    """The proof of the originals of `whole_job`, or another."""
    return act("pages-proofread", "factory", "system", **{
        "copy": 0, "pieces": 10, "pages": 20, "files": 1, "codes": 30, "drawn": 6, "findings": 0, "sha256": SHA,
        "report_sha256": "ef" * 32, **changes,
    })  # fmt: skip


def whole_job() -> list[Act]:
    """Ten pieces, of which one is withdrawn and one is spoiled and remade, from the opening to the closing."""
    bytes_ = {"sha256": SHA, "size": 4096}
    room = "factory/印字室"
    things = [
        f"{what}:{PARCEL[:8]}@factory"
        for what in ("送付データ", "開封データ", "印刷ファイル", "スプール", "パスワード通知書")
    ]
    copies = [(thing, 1 if "パスワード" in thing else 10) for thing in things if "スプール" not in thing]
    copies += [(f"破損紙:{PARCEL[:8]}@factory", 1)]
    erased = [
        act("copy-erased", "factory", "takahashi", thing=t, method="shredded", quantity=q, witness="suzuki")
        for t, q in copies
    ]
    counts = {
        "composed": 10,
        "printed": 10,
        "enclosed": 9,
        "withdrawn": 1,
        "spoiled": 1,
        "remade": 1,
        "pulled": 0,
        "withdrawal_version": 1,
    }
    gone = {"method": "deleted", "quantity": 10, "witness": ""}
    return [
        act("job-opened", "ward", "sato", contract="R8-1", form="tokusoku", base_date="2026-11-20", declared=10, deliver_by="2026-11-30", erase_by="2026-12-05"),
        act("parcel-sealed", "ward", "sato", parcel=PARCEL, pieces=10, cover="cover", place="ward/送信箱", **bytes_),
        act("password-notice-handed", "ward", "sato", parcel=PARCEL, route="hand", to="takahashi", tracking="", on="2026-11-24"),
        act("parcel-sent", "ward", "sato", parcel=PARCEL),
        act("parcel-held", "gateway", "system", parcel=PARCEL, place="gateway/中継", **bytes_),
        act("parcel-received", "factory", "system", parcel=PARCEL, pieces=10, place="factory/受信箱", **bytes_),
        act("copy-erased", "ward", "system", thing=f"送付データ:{PARCEL[:8]}@ward", **gone),
        act("copy-erased", "gateway", "system", thing=f"送付データ:{PARCEL[:8]}@gateway", **gone),
        act("parcel-opened", "factory", "takahashi", parcel=PARCEL, pieces=10, place="factory/保管庫"),
        act("pieces-composed", "factory", "takahashi", pieces=10, pages=20, files=1, sha256=SHA, place="factory/保管庫", purpose="tokusoku", fingerprint=FINGERPRINT),
        proofread(),
        act("pieces-printed", "factory", "takahashi", pieces=10, copy=0, sha256=SHA, printer="ipp", place=room, spool=room),
        act("withdrawal-requested", "ward", "sato", version=1, digests=[piece_digest(PIECES[0])]),
        act("withdrawal-acknowledged", "factory", "takahashi", version=1),
        proofread(copy=1, pieces=1, pages=2, sha256=REMADE),
        act("pieces-printed", "factory", "takahashi", pieces=1, copy=1, sha256=REMADE, printer="ipp", place=room, spool=room),
        act("copy-erased", "factory", "takahashi", thing=things[3], method="deleted", quantity=11, witness="suzuki"),
        act("pieces-enclosed", "factory", "takahashi", boxes=[], reads_sha256=SHA, place=room, **counts),
        act("notices-delivered", "factory", "suzuki", receipt="確-1", quantity=9, withdrawn=1, to="sato", content="督促状", at="2026-11-28T10:00:00+09:00"),
        act("delivery-confirmed", "ward", "sato", receipt="確-1", quantity=9, withdrawn=1, agrees=True, at="2026-11-28T10:20:00+09:00", place="ward/納品窓口"),
        *erased,
        act("erasure-claimed", "factory", "suzuki", things=[*things, KEY, f"引抜き品:{PARCEL[:8]}@factory", f"破損紙:{PARCEL[:8]}@factory"], witness="takahashi", statement="消去しました。"),
        act("erasure-verified", "ward", "tanaka", report_sha256=SHA, findings=0, not_scanned=0, ids=10, scanned_bytes=1),
        act("job-closed", "ward", "tanaka"),
    ]  # fmt: skip


DISC_PLACES = [*PLACES, "ward/キャビネット1", "ward/キャビネット2", "factory/金庫1", "factory/金庫2"]
MEDIUM = f"媒体:{PARCEL[:8]}@R8-0001-M01"
DISC_NOTICE = f"パスワード通知書:{PARCEL[:8]}@ward"


def standing_by_disc() -> Standing:
    return standing(channel="disc", lgwan_asp=None, connection=None, places=DISC_PLACES)


def whole_disc_job() -> list[tuple[int, Act]]:
    """As `whole_job`, over the disc: each act with the day on which it is done, counted from the first."""
    walk = {one.kind: one for one in whole_job()}
    gone = ("parcel-sent", "parcel-held", "password-notice-handed")
    made = {"parcel": PARCEL, "medium": "R8-0001-M01"}
    steps = [
        (0, walk["job-opened"]),
        (0, walk["parcel-sealed"]),
        (0, act("notice-made", "ward", "sato", parcel=PARCEL, notice="R8-0001-P01", place="ward/キャビネット2")),
        (0, act("medium-made", "ward", "sato", sha256=SHA, size=1 << 20, serial="AB12", place="ward/キャビネット1", **made)),
        (1, act("medium-handed", "ward", "sato", to="takahashi", case="C-7", key_holder="suzuki", expected="2026-11-25T15:00:00+09:00", on="2026-11-25", **made)),
        (1, act("medium-arrived", "factory", "takahashi", case="C-7", intact=True, place="factory/金庫1", on="2026-11-25", **made)),
        (2, act("password-notice-handed", "ward", "sato", parcel=PARCEL, route="hand", to="suzuki", tracking="", on="2026-11-26")),
        (2, act("thing-moved", "factory", "suzuki", thing=DISC_NOTICE, place="factory/金庫2", hand=None)),
    ]  # fmt: skip
    rest = [one for one in whole_job() if one.kind not in (*gone, "job-opened", "parcel-sealed")]
    rest = [one for one in rest if one.site != "gateway" and "パスワード" not in str(one.body.get("thing"))]
    at = next(n for n, one in enumerate(rest) if one.kind == "delivery-confirmed")
    back = [
        (5, act("thing-returned", "ward", "sato", thing=MEDIUM, brought_by="takahashi", quantity=1, place="ward/キャビネット1", on="2026-11-29")),
        (6, act("thing-returned", "ward", "sato", thing=DISC_NOTICE, brought_by="suzuki", quantity=1, place="ward/キャビネット2", on="2026-11-30")),
        (6, act("medium-destroyed", "ward", "sato", thing=MEDIUM, method="cut", serial="AB12", witness="tanaka", quantity=1)),
        (6, act("copy-erased", "ward", "sato", thing=DISC_NOTICE, method="shredded", quantity=1, witness="")),
        *((6, act("countersigned", "factory", "suzuki", confirmation=f"R8-0001-K{n:02d}", agrees=True, note="")) for n in range(1, 6)),
    ]  # fmt: skip
    claimed = next(one for one in rest if one.kind == "erasure-claimed")
    things = [one for one in claimed.body["things"] if "パスワード" not in one]  # type: ignore[attr-defined]
    rest = [Act(one.kind, one.site, one.by, {**one.body, "things": things}) if one is claimed else one for one in rest]
    return [*steps, *((4, one) for one in rest[: at + 1]), *back, *((7, one) for one in rest[at + 1 :])]


def times() -> Iterator[datetime]:
    return (NOW + timedelta(minutes=n) for n in range(10**6))
