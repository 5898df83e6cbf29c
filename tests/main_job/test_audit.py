"""After the main job on three real sites: what ward and factory give an auditor agrees, and a lie in it is found."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tewatashi.cli.audit import app
from tewatashi.core.audit_bundle import Bundle, read_bundle, write_bundle
from tewatashi.core.preparation import fiscal_year
from tewatashi.sitekit import clock
from tewatashi.sitekit.config import load_config
from tewatashi.sitekit.keys import note_key

RUN = CliRunner()


@dataclass(frozen=True)
class Files:
    """What the two sites wrote out, and the ward's folder."""

    ward: Path
    factory: Path
    factory_ledger: Path
    ward_ledger: Path
    config: Path

    def lie(self, change: Callable[[Bundle], Bundle]) -> Path:
        """The ward's bundle as its owner changes it, sealed with the ward's own key."""
        file = self.ward.with_name("lie.audit")
        bundle = change(read_bundle(self.ward.read_bytes().splitlines(keepends=True)))
        file.write_bytes(b"".join(write_bundle(bundle, note_key(load_config(self.config)))))
        return file


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The main job done once, all sites ended, and both sides' files written by the command."""
    folder = tmp_path_factory.mktemp("audit")
    demo = [
        sys.executable,
        "-m",
        "tewatashi.demo",
        "--once",
        "--json",
        "--households",
        "5",
        "--folder",
        str(folder / "run"),
    ]
    outcome = json.loads(subprocess.run(demo, stdout=subprocess.PIPE, check=True).stdout)
    assert outcome["ok"]
    contract, year = "R8-1", str(fiscal_year(clock.now().date()))
    for site in ("ward", "factory"):
        config = str(folder / "run" / site / "site.toml")
        for words in (["audit", "export", contract, year], ["ledger", "export"]):
            out = str(folder / f"{site}.{words[0]}")
            subprocess.run(
                [sys.executable, "-m", "tewatashi.cli.main", *words, "--config", config, "--out", out], check=True
            )
    return Files(
        folder / "ward.audit", folder / "factory.audit", folder / "factory.ledger", folder / "ward.ledger",
        folder / "run" / "ward" / "site.toml",
    )  # fmt: skip


def verified(*words: object) -> tuple[int, dict[str, Any], list[str]]:
    result = RUN.invoke(app, ["verify", *map(str, words), "--json"])
    answer = json.loads(result.stdout)
    return result.exit_code, answer, [one["code"] for one in answer["findings"] if one["grave"]]


@pytest.mark.requirement("CL-14")
@pytest.mark.requirement("CL-11-12")
def test_both_sides_bundles_verify_and_agree(files: Files) -> None:
    for mine, others in (
        (files.ward, (files.factory, files.factory_ledger, files.ward_ledger)),
        (files.factory, (files.ward, files.ward_ledger, files.factory_ledger)),
    ):
        assert verified(mine)[::2] == (0, [])
        for other in others:
            assert verified(mine, "--against", other)[::2] == (0, [])


@pytest.mark.requirement("CL-14")
def test_after_the_whole_job_nothing_is_missing_and_nothing_is_broken(files: Files) -> None:
    for file in (files.ward, files.factory):
        states = verified(file)[1]["safeguards"]
        assert set(states.values()) == {"kept", "not-due"}
        assert {name for name, state in states.items() if state == "not-due"} <= {
            "WARD-CD-1", "WARD-CD-2", "WARD-CD-3", "WARD-CD-4", "WARD-CD-5", "FAC-CD-1", "FAC-CD-2", "FAC-CD-3", "FAC-CD-4", "FAC-LG-3",
        }  # fmt: skip


def test_an_entry_that_the_ward_leaves_out_is_named(files: Files) -> None:
    def without_the_opening(bundle: Bundle) -> Bundle:
        kept = tuple(one for one in bundle.entries if one.entry.kind != "parcel-opened")
        return replace(bundle, header=replace(bundle.header, entries=len(kept)), entries=kept)

    code, _, found = verified(files.lie(without_the_opening))
    assert (code, set(found)) == (5, {"left-out", "not-allowed"})
    code, _, found = verified(files.lie(without_the_opening), "--against", files.factory)
    assert "letter-missing" in found


def test_a_state_that_the_ward_only_claims_is_named(files: Files) -> None:
    def all_kept(bundle: Bundle) -> Bundle:
        return replace(bundle, claims=tuple({**one, "state": "kept"} for one in bundle.claims))

    code, answer, found = verified(files.lie(all_kept))
    assert (code, set(found)) == (5, {"state-differs"})
    assert any("WARD-CD-1" in one["text"] for one in answer["findings"])


def test_an_entry_that_the_ward_rewrites_is_named(files: Files) -> None:
    def by_another(bundle: Bundle) -> Bundle:
        changed = tuple(
            replace(one, entry=replace(one.entry, by="watanabe")) if one.entry.kind == "delivery-confirmed" else one
            for one in bundle.entries
        )
        return replace(bundle, entries=changed)

    assert verified(files.lie(by_another))[2] == ["not-in-tree"]
