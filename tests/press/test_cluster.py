"""Shards on a real cluster: a scheduler and two worker processes, which see sealed bytes and give the bytes that one process gives."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.press.residents import FONTS, SHORT, pieces
from tests.press.test_workers import MANY, composed, kit, lines, refusal_of
from tewatashi.cli.main import app
from tewatashi.core.age import Identity, Recipient, decrypt
from tewatashi.core.refused import Refused
from tewatashi.press import cluster_worker
from tewatashi.press.cluster import Cluster, compose_on
from tewatashi.press.records import shards
from tewatashi.press.workers import Kit, Made

distributed = pytest.importorskip("distributed", reason="the extra tewatashi[dask] is not installed")
__all__ = ["kit"]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """On this machine, without a page of its own; its workers are started anew, and have no more than their environment."""
    import dask

    quiet = {
        "distributed.nanny.pre-spawn-environ": {"TEWATASHI_FONTS": str(FONTS)},
        "distributed.admin.system-monitor.disk": False,
        "distributed.logging": {"distributed": "error"},
    }
    with (
        dask.config.set(quiet),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=logging.ERROR,
            local_directory=str(tmp_path_factory.mktemp("dask")),
        ) as running,
    ):  # fmt: skip
        yield running


def made_on(cluster: Any, kit: Kit, records: list[tuple[str, list[str]]], size: int = 2) -> list[Made]:
    return list(compose_on(Cluster(cluster.scheduler_address), shards(lines(records), size), kit))


def test_two_machines_give_the_bytes_that_one_process_gives(cluster: Any, kit: Kit) -> None:
    assert made_on(cluster, kit, MANY) == composed(MANY, kit, 1)


def test_a_refusal_from_a_cluster_names_what_is_wrong(cluster: Any, kit: Kit) -> None:
    bad = pieces([SHORT, SHORT, SHORT | {"世帯主氏名": "\ue000"}, SHORT, SHORT | {"方書": "\ue001"}])
    refusal = refusal_of(lambda: made_on(cluster, kit, bad))
    assert (refusal.code, refusal.found) == ("glyph-missing", "U+E000、U+E001")


def test_what_dask_carries_is_sealed_and_its_workers_keep_no_key(cluster: Any, kit: Kit, monkeypatch: Any) -> None:
    """Every argument and every result that crosses, as Dask has it: age files without a word of a record or of a PDF."""
    seen: list[bytes] = []
    submit, result = distributed.Client.submit, distributed.Future.result

    def submitted(client: Any, work: Any, *given: Any, **how: Any) -> Any:
        seen.extend(each for each in given if isinstance(each, bytes))
        return submit(client, work, *given, **how)

    def resulted(future: Any, *given: Any, **how: Any) -> Any:
        found = result(future, *given, **how)
        seen.append(found)
        return found

    monkeypatch.setattr(distributed.Client, "submit", submitted)
    monkeypatch.setattr(distributed.Future, "result", resulted)
    assert len(made_on(cluster, kit, MANY)) == 3
    assert len(seen) == 6
    assert all(each.startswith(b"age-encryption.org/v1\n-> X25519 ") for each in seen)
    words = [MANY[0][0].encode(), *(value.encode() for value in MANY[0][1] if len(value) > 3), b"%PDF"]
    assert not [word for word in words for each in seen if word in each]
    with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
        assert set(client.run(_keys_held).values()) == {0}


def _keys_held() -> int:
    return len(cluster_worker._own) + len(cluster_worker._ready)


def test_workers_with_other_fonts_are_refused(cluster: Any, kit: Kit, tmp_path: Path) -> None:
    with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
        client.run(_use_fonts, str(tmp_path))
        assert refusal_of(lambda: made_on(cluster, kit, MANY)).code == "cluster-differs"
        client.run(_use_fonts, str(FONTS))


def _use_fonts(folder: str) -> None:
    import os

    os.environ["TEWATASHI_FONTS"] = folder


def test_the_command_gives_the_same_files_with_a_cluster(cluster: Any, kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "records.jsonl").write_bytes(b"".join(lines(MANY)))

    def written(name: str, *more: str) -> dict[str, bytes]:
        options = ["--form", kit.form, "--records", tmp_path / "records.jsonl", "--out", tmp_path / name, "--pieces", 3]
        options += ["--fonts", kit.fonts, "--towns", kit.towns, *more]
        done = CliRunner().invoke(app, ["press", "compose", *map(str, options)])
        assert done.exit_code == 0, done.stderr
        return {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}

    assert written("cluster", "--dask", cluster.scheduler_address) == written("alone", "--jobs", "1")


def test_a_jobs_own_characters_have_to_be_in_the_forms_folder(cluster: Any, kit: Kit) -> None:
    refusal = refusal_of(lambda: made_on(cluster, replace(kit, degrade=Path("table.csv")), MANY))
    assert (refusal.code, refusal.found) == ("cluster-characters", "table.csv")


@pytest.mark.parametrize(
    "address", ["tcp://10.1.2.3:8786", "tls://10.1.2.3:8786", "10.1.2.3:8786", "tcp://press.test:8786"]
)
def test_a_line_to_another_machine_is_encrypted_or_refused(address: str) -> None:
    with pytest.raises(Refused) as refused:
        Cluster(address)
    assert refused.value.code == "cluster-line"


def test_a_line_to_another_machine_needs_the_clusters_own_certificates(tmp_path: Path) -> None:
    pem = tmp_path / "x.pem"
    assert Cluster("tls://10.1.2.3:8786", pem, pem, pem)


def test_the_runs_key_reaches_a_worker_sealed_to_the_workers_own() -> None:
    own = Recipient.parse(cluster_worker.introduce("a run"))
    run = Identity.generate(lambda size: bytes(range(size)))
    sealed = cluster_worker.seal(str(run).encode(), own)
    assert str(run).encode() not in sealed
    assert b"".join(decrypt([sealed], cluster_worker._own["a run"])) == str(run).encode()
    cluster_worker.forget("a run")
    assert "a run" not in cluster_worker._own


def test_a_failure_at_a_worker_tells_its_kind_alone() -> None:
    with pytest.raises(cluster_worker.WorkFailedError) as failed:
        cluster_worker.work("no such run", 1, 0, b"")
    assert str(failed.value) == "KeyError"
    assert failed.value.__cause__ is None


def test_a_form_that_has_to_be_another_one_is_refused_before_anything_is_sent(cluster: Any, kit: Kit) -> None:
    assert refusal_of(lambda: made_on(cluster, replace(kit, fingerprint="ab" * 32), MANY)).code == "form-changing"
