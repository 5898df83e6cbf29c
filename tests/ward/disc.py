"""A job by disc before the ward's screens, step by step; the factory is played by the test."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from tests.core.cast_of_acts import DISC_PLACES, proofread
from tests.ward.office import Office, notice, today, until

MEDIA, NOTICES = "ward/キャビネット1", "ward/キャビネット2"
SERIAL = "5108BA123456"


def day(from_today: int) -> str:
    return (today() + timedelta(days=from_today)).isoformat()


def disc_contract(office: Office) -> str:
    return office.agreed_contract(
        channel="disc", lgwan_asp_number="", lgwan_asp_expires="", places="\n".join(DISC_PLACES)
    )  # fmt: skip


def kept_job(office: Office, contract: str) -> str:
    """A job with its parcel, and its password notice in a cabinet."""
    job = office.sealed_job(contract)
    office.sato.act(f"/jobs/{job}/keep-notice", {"place": NOTICES})
    return job


def made_job(office: Office, contract: str) -> str:
    """As `kept_job`, with its medium in the other cabinet."""
    job = kept_job(office, contract)
    office.sato.act(f"/jobs/{job}/make-medium", {"serial": SERIAL, "place": MEDIA})
    return job


def handing(**changes: str) -> dict[str, str]:
    """The form of a medium handed to 高橋 three days ago, whose case's key 鈴木 has."""
    return {
        "to": "takahashi", "case": "C-7", "key_holder": "suzuki", "on": day(-3), "expected_on": day(1), "expected_at": "15:00", **changes,
    }  # fmt: skip


def on_the_way(office: Office, contract: str) -> str:
    job = made_job(office, contract)
    office.sato.act(f"/jobs/{job}/hand-medium", handing())
    until(lambda: f"{job}-M01.iso" not in office.files("media"))  # by itself, as the disc alone is left
    return job


def arrived_job(office: Office, contract: str) -> str:
    """The medium in the factory's safe, the notice two days ago in the other one's hand."""
    job = on_the_way(office, contract)
    parcel = office.sato.state(job)["parcel"]
    office.end.tell(
        "medium-arrived", "takahashi", job, parcel=parcel, medium=f"{job}-M01", case="C-7", intact=True, place="factory/金庫1",
        on=day(-3),
    )  # fmt: skip
    office.sato.act(f"/jobs/{job}/password-notice", notice(to="suzuki", on=day(-2)))
    return job


def delivered_job(office: Office, contract: str) -> str:
    """A job whose notices were counted at the ward's counter: medium and password notice are to come back."""
    job, tell = arrived_job(office, contract), office.end.tell
    state = office.sato.state(job)
    bytes_ = {"parcel": state["parcel"], "sha256": state["sha256"], "size": state["size"]}
    room, sha = "factory/印字室", "cd" * 32
    tell("parcel-received", "takahashi", job, pieces=3, place="factory/受信箱", **bytes_)
    tell("parcel-opened", "takahashi", job, parcel=state["parcel"], pieces=3, place="factory/保管庫")
    office.tell_composed(job, contract)
    tell("pages-proofread", "system", job, **proofread(pieces=3, pages=6, sha256=sha).body)
    tell("pieces-printed", "takahashi", job, pieces=3, copy=0, sha256=sha, printer="ipp", place=room, spool=room)
    tell(
        "pieces-enclosed", "takahashi", job, composed=3, printed=3, enclosed=3, withdrawn=0, spoiled=0, remade=0, pulled=0,
        boxes=[], withdrawal_version=0, reads_sha256=sha, place=room,
    )  # fmt: skip
    tell(
        "notices-delivered",
        "suzuki",
        job,
        receipt="確-1",
        quantity=3,
        withdrawn=0,
        to="sato",
        content="督促状",
        at=f"{day(0)}T10:00:00+09:00",
    )
    office.sato.act(f"/jobs/{job}/confirm-delivery", {"quantity": "3", "withdrawn": "0"})
    return job


def thing(office: Office, job: str, what: str) -> dict[str, Any]:
    """The living medium or notice of the job."""
    (found,) = [one for one in office.sato.state(job)["things"] if one["what"] == what and one["alive"]]
    return dict(found)


def taking(office: Office, job: str, what: str, **changes: str) -> dict[str, str]:
    """The form of something that came back: the medium yesterday by 高橋, the notice today by 鈴木."""
    medium = what == "媒体"
    return {
        "thing": thing(office, job, what)["id"], "brought_by": "takahashi" if medium else "suzuki", "quantity": "1",
        "place": MEDIA if medium else NOTICES, "on": day(-1 if medium else 0), **changes,
    }  # fmt: skip


def take_both_back(office: Office, job: str) -> None:
    for what in ("媒体", "パスワード通知書"):
        office.sato.act(f"/jobs/{job}/take-back", taking(office, job, what))


def destroying(office: Office, job: str, **changes: str) -> dict[str, str]:
    return {
        "thing": thing(office, job, "媒体")["id"],
        "method": "cut",
        "serial": SERIAL,
        "witness": "tanaka",
        **changes,
    }


def agree(office: Office, job: str, *numbers: int) -> None:
    for n in numbers:
        office.end.tell("countersigned", "suzuki", job, confirmation=f"{job}-K{n:02d}", agrees=True, note="")


@contextmanager
def unswept(office: Office) -> Iterator[None]:
    """The ward's sweep of images waits, as it does while somebody is making one."""
    descriptor = os.open(office.data / "locks" / "media", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)
