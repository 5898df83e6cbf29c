"""What came of the job: the counts at every step, where each copy was, the ledgers held against each other, the files."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import Any, Final

from tewatashi.core.ledger_check import Finding, verify
from tewatashi.core.ledger_export import Export, read_export
from tewatashi.demo.sites import Sites
from tewatashi.demo.staff import patiently
from tewatashi.demo.walk import MainJob
from tewatashi.sitekit.roles import SITE_TITLES, Role

_STEPS: Final = (
    ("extract", "抽出"), ("composed", "組版"), ("printed", "印字"), ("enclosed", "封入"), ("withdrawn", "引抜き"),
    ("spoiled", "破損・再作成"), ("delivered", "納品"),
)  # fmt: skip
_PAIRS: Final[tuple[tuple[Role, Role], ...]] = (("ward", "factory"), ("factory", "ward"), ("gateway", "ward"))


@dataclass(frozen=True)
class Outcome:
    """counts in pieces; things of all sites, alive or ended; findings of the ledgers, empty when they agree."""

    ok: bool
    job: str
    counts: dict[str, int]
    live_copies: int
    things: list[dict[str, Any]]
    ledgers_agree: bool
    findings: list[str]
    seconds: dict[str, float]
    artifacts: list[str]

    def as_dict(self) -> dict[str, Any]:
        """As `--json` prints it."""
        return {"schema": "tewatashi.run/v1", **asdict(self)}


def outcome_of(job: MainJob, sites: Sites) -> Outcome:
    """Ask both sides, export the ledgers, and judge."""
    ward, factory = job.staff.sato.state(job.number), job.staff.takahashi.state(job.number)
    counts = {name: ward["counts"][name] for name, _ in _STEPS}
    alive = [thing for thing in ward["things"] if thing["alive"]]
    findings = _compare(sites)
    agree = (
        ward["closed"] and not ward["alarms"] and not factory["alarms"]
        and counts == {name: factory["counts"][name] for name, _ in _STEPS}
        and job.households == counts["extract"] == counts["composed"] == counts["printed"]
        and counts["extract"] == counts["enclosed"] + counts["withdrawn"]
        and counts["enclosed"] == counts["delivered"]
        and counts["withdrawn"] == len(job.withdraw)
    )  # fmt: skip
    return Outcome(
        ok=agree and not alive and not findings, job=job.number, counts=counts, live_copies=len(alive),
        things=ward["things"], ledgers_agree=not findings, findings=findings, seconds=job.seconds,
        artifacts=[str(path) for path in sorted(job.paper.glob("*.pdf"))],
    )  # fmt: skip


def _compare(sites: Sites) -> list[str]:
    """What speaks against the ledgers, alone and in pairs; waits until no letter is under way."""
    found: list[str] = []

    def quiet() -> bool:
        nonlocal found
        exports = {role: _export(sites, role) for role in sites.sites}
        findings: list[Finding] = []
        for one, other in (pair for pair in _PAIRS if exports.keys() >= set(pair)):
            findings += verify(exports[one], exports[other])
        found = [f"{finding.ledger}: {finding.text}" for finding in findings]
        return not findings

    try:
        patiently("台帳が一致する", quiet, patience=120)
    except Exception:  # noqa: BLE001 -- what speaks against them is the answer
        return found or ["台帳を書き出せませんでした。"]
    return found


def _export(sites: Sites, role: Role) -> Export:
    command = [
        sys.executable,
        "-m",
        "tewatashi.cli.main",
        "ledger",
        "export",
        "--config",
        str(sites.sites[role].config.file),
    ]
    done = subprocess.run(command, capture_output=True, check=True)
    return read_export(done.stdout.splitlines(keepends=True))


def show(outcome: Outcome, sites: Sites) -> str:
    """The outcome as people read it."""
    lines = ["", f"案件 {outcome.job} の結果: {'すべて一致しました' if outcome.ok else '一致しません'}", ""]
    lines += [f"  {words:　<8}{outcome.counts[name]:>10,}通" for name, words in _STEPS]
    lines += ["", f"  残っている複製 {outcome.live_copies}件"]
    lines += [f"    {_thing(thing)}" for thing in outcome.things]
    lines += ["", f"  台帳の検証（区・中継・委託先を互いに）: {'一致' if outcome.ledgers_agree else '不一致'}"]
    lines += [f"    {finding}" for finding in outcome.findings]
    lines += ["", "  作られたPDF（紙の代わり）", *(f"    {path}" for path in outcome.artifacts)]
    lines += ["", "  工程ごとの秒数", *(f"    {name}　{seconds}" for name, seconds in outcome.seconds.items())]
    lines += ["", "  画面", *_logins(sites)]
    return "\n".join(lines)


def _thing(thing: dict[str, Any]) -> str:
    site: Role = thing["site"]
    now = "あり" if thing["alive"] else f"終わり（{thing['how']}）"
    return f"{SITE_TITLES[site]}　{thing['what']}　{thing['quantity']:,}　{now}"


def _logins(sites: Sites) -> list[str]:
    lines = []
    for role, site in sites.sites.items():
        lines.append(f"    {SITE_TITLES[role]}　{site.config.url}")
        if site.spare_code is not None:
            lines.append(f"      このコンピュータの登録: {site.config.url}/computer　コード {site.spare_code}")
        lines += [
            f"      {name}　パスワード {one.password}　認証アプリの鍵 {one.totp_secret}"
            for name, one in site.papers.items()
        ]
    return lines
