"""A factory whose printer is a real IPP queue instead of the folder that stands for paper."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest

from tests.factory.works import Works, open_works
from tests.printer import IppPrinter


@pytest.fixture(scope="module")
def works(ipp_printer: IppPrinter, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Works]:
    yield from open_works(tmp_path_factory.mktemp("ipp-factory"), printer=ipp_printer.uri)


@pytest.fixture
def composed(works: Works) -> str:
    job = works.sent_job()
    works.open(job)
    works.takahashi.act(f"/jobs/{job}/compose")
    return job


def came(works: Works, printer: IppPrinter, job: str) -> int:
    """How often the queue got the job's only print file, byte for byte."""
    [(digest,)] = works.rows("SELECT sha256 FROM factory_printfile WHERE job = ?", job)
    return [hashlib.sha256(document).hexdigest() for document in printer.arrived()].count(digest)


def test_the_queue_gets_just_the_composed_bytes(works: Works, ipp_printer: IppPrinter, composed: str) -> None:
    page = works.takahashi.page(f"/jobs/{composed}/print")
    assert f"プリンター: {ipp_printer.uri}" in page
    assert "試し刷り用" not in page + works.takahashi.page("/")
    works.takahashi.act(f"/jobs/{composed}/print")
    assert came(works, ipp_printer, composed) == 1
    [(reference,)] = works.rows("SELECT reference FROM factory_printfile WHERE job = ?", composed)
    assert reference.startswith(f"{ipp_printer.uri}#")
    assert works.takahashi.state(composed)["counts"]["printed"] == 3
    assert not works.paper.exists()


@pytest.mark.requirement("CL-9")
@pytest.mark.requirement("FAC-OP-7")
@pytest.mark.accident("iseto-2024")
def test_what_the_queue_keeps_stays_alive_until_somebody_says_before_a_witness_that_it_is_gone(
    works: Works, ipp_printer: IppPrinter, composed: str
) -> None:
    works.takahashi.act(f"/jobs/{composed}/print")
    assert came(works, ipp_printer, composed) == 1
    (spool,) = [one for one in works.takahashi.state(composed)["things"] if one["what"] == "スプール"]
    assert (spool["alive"], spool["place"], spool["quantity"]) == (True, "factory/印字室", 3)
    assert "プリンターのキューやディスクに残っていることがあります" in works.takahashi.page(f"/jobs/{composed}/erase")
    gone = {"thing": spool["id"], "method": "deleted"}
    assert works.takahashi.refused(f"/jobs/{composed}/erase", {**gone, "witness": ""}) == "not-on-roster"
    assert works.takahashi.refused(f"/jobs/{composed}/erase", {**gone, "witness": "takahashi"}) == "witness-self"
    works.takahashi.act(f"/jobs/{composed}/erase", {**gone, "witness": "suzuki"})
    (spool,) = [one for one in works.takahashi.state(composed)["things"] if one["what"] == "スプール"]
    assert (spool["alive"], spool["how"]) == (False, "deleted")


def test_a_jam_leaves_the_job_to_be_printed(works: Works, ipp_printer: IppPrinter, composed: str) -> None:
    with ipp_printer.jammed():
        assert works.takahashi.refused(f"/jobs/{composed}/print") == "printer-aborted"
    assert "pieces-printed" not in works.acts(composed)
    works.takahashi.act(f"/jobs/{composed}/print")
    assert works.acts(composed).count("pieces-printed") == 1


@pytest.mark.requirement("CL-9")
def test_a_site_killed_while_the_printer_prints_prints_nothing_twice(
    works: Works, ipp_printer: IppPrinter, composed: str
) -> None:
    with ipp_printer.held():
        works.kill_when(lambda: came(works, ipp_printer, composed) > 0, f"/jobs/{composed}/print")
    assert "pieces-printed" not in works.acts(composed)
    works.takahashi.act(f"/jobs/{composed}/print")
    assert came(works, ipp_printer, composed) == 1
    assert works.acts(composed).count("pieces-printed") == 1
