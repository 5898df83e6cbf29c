"""Printers: the folder that stands for paper, and a real IPP queue (ippeveprinter)."""

from __future__ import annotations

import resource
import socket
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from struct import pack
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.printer import IppPrinter
from tewatashi.core.refused import Refused
from tewatashi.press import ipp
from tewatashi.press.printers import IppQueue, PdfFolder

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 2000 + b"\n%%EOF\n"
CHUNKS = [PDF[start : start + 65536] for start in range(0, len(PDF), 65536)]


def broken() -> Iterator[bytes]:
    yield PDF[:100_000]
    raise Refused("vault", "途中で読めなくなりました。", do="")


# -------------------------------------------------------------------------------------------------------------- folder


def test_a_file_is_written_whole_for_its_owner_alone(tmp_path: Path) -> None:
    assert PdfFolder(tmp_path / "paper").print_file("J1-0-001", CHUNKS) == "J1-0-001.pdf"
    [file] = (tmp_path / "paper").iterdir()
    assert file.read_bytes() == PDF
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "paper").stat().st_mode) == 0o700


def test_a_file_of_a_name_is_printed_once(tmp_path: Path) -> None:
    folder = PdfFolder(tmp_path)
    assert folder.print_file("J1-0-001", CHUNKS) == folder.print_file("J1-0-001", [b"other"])
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [PDF]


def test_a_print_that_broke_off_leaves_nothing_and_goes_on_later(tmp_path: Path) -> None:
    folder = PdfFolder(tmp_path)
    with pytest.raises(Refused, match="途中で"):
        folder.print_file("J1-0-001", broken())
    assert list(tmp_path.iterdir()) == []
    folder.print_file("J1-0-001", CHUNKS)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [PDF]


def test_what_a_killed_site_left_half_written_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / ".J1-0-001.half").write_bytes(PDF[:100_000])
    PdfFolder(tmp_path).print_file("J1-0-001", CHUNKS)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [PDF]


@pytest.mark.parametrize("name", [".J1-0-001.half", "J1-0-001.pdf"])
@pytest.mark.parametrize("there", [False, True])
def test_a_link_planted_in_the_folder_is_neither_followed_nor_taken_for_paper(
    tmp_path: Path, name: str, there: bool
) -> None:
    elsewhere, paper = tmp_path / "elsewhere", tmp_path / "paper"
    if there:
        elsewhere.write_bytes(b"theirs")
    paper.mkdir()
    (paper / name).symlink_to(elsewhere)
    PdfFolder(paper).print_file("J1-0-001", CHUNKS)
    [file] = paper.iterdir()
    assert (file.is_symlink(), file.read_bytes()) == (False, PDF)
    assert elsewhere.read_bytes() == b"theirs" if there else not elsewhere.exists()


