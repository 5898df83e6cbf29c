"""The standing cast and one whole job as acts, for the tests of contract and custody."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from tewatashi.core import contract as contracts
from tewatashi.core.acts import CONNECTION_SHEET, OUTSOURCING_SHEET, Act, Role
from tewatashi.core.contract import Standing
from tewatashi.core.pieceid import new_piece_ids, piece_digest

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PLACES = ["ward/送信箱", "ward/納品窓口", "gateway/中継", "factory/受信箱", "factory/保管庫", "factory/印字室"]
PIECES = new_piece_ids(random.Random(1).randbytes, 10)
PARCEL = "ab" * 16
SHA = "cd" * 32

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


def contract_acts() -> Iterator[Act]:
    yield Act("contract-made", "ward", "tanaka", CONTRACT)
    yield act("workflow-published", "ward", "tanaka", contract="R8-1", version=1, steps=STEPS)
    yield act("workflow-acknowledged", "factory", "suzuki", contract="R8-1", version=1)
    yield act("roster-submitted", "factory", "suzuki", contract="R8-1", version=1, people=PEOPLE)
    yield act("roster-accepted", "ward", "tanaka", contract="R8-1", version=1)


def standing() -> Standing:
    now: Standing | None = None
    for one in contract_acts():
        now = contracts.evolve(now, contracts.decide(now, one))
    assert now is not None
    return now


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
        act("pieces-composed", "factory", "takahashi", pieces=10, pages=20, files=1, sha256=SHA, place="factory/保管庫", purpose="tokusoku"),
        act("pieces-printed", "factory", "takahashi", pieces=10, copy=0, printer="ipp", place=room, spool=room),
        act("withdrawal-requested", "ward", "sato", version=1, digests=[piece_digest(PIECES[0])]),
        act("withdrawal-acknowledged", "factory", "takahashi", version=1),
        act("pieces-printed", "factory", "takahashi", pieces=1, copy=1, printer="ipp", place=room, spool=room),
        act("copy-erased", "factory", "system", thing=things[3], method="deleted", quantity=11, witness=""),
        act("pieces-enclosed", "factory", "takahashi", reads_sha256=SHA, place=room, **counts),
        act("notices-delivered", "factory", "suzuki", receipt="確-1", quantity=9, withdrawn=1, to="sato", content="督促状", at="2026-11-28T10:00:00+09:00"),
        act("delivery-confirmed", "ward", "sato", receipt="確-1", quantity=9, withdrawn=1, agrees=True, at="2026-11-28T10:20:00+09:00", place="ward/納品窓口"),
        *erased,
        act("erasure-claimed", "factory", "suzuki", things=[*things, f"引抜き品:{PARCEL[:8]}@factory", f"破損紙:{PARCEL[:8]}@factory"], witness="takahashi", statement="消去しました。"),
        act("erasure-verified", "ward", "tanaka", report_sha256=SHA, findings=0, not_scanned=0, ids=10, scanned_bytes=1),
        act("job-closed", "ward", "tanaka"),
    ]  # fmt: skip


def times() -> Iterator[datetime]:
    return (NOW + timedelta(minutes=n) for n in range(10**6))
