"""The reconciliation (突合): every piece in the way by its id, and as many as programs are told."""

from __future__ import annotations

import re

import pytest

from tests.factory.works import Works, sheet
from tewatashi.core.pieceid import piece_digest


def rows_shown(works: Works, job: str) -> int:
    found = re.search(r"あわせて(\d+)件", works.takahashi.page(f"/jobs/{job}/reconciliation"))
    return int(found[1]) if found else 0


@pytest.mark.requirement("WORK-1")
def test_programs_are_told_just_as_many_open_rows_as_the_page_shows(works: Works) -> None:
    job = works.printed_job(8)
    a, b, c, d, *rest = works.sealed[job]
    front = {piece: sheet(piece)["front"] for piece in works.sealed[job]}
    works.takahashi.reads(job, [
        {"n": 1, "event": "read", **sheet(a)}, {"n": 2, "event": "read", **sheet(b)}, {"n": 3, "event": "read", **sheet(a)},
        {"n": 4, "event": "spoil", "front": front[c]}, {"n": 5, "event": "stop"},
    ])  # fmt: skip
    other = "31415926535897932389"
    digests = [piece_digest(piece) for piece in (b, d, other)]
    works.tell("withdrawal-requested", "sato", job, version=1, digests=digests)
    # a was read twice; a and b are to be read again; c is spoiled; b is in a box and d in none, both asked for; the
    # others are missing; one asked for is no piece of this job
    assert works.takahashi.state(job)["open"] == 1 + 2 + 1 + 2 + len(rest) + 1
    assert works.takahashi.state(job)["open"] == rows_shown(works, job)


def test_no_row_is_open_once_everything_fits(works: Works) -> None:
    job = works.printed_job()
    assert (works.takahashi.state(job)["open"], rows_shown(works, job)) == (3, 3)
    works.read_all(job)
    assert (works.takahashi.state(job)["open"], rows_shown(works, job)) == (0, 0)
    works.takahashi.act(f"/jobs/{job}/enclose")
    assert works.takahashi.state(job)["open"] == 0


def test_nothing_is_wrong_before_the_first_read_and_findings_come_before_what_only_waits(works: Works) -> None:
    job = works.printed_job(5)
    page = works.takahashi.page(f"/jobs/{job}/reconciliation")
    assert "まだ読み取っていません" in page
    assert not any(piece in page for piece in works.sealed[job])
    assert "■" not in page
    a, b, *rest = works.sealed[job]
    works.takahashi.reads(job, [{"n": n, "event": "read", **sheet(piece)} for n, piece in enumerate((a, b, a), 1)])
    page = works.takahashi.page(f"/jobs/{job}/reconciliation")
    assert page.index("合わない通し番号が1件") < page.index(a) < page.index("件数</h2>") < page.index(rest[0])
    assert b not in page


def test_what_waits_is_paged(works: Works) -> None:
    job = works.printed_job(130)
    first, *rest = works.sealed[job]
    works.takahashi.reads(job, [{"n": 1, "event": "read", **sheet(first)}])
    pages, path = [], f"/jobs/{job}/reconciliation"
    while path:
        page = works.takahashi.page(path)
        pages.append(re.findall(r'<li class="number-line">(\d{20})</li>', page))
        further = re.search(r'href="(\?after=\d+)"', page)
        path = f"/jobs/{job}/reconciliation{further[1]}" if further else ""
    assert [len(page) for page in pages] == [100, 29]
    assert [piece for page in pages for piece in page] == rest
