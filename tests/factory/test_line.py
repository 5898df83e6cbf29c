"""The enclosing line: machine and hand scanner, the findings that stop it, the remake, the reconciliation."""

from __future__ import annotations

import orjson
import pytest

from tests.factory.works import Works, sheet
from tewatashi.core.pieceid import piece_digest

NG = '<p class="scan-result ng" role="status">NG'
"""What the floor sees of a refusal; the two letters alone may stand in a page's random token."""


@pytest.fixture
def job(works: Works) -> str:
    return works.printed_job(4)


def read(n: int, piece: str, copy: int = 0) -> dict[str, object]:
    return {"n": n, "event": "read", **sheet(piece, copy)}


def findings(works: Works, job: str) -> list[str]:
    return [one["problem"] for one in works.takahashi.state(job)["findings"]]


@pytest.mark.requirement("WORK-1")
@pytest.mark.accident("katano-2016")
def test_a_job_is_enclosed_when_every_piece_was_read_and_not_before(works: Works, job: str) -> None:
    a, b, c, d = works.sealed[job]
    works.takahashi.reads(job, [read(1, a), read(2, b), read(3, c)])
    acts = works.acts(job)
    assert works.takahashi.refused(f"/jobs/{job}/enclose") == "not-reconciled"
    assert works.acts(job) == acts
    page = works.takahashi.page(f"/jobs/{job}/reconciliation")
    assert (d in page, a in page) == (True, False)
    works.takahashi.reads(job, [read(4, d)])
    works.takahashi.act(f"/jobs/{job}/enclose")
    assert works.takahashi.state(job)["counts"]["enclosed"] == 4


def test_lines_that_came_already_are_passed_over_and_a_gap_is_refused(works: Works, job: str) -> None:
    a, b, c, d = works.sealed[job]
    works.takahashi.reads(job, [read(1, a), read(2, b)])
    said = works.takahashi.reads(job, [read(1, a), read(2, b), read(3, c)]).json()
    assert (said["taken"], said["passed"], said["read"], said["findings"]) == (1, 2, 3, [])
    answer = works.takahashi.reads(job, [read(5, d)])
    assert (answer.status_code, answer.json()["refused"]["code"]) == (422, "read-log-order")
    assert works.takahashi.state(job)["reads"] == 3


def test_a_line_that_is_no_line_refuses_the_whole_call(works: Works, job: str) -> None:
    a, *_ = works.sealed[job]
    answer = works.takahashi.reads(job, [read(1, a), {"n": 2, "event": "guess"}])
    assert answer.json()["refused"]["code"] == "read-log"
    assert (works.takahashi.state(job)["reads"], works.takahashi.state(job)["remaining"]) == (0, 4)


@pytest.mark.accident("kusatsu-2017")
def test_a_second_good_read_of_a_piece_stops_the_line_until_the_sheet_is_pulled(works: Works, job: str) -> None:
    a, b, c, d = works.sealed[job]
    said = works.takahashi.reads(job, [read(1, a), read(2, b), read(3, a)]).json()
    assert (said["stop"], [one["problem"] for one in said["findings"]]) == (True, ["double"])
    works.takahashi.reads(job, [read(4, c), read(5, d)])
    assert works.takahashi.refused(f"/jobs/{job}/enclose") == "not-reconciled"
    works.takahashi.reads(job, [{"n": 6, "event": "pull", "front": sheet(a)["front"]}])
    works.takahashi.act(f"/jobs/{job}/enclose")


@pytest.mark.accident("sunmesse-2021")
def test_a_sheet_whose_sides_name_two_pieces_is_a_finding(works: Works, job: str) -> None:
    a, b, *_ = works.sealed[job]
    mixed = {"n": 1, "event": "read", "front": sheet(a)["front"], "back": sheet(b)["back"]}
    assert works.takahashi.reads(job, [mixed]).json()["findings"][0]["problem"] == "sides-differ"
    assert works.takahashi.state(job)["remaining"] == 4


@pytest.mark.accident("sunmesse-2021")
def test_a_machines_log_can_not_enclose_by_hand(works: Works, job: str) -> None:
    a, *_ = works.sealed[job]
    alone = {"n": 1, "event": "hand", "front": sheet(a)["front"]}
    refused = works.takahashi.reads(job, [alone])
    assert (refused.status_code, refused.json()["refused"]["code"]) == (422, "read-log-hand")
    assert works.takahashi.state(job)["remaining"] == 4


