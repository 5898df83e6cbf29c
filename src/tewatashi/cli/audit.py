"""`tewatashi audit`: writing the safeguards of a contract out for an auditor, and verifying such a bundle with no site running."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from tewatashi.cli.of_site import REFUSED, ConfigOption, enter, refusals
from tewatashi.core.audit_bundle import Bundle, read_bundle
from tewatashi.core.audit_check import read_other, verify
from tewatashi.core.ledger import entry_number
from tewatashi.core.ledger_check import Finding
from tewatashi.core.ledger_export import MAX_LINE
from tewatashi.core.refused import Refused
from tewatashi.core.signing import VerifyKey
from tewatashi.sitekit.shipped_safeguards import shipped_safeguards

app = typer.Typer(help="安全管理措置の状況を書き出し、検証する。", no_args_is_help=True, add_completion=False)

NOT_FOUND = 3
NOT_VERIFIED = 5
SCHEMA = "tewatashi.audit-verify/v1"
STATES = {"kept": "✓ 守られている", "not-due": "○ まだ時期でない", "missing": "▲ 不足", "breached": "■ 違反"}


@app.command("verify")
def verify_command(
    bundle: Annotated[Path, typer.Argument(help="検証する束")],
    against: Annotated[Path | None, typer.Option(help="相手の拠点の束か、台帳の書出し")] = None,
    vkey: Annotated[list[str] | None, typer.Option(help="別の道で受け取った拠点の公開鍵（名前+番号+鍵）")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="結果を JSON で出す")] = False,
) -> None:
    """署名、台帳への包含、行の欠け、状態の導出を、拠点につながずに調べる。

    例: tewatashi audit verify R8-1-2026.audit --against factory.ledger
    """
    try:
        trusted = [VerifyKey.parse(text) for text in vkey or []]
        read = read_bundle(_lines(bundle))
        other = read_other(_lines(against)) if against else None
        findings = verify(read, shipped_safeguards(), other, trusted)
    except FileNotFoundError as error:
        missing = Refused("export-file", "ファイルがありません。", found=error.filename, do="名前を確かめてください。")
        _show_refused(missing, as_json=as_json)
        raise typer.Exit(NOT_FOUND) from None
    except Refused as refused:
        _show_refused(refused, as_json=as_json)
        raise typer.Exit(NOT_VERIFIED) from None
    ok = not any(finding.grave for finding in findings)
    if as_json:
        print(json.dumps(_report(read, findings, ok=ok), ensure_ascii=False))
    else:
        _show(read, findings, ok=ok)
    raise typer.Exit(0 if ok else NOT_VERIFIED)


@app.command("export")
def export_command(
    contract: Annotated[str, typer.Argument(help="契約の番号")],
    year: Annotated[int, typer.Argument(help="年度（西暦。4月から3月まで）", min=2000, max=2999)],
    config: ConfigOption,
    out: Annotated[Path, typer.Option(help="書出し先。すでにあるファイルには書かない")],
) -> None:
    """契約の安全管理措置の状況を、証拠とともに署名した一つのファイルに書き出す。

    例: tewatashi audit export R8-1 2026 --config ward/site.toml --out R8-1-2026.audit
    """
    with refusals():
        enter(config)
        from tewatashi.sitekit.safeguards import bundle_of

        data = bundle_of(contract, year)
    try:
        with out.open("xb") as file:
            file.write(data)
    except FileExistsError:
        print(f"同じ名前のファイルがあります: {out}", file=sys.stderr)
        raise typer.Exit(REFUSED) from None


def _lines(path: Path) -> list[bytes]:
    """The file's lines, none longer than one that is refused: a file without line feeds must not fill the memory."""
    with path.open("rb") as file:
        return list(iter(lambda: file.readline(MAX_LINE + 1), b""))


def _report(bundle: Bundle, findings: Sequence[Finding], *, ok: bool) -> dict[str, object]:
    header = bundle.header
    return {
        "schema": SCHEMA, "ok": ok, "origin": header.origin, "vkey": header.vkey, "contract": header.contract,
        "year": header.year, "as_of": header.as_of, "entries": header.entries,
        "safeguards": {claim["id"]: claim["state"] for claim in bundle.claims},
        "findings": [asdict(finding) for finding in findings],
    }  # fmt: skip


def _show(bundle: Bundle, findings: Sequence[Finding], *, ok: bool) -> None:
    header = bundle.header
    print(f"契約 {header.contract}　{header.year}年度　{header.as_of} まで　台帳の行 {header.entries}")
    print(f"{header.origin} の公開鍵 {header.vkey}")
    states = Counter(claim["state"] for claim in bundle.claims)
    print("　".join(f"{words} {states[state]}" for state, words in STATES.items()))
    for claim in bundle.claims:
        if claim["state"] in ("missing", "breached"):
            print(f"{STATES[claim['state']]} {claim['id']}")
    for finding in findings:
        where = "" if finding.index is None else f" {entry_number(finding.index)}行目"
        print(f"{'■' if finding.grave else '△'} {finding.ledger}{where}: {finding.text} [{finding.code}]")
    print("検証できました。" if ok else "検証できません。束を保全し、書き出した拠点の責任者に知らせてください。")


def _show_refused(refused: Refused, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"schema": SCHEMA, "ok": False, "refused": refused.as_dict()}, ensure_ascii=False))
    print(refused, file=sys.stderr)
