"""媒体ラベル, 媒体管理台帳 and 保管場所出納簿 as PDFs, filled from the ledger."""

from __future__ import annotations

from typing import Any

from tewatashi.carriers.disc import fits_on
from tewatashi.core.custody import Job, Thing
from tewatashi.core.refused import Refused
from tewatashi.documents.media_papers import render_medium_paper
from tewatashi.sitekit import acting, clock
from tewatashi.sitekit.fonts import fonts_folder
from tewatashi.sitekit.models import LedgerEntry
from tewatashi.sitekit.templatetags.kit import fiscal_year
from tewatashi.sitekit.timeline import place_name
from tewatashi.sitekit.titles import form_title
from tewatashi.ward import books
from tewatashi.ward.offices import owner_of
from tewatashi.ward.story import SITES


def label(job: Job, thing: Thing) -> bytes:
    """The label of a medium: what it is, whose, and where it goes when it is found."""
    rows = acting.history(job.number)
    index, made, at = next(
        row for row in rows if row[1].kind == "medium-made" and row[1].text("medium") == thing.number
    )
    contract = acting.known_standing(job.contract).contract
    owner = owner_of(contract, made.by)
    day = at.astimezone(clock.JAPAN).date()
    return _render("medium-label", {
        "number": thing.number, "issued": day, "sender": owner.name, "entry": bytes(LedgerEntry.objects.get(pk=index).leaf_hash).hex(),
        "medium": thing.number, "kind": fits_on(made.number("size")), "job": job.number, "contract": contract.number,
        "task": contract.title, "content": f"{form_title(job.form)}（送付データ {thing.parcel}）", "quantity": job.declared, "unit": "件",
        "sealed": day, "erase_by": job.erase_by, "sha256": made.text("sha256"),
        "return_to": list(dict.fromkeys((owner.name, *owner.contact))),
    })  # fmt: skip


def register(year: int, contract: str, office: str) -> bytes:
    """The register of a fiscal year's media, of one contract or of all. Refused `register-empty` if there are none."""
    media = books.media_of(year, contract)
    if not media:
        raise _empty("この年度に作成した媒体はありません。")
    return _render("media-register", {
        "number": "-".join(filter(None, ("媒体台帳", str(year), contract))), "issued": clock.now().date(), "sender": office, "entry": None,
        "year": fiscal_year(year), "office": office, "media": [_row(one) for one in media],
    })  # fmt: skip


def _row(one: books.Medium) -> dict[str, Any]:
    return {
        "medium": one.number, "kind": one.kind, "serial": one.serial or None, "job": one.job, "content": one.content,
        "quantity": one.pieces, "made": one.made, "made_by": one.made_by, "place": one.where, "handed": one.handed,
        "handed_to": one.handed_to or None, "receipt": one.receipt or None, "returned": one.returned, "ended": one.ended,
        "how": one.how or None, "witness": one.witness or None, "remarks": one.remarks,
    }  # fmt: skip


def book(place: str, year: int, office: str) -> bytes:
    """The book of a place in a fiscal year. Refused `register-empty` if nothing went in or out."""
    movements = books.within(books.book_of(place), year)
    if not movements:
        raise _empty("この年度に、この場所への出し入れはありません。")
    name = place_name(place, SITES)
    return _render("safe-book", {
        "number": f"出納簿-{year}-{place.replace('/', '-')}", "issued": clock.now().date(), "sender": office, "entry": None,
        "place": name, "keeper": None, "movements": [_movement(one) for one in movements],
    })  # fmt: skip


def _movement(one: books.Movement) -> dict[str, Any]:
    return {
        "at": one.at, "thing": one.thing, "job": one.job, "direction": "入" if one.into else "出", "quantity": one.quantity,
        "reason": one.reason, "by": one.by, "witness": one.witness or None, "left": one.left,
    }  # fmt: skip


def _empty(wrong: str) -> Refused:
    return Refused("register-empty", wrong, do="年度と場所を確かめてください。")


def _render(name: str, data: dict[str, Any]) -> bytes:
    return render_medium_paper(name, data, fonts_folder(), clock.now())