@pytest.mark.accident("printing-bureau-2015")
def test_after_a_stop_the_line_goes_on_only_when_the_pieces_before_it_were_read_again(works: Works, job: str) -> None:
    a, b, c, d = works.sealed[job]
    works.takahashi.reads(job, [read(1, a), read(2, b), {"n": 3, "event": "stop"}, read(4, c)])
    assert findings(works, job) == ["not-rechecked"]
    again = [{"n": n, "event": "recheck", "front": sheet(piece)["front"]} for n, piece in ((5, a), (6, b))]
    works.takahashi.reads(job, [*again, {"n": 7, "event": "pull", "front": sheet(c)["front"]}, read(8, c), read(9, d)])
    works.takahashi.act(f"/jobs/{job}/enclose")


@pytest.mark.requirement("CL-9")
@pytest.mark.accident("kusatsu-2017")
def test_a_spoiled_piece_is_made_anew_and_its_old_sheet_is_void(works: Works, job: str) -> None:
    a, b, c, d = works.sealed[job]
    spoil = {"n": 1, "event": "spoil", "front": sheet(a)["front"]}
    works.takahashi.reads(job, [spoil, read(2, b), read(3, c), read(4, d)])
    assert works.takahashi.state(job)["spoiled_waiting"] == 1
    works.takahashi.act(f"/jobs/{job}/remake")
    assert (works.paper / f"{job}-1-0001.pdf").is_file()
    assert works.takahashi.reads(job, [read(5, a)]).json()["findings"][0]["problem"] == "void-copy"
    works.takahashi.reads(job, [{"n": 6, "event": "pull", "front": sheet(a)["front"]}, read(7, a, copy=1)])
    works.takahashi.act(f"/jobs/{job}/enclose")
    counts = works.takahashi.state(job)["counts"]
    assert (counts["enclosed"], counts["spoiled"], counts["remade"]) == (4, 1, 1)
    waste = next(one for one in works.takahashi.state(job)["things"] if one["what"] == "破損紙")
    assert waste["quantity"] == 2


def test_a_remake_of_a_remake_is_the_next_copy_and_two_copies_go_into_two_files(works: Works, job: str) -> None:
    a, b, c, d = works.sealed[job]
    works.takahashi.reads(job, [{"n": 1, "event": "spoil", "front": sheet(a)["front"]}])
    works.takahashi.act(f"/jobs/{job}/remake")
    torn = [
        {"n": 2, "event": "spoil", "front": sheet(a, 1)["front"]},
        {"n": 3, "event": "spoil", "front": sheet(b)["front"]},
    ]
    works.takahashi.reads(job, torn)
    works.takahashi.act(f"/jobs/{job}/remake")
    names = sorted(file.name for file in works.paper.glob(f"{job}-*"))
    assert names == [f"{job}-0-0001.pdf", f"{job}-1-0001.pdf", f"{job}-1-0002.pdf", f"{job}-2-0001.pdf"]
    works.takahashi.reads(job, [read(4, a, 2), read(5, b, 1), read(6, c), read(7, d)])
    works.takahashi.act(f"/jobs/{job}/enclose")
    assert works.takahashi.state(job)["counts"]["remade"] == 3


def test_nothing_is_made_anew_that_was_not_spoiled(works: Works, job: str) -> None:
    acts = works.acts(job)
    assert works.takahashi.refused(f"/jobs/{job}/remake") == "nothing-spoiled"
    assert (works.acts(job), sorted(file.name for file in works.paper.glob(f"{job}-*"))) == (
        acts,
        [f"{job}-0-0001.pdf"],
    )


@pytest.mark.accident("iwaki-2025")
def test_a_withdrawn_piece_is_acknowledged_proven_and_never_enclosed(works: Works, job: str) -> None:
    a, b, c, d = works.sealed[job]
    works.tell("withdrawal-requested", "sato", job, version=1, digests=[piece_digest(a)])
    works.takahashi.reads(job, [read(1, a), read(2, b), read(3, c), read(4, d)])
    assert findings(works, job) == ["withdrawn-enclosed"]
    pull, proof = ({"n": n, "event": event, "front": sheet(a)["front"]} for n, event in ((5, "pull"), (6, "withdraw")))
    works.takahashi.reads(job, [pull, proof])
    assert works.takahashi.refused(f"/jobs/{job}/enclose") == "withdrawal-open"
    assert a in works.takahashi.page(f"/jobs/{job}/acknowledge-withdrawals")
    works.takahashi.act(f"/jobs/{job}/acknowledge-withdrawals", {"version": "1"})
    works.takahashi.act(f"/jobs/{job}/enclose")
    counts = works.takahashi.state(job)["counts"]
    assert (counts["enclosed"], counts["withdrawn"]) == (3, 1)


def test_a_withdrawal_of_a_piece_that_the_job_has_not_is_named(works: Works, job: str) -> None:
    other = "31415926535897932389"
    works.tell("withdrawal-requested", "sato", job, version=1, digests=[piece_digest(other)])
    works.read_all(job)
    works.takahashi.act(f"/jobs/{job}/acknowledge-withdrawals", {"version": "1"})
    assert works.takahashi.refused(f"/jobs/{job}/enclose") == "not-reconciled"
    assert piece_digest(other)[:20] in works.takahashi.page(f"/jobs/{job}/reconciliation")


