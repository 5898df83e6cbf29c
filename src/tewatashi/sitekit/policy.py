"""Who may open a page: every view declares it, and a view that declares nothing is closed (R8).

    @open_page(why="before login")      anybody, and the reason why
    @page(roles={"manager", "clerk"})   somebody logged in who has one of these roles; with `send`, only these may send anything
    @site_api(roles={"gateway"})        another site, with its signed pass
    @machine_api                        a registered machine, with its token (sitekit.machines)

`Doorkeeper` in sitekit.middleware reads the declaration; nothing else decides about entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

from tewatashi.sitekit.roles import PERSON_ROLES, ROLES

View = TypeVar("View", bound=Callable[..., Any])

ANYONE_HERE: Final = frozenset(role for roles in PERSON_ROLES.values() for role in roles)
"""Every role of every site: a page for whoever is logged in."""


@dataclass(frozen=True)
class Policy:
    """How a view may be entered; `roles` are people's roles for a page and sites' roles for an API.

    send  the roles that may do more than look; None if all may
    """

    kind: Literal["open", "page", "site", "machine"]
    roles: frozenset[str] = frozenset()
    why: str = ""
    send: frozenset[str] | None = None

    def admits(self, method: str | None) -> frozenset[str]:
        """The roles that may ask in this way."""
        return self.roles if self.send is None or method in ("GET", "HEAD") else self.send

    def __str__(self) -> str:
        if self.kind == "open":
            return f"open: {self.why}"
        if self.kind == "machine":
            return "machine"
        roles = "anyone here" if self.roles == ANYONE_HERE else " ".join(sorted(self.roles))
        sending = "" if self.send is None else f"; to send: {' '.join(sorted(self.send))}"
        return f"{self.kind}: {roles}{sending}"


def open_page(*, why: str) -> Callable[[View], View]:
    """Declare that the view needs no login."""
    return _declare(Policy("open", why=why))


def page(*, roles: Iterable[str], send: Iterable[str] | None = None) -> Callable[[View], View]:
    """Declare that the view is for people with one of these roles, and for some of them only to look at."""
    chosen = _known(roles, ANYONE_HERE)
    return _declare(Policy("page", chosen, send=None if send is None else _known(send, chosen)))


def site_api(*, roles: Iterable[str]) -> Callable[[View], View]:
    """Declare that the view is for other sites; they bring a pass instead of a cookie, so there is nothing to forge."""
    return _without_cookies(Policy("site", _known(roles, frozenset(ROLES))))


def machine_api(view: View) -> View:
    """Declare that the view is for registered machines, each under the name of the person who answers for it."""
    return _without_cookies(Policy("machine"))(view)


def _without_cookies(policy: Policy) -> Callable[[View], View]:
    declare = _declare(policy)

    def exempt(view: View) -> View:
        view.csrf_exempt = True  # type: ignore[attr-defined]
        return declare(view)

    return exempt


def policy_of(view: object) -> Policy | None:
    """What the view declares, or None."""
    declared = getattr(view, "policy", None)
    return declared if isinstance(declared, Policy) else None


def _declare(policy: Policy) -> Callable[[View], View]:
    def attach(view: View) -> View:
        view.policy = policy  # type: ignore[attr-defined]
        return view

    return attach


def _known(roles: Iterable[str], all_roles: frozenset[str]) -> frozenset[str]:
    chosen = frozenset(roles)
    if not chosen or not chosen <= all_roles:
        raise ValueError(f"roles: {sorted(chosen)}")
    return chosen
