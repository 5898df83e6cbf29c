"""A print queue of the test's own: ippeveprinter, the IPP Everywhere printer that comes with CUPS, in a private folder.

It stops at once where no message bus answers, for it would announce itself by DNS-SD. So it gets a bus of its own on which
nobody is: then it announces nothing, and no avahi-daemon has to run.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

# What the printer runs for each job: waits while somebody holds the paper, and fails while there is a jam.
_PRINTING = """#!/bin/sh
flock -s {folder}/paper true
[ ! -e {folder}/jam ]
"""


@dataclass(frozen=True)
class IppPrinter:
    """A running queue; it completes each job as soon as it has it."""

    folder: Path
    port: int

    @property
    def uri(self) -> str:
        return f"ipp://localhost:{self.port}/ipp/print"

    def arrived(self) -> list[bytes]:
        """Each document that came, whether it was completed or aborted."""
        return [file.read_bytes() for file in (self.folder / "spool").glob("*.pdf")]

    @contextmanager
    def held(self) -> Iterator[None]:
        """Jobs that come are not completed until this ends."""
        with (self.folder / "paper").open("rb") as paper:
            fcntl.flock(paper, fcntl.LOCK_EX)
            yield

    @contextmanager
    def jammed(self) -> Iterator[None]:
        """Jobs that come are aborted."""
        jam = self.folder / "jam"
        jam.touch()
        try:
            yield
        finally:
            jam.unlink()


def missing() -> str | None:
    """Why there is no queue to test with, or None."""
    absent = [program for program in ("ippeveprinter", "dbus-daemon", "flock") if _program(program) is None]
    return f"{'、'.join(absent)}がありません" if absent else None


def open_printer() -> Iterator[IppPrinter]:
    """A queue as long as the caller goes on."""
    # Not below pytest's own folder: the path of a socket has a hundred characters at most.
    folder = Path(tempfile.mkdtemp(prefix="tw-ipp-"))
    (folder / "spool").mkdir()
    (folder / "paper").touch()
    printing = folder / "printing"
    printing.write_text(_PRINTING.format(folder=folder))
    printing.chmod(0o700)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        bus = _start_bus(stack, folder)
        yield _start_printer(stack, folder, bus)


def _start_bus(stack: ExitStack, folder: Path) -> str:
    """The address of a message bus."""
    address = f"unix:path={folder}/bus"
    command = ["dbus-daemon", "--session", f"--address={address}", "--nofork", "--nopidfile", "--print-address"]
    bus = _start(stack, folder, command, stdout=subprocess.PIPE)
    assert bus.stdout is not None
    stack.callback(bus.stdout.close)
    assert bus.stdout.readline(), (folder / "log").read_text()  # from this line on it listens
    return address


def _start_printer(stack: ExitStack, folder: Path, bus: str) -> IppPrinter:
    printer = IppPrinter(folder, _free_port())
    command = [
        "ippeveprinter", "-p", str(printer.port), "-n", "localhost", "-r", "off", "-f", "application/pdf",
        "-k", "-d", f"{folder}/spool", "-c", f"{folder}/printing", "見本プリンター",
    ]  # fmt: skip
    process = _start(stack, folder, command, DBUS_SYSTEM_BUS_ADDRESS=bus)
    ends = time.monotonic() + 30
    while not _listens(printer.port):
        assert process.poll() is None, (folder / "log").read_text()
        assert time.monotonic() < ends, (folder / "log").read_text()
        time.sleep(0.02)
    return printer


def _start(
    stack: ExitStack, folder: Path, command: list[str], *, stdout: int | None = None, **env: str
) -> subprocess.Popen[bytes]:
    """Start a program that ends with the stack; stdout: where it goes instead of the log."""
    program = _program(command[0])
    assert program is not None
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [program, *command[1:]],
            stdin=subprocess.DEVNULL,
            stdout=stdout or log,
            stderr=log,
            env={**os.environ, **env},
        )
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _program(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
