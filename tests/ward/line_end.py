"""The other end of the ward's line, played by the test: a gateway that takes and gives letters, and the factory behind it."""

from __future__ import annotations

import base64
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import orjson

from tests.counterparty import Counterparty
from tewatashi.core.cover import read_cover
from tewatashi.core.letter import Letter, read_letter
from tewatashi.core.signing import VerifyKey

WAIT = 40  # seconds, on a busy machine; what is awaited comes within about one


class LineEnd:
    """Every letter of the ward is read and held to the ward's key; every parcel is kept as it came."""

    def __init__(self, folder: Path, ward: VerifyKey) -> None:
        self.ward = ward
        self.gateway = Counterparty("gateway", "gateway.test")
        self.factory = Counterparty("factory", "factory.test")
        self.came: list[Letter] = []
        self.raw: list[bytes] = []
        self.parcels: dict[str, bytearray] = {}
        self._waiting: dict[int, bytes] = {}
        self._told = 0
        self.changed = threading.Condition()
        self._server = _tls_server(folder, self)
        self.gateway.url = f"https://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    # ------------------------------------------------------------------------------------------- for the tests

    def tell(self, kind: str, by: str, job: str | None, *, site: str = "factory", **body: object) -> None:
        """Have the factory, or the gateway, tell the ward of an act; back when the ward has taken it in."""
        party = self.factory if site == "factory" else self.gateway
        with self.changed:
            self._told += 1
            self._waiting[self._told] = party.letter(self.ward.name, kind, by, job, body)
            assert self.changed.wait_for(lambda: not self._waiting, timeout=WAIT), f"the ward did not take {kind}"

    def letters(self, kind: str, job: str | None) -> list[Letter]:
        """The ward's letters of this kind to the factory that have come so far."""
        return [
            one for one in self.came if (one.kind, one.job, one.recipient) == (kind, job, self.factory.name)
        ]  # fmt: skip

    def await_letter(self, kind: str, job: str | None, *, count: int = 1) -> Letter:
        """The `count`th letter of this kind about the job to the factory."""
        self._await(lambda: len(self.letters(kind, job)) >= count, kind)
        return self.letters(kind, job)[count - 1]

    def await_parcel(self, parcel: str, size: int) -> bytes:
        """The parcel, once it has wholly come."""
        self._await(lambda: len(self.parcels.get(parcel, b"")) == size, "parcel")
        return bytes(self.parcels[parcel])

    def _await(self, come: Callable[[], bool], what: str) -> None:
        with self.changed:
            assert self.changed.wait_for(come, timeout=WAIT), f"no {what} came"

    # ------------------------------------------------------------------------------------------- for the ward

    def take(self, note: bytes) -> None:
        for recipient in (self.factory.name, self.gateway.name):
            if f'"recipient":"{recipient}"'.encode() in note:
                with self.changed:
                    self.came.append(read_letter(note, [self.ward], recipient))
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


def _tls_server(folder: Path, end: LineEnd) -> ThreadingHTTPServer:
    class Handler(_Handler):
        line = end

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    for name, pem in (("gateway.crt", end.gateway.tls.certificate), ("gateway.key", end.gateway.tls.key)):
        (folder / name).write_bytes(pem)
    context.load_cert_chain(folder / "gateway.crt", folder / "gateway.key")
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    return server


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    line: LineEnd

    def do_GET(self) -> None:
        self._json({"letters": self.line.give()})

    def do_HEAD(self) -> None:
        self._reply(200, b"", **{"Upload-Offset": str(len(self.line.parcels[self._parcel]))})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/api/letters":
            self.line.take(body)
            self._json({"taken": "new"})
        elif self.path == "/api/letters/taken":
            self._json({"left": self.line.taken(orjson.loads(body)["up_to"])})
        else:
            cover = base64.b64decode(self.headers["Upload-Metadata"].removeprefix("cover "))
            name = read_cover(cover, [self.line.ward]).parcel
            self.line.parcels.setdefault(name, bytearray())
            self._reply(201, Location=f"/api/parcels/{name}")

    def do_PATCH(self) -> None:
        left = int(self.headers["Content-Length"])
        while left and (chunk := self.rfile.read(min(left, 1 << 16))):
            self.line.parcels[self._parcel] += chunk
            left -= len(chunk)
        with self.line.changed:
            self.line.changed.notify_all()
        self._reply(204, b"", **{"Upload-Offset": str(len(self.line.parcels[self._parcel]))})

    @property
    def _parcel(self) -> str:
        return self.path.rsplit("/", 1)[1]

    def _json(self, value: object) -> None:
        data = orjson.dumps(value)
        self._reply(200, data, **{"Content-Type": "application/json"})

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
