"""The same shards on many machines: an existing engine (Dask) carries them, and holds nothing but what age has sealed.

Rules
  - records leave this process sealed to the run's own X25519 key, and files come back sealed to it: a scheduler, a line and
    what a worker spills to its disk see age files only
  - the run's key lives as long as the run, in memory: each worker process makes a key of its own and is given the run's
    sealed to that one
  - between machines the line is TLS with the cluster's own certificates; in the clear a cluster is one machine
  - a worker with another program, form or other fonts is refused: its files would not be those that were approved
docs/adr/0014 says why Dask, and what a cluster has to be trusted with. No site composes so.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from tewatashi.core.age import Identity, Recipient, decrypt
from tewatashi.core.refused import Refused
from tewatashi.press import cluster_worker as worker
from tewatashi.press.records import Shard
from tewatashi.press.workers import Kit, Made, in_order

_A_WORKER: Final = 2  # shards under way: one is made while the next is on its way
_PATIENCE: Final = 5.0  # seconds after which it is asked whether there is any worker left


@dataclass(frozen=True)
class Cluster:
    """A running Dask cluster. address: of its scheduler, `tls://host:port`, or `tcp://` on this machine; ca, certificate, key: PEM
    files for TLS."""

    address: str
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    def __post_init__(self) -> None:
        parts = urlsplit(self.address)
        if parts.scheme == "tls" and self.ca and self.certificate and self.key:
            return
        if parts.scheme != "tcp" or not _is_this_machine(parts.hostname or ""):
            raise Refused(
                "cluster-line", "ほかの機械との間は、証明書のあるTLSで結ばなければなりません。", found=self.address,
                expected="tls://…（CA・証明書・鍵つき）か、この機械の tcp://127.0.0.1:…",
                do="クラスターをTLSで動かし、証明書を指定してください。",
            )  # fmt: skip

    @contextmanager
    def connected(self) -> Iterator[Any]:
        """Dask's client. Refused if the extra isn't installed or nobody answers."""
        if find_spec("distributed") is None:
            raise Refused(
                "cluster-extra", "Dask が入っていません。", do="pip install 'tewatashi[dask]' で入れてください。"
            )
        import dask
        from distributed import Client

        quiet = {"distributed.admin.large-graph-warning-threshold": "1 GiB"}  # a shard is a large argument, on purpose
        with dask.config.set(quiet):
            try:
                client = Client(self.address, security=self._security(), set_as_default=False, timeout=20)
            except (OSError, ValueError):
                raise Refused(
                    "cluster-away", "クラスターのスケジューラーが応答しません。", found=self.address,
                    do="アドレスと証明書を確かめてください。",
                ) from None  # fmt: skip
            with client:
                yield client

    def _security(self) -> Any:
        from distributed.security import Security

        if self.ca is None:
            return Security()
        return Security(
            tls_ca_file=str(self.ca), tls_client_cert=str(self.certificate), tls_client_key=str(self.key),
            require_encryption=True,
        )  # fmt: skip


def compose_on(cluster: Cluster, shards: Iterator[Shard], kit: Kit) -> Iterator[Made]:
    """Each shard's file, in their order, as press.workers gives them. kit.fonts: read here and, at each worker, from the folder
    that its own TEWATASHI_FONTS names."""
    with cluster.connected() as client:
        run = _Run(client, secrets.token_hex(8), Identity.generate(secrets.token_bytes))
        try:
            workers = run.prepare(kit)
            yield from in_order(shards, run.submitted_to(workers), _A_WORKER * len(workers) + 1, kit)
        finally:
            client.run(worker.forget, run.name, on_error="ignore")


@dataclass(frozen=True)
class _Run:
    """client: Dask's; name: tells this run from another one on the same workers; identity: the run's key."""

    client: Any
    name: str
    identity: Identity

    def prepare(self, kit: Kit) -> list[str]:
        """Get every worker ready that there is. Returned: their addresses; workers that come later are not of this run."""
        keys: Mapping[str, str] = self.client.run(worker.introduce, self.name)
        if not keys:
            raise Refused("cluster-empty", "クラスターにワーカーがありません。", do="dask worker を動かしてください。")
        sealed = {address: self._key_for(recipient) for address, recipient in keys.items()}
        towns = kit.towns.read_bytes() if kit.towns else None
        means = worker.Means(_files(kit), towns, kit.copy, proof=kit.proof)
        told = self.client.run(worker.prepare, self.name, sealed, means, workers=list(sealed))
        program = kit.program()
        wanted = worker.told(program.form, program.fonts)
        for address, ready in told.items():
            if ready != wanted:
                raise _other_means(address, ready, wanted)
        return list(told)

    def _key_for(self, recipient: str) -> bytes:
        return worker.seal(str(self.identity).encode(), Recipient.parse(recipient))

    def submitted_to(self, workers: list[str]) -> Callable[[Shard], _Coming]:
        def submit(shard: Shard) -> _Coming:
            sealed = worker.seal(shard.lines, self.identity.recipient)
            future = self.client.submit(
                worker.work, self.name, shard.number, shard.before, sealed, workers=workers, pure=False,
                key=f"tewatashi-{self.name}-{shard.number}",
            )  # fmt: skip
            return _Coming(self, workers, future)

        return submit


@dataclass(frozen=True)
class _Coming:
    """A file that some worker makes."""

    run: _Run
    workers: list[str]
    future: Any

    def result(self) -> Made | None:
        sealed = self._sealed()
        self.future.release()
        if sealed is None:
            return None
        return worker.unpacked(b"".join(decrypt([sealed], self.run.identity)))

    def cancel(self) -> None:
        self.future.cancel()

    def _sealed(self) -> bytes | None:
        from distributed import KilledWorker

        while True:
            try:
                found: bytes | None = self.future.result(timeout=_PATIENCE)
            except TimeoutError:
                if not set(self.workers) & self.run.client.scheduler_info(n_workers=-1)["workers"].keys():
                    raise _lost() from None
            except KilledWorker:
                raise _lost() from None
            else:
                return found


def _files(kit: Kit) -> dict[str, bytes]:
    if kit.gaiji or kit.degrade is not None:
        raise Refused(
            "cluster-characters", "クラスターでは、様式のフォルダにない外字ファイルと縮退表を使えません。",
            found="・".join(path.name for path in (*kit.gaiji, *([kit.degrade] if kit.degrade else []))),
            do="様式のフォルダに入れ、form.toml に書いてください。",
        )  # fmt: skip
    kit.loaded_form()
    return {path.name: path.read_bytes() for path in kit.form.iterdir() if path.is_file()}


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _other_means(address: str, found: str, expected: str) -> Refused:
    return Refused(
        "cluster-differs", f"ワーカー {address} のプログラム・様式・フォントが、ここのものと違います。",
        found=found, expected=expected, do="同じ版の tewatashi と、同じ指定のフォントをワーカーに置いてください。",
        requirement="WORK-2",
    )  # fmt: skip


def _lost() -> Refused:
    return Refused(
        "cluster-lost", "クラスターのワーカーがなくなりました。", do="ワーカーを動かし、もう一度組版してください。"
    )