def test_a_disk_that_takes_no_more_is_refused_and_nothing_stays(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(Refused, match="書き出せません") as refusal:
            PdfFolder(tmp_path).print_file("J1-0-001", CHUNKS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "空き容量" in refusal.value.do
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "paper").write_bytes(b"")
    with pytest.raises(Refused, match="書き出せません"):
        PdfFolder(tmp_path / "paper").print_file("J1-0-001", CHUNKS)


# --------------------------------------------------------------------------------------------------------------- queue


def test_a_real_queue_gets_just_the_bytes_and_each_name_once(ipp_printer: IppPrinter) -> None:
    before = ipp_printer.arrived()
    queue = IppQueue(ipp_printer.uri)
    reference = queue.print_file("J1-0-001", CHUNKS)
    assert reference.startswith(f"{ipp_printer.uri}#")
    assert queue.print_file("J1-0-001", CHUNKS) == reference
    assert IppQueue(ipp_printer.uri).print_file("J1-0-001", CHUNKS) == reference
    assert ipp_printer.arrived().count(PDF) == before.count(PDF) + 1
    assert len(ipp_printer.arrived()) == len(before) + 1


def test_each_name_has_a_job_of_its_own(ipp_printer: IppPrinter) -> None:
    queue, before = IppQueue(ipp_printer.uri), len(ipp_printer.arrived())
    references = {queue.print_file(f"J6-0-{n:04d}", CHUNKS) for n in range(1, 6)}
    assert (len(references), len(ipp_printer.arrived())) == (5, before + 5)


def test_a_file_that_breaks_off_is_never_sent(ipp_printer: IppPrinter) -> None:
    before = len(ipp_printer.arrived())
    with pytest.raises(Refused, match="途中で"):
        IppQueue(ipp_printer.uri).print_file("J2-0-001", broken())
    assert len(ipp_printer.arrived()) == before


def test_a_queue_that_takes_no_pdf_is_refused(ipp_printer: IppPrinter) -> None:
    queue, wanted = ipp.Queue(ipp_printer.uri, "x"), [ipp.text("job-name", "J3"), ipp.document("image/tiff")]
    with pytest.raises(Refused) as refusal:
        queue.ask_one(ipp.PRINT_JOB, wanted, b"x")
    assert (refusal.value.code, refusal.value.found) == (
        "printer-refused",
        "0x040b",
    )  # attributes-or-values-not-supported


def test_a_queue_that_is_not_at_the_address_is_refused(ipp_printer: IppPrinter) -> None:
    with pytest.raises(Refused) as refusal:
        IppQueue(f"{ipp_printer.uri}/other").print_file("J3-0-001", CHUNKS)
    assert refusal.value.code == "printer-refused"


def test_a_job_left_alone_half_way_is_found_again_and_not_printed_twice(ipp_printer: IppPrinter) -> None:
    before = len(ipp_printer.arrived())
    with ipp_printer.held():
        for _ in range(2):
            with pytest.raises(Refused) as refusal:
                IppQueue(ipp_printer.uri, patience=-1).print_file("J4-0-001", CHUNKS)
            assert refusal.value.code == "printer-waiting"
    IppQueue(ipp_printer.uri).print_file("J4-0-001", CHUNKS)
    assert len(ipp_printer.arrived()) == before + 1


def test_a_queue_that_tells_no_sizes_is_believed_rather_than_printed_on_twice(ipp_printer: IppPrinter) -> None:
    ipp.Queue(ipp_printer.uri, "x").ask_one(
        ipp.PRINT_JOB, [ipp.text("job-name", "J9-0-001"), ipp.document("application/pdf")], PDF[:100_000]
    )
    before = len(ipp_printer.arrived())
    IppQueue(ipp_printer.uri).print_file("J9-0-001", CHUNKS)
    assert len(ipp_printer.arrived()) == before


def test_a_job_that_the_printer_aborts_is_refused_and_can_be_printed_again(ipp_printer: IppPrinter) -> None:
    queue = IppQueue(ipp_printer.uri)
    with ipp_printer.jammed(), pytest.raises(Refused) as refusal:
        queue.print_file("J7-0-001", CHUNKS)
    assert refusal.value.code == "printer-aborted"
    assert queue.print_file("J7-0-001", CHUNKS) == queue.print_file("J7-0-001", CHUNKS)


def test_no_queue_there_is_refused() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        uri = f"ipp://127.0.0.1:{free.getsockname()[1]}/ipp/print"
        with pytest.raises(Refused) as refusal:
            IppQueue(uri).print_file("J1-0-001", CHUNKS)
    assert refusal.value.code == "printer-unreachable"


@pytest.mark.parametrize("uri", ["", "http://localhost/", "ipp://", "file:///tmp", "ipp://プリンター/"])
def test_what_is_no_printers_address_is_refused(uri: str) -> None:
    with pytest.raises(Refused, match="アドレス"):
        IppQueue(uri)


# ------------------------------------------------------------------------------- what a real queue can't be brought to


def answer_of(jobs: list[ipp.Job]) -> bytes:
    """As RFC 8010, 3.1.1 has it: a group of attributes for each job."""
    body = b""
    for job in jobs:
        body += (
            b"\x02" + _attribute(0x21, b"job-id", pack(">i", job.id)) + _attribute(0x42, b"job-name", job.name.encode())
        )
        body += _attribute(0x23, b"job-state", pack(">i", job.state))
        body += b"" if job.size is None else _attribute(0x21, b"job-k-octets", pack(">i", job.size))
        for n, reason in enumerate(job.reasons):
            body += _attribute(0x44, b"" if n else b"job-state-reasons", reason.encode())
    return pack(">BBHi", 2, 0, 0, 1) + body + b"\x03"


def _attribute(tag: int, name: bytes, value: bytes) -> bytes:
    return pack(">BH", tag, len(name)) + name + pack(">H", len(value)) + value


@contextmanager
def played_queue(answer: Callable[[bytes], tuple[int, bytes]]) -> Iterator[str]:
    """The address of a queue that answers a request with this HTTP status and body."""

    class Played(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with HTTPServer(("127.0.0.1", 0), Played) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"ipp://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def test_a_job_of_which_only_a_part_arrived_is_sent_again() -> None:
    sent = []

    def answer(asked: bytes) -> tuple[int, bytes]:
        if asked[3] == ipp.PRINT_JOB:
            sent.append(asked)
        return 200, answer_of([ipp.Job(1 + len(sent), "J5-0-001", 9, 3 if not sent else len(PDF) // 1024)])

    with played_queue(answer) as uri:
        assert IppQueue(uri).print_file("J5-0-001", CHUNKS) == f"{uri}#2"
    assert [asked.endswith(PDF) for asked in sent] == [True]


@pytest.mark.parametrize("reason", ["submission-interrupted", "job-completed-with-errors"])
def test_a_job_without_a_size_that_the_queue_calls_broken_is_sent_again(reason: str) -> None:
    sent = []

    def answer(asked: bytes) -> tuple[int, bytes]:
        if asked[3] == ipp.PRINT_JOB:
            sent.append(asked)
        said = ("processing-to-stop-point", reason) if not sent else ("job-completed-successfully",)
        return 200, answer_of([ipp.Job(1 + len(sent), "J5-0-002", 9, None, said)])

    with played_queue(answer) as uri:
        assert IppQueue(uri).print_file("J5-0-002", CHUNKS) == f"{uri}#2"
    assert [asked.endswith(PDF) for asked in sent] == [True]


def test_a_job_completed_with_errors_is_not_called_printed() -> None:
    def answer(asked: bytes) -> tuple[int, bytes]:
        sent = asked[3] == ipp.PRINT_JOB
        return 200, answer_of([ipp.Job(1, "J5-0-003", 9, None, ("job-completed-with-errors",))] if sent else [])

    with played_queue(answer) as uri, pytest.raises(Refused) as refusal:
        IppQueue(uri).print_file("J5-0-003", CHUNKS)
    assert (refusal.value.code, refusal.value.found) == (
        "printer-aborted",
        "ジョブ1（状態9、job-completed-with-errors）",
    )


def test_a_job_that_completes_while_the_queue_is_asked_for_it_is_not_printed_twice() -> None:
    asked_so_far: list[int] = []

    def answer(asked: bytes) -> tuple[int, bytes]:
        """It is being printed when the first question comes, and completed at the second."""
        state = 9 if asked_so_far else 5
        asked_so_far.append(asked[3])
        hidden = asked[3] == ipp.GET_JOBS and (b"not-completed" in asked) != (state == 5)
        return 200, answer_of([] if hidden else [ipp.Job(1, "J8-0-001", state)])

    with played_queue(answer) as uri:
        IppQueue(uri).print_file("J8-0-001", CHUNKS)
    assert ipp.PRINT_JOB not in asked_so_far


@pytest.mark.parametrize("status", [301, 401, 403, 500])
def test_a_queue_that_says_no_before_it_speaks_ipp_is_refused(status: int) -> None:
    with played_queue(lambda _: (status, b"")) as uri, pytest.raises(Refused) as refusal:
        IppQueue(uri).print_file("J1-0-001", CHUNKS)
    assert (refusal.value.code, refusal.value.found) == ("printer-refused", f"HTTP {status}")


def test_a_queue_that_answers_no_job_to_a_print_is_refused() -> None:
    with played_queue(lambda _: (200, answer_of([]))) as uri, pytest.raises(Refused) as refusal:
        IppQueue(uri).print_file("J1-0-001", CHUNKS)
    assert refusal.value.code == "printer-refused"


NUMBERS = st.integers(-(2**31), 2**31 - 1)
REASONS = st.lists(st.text(max_size=20), max_size=3).map(tuple)
JOBS = st.lists(st.builds(ipp.Job, NUMBERS, st.text(max_size=40), NUMBERS, st.none() | NUMBERS, REASONS), max_size=4)


@given(JOBS)
def test_the_jobs_of_an_answer_are_read_back(jobs: list[ipp.Job]) -> None:
    assert ipp._jobs(answer_of(jobs)) == jobs


@given(JOBS, st.data())
def test_an_answer_that_breaks_off_is_refused(jobs: list[ipp.Job], data: st.DataObject) -> None:
    whole = answer_of(jobs)
    with pytest.raises(Refused):
        ipp._jobs(whole[: data.draw(st.integers(0, len(whole) - 1))])


@given(st.binary(max_size=200))
def test_any_answer_gives_jobs_or_a_refusal(answer: bytes) -> None:
    for data in (answer, b"\x02\x00\x00\x00\x00\x00\x00\x01\x02" + answer):
        try:
            jobs = ipp._jobs(data)
        except Refused:
            continue
        assert all(isinstance(job.state, int) for job in jobs)
