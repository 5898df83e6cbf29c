"""The far end of a line, played by the test: a TLS server that takes and gives letters and takes parcels, as sites do."""

from __future__ import annotations

import base64
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import orjson

from tests.counterparty import Counterparty
from tests.waiting import WAIT
from tewatashi.core.cover import read_cover
from tewatashi.core.signing import VerifyKey


class FarEnd:
    """What came over the line, as it came, and what waits to be collected; `changed` tells of both.

    known  whose covers are read;  refuses  parcels that are answered with a refusal
    """

    def __init__(self, folder: Path, party: Counterparty, known: list[VerifyKey], port: int = 0) -> None:
        self.served = party
        self.known = known
        self.raw: list[bytes] = []
        self.parcels: dict[str, bytearray] = {}
        self.refuses: set[str] = set()
        self.changed = threading.Condition()
        self._folder, self._port = folder, port
        self._waiting: dict[int, bytes] = {}
        self._told = 0
        self._server: ThreadingHTTPServer | None = None

    def open(self) -> int:
        """Answer from now on. Returned: at which port."""
        if self._server is None:
            self._server = self._listen()
            threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self._server.server_port

    def close(self) -> None:
        """Be unreachable."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def _listen(self) -> ThreadingHTTPServer:
        class Handler(_Handler):
            end = self

        server = ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        role, tls = self.served.role, self.served.tls
        for name, pem in ((f"{role}.crt", tls.certificate), (f"{role}.key", tls.key)):
            (self._folder / name).write_bytes(pem)
        context.load_cert_chain(self._folder / f"{role}.crt", self._folder / f"{role}.key")
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        return server

    # ------------------------------------------------------------------------------------------- for the tests

    def put(self, note: bytes) -> None:
        """Have a letter wait to be collected."""
        with self.changed:
            self._told += 1
            self._waiting[self._told] = note

    def hand(self, note: bytes) -> None:
        """As `put`; back when it was collected."""
        self.put(note)
        self.await_taken()

    def replace(self, old: bytes, new: bytes) -> None:
        """Have another letter wait in this one's place."""
        with self.changed:
            self._waiting = {number: new if note == old else note for number, note in self._waiting.items()}

    def await_taken(self) -> None:
        self.until(lambda: not self._waiting)

    def until(self, come: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(come, timeout=WAIT), "it did not come"

    # --------------------------------------------------------------------------------- for the site at the near end

    def knows(self, header: str) -> bool:
        """Whether a call with this Authorization is let in: any, unless a far end minds."""
        return True

    def take(self, note: bytes) -> None:
        with self.changed:
            self.raw.append(note)
            self.changed.notify_all()

    def give(self) -> list[dict[str, object]]:
        with self.changed:
            return [{"id": number, "note": note.decode()} for number, note in sorted(self._waiting.items())]

    def taken(self, up_to: int) -> int:
        with self.changed:
            self._waiting = {number: note for number, note in self._waiting.items() if number > up_to}
            self.changed.notify_all()
            return len(self._waiting)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    end: FarEnd

    def do_GET(self) -> None:
        if self._admitted():
            self._json(200, {"letters": self.end.give()})

    def do_HEAD(self) -> None:
        if self._admitted():
            self._reply(200, b"", **{"Upload-Offset": str(len(self.end.parcels[self._parcel]))})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self._admitted():
            return
        if self.path == "/api/letters":
            self.end.take(body)
            self._json(200, {"taken": "new"})
        elif self.path == "/api/letters/taken":
            self._json(200, {"left": self.end.taken(orjson.loads(body)["up_to"])})
        else:
            self._create()

    def _create(self) -> None:
        cover = base64.b64decode(self.headers["Upload-Metadata"].removeprefix("cover "))
        name = read_cover(cover, self.end.known).parcel
        if name in self.end.refuses:
            refused = dict.fromkeys(("code", "wrong", "do", "found", "expected", "requirement"), "見本")
            self._json(422, {"refused": refused})
            return
        self.end.parcels.setdefault(name, bytearray())
        self._reply(201, Location=f"/api/parcels/{name}")

    def do_PATCH(self) -> None:
        if not self._admitted():
            return
        left = int(self.headers["Content-Length"])
        while left and (chunk := self.rfile.read(min(left, 1 << 16))):
            self.end.parcels[self._parcel] += chunk
            left -= len(chunk)
        with self.end.changed:
            self.end.changed.notify_all()
        self._reply(204, b"", **{"Upload-Offset": str(len(self.end.parcels[self._parcel]))})

    @property
    def _parcel(self) -> str:
        return self.path.rsplit("/", 1)[1]

    def _admitted(self) -> bool:
        if self.end.knows(self.headers.get("Authorization", "")):
            return True
        self._reply(401)
        return False

    def _json(self, status: int, value: object) -> None:
        self._reply(status, orjson.dumps(value), **{"Content-Type": "application/json"})

    def _reply(self, status: int, data: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing: the test's own output is enough."""
