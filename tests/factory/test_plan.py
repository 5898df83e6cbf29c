"""A job with an enclosing plan at the factory: composed in its order, counted anew after withdrawals, enclosed with its inserts."""

from __future__ import annotations

import pypdfium2
import pytest

from tests.factory.planned import PEOPLE_OF_FORM, PRINTED, TOML, agree, opened_job
from tests.factory.works import Works, open_works
from tests.standing import Running
from tewatashi.core.pieceid import SheetMark, piece_digest
from tewatashi.core.plan_reading import Lists, read_lists

_PROFILE = """schema = "tewatashi.plan-profile/v1"
name = "見本"
rows = "pieces"
columns = [["piece", "ID"], ["sequence", "SEQ"]]
delimiter = ","
header = false
newline = "\\n"
encoding = "ascii"
"""


@pytest.fixture(scope="module")
def works(running: Running) -> Works:
    """On one database: what is planned, none of them decides."""
    works = running.on(open_works, "sqlite")
    agree(works)
    return works


@pytest.fixture
def composed(works: Works) -> str:
    job = opened_job(works)
    works.takahashi.act(f"/jobs/{job}/compose")
    return job


def lists(works: Works, job: str) -> Lists:
    envelopes, pieces = (
        works.takahashi.get(f"/jobs/{job}/plan/{name}.csv").content for name in ("envelopes", "pieces")
    )
    return read_lists(envelopes, pieces)


def numbers(works: Works, job: str) -> list[list[int]]:
    """For each envelope the records in it, by their place in the parcel."""
    return [[works.sealed[job].index(piece) for piece in held] for held in lists(works, job).pieces]


def sheets_of(number: int) -> int:
    return 2 if PEOPLE_OF_FORM[number][4] else 1


def reads(works: Works, job: str, records: tuple[int, ...], *, without: tuple[int, ...] = ()) -> None:
    """The line reads all sheets in the printed order; what was withdrawn lies in the reject bin."""
    lines: list[dict[str, object]] = []
    for number in records:
        of, piece = sheets_of(number), works.sealed[job][number]
        for sheet in range(1, of + 1):
            front, back = (str(SheetMark(piece, 0, sheet, of, side)) for side in (1, 2))
            read = (
                {"event": "withdraw", "front": front}
                if number in without
                else {"event": "read", "front": front, "back": back}
            )
            lines.append({"n": len(lines) + 1, **read})
    answer = works.takahashi.reads(job, lines)
    assert (answer.status_code, answer.json()["findings"]) == (200, [])


def withdraw(works: Works, job: str, number: int) -> None:
    digest = piece_digest(works.sealed[job][number])
    works.tell("withdrawal-requested", "sato", job, version=1, digests=[digest])
    works.takahashi.act(f"/jobs/{job}/acknowledge-withdrawals", {"version": "1"})


def test_pieces_are_printed_in_the_plans_order_and_its_lists_name_only_ids(works: Works, composed: str) -> None:
    assert "print-plan.age" in works.files(composed)
    assert numbers(works, composed) == [[2], [5], [4], [1, 3], [0]]
    assert works.holds(*(name for _, name, *_ in PEOPLE_OF_FORM)) == []
    kept = works.rows("SELECT counts FROM factory_enclosingplan WHERE job = ?", composed)
    assert not any(postcode in str(kept) for postcode in ("1600021", "1600022", "1620801", "9000001"))
    page = works.takahashi.page(f"/jobs/{composed}")
    assert "封入計画" in page
    assert "局に確認" not in page
    works.takahashi.act(f"/jobs/{composed}/print")
    document = pypdfium2.PdfDocument(works.paper / f"{composed}-0-0001.pdf")
    try:
        shown = [
            document[at].get_textpage().get_text_range().strip().partition("　様")[0] for at in range(len(document))
        ]
    finally:
        document.close()
    assert [name for name in shown if name] == [PEOPLE_OF_FORM[number][1] for number in PRINTED]