@pytest.mark.requirement("FAC-OP-2")
def test_who_is_not_on_the_roster_encloses_nothing(works: Works, job: str) -> None:
    a, *_ = works.sealed[job]
    watanabe = works.people["watanabe"]
    assert watanabe.reads(job, [read(1, a)]).json()["refused"]["code"] == "not-on-roster"
    page = watanabe.post(f"/jobs/{job}/scan", {"event": "spoil", "front": sheet(a)["front"], "back": ""})
    assert (page.status_code, NG in page.text) == (422, True)
    works.read_all(job)
    assert watanabe.refused(f"/jobs/{job}/enclose") == "not-on-roster"


def test_the_log_that_was_followed_can_be_read_and_its_digest_stands_in_the_ledger(works: Works, job: str) -> None:
    import hashlib

    works.read_all(job)
    log = works.takahashi.get(f"/jobs/{job}/reads").content
    assert len(log.splitlines()) == 4
    works.takahashi.act(f"/jobs/{job}/enclose")
    (data,) = works.rows("SELECT data FROM sitekit_ledgerentry WHERE job = ? AND kind = 'pieces-enclosed'", job)[0]
    assert orjson.loads(data)["body"]["act"]["reads_sha256"] == hashlib.sha256(log).hexdigest()


# ----------------------------------------------------------------------------------------------------- by hand


def scan(works: Works, job: str, event: str, front: str, back: str = "") -> str:
    answer = works.takahashi.post(f"/jobs/{job}/scan", {"event": event, "front": front, "back": back})
    assert (answer.status_code == 200) is (NG not in answer.text)
    return answer.text


def test_a_hand_scanner_sends_front_then_back_and_sees_ok_and_what_remains(works: Works, job: str) -> None:
    a, *_ = works.sealed[job]
    marks = sheet(a)
    half = scan(works, job, "hand", marks["front"])
    assert ("次は裏" in half, f'value="{marks["front"]}"' in half) == (True, True)
    assert works.takahashi.state(job)["remaining"] == 4
    whole = scan(works, job, "hand", marks["front"], marks["back"])
    assert (">OK<" in whole, "残り <strong>3</strong>" in whole) == (True, True)


def test_digits_of_full_width_are_read_as_what_they_are(works: Works, job: str) -> None:
    a, *_ = works.sealed[job]
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    marks = sheet(a)
    assert ">OK<" in scan(works, job, "hand", marks["front"].translate(wide), marks["back"].translate(wide))


@pytest.mark.accident("sunmesse-2021")
def test_by_hand_too_front_and_back_have_to_be_one_sheets(works: Works, job: str) -> None:
    a, b, *_ = works.sealed[job]
    page = scan(works, job, "hand", sheet(a)["front"], sheet(b)["back"])
    assert (NG in page, "表と裏の通し番号が違います" in page) == (True, True)
    assert works.takahashi.state(job)["read_events"] == 0


def test_a_scan_by_hand_never_swallows_a_line_of_the_machine(works: Works, job: str) -> None:
    a, b, c, d = works.sealed[job]
    works.takahashi.reads(job, [read(1, a)])
    scan(works, job, "spoil", sheet(b)["front"])
    assert works.takahashi.reads(job, [read(2, c), read(3, d)]).json()["taken"] == 2
    assert works.takahashi.state(job)["remaining"] == 1


def test_the_scan_page_shows_no_residents_data(works: Works, job: str) -> None:
    from tests.factory.works import people_of

    page = scan(works, job, "spoil", sheet(works.sealed[job][0])["front"])
    assert not any(record["世帯主氏名"] in page or record["通知書番号"] in page for record in people_of(4))


def test_another_code_that_a_reader_saw_on_a_sheet_is_kept_nowhere(works: Works, job: str) -> None:
    a, *_ = works.sealed[job]
    paid = "91912345678901234567890123456789012345678901"  # the payment slip's code names a resident's payment
    works.takahashi.reads(job, [{**read(1, a), "front": paid}, {**read(2, a), "back": paid}])
    works.takahashi.post(f"/jobs/{job}/scan", {"event": "spoil", "front": paid, "back": ""})
    assert findings(works, job) == ["unreadable"] * 3
    assert paid not in works.takahashi.get(f"/jobs/{job}/reads").text
    assert works.holds(paid) == []
    pulls = [paid, sheet(a)["front"], paid]
    works.takahashi.reads(job, [{"n": n, "event": "pull", "front": mark} for n, mark in enumerate(pulls, 3)])
    assert findings(works, job) == []
