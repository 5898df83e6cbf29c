"""案件綴り: everything of a job as one PDF, made of the ledger: what it was, its steps, counts and things, and all its papers."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pikepdf

from tewatashi.core.acts import Role
from tewatashi.documents import render
from tewatashi.sitekit import acting, clock
from tewatashi.sitekit.fonts import fonts_folder
from tewatashi.sitekit.job_papers import issued, paper, quantity_of, scan_of
from tewatashi.sitekit.jobpage import job_page
from tewatashi.sitekit.models import LedgerEntry
from tewatashi.sitekit.story import Count, Step
from tewatashi.sitekit.timeline import Teller, thing_name
from tewatashi.sitekit.titles import form_title


@dataclass(frozen=True)
class Part:
    """One paper in it."""

    title: str
    number: str
    pdf: bytes


@dataclass(frozen=True)
class Words:
    """The job in the words of the site that binds it: its names of the sites, its steps and counts, who issues the binder."""

    sites: Mapping[Role, str]
    teller: Teller
    state: str
    steps: Sequence[Step]
    counts: Sequence[Count]
    sender: str


def contractors_papers(number: str, teller: Teller) -> Iterator[Part]:
    """The contractor's papers of the job, without letters on them."""
    for one in issued(acting.known_job(number)):
        if one.done:
            yield Part(one.title, one.number, paper(number, one.name, teller.names, letters=False))


def binder(number: str, words: Words, parts: Sequence[Part]) -> bytes:
    """The PDF/A: a cover with the job's record, then the parts. Refused when the ledger tells of no such job."""
    sizes = [_pages(part.pdf) for part in parts]
    cover = _cover(number, words, parts, [1] * len(parts))
    first = _pages(cover) + 1
    starts = [first + sum(sizes[:n]) for n in range(len(sizes))]
    return _joined(_cover(number, words, parts, starts), parts, starts)


def _pages(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


def _joined(cover: bytes, parts: Sequence[Part], starts: Sequence[int]) -> bytes:
    out = io.BytesIO()
    with ExitStack() as opened:  # pages take their streams from where they come until all is saved
        whole = opened.enter_context(pikepdf.open(io.BytesIO(cover)))
        for part in parts:
            document = opened.enter_context(pikepdf.open(io.BytesIO(part.pdf)))
            for page in document.pages:
                # It points into the structure of the document from which the page comes.
                if "/StructParents" in page.obj:
                    del page.obj["/StructParents"]
            whole.pages.extend(document.pages)
        with whole.open_outline() as outline:
            outline.root.extend(
                pikepdf.OutlineItem(f"{part.title}　{part.number}", start - 1)
                for part, start in zip(parts, starts, strict=True)
            )
        whole.save(out, deterministic_id=True)
    return out.getvalue()


def _cover(number: str, words: Words, parts: Sequence[Part], starts: Sequence[int]) -> bytes:
    job = acting.known_job(number)
    standing, history = acting.known_standing(job.contract), acting.history(number)
    shown = job_page(job, standing, history, sites=words.sites, teller=words.teller)
    leaves = dict(
        LedgerEntry.objects.filter(pk__in=[index for index, _, _ in history]).values_list("index", "leaf_hash")
    )
    contract, last = standing.contract, history[-1][0]
    data = {
        "number": f"綴-{number}", "issued": clock.now().astimezone(clock.JAPAN).date(), "to": None, "sender": words.sender,
        "job": number, "task": contract.title, "entry": bytes(leaves[last]).hex(), "form": form_title(job.form), "base_date": job.base_date,
        "contractor": contract.contractor, "channel": "LGWAN 回線" if contract.channel == "lgwan" else "CD-R 等の媒体",
        "state": words.state,
        "parts": [
            {"title": part.title, "number": part.number, "page": start} for part, start in zip(parts, starts, strict=True)
        ] or None,
        "steps": [{"name": step.name, "at": step.at} for step in words.steps],
        "counts": [
            {"name": one.name, "value": one.value, "expected": one.expected, "differs": one.differs} for one in words.counts
        ],
        "things": [_thing(held, words.teller) for held in shown["things"]] or None,
        "acts": [
            {
                "entry": one.number, "at": one.at, "name": one.act.name, "site": one.site, "by": one.by, "said": one.said,
                "leaf": bytes(leaves[one.index]).hex()[:8],
            }
            for one in shown["timeline"]
        ],
        "verified": scan_of(history, job),
    }  # fmt: skip
    return render("binder", data, fonts_folder(), clock.now())


def _thing(held: Any, teller: Teller) -> dict[str, object]:
    thing = held.thing
    return {
        "name": thing_name(thing.id, teller.prefixes), "site": held.site, "place": held.where, "quantity": quantity_of(thing),
        "born": thing.born, "ended": thing.ended, "how": held.how or None,
    }  # fmt: skip
