"""Where the proof of each form of a contract stands, in the words of both sides' pages."""

from __future__ import annotations

from dataclasses import dataclass

from tewatashi.core.contract import Standing


@dataclass(frozen=True)
class ProofAnswer:
    """One form: whether it needs a proof (none yet, or the last was sent back before any was approved), or one waits."""

    form: str
    words: str
    missing: bool
    waiting: bool
    version: int


def answers(standing: Standing) -> list[ProofAnswer]:
    """By the forms' names."""
    return [_answer(standing, form) for form in sorted(standing.contract.forms)]


def _answer(standing: Standing, form: str) -> ProofAnswer:
    latest, approved = standing.proofs.latest.get(form), standing.proofs.approved.get(form)
    words = [f"✓ 第{approved.version}版 承認済み"] if approved else []
    if latest is None:
        words.append("■ 未提出")
    elif latest.answer == "waiting":
        words.append(f"○ 第{latest.version}版 区の回答待ち")
    elif latest.answer == "refused":
        words.append(f"■ 第{latest.version}版 差戻し（{latest.reason}）")
    waiting = standing.proofs.waiting(form) is not None
    missing = not approved and not waiting
    return ProofAnswer(form, "　".join(words), missing, waiting, latest.version if latest else 0)
