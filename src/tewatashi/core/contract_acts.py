"""The acts of one contract as a site knows them: one order at all sites, and how much of it another site knew.

Rules
  - the ward's acts stand in the ward's order; one of the factory's stands behind those of the ward's that it was done under
  - an act is judged by the contract as its sender knew it: what it did itself, and of the other side's what its letter names
  - what its sender knew and we don't yet is waited for (`letter-under`); nobody knows more of our acts than we did
    (`under-unknown`), and nobody comes to know less (`under-back`)
So sites that know the same acts know the same standing, whichever letters crossed. Acts are counted whether this site's
rules believed them or not, for their letters were told; ward and factory do acts on a contract, the gateway none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from tewatashi.core import contract as contracts
from tewatashi.core.acts import KINDS, Act, Role
from tewatashi.core.contract import Standing
from tewatashi.core.ledger import Entry
from tewatashi.core.refused import Refused
from tewatashi.core.safeguards import REFUSED_LETTER, act_of

EARLY: Final = "letter-under"
_TOLD_BY: Final[dict[Role, Role]] = {"ward": "factory", "factory": "ward", "gateway": "ward"}
"""Whose acts a site's letter says that it knew. What the gateway does depends on nothing that the factory did."""


@dataclass(frozen=True)
class Known:
    """One act on the contract. act: None where this site's rules refused it; behind: how many of the ward's it stands behind"""

    kind: str
    act: Act | None
    behind: int


@dataclass(frozen=True)
class ContractActs:
    """All that a site knows to have been done on one contract, by each side in its own order."""

    ward: tuple[Known, ...] = ()
    factory: tuple[Known, ...] = ()

    def also(self, site: Role, kind: str, act: Act | None, behind: int | None = None) -> ContractActs:
        """With the next act of a site. behind: None for what came after all that we know, as our own acts do."""
        one = Known(kind, act, len(self.ward) if behind is None else min(behind, len(self.ward)))
        if site == "ward":
            return replace(self, ward=(*self.ward, one))
        return replace(self, factory=(*self.factory, one))

    def standing(self) -> Standing | None:
        """The contract and where it stands, or None."""
        return self._standing

    @cached_property
    def _standing(self) -> Standing | None:
        standing: Standing | None = None
        mine = [(number, 0, one) for number, one in enumerate(self.ward, 1)]
        theirs = [(one.behind, 1, one) for one in self.factory]
        for _, _, one in sorted((*mine, *theirs), key=lambda line: line[:2]):
            if one.act is not None:
                standing = contracts.evolve(standing, one.act)
        return standing

    def under(self, sender: Role, recipient: Role) -> int:
        """What `sender`, which knows these, writes to `recipient`: how many acts it knew of those that both were told."""
        return len(self._both_know(sender, recipient))

    def place(self, sender: Role, here: Role, under: int) -> int:
        """Up to which of all acts that we know `sender` knew them, by what it wrote to us. Refused `under-unknown`."""
        both = self._both_know(sender, here)
        if under > len(both):
            raise Refused(
                "under-unknown", "差出人が知っていたという契約の記録が、この拠点にありません。", found=under, expected=f"{len(both)}以下",
                do="受け入れず、差出人の台帳を調べてください。",
            )  # fmt: skip
        return both[under - 1] if under else 0

    def as_known(self, sender: Role, place: int) -> ContractActs:
        """What `sender` knew when it had come to this place: of what it did itself, all."""
        if sender == "ward":
            return replace(self, factory=self.factory[:place])
        theirs = self.factory
        if sender == "gateway":
            theirs = tuple(one for one in theirs if one.behind <= place)
        return ContractActs(self.ward[:place], theirs)

    def refuse_early(self, sender: Role, here: Role, under: int) -> None:
        """Refuse for now (`letter-under`) what was done under acts that are still on their way to us, as our own never are."""
        both = len(self._both_know(sender, here))
        if _TOLD_BY[sender] != here and under > both:
            raise Refused(
                EARLY, "差出人が知っていた契約の記録が、まだ届いていません。", found=under, expected=f"{both}以下",
                do="前の手紙が届くのを待ってください。",
            )  # fmt: skip

    def _both_know(self, sender: Role, recipient: Role) -> list[int]:
        """The places, from 1, of those acts of the other side that both were told, or one of them did."""
        author = _TOLD_BY[sender]
        acts = self.ward if author == "ward" else self.factory
        return [n for n, one in enumerate(acts, 1) if {sender, recipient} <= {author, *KINDS[one.kind].tells}]


def after(known: ContractActs, entry: Entry) -> ContractActs:
    """With what the next entry of this site's ledger tells; entries of other contracts are not given. Refused as `act_of`."""
    behind = _place_in(entry)
    if entry.kind in KINDS and KINDS[entry.kind].of_contract:
        act, _ = act_of(entry)
        return known.also(act.site, act.kind, act, behind)
    kind, site = entry.body.get("kind"), entry.body.get("site")
    if entry.kind == REFUSED_LETTER and isinstance(kind, str) and kind in KINDS and KINDS[kind].of_contract:
        return known.also("ward" if site == "ward" else "factory", kind, None, behind)
    return known


def as_its_sender_knew(known: ContractActs, entry: Entry) -> ContractActs:
    """What the one who did this entry's act knew of the contract, where this ledger knows `known` before it."""
    place, site = _place_in(entry), entry.body.get("site")
    if place is None or site not in ("ward", "gateway", "factory"):
        return known
    return known.as_known(site, place)


def _place_in(entry: Entry) -> int | None:
    """What a told act's entry names; our own acts were done under all that stands before them."""
    place = entry.body.get("under")
    return place if type(place) is int and place >= 0 else None


def refuse_back(place: int, last: int) -> None:
    """Refuse (`under-back`) a sender that says to know less of a contract than its letters said before."""
    if place < last:
        raise Refused(
            "under-back", "差出人が、前の手紙で知っていた契約の記録を知らないとしています。", found=place, expected=f"{last}以上",
            do="受け入れず、差出人の台帳を調べてください。",
        )  # fmt: skip