@pytest.mark.accident("iwaki-2025")
def test_a_withdrawal_leaves_its_envelope_lighter_and_the_boxes_add_up_to_what_is_enclosed(
    works: Works, composed: str
) -> None:
    works.takahashi.act(f"/jobs/{composed}/print")
    withdraw(works, composed, 3)
    assert numbers(works, composed) == [[2], [5], [1], [4], [0]]
    assert [each.printed for each in lists(works, composed).envelopes] == [1, 2, 4, 3, 5]
    page = works.takahashi.page(f"/jobs/{composed}/plan")
    assert "第1版まで反映" in page
    assert "印字の順と違う所が1か所" in page
    reads(works, composed, PRINTED, without=(3,))
    assert works.takahashi.refused(f"/jobs/{composed}/enclose") == "insert-unchecked"
    check = f"/jobs/{composed}/plan/check-insert"
    assert works.takahashi.refused(check, {"code": "GUIDE-2025A"}) == "insert-version"
    assert works.people["watanabe"].refused(check, {"code": "GUIDE-2026A"}) == "not-on-roster"
    assert works.takahashi.post(check, {"code": ""}).status_code == 422
    assert works.rows("SELECT code FROM factory_insertcheck WHERE job = ?", composed) == []
    assert "同封物の版を確かめる（1種）" in works.takahashi.page(f"/jobs/{composed}")
    works.takahashi.act(check, {"code": "GUIDE-2026A"})
    works.takahashi.act(f"/jobs/{composed}/enclose")
    assert works.takahashi.state(composed)["counts"]["enclosed"] == 5
    things = works.takahashi.state(composed)["things"]
    assert [one["quantity"] for one in things if one["what"] == "通知書" and one["alive"]] == [1, 2, 1, 1]
    plan = works.takahashi.state(composed)["plan"]
    assert (plan["withdrawals"], sum(box["pieces"] for box in plan["boxes"])) == (1, 5)
    labels = works.takahashi.get(f"/jobs/{composed}/box-labels.pdf")
    assert (labels.status_code, labels.content[:5]) == (200, b"%PDF-")


@pytest.mark.accident("katano-2016")
def test_a_sheet_that_comes_after_its_envelope_was_closed_stops_the_line(works: Works, composed: str) -> None:
    works.takahashi.act(f"/jobs/{composed}/print")
    lines = []
    for number in (1, 0, 3):
        for sheet in range(1, sheets_of(number) + 1):
            front, back = (
                str(SheetMark(works.sealed[composed][number], 0, sheet, sheets_of(number), side)) for side in (1, 2)
            )
            lines.append({"n": len(lines) + 1, "event": "read", "front": front, "back": back})
    answer = works.takahashi.reads(composed, lines).json()
    assert (answer["stop"], [one["problem"] for one in answer["findings"]]) == (True, ["envelope-left"])
    mark = lines[-1]
    works.takahashi.reads(composed, [{"n": len(lines) + 1, "event": "pull", "front": mark["front"]}])
    again = {"n": len(lines) + 2, "event": "hand", "front": mark["front"], "back": mark["back"]}
    refused = works.takahashi.reads(composed, [again])
    assert (refused.status_code, works.takahashi.state(composed)["remaining"]) == (422, 4)  # a machine has no hands
    works.takahashi.post(f"/jobs/{composed}/scan", {key: again[key] for key in ("event", "front", "back")})
    assert works.takahashi.state(composed)["remaining"] == 3


def test_a_machine_gets_the_list_in_its_own_way(works: Works, composed: str) -> None:
    folder = works.data / "inserters"
    folder.mkdir(exist_ok=True)
    (folder / "gw.toml").write_text(_PROFILE, "utf-8")
    written = works.takahashi.get(f"/jobs/{composed}/plan/machines/gw").text.splitlines()
    assert written[3] == f"{works.sealed[composed][1]},3"
    assert "封入機「gw」の形式" in works.takahashi.page(f"/jobs/{composed}/plan")
    assert works.takahashi.get(f"/jobs/{composed}/plan/machines/other").status_code == 422
    assert works.takahashi.get(f"/jobs/{composed}/plan/names.csv").status_code == 422


def test_a_remake_has_the_marks_of_what_it_replaces(works: Works, composed: str) -> None:
    works.takahashi.act(f"/jobs/{composed}/print")
    torn = str(SheetMark(works.sealed[composed][3], 0, 1, 1, 1))
    works.takahashi.reads(composed, [{"n": 1, "event": "spoil", "front": torn}])
    works.takahashi.act(f"/jobs/{composed}/remake")
    assert (works.paper / f"{composed}-1-0001.pdf").exists()


def test_a_form_that_changed_since_gives_no_plan_any_more(works: Works, composed: str) -> None:
    file = works.data / "forms/keikaku/form.toml"
    file.write_text(TOML + "# changed\n", "utf-8")
    try:
        assert works.takahashi.get(f"/jobs/{composed}/plan/pieces.csv").status_code == 422
        assert works.takahashi.get(f"/jobs/{composed}/box-labels.pdf").status_code == 200
    finally:
        file.write_text(TOML, "utf-8")


def test_a_job_without_plan_has_none(works: Works) -> None:
    job = works.sent_job(1)
    assert "封入計画はありません" in works.takahashi.page(f"/jobs/{job}/plan")
    assert works.takahashi.get(f"/jobs/{job}/plan/pieces.csv").status_code == 422
    assert works.takahashi.get(f"/jobs/{job}/box-labels.pdf").status_code == 422
