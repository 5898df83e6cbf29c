"""`python -m tewatashi.sitekit.serve CONFIG`: one site as a supervisor and one worker process of granian.

The command line starts this module as a fresh program instead of calling it, so that a gateway's process has never
loaded the code that seals and opens parcels.
"""

from __future__ import annotations

import importlib
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.net import SocketHolder  # type: ignore[attr-defined]
from granian.server import Server

from tewatashi.core.refused import Refused
from tewatashi.sitekit.config import CONFIG_VARIABLE, SiteConfig, load_config
from tewatashi.sitekit.logs import logging_config
from tewatashi.sitekit.process import die_with_parent
from tewatashi.sitekit.startcheck import refuse_loose_site

WITH_PARENT = "--with-parent"

# A line that was cut without a word is let go after two minutes, also in the middle of a body. Linux hands these down to
# every line that is accepted; granian itself can set a limit for the head of a request only.
_LET_GO: Final = (
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 60),  # seconds without a byte until we ask
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 15),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 4),
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 120_000),  # milliseconds that sent bytes may stay unacknowledged
)


_SHARED: Final = ((socket.SOL_SOCKET, socket.SO_REUSEADDR, 1), (socket.SOL_SOCKET, socket.SO_REUSEPORT, 1))


class _Server(Server):  # type: ignore[valid-type, misc]  # a variable that names the class of this platform
    """granian at a socket that we opened: its own knows no keep-alive."""

    def _init_shared_socket(self) -> None:
        family = socket.AF_INET6 if ":" in self.bind_addr else socket.AF_INET
        self._sso = socket.socket(family, socket.SOCK_STREAM)
        for option in (*_SHARED, *_LET_GO):
            self._sso.setsockopt(*option)
        self._sso.bind((self.bind_addr, self.bind_port))  # the worker listens once it can answer
        self._sso.set_inheritable(True)
        self._shd = SocketHolder(self._sso.fileno(), False, self.backlog)  # type: ignore[call-arg]  # its stub is older
        self._ssp = None


def serve(config: SiteConfig) -> None:
    """Answer until SIGTERM or SIGINT; a worker that dies is started again."""
    server = _Server(
        f"tewatashi.{config.role}.wsgi:application",
        address=config.listen.host,
        port=config.listen.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=config.listen.header_seconds * 1000),
        websockets=False,
        workers=1,
        blocking_threads=config.listen.threads,
        ssl_cert=config.listen.certificate,
        ssl_key=config.listen.key,
        ssl_protocol_min=SSLProtocols.tls13,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        workers_kill_timeout=10,
        log_level=LogLevels.warning,
        log_dictconfig=logging_config(),
    )
    server.serve(target_loader=_worker_loader(config))


def _worker_loader(config: SiteConfig) -> Callable[..., Any]:
    supervisor = os.getpid()

    def load(*_: object, **__: object) -> Any:
        die_with_parent(supervisor)
        application = importlib.import_module(f"tewatashi.{config.role}.wsgi").application
        from tewatashi.sitekit.loops import start_loops

        start_loops(config.data_dir)
        return application

    return load


def _refuse_own_papers(config: SiteConfig) -> None:
    """Before a worker dies of them again and again. The gateway prints no papers, and loads nothing that does."""
    if config.role != "gateway":
        importlib.import_module("tewatashi.sitekit.own_papers").use(config)


def main(arguments: list[str]) -> int:
    """Serve the site of the config named by the first argument."""
    if WITH_PARENT in arguments:
        # For a demonstration and for tests: whoever started the site takes it along, also when killed with -9.
        die_with_parent(os.getppid())
        arguments = [argument for argument in arguments if argument != WITH_PARENT]
    os.umask(0o077)
    try:
        config = load_config(Path(arguments[0]))
        os.environ[CONFIG_VARIABLE] = str(config.file)
        refuse_loose_site(config)
        _refuse_own_papers(config)
    except Refused as refused:
        print(refused, file=sys.stderr)  # noqa: T201 -- the operator's terminal, before any log stands
        return 4
    serve(config)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
