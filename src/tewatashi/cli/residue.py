"""`tewatashi residue`: looking for piece ids on a contractor's disks after it has claimed erasure, with no site running.

Everything below a path is read, hidden or not; symbolic links are not followed, because what they name is either below
another path or was not to be scanned. What can't be read is said.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated

import typer

from tewatashi.core.refused import Refused
from tewatashi.core.residue import MOST_LISTED, Finding, IdSet, Report, Unread, write_report
from tewatashi.core.residue_scan import scan

app = typer.Typer(help="消去の後に残ったデータを探す。", no_args_is_help=True)

REFUSED = 4
FOUND = 5
INCOMPLETE = 9
_CHUNK = 1 << 20
_JAPAN = timezone(timedelta(hours=9), "JST")


@app.callback()
def residue() -> None:
    """消去の後に残ったデータを探す。"""


@app.command("scan")
def scan_command(
    paths: Annotated[list[Path], typer.Argument(help="ファイル、フォルダー、ディスクのイメージ、ブロックデバイス")],
    ids: Annotated[Path, typer.Option(help="案件の通し番号の一覧（1行に1件）")],
    report: Annotated[Path | None, typer.Option(help="報告の書出し先。すでにあるファイルには書かない")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="報告を標準出力に JSON で出す")] = False,
) -> None:
    """通し番号を、圧縮データや PDF の中、削除された領域まで探す。

    例: tewatashi residue scan --ids R8-0413.ids --report R8-0413.json /srv /dev/sdb
    """
    try:
        found = scan_paths(paths, _read_ids(ids))
        data = write_report(found)
        if report is not None:
            with report.open("xb") as file:
                file.write(data)
    except Refused as refused:
        if as_json:
            print(json.dumps(refused.as_dict(), ensure_ascii=False))
        print(refused, file=sys.stderr)
        raise typer.Exit(REFUSED) from None
    except FileExistsError:
        print(f"同じ名前のファイルがあります: {report}", file=sys.stderr)
        raise typer.Exit(REFUSED) from None
    if as_json:
        sys.stdout.write(data.decode())
    else:
        _show(found, data)
    raise typer.Exit(FOUND if found.found else INCOMPLETE if found.unread else 0)


def scan_paths(paths: list[Path], ids: IdSet) -> Report:
    """Scan everything at and below the paths."""
    scanned, started = _Scanned(), _now()
    for path in paths:
        for one in _scan_path(path, ids, scanned):
            scanned.note(one)
    return Report(
        ids=len(ids.ids), ids_sha256=ids.sha256, files=scanned.files, scanned_bytes=scanned.size,
        found=scanned.found, findings=tuple(scanned.findings), unread=scanned.unread,
        not_scanned=tuple(scanned.not_scanned), started=started, ended=_now(),
    )  # fmt: skip


@dataclass
class _Scanned:
    """What was scanned so far."""

    files: int = 0
    size: int = 0
    found: int = 0
    unread: int = 0
    findings: list[Finding] = field(default_factory=list)
    not_scanned: list[Unread] = field(default_factory=list)

    def note(self, one: Finding | Unread) -> None:
        if isinstance(one, Finding):
            self.found += 1
            if self.found <= MOST_LISTED:
                self.findings.append(one)
        else:
            self.unread += 1
            if self.unread <= MOST_LISTED:
                self.not_scanned.append(one)


def _scan_path(named: Path, ids: IdSet, scanned: _Scanned) -> Iterator[Finding | Unread]:
    """One path that the auditor named, and all below it. Only so named is a device read, or a link said to be unread."""
    waiting = [named]
    while waiting:
        path = waiting.pop()
        shown = os.fsencode(path).decode("utf-8", "backslashreplace")
        for hit in scan([os.fsencode(path.name)], ids, shown):
            if isinstance(hit, Finding):
                yield Finding(shown, 0, "name", hit.encoding, hit.piece)
        try:
            mode = path.lstat().st_mode
            if stat.S_ISDIR(mode):
                waiting.extend(sorted(path.iterdir(), reverse=True))
            elif stat.S_ISREG(mode) or (stat.S_ISBLK(mode) and path is named):
                scanned.files += 1
                yield from scan(_chunks(path, scanned), ids, shown)
            elif path is named or not stat.S_ISLNK(mode):
                yield Unread(shown, 0, "", "ファイルではありません")
        except OSError as error:
            yield Unread(shown, 0, "", f"読めません: {error.strerror}")


def _chunks(path: Path, scanned: _Scanned) -> Iterator[bytes]:
    # A path that became a link or a pipe since it was looked at must neither be followed nor wait for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        while chunk := os.read(descriptor, _CHUNK):
            scanned.size += len(chunk)
            yield chunk
    finally:
        os.close(descriptor)


def _read_ids(path: Path) -> IdSet:
    try:
        return IdSet.read(path.read_bytes())
    except OSError as error:
        raise Refused(
            "ids", "通し番号の一覧を開けません。", found=error.strerror, do="ファイルを確かめてください。"
        ) from None


def _show(report: Report, data: bytes) -> None:
    for finding in report.findings[:100]:
        inside = f"（{finding.inside} の中）" if finding.inside else ""
        print(f"■ {finding.path} の {finding.offset} バイト目{inside}: {finding.piece}")
    for unread in report.not_scanned[:100]:
        print(f"△ {unread.path} の {unread.offset} バイト目: {unread.reason}")
    print(f"{report.files}ファイル {report.scanned_bytes}バイトを調べました。通し番号 {report.ids}件。")
    print(f"残存 {report.found}件、調べられなかった箇所 {report.unread}件。")
    print(f"報告の SHA-256: {hashlib.sha256(data).hexdigest()}")


def _now() -> str:
    return datetime.now(_JAPAN).isoformat(timespec="seconds")
