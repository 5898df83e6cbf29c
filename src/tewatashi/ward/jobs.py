"""The ward's acts on a job, each as the person at the screen does it: load, ask the rules, record."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction

from tewatashi.core.acts import Act
from tewatashi.core.contract import COUNTER
from tewatashi.core.custody import Job
from tewatashi.core.pieceid import piece_digest
from tewatashi.core.refused import Refused
from tewatashi.sitekit import acting, clock, ledger, loops
from tewatashi.ward import index

_MOST_NUMBERS: Final = 50_000


def open_job(
    *, contract: str, form: str, base_date: date, declared: int, deliver_by: date, erase_by: date, by: str
) -> str:
    """Register a job and give it its number: 令和 fiscal year and a running number."""
    body = {
        "contract": contract, "form": form, "base_date": base_date.isoformat(), "declared": declared,
        "deliver_by": deliver_by.isoformat(), "erase_by": erase_by.isoformat(),
    }  # fmt: skip
    with transaction.atomic():
        ledger.lock()
        number = next_number(clock.now().date(), acting.job_numbers())
        acting.perform("job-opened", body, by=by, job=number)
    return number


def next_number(today: date, taken: Sequence[str]) -> str:
    """R8-0001 is the first of the fiscal year that begins in April of 令和8年."""
    year = today.year if today.month >= 4 else today.year - 1
    prefix = f"R{year - 2018}-"
    last = max((int(number.removeprefix(prefix)) for number in taken if number.startswith(prefix)), default=0)
    return f"{prefix}{last + 1:04d}"


def sealed_job(number: str) -> tuple[Job, str]:
    """The job with its parcel; Refused while it has none."""
    job = acting.known_job(number)
    if job.parcel is None:
        raise Refused(
            "not-sealed-yet",
            "この案件の送付データはまだ作られていません。",
            found=number,
            do="先に送付データを作成してください。",
        )
    return job, job.parcel


def hand_notice(number: str, *, route: str, to: str, tracking: str, on: date, by: str) -> None:
    """Record that the password notice was handed over, or mailed."""
    _, parcel = sealed_job(number)
    body = {"parcel": parcel, "route": route, "to": to, "tracking": tracking, "on": on.isoformat()}
    acting.perform("password-notice-handed", body, by=by, job=number)


def send(number: str, by: str) -> None:
    """Order the sending; the loop does it."""
    _, parcel = sealed_job(number)
    acting.perform("parcel-sent", {"parcel": parcel}, by=by, job=number)
    loops.wake("send")


def void(number: str, reason: str, by: str) -> bool:
    """Void the parcel, so that it can be sealed anew; the loop erases it.

    Returned: whether it is void now. One that was sent is so only when the factory has said that it did not open it.
    """
    job, parcel = sealed_job(number)
    if job.did("parcel-sent") or job.did("medium-handed"):
        _ask_to_cancel(job, "parcel", reason, by)
        return False
    acting.perform("parcel-voided", {"parcel": parcel, "reason": reason}, by=by, job=number)
    loops.wake("release")
    return True


def cancel(number: str, reason: str, by: str) -> None:
    """Ask the factory to stop the job for good: then everything is erased, reported and verified, and nothing delivered."""
    _ask_to_cancel(acting.known_job(number), "job", reason, by)


def _ask_to_cancel(job: Job, scope: str, reason: str, by: str) -> None:
    acting.perform("cancel-requested", {"scope": scope, "parcel": job.parcel, "reason": reason}, by=by, job=job.number)


def withdraw(number: str, lines: str, by: str) -> int:
    """Ask the factory to withdraw the pieces of these notice numbers, one a line. Returned: how many are new."""
    job, parcel = sealed_job(number)
    pieces = _pieces(parcel, notice_numbers(lines))
    new = sorted(frozenset(map(piece_digest, pieces)) - job.withdrawals)
    if not new:
        raise Refused(
            "withdrawn-already",
            "すべて、すでに引抜きを依頼した番号です。",
            found=f"{len(pieces)}件",
            do="案件の画面で依頼の版を確かめてください。",
        )
    acting.perform(
        "withdrawal-requested", {"version": job.withdrawal_version + 1, "digests": new}, by=by, job=number
    )  # fmt: skip
    return len(new)


def notice_numbers(lines: str) -> list[tuple[int, str]]:
    """Line number and notice number; empty lines are skipped, full-width digits are taken as half-width ones."""
    numbers = [
        (n, "".join(_half_width(char) for char in line if not char.isspace()))
        for n, line in enumerate(lines.lstrip("\ufeff").splitlines(), 1)
        if line.strip()
    ]
    if not 0 < len(numbers) <= _MOST_NUMBERS:
        raise Refused(
            "numbers-count", "通知書番号の数が違います。", found=f"{len(numbers)}件", expected=f"1〜{_MOST_NUMBERS:,}件",
            do="通知書番号を1行に1件ずつ入力してください。",
        )  # fmt: skip
    return numbers


def _half_width(char: str) -> str:
    """Digits and hyphens alone: NFKC on anything else could make one number into another."""
    return unicodedata.normalize("NFKC", char) if char.isdigit() or char == "－" else char


def _pieces(parcel: str, numbers: list[tuple[int, str]]) -> frozenset[str]:
    found = index.look_up(parcel, [number for _, number in numbers])
    unknown = [n for (n, _), piece in zip(numbers, found, strict=True) if piece is None]
    if unknown:
        # The number itself is a resident's: only its line is named.
        places = "・".join(map(str, unknown[:20])) + ("…" if len(unknown) > 20 else "")
        raise Refused(
            "numbers-unknown", "この案件にない通知書番号があります。1件も依頼していません。", found=f"{len(unknown)}件（{places}行目）",
            do="番号と案件を確かめてください。", requirement="WORK-3",
        )  # fmt: skip
    return frozenset(piece for piece in found if piece is not None)


def confirm_delivery(number: str, quantity: int, withdrawn: int, by: str) -> bool:
    """Record what was counted at the counter. Returned: whether it agrees with what the factory enclosed."""
    job = acting.known_job(number)
    agrees = (quantity, withdrawn) == (job.counts.enclosed, job.counts.withdrawn)
    body = {
        "receipt": job.receipt or "-", "quantity": quantity, "withdrawn": withdrawn, "agrees": agrees,
        "at": clock.stamp(), "place": COUNTER,
    }  # fmt: skip
    acting.perform("delivery-confirmed", body, by=by, job=number)
    return agrees


def counted(history: Sequence[tuple[int, Act, datetime]]) -> int | None:
    """How many notices the ward counted last, or None."""
    return next((act.number("quantity") for _, act, _ in reversed(history) if act.kind == "delivery-confirmed"), None)


def close(number: str, by: str) -> None:
    """End the job; the loop erases the index."""
    acting.perform("job-closed", {}, by=by, job=number)
    loops.wake("release")
