"""A line to PostgreSQL that breaks in the worst moment: the server has committed, and whoever asked never hears of it."""

from __future__ import annotations

import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

_PORT = "5432"
_INSERT = b'INSERT INTO "sitekit_ledgerentry"'


class CuttingLine:
    """A socket in front of a server. armed: the kind of act whose commit is the next to be cut; cuts: how many were."""

    def __init__(self, address: str, folder: Path) -> None:
        self._server = conninfo_to_dict(address)
        self.address = f"postgresql://{self._server.get('user', '')}@/{self._server['dbname']}?host={folder}"
        self.armed, self.cuts = "", 0
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(folder / f".s.PGSQL.{_PORT}"))
        folder.chmod(0o700)
        self.listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):  # closed at the end
            while True:
                client, _ = self.listener.accept()
                _Line(self, client, self._reach()).start()

    def _reach(self) -> socket.socket:
        host, port = str(self._server.get("host", "")), str(self._server.get("port", _PORT))
        if not host.startswith("/"):
            return socket.create_connection((host, int(port)))
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{host}/.s.PGSQL.{port}")
        return server


class _Line:
    """One connection, both ways."""

    def __init__(self, owner: CuttingLine, client: socket.socket, server: socket.socket) -> None:
        self._owner, self._client, self._server = owner, client, server
        self._said = b""  # since the last commit
        self._doomed = False

    def start(self) -> None:
        for run in (self._ask, self._answer):
            threading.Thread(target=run, daemon=True).start()

    def _ask(self) -> None:
        with suppress(OSError):
            while data := self._client.recv(1 << 16):
                self._look(data)
                self._server.sendall(data)
        self._close()

    def _look(self, data: bytes) -> None:
        self._said += data
        if b"COMMIT" not in data:
            return
        told = self._said.partition(_INSERT)[2]
        if self._owner.armed and f"'{self._owner.armed}'".encode() in told:
            self._owner.armed, self._doomed = "", True
        self._said = b""

    def _answer(self) -> None:
        with suppress(OSError):
            while data := self._server.recv(1 << 16):
                if self._doomed:  # this says that the commit stands
                    self._owner.cuts += 1
                    break
                self._client.sendall(data)
        self._close()

    def _close(self) -> None:
        for end in (self._client, self._server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextmanager
def cutting_line(address: str) -> Iterator[CuttingLine]:
    """A line to this server."""
    # Not below pytest's own folder: the path of a socket has a hundred characters at most.
    with tempfile.TemporaryDirectory(prefix="tw-cut-") as folder:
        line = CuttingLine(address, Path(folder))
        try:
            yield line
        finally:
            line.listener.close()
