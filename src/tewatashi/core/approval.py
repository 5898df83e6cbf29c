"""The proofs of a contract's forms (校正・見本): what the contractor submitted, and what the ward has approved.

Rules
  sunmesse-2021  nothing is composed of a form before the ward has approved its proof, nor with another form, other fonts, another
                 program or another device than the approved proof was made with
  inzai-2024     a form that was changed needs an approval of its own
One proof of a form waits at a time, and its answer stands: so both sides always know the same proof as approved, whichever
letters are on their way. While one waits nothing is composed of that form, as the form at hand is not the approved one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, cast

from tewatashi.core.acts import FINGERPRINT, Act
from tewatashi.core.refused import Refused

KINDS: Final = ("proof-submitted", "proof-approved", "proof-refused")
NAMES: Final[Mapping[str, str]] = {
    "form": "様式", "fonts": "フォント", "program": "プログラム", "device": "出力装置の設定",
}  # fmt: skip
assert NAMES.keys() == FINGERPRINT.keys()

Answer = Literal["waiting", "approved", "refused"]


@dataclass(frozen=True)
class Fingerprint:
    """What a page depends on beside its data, each as a SHA-256 in hex: form, fonts, program, device profile."""

    form: str
    fonts: str
    program: str
    device: str

    @property
    def whole(self) -> str:
        """One digest of all four: SHA-256 over a line each."""
        lines = "".join(f"{name} {value}\n" for name, value in self.parts.items())
        return hashlib.sha256(b"tewatashi.fingerprint/v1\n" + lines.encode()).hexdigest()

    @property
    def parts(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in NAMES}

    def differences(self, other: Fingerprint) -> list[str]:
        """Names (of NAMES) of the parts that another one has otherwise."""
        return [name for name, value in self.parts.items() if value != getattr(other, name)]


@dataclass(frozen=True)
class Proof:
    """A proof that was submitted. sha256: of its PDF, which both sides make for themselves; answer, reason: the ward's."""

    version: int
    fingerprint: Fingerprint
    sha256: str
    pages: int
    by: str
    answer: Answer = "waiting"
    reason: str = ""


@dataclass(frozen=True)
class Proofs:
    """Of one contract, by form: the proof submitted last, and the one approved last."""

    latest: Mapping[str, Proof] = field(default_factory=dict)
    approved: Mapping[str, Proof] = field(default_factory=dict)

    def waiting(self, form: str) -> Proof | None:
        """The proof that waits for the ward's answer, or None."""
        proof = self.latest.get(form)
        return proof if proof and proof.answer == "waiting" else None

    def next_version(self, form: str) -> int:
        return self.latest[form].version + 1 if form in self.latest else 1


def fingerprint_of(act: Act) -> Fingerprint:
    """The fingerprint that an act states."""
    return Fingerprint(**cast("dict[str, str]", act.body["fingerprint"]))


def decide(proofs: Proofs, act: Act) -> None:
    """Refuse a proof while another waits, and an answer to any but the one that waits."""
    form, waiting = act.text("form"), proofs.waiting(act.text("form"))
    if act.kind == "proof-submitted":
        if waiting:
            raise Refused(
                "proof-waiting", "この帳票の見本は、区の回答を待っています。", found=f"第{waiting.version}版",
                do="回答を待つか、差し戻すよう区に頼んでください。", requirement="WORK-2",
            )  # fmt: skip
        _expect(act, act.number("version"), proofs.next_version(form), "版")
        return
    _expect(act, act.number("version"), waiting.version if waiting else "なし", "版")
    if waiting and act.kind == "proof-approved":
        _expect(act, act.text("fingerprint"), waiting.fingerprint.whole, "指紋")


def evolve(proofs: Proofs, act: Act) -> Proofs:
    """After a proof was submitted or answered."""
    form = act.text("form")
    if act.kind == "proof-submitted":
        fingerprint, sha256 = fingerprint_of(act), act.text("sha256")
        proof = Proof(act.number("version"), fingerprint, sha256, act.number("pages"), act.by)
        return replace(proofs, latest={**proofs.latest, form: proof})
    proof = proofs.latest[form]
    if act.kind == "proof-refused":
        return replace(
            proofs, latest={**proofs.latest, form: replace(proof, answer="refused", reason=act.text("reason"))}
        )
    proof = replace(proof, answer="approved")
    return Proofs({**proofs.latest, form: proof}, {**proofs.approved, form: proof})


def refuse_unapproved(proofs: Proofs, form: str, found: Fingerprint) -> None:
    """Refuse to compose a form otherwise than the ward approved it, naming each part that differs with both values."""
    if waiting := proofs.waiting(form):
        raise Refused(
            "proof-waiting", "この帳票の新しい見本を、区がまだ承認していません。", found=f"第{waiting.version}版",
            do="区の回答を待ってください。", requirement="WORK-2",
        )  # fmt: skip
    approved = proofs.approved.get(form)
    if approved is None:
        raise Refused(
            "proof-not-approved", "この帳票の見本を、区がまだ承認していません。", found=form,
            do="契約の画面で見本を提出し、区の承認を受けてください。", requirement="WORK-2",
        )  # fmt: skip
    if different := approved.fingerprint.differences(found):
        names = "・".join(NAMES[name] for name in different)
        raise Refused(
            "proof-other", f"区が承認した見本（第{approved.version}版）と{names}が違います。",
            found=_values(found, different), expected=_values(approved.fingerprint, different),
            do="承認されたものに戻すか、新しい見本を提出し、区の承認を受けてください。", requirement="WORK-2",
        )  # fmt: skip


def _values(fingerprint: Fingerprint, names: list[str]) -> str:
    return "・".join(f"{NAMES[name]} {fingerprint.parts[name]}" for name in names)


def _expect(act: Act, found: object, expected: object, what: str) -> None:
    if found != expected:
        raise Refused(
            "version", f"「{act.name}」の{what}が違います。", found=found, expected=expected,
            do="契約の画面で、最新の見本を確かめてください。",
        )  # fmt: skip
