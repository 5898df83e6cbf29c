"""`tewatashi ledger`: writing a site's ledger out, and verifying such a file with no site running."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from tewatashi.core.ledger import entry_number
from tewatashi.core.ledger_check import Finding, verify
from tewatashi.core.ledger_export import MAX_LINE, Export, read_export
from tewatashi.core.refused import Refused
from tewatashi.core.signing import VerifyKey

app = typer.Typer(help="台帳を書き出し、検証する。", no_args_is_help=True, add_completion=False)

REFUSED = 4
NOT_VERIFIED = 5
SCHEMA = "tewatashi.ledger-verify/v1"


@app.command("verify")
def verify_command(
    export: Annotated[Path, typer.Argument(help="検証する台帳の書出し")],
    against: Annotated[Path | None, typer.Option(help="相手の拠点の台帳の書出し")] = None,
    vkey: Annotated[list[str] | None, typer.Option(help="別の道で受け取った拠点の公開鍵（名前+番号+鍵）")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="結果を JSON で出す")] = False,
) -> None:
    """台帳の書換え・並べ替え・切詰め・分岐・日付の偽りと、双方の手紙の食違いを調べる。

    例: tewatashi ledger verify factory.ledger --against ward.ledger
    """
    try:
        trusted = [VerifyKey.parse(text) for text in vkey or []]
        files = [file for file in (export, against) if file is not None]
        read = [_read(file) for file in files]
        findings = verify(read[0], read[1] if against else None, trusted)
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
    config: Annotated[Path, typer.Option(help="サイトの site.toml")],
    out: Annotated[Path | None, typer.Option(help="書出し先（省けば標準出力）。すでにあるファイルには書かない")] = None,
) -> None:
    """サイトの台帳を、持っている検証点とともに一つのファイルに書き出す。

    例: tewatashi ledger export --config ward/site.toml --out ward.ledger
    """
    try:
        size = _export(config, out)
    except Refused as refused:
        print(refused, file=sys.stderr)
        raise typer.Exit(REFUSED) from None
    except FileExistsError:
        print(f"同じ名前のファイルがあります: {out}", file=sys.stderr)
        raise typer.Exit(REFUSED) from None
    print(f"{size}行を書き出しました。", file=sys.stderr)


def _export(config: Path, out: Path | None) -> int:
    # Django is loaded for this one command only: verifying needs neither it nor a site.
    import django

    from tewatashi.sitekit.config import CONFIG_VARIABLE, load_config

    os.umask(0o077)  # SQLite makes files beside the database, as private as it is
    site = load_config(config)
    os.environ[CONFIG_VARIABLE] = str(site.file)
    os.environ["DJANGO_SETTINGS_MODULE"] = f"tewatashi.{site.role}.settings"
    django.setup()
    from tewatashi.sitekit.export import write_export

    if out is None:
        return write_export(sys.stdout.buffer.write)
    with out.open("xb") as file:
        return write_export(file.write)


def _read(path: Path) -> Export:
    try:
        with path.open("rb") as file:
            return read_export(_lines(file))
    except OSError as error:
        raise Refused(
            "export-file", "書出しを開けません。", found=f"{path}: {error.strerror}", do="ファイルを確かめてください。"
        ) from None


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Lines no longer than one that is refused: a file without line feeds must not fill the memory."""
    while line := file.readline(MAX_LINE + 1):
        yield line


def _report(exports: list[Export], findings: list[Finding], *, ok: bool) -> dict[str, object]:
    ledgers = [
        {"origin": one.header.origin, "vkey": one.header.vkey, "at": one.header.at, "entries": one.header.size}
        for one in exports
    ]
    return {"schema": SCHEMA, "ok": ok, "ledgers": ledgers, "findings": [asdict(finding) for finding in findings]}


def _show(exports: list[Export], findings: list[Finding], *, ok: bool) -> None:
    for one in exports:
        print(f"{one.header.origin}: {one.header.size}行（書出し {one.header.at}）")
        print(f"  公開鍵 {one.header.vkey}")
    for finding in findings:
        where = "" if finding.index is None else f" {entry_number(finding.index)}行目"
        print(f"{'■' if finding.grave else '△'} {finding.ledger}{where}: {finding.text} [{finding.code}]")
    print("検証できました。" if ok else "検証できません。両方の書出しを保全し、責任者に知らせてください。")


def _show_refused(refused: Refused, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"schema": SCHEMA, "ok": False, "refused": refused.as_dict()}, ensure_ascii=False))
    print(refused, file=sys.stderr)
