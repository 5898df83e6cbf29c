"""A line on which nothing comes is let go: it may hold neither a place nor a thread for ever. One from elsewhere gets no page."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sitekit.house import House, open_house

PATIENT = 20  # seconds, on a busy machine; the site's own limit here is two


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A site that waits two seconds for the head of a request, and knows the addresses up to 127.0.0.3."""
    folder = tmp_path_factory.mktemp("hasty")
    yield from open_house(folder, "sqlite", "header_seconds = 2", networks=("127.0.0.0/30",))


def line_to(house: House, source: str = "127.0.0.1") -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=str(house.ca))
    plain = socket.create_connection(("127.0.0.1", house.config.listen.port), PATIENT, (source, 0))
    return context.wrap_socket(plain, server_hostname="127.0.0.1")


def rest_of(line: ssl.SSLSocket) -> bytes:
    """What still comes until the other side hangs up; TimeoutError if it never does."""
    return b"".join(iter(lambda: line.recv(4096), b""))


def test_half_a_head_is_not_waited_for(hasty: House) -> None:
    with line_to(hasty) as line:
        line.sendall(b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half: ")
        assert b"200 OK" not in rest_of(line)


def test_a_line_that_asks_nothing_more_is_let_go(hasty: House) -> None:
    with line_to(hasty) as line:
        line.sendall(b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert rest_of(line).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.requirement("CONN-1")
@pytest.mark.parametrize(("source", "status"), [("127.0.0.2", 200), ("127.0.0.9", 403)])
def test_only_known_addresses_are_answered_and_the_others_stand_in_the_log(
    hasty: House, source: str, status: int
) -> None:
    last = hasty.office.ask("last_line")
    with line_to(hasty, source) as line:
        line.sendall(b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        assert rest_of(line).startswith(b"HTTP/1.1 %d " % status)
    (logged,) = hasty.office.ask("lines", after=last)
    assert (logged["address"], logged["status"]) == (source, status)
    assert (logged["remark"] == "network-refused") is (status == 403)


def test_the_kernel_asks_after_every_line_that_was_accepted(hasty: House) -> None:
    with line_to(hasty) as line:
        while (timer := timer_of(hasty, line)) == "01":
            """What was just sent is not acknowledged yet."""
    assert timer == "02"


def timer_of(house: House, line: ssl.SSLSocket) -> str:
    """What Linux waits for on the site's end of a line (proc_net_tcp): 01 an acknowledgement, 02 the keep-alive."""
    ends = f":{house.config.listen.port:04X}", f":{line.getsockname()[1]:04X}"
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    (timer,) = [row[5] for row in rows if (row[1][-5:], row[2][-5:]) == ends]
    return timer[:2]
