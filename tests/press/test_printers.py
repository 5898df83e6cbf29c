"""Printers: the folder that stands for paper, and a real IPP queue (ippeveprinter)."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import subprocess
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from struct import pack
from threading import Thread
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_a_print_that_broke_off_leaves_nothing_that_looks_printed_and_goes_on_later(tmp_path: Path) -> None:
    folder = PdfFolder(tmp_path)
    with pytest.raises(Refused):
        folder.print_file("J1-0-001", broken())
    assert list(tmp_path.glob("[!.]*")) == []
    folder.print_file("J1-0-001", CHUNKS)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [PDF]


def test_a_link_planted_in_the_folder_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (tmp_path / "paper").mkdir()
    (tmp_path / "paper/.J1-0-001.half").symlink_to(elsewhere)
    PdfFolder(tmp_path / "paper").print_file("J1-0-001", CHUNKS)
    assert not elsewhere.exists()


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "paper").write_bytes(b"")
    with pytest.raises(Refused, match="書き出せません"):
        PdfFolder(tmp_path / "paper").print_file("J1-0-001", CHUNKS)


# --------------------------------------------------------------------------------------------------------------- queue


class Eve:
    """An ippeveprinter with the bus its DNS-SD wants, which nobody else is on."""

    def __init__(self, folder: Path) -> None:
        self.spool = folder / "spool"
        self.spool.mkdir()
        bus = f"unix:path={folder}/bus"
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        quiet = subprocess.DEVNULL
        self.bus = subprocess.Popen(
            ["dbus-daemon", "--session", f"--address={bus}", "--nofork", "--nopidfile", "--print-address"],
            stdout=subprocess.PIPE, stderr=quiet,
        )  # fmt: skip
        assert self.bus.stdout is not None
        self.bus.stdout.readline()  # it listens
        self.log = (folder / "log").open("wb")
        self.printer = subprocess.Popen(
            ["ippeveprinter", "-p", str(self.port), "-r", "off", "-f", "application/pdf", "-k", "-d", self.spool,
             "-n", "localhost", "-c", "/bin/true", "見本プリンター"],
            stdout=self.log, stderr=self.log, env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": bus},
        )  # fmt: skip

    @property
    def uri(self) -> str:
        return f"ipp://localhost:{self.port}/ipp/print"

    def listens(self) -> bool:
        """Waits until it does, or has ended."""
        while self.printer.poll() is None:
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("localhost", self.port)) == 0:
                    return True
        return False

    def printed(self) -> list[bytes]:
        return [file.read_bytes() for file in sorted(self.spool.glob("*.pdf"))]

    def end(self) -> None:
        for each in (self.printer, self.bus):
            each.kill()
            each.wait()
        assert self.bus.stdout is not None
        self.bus.stdout.close()
        self.log.close()


@pytest.fixture(scope="module")
def eve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Eve]:
    for command in ("ippeveprinter", "dbus-daemon"):
        if not shutil.which(command):
            pytest.skip(f"{command} がない")
    printer = Eve(tmp_path_factory.mktemp("eve"))
    try:
        assert printer.listens()
        yield printer
    finally:
        printer.end()


def test_a_real_queue_gets_just_the_bytes_and_each_name_once(eve: Eve) -> None:
    queue = IppQueue(eve.uri)
    assert queue.print_file("J1-0-001", CHUNKS) == f"{eve.uri}#1"
    assert queue.print_file("J1-0-001", CHUNKS) == f"{eve.uri}#1"
    assert IppQueue(eve.uri).print_file("J1-0-001", CHUNKS) == f"{eve.uri}#1"
    assert eve.printed() == [PDF]


def test_a_file_that_breaks_off_is_never_sent(eve: Eve) -> None:
    before = eve.printed()
    with pytest.raises(Refused, match="途中で"):
        IppQueue(eve.uri).print_file("J2-0-001", broken())
    assert eve.printed() == before


class Cut(BaseHTTPRequestHandler):
    """A queue that printed a part of J5-0-001 when the line broke, and prints whatever else it gets."""

    sizes: ClassVar[dict[str, int]] = {"J5-0-001": 3}

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        if asked[3] == ipp.PRINT_JOB:
            self.sizes["J5-0-001"] = len(asked) // 1024
        name, size = b"J5-0-001", self.sizes["J5-0-001"]
        job = [(0x21, b"job-id", pack(">i", 1)), (0x42, b"job-name", name), (0x23, b"job-state", pack(">i", 9)),
               (0x21, b"job-k-octets", pack(">i", size))]  # fmt: skip
        body = b"".join(pack(">BH", tag, len(key)) + key + pack(">H", len(value)) + value for tag, key, value in job)
        answer = b"\x02\x00\x00\x00\x00\x00\x00\x01\x02" + body + b"\x03"
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def test_a_job_of_which_only_a_part_arrived_is_sent_again() -> None:
    with HTTPServer(("127.0.0.1", 0), Cut) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            IppQueue(f"ipp://127.0.0.1:{server.server_port}/").print_file("J5-0-001", CHUNKS)
            assert Cut.sizes["J5-0-001"] >= len(PDF) // 1024
        finally:
            server.shutdown()
            thread.join()


def test_a_queue_that_takes_no_pdf_is_refused(eve: Eve) -> None:
    with pytest.raises(Refused) as refusal:
        ipp.Queue(eve.uri, "x").ask_one(ipp.PRINT_JOB, [ipp.text("job-name", "J3"), ipp.document("image/tiff")], b"x")
    assert refusal.value.code == "printer-refused"


def test_a_job_that_takes_too_long_is_refused_and_found_again(eve: Eve) -> None:
    with pytest.raises(Refused) as refusal:
        IppQueue(eve.uri, patience=-1).print_file("J4-0-001", CHUNKS)
    assert refusal.value.code == "printer-waiting"
    before = len(eve.printed())
    IppQueue(eve.uri).print_file("J4-0-001", CHUNKS)
    assert len(eve.printed()) == before


def test_no_queue_there_is_refused() -> None:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        uri = f"ipp://127.0.0.1:{free.getsockname()[1]}/ipp/print"
        with pytest.raises(Refused, match="つながりません"):
            IppQueue(uri).print_file("J1-0-001", CHUNKS)


@pytest.mark.parametrize("uri", ["", "http://localhost/", "ipp://", "file:///tmp", "ipp://プリンター/"])
def test_what_is_no_printers_address_is_refused(uri: str) -> None:
    with pytest.raises(Refused, match="アドレス"):
        IppQueue(uri)


@given(st.binary(max_size=200))
def test_any_answer_gives_jobs_or_a_refusal(answer: bytes) -> None:
    for data in (answer, b"\x02\x00\x00\x00\x00\x00\x00\x01\x02" + answer):
        try:
            jobs = ipp._jobs(data)
        except Refused:
            continue
        assert all(isinstance(job.state, int) for job in jobs)
