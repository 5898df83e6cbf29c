"""`tewatashi residue`: looking for piece ids on a contractor's disks after it has claimed erasure, with no site running.

The ward asks (a request that it signed), the scan answers (a report signed with a scan key that the ward knows).

Everything below a path is read, hidden or not; symbolic links are not followed, because what they name is either below
another path or was not to be scanned. What can't be read is said.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from tewatashi.cli.scan_key import scan_key_of
from tewatashi.core.refused import Refused
from tewatashi.core.residue import (
    Finding,
    IdSet,
    Listing,
    Report,
    Scanned,
    Unread,
    refuse_unscanned,
    report_fields,
    write_report,
)
from tewatashi.core.residue_key import ScanKey
from tewatashi.core.residue_request import Request, read_request
from tewatashi.core.residue_scan import scan
from tewatashi.sitekit import clock

app = typer.Typer(help="消去の後に残ったデータを探す。", no_args_is_help=True, add_completion=False)

REFUSED = 4
FOUND = 5
INCOMPLETE = 9
_CHUNK = 1 << 20
_PROGRAM = f"tewatashi {version('tewatashi')}"


@app.callback()
def residue() -> None:
    """消去の後に残ったデータを探す。"""


@app.command("scan")
def scan_command(
    paths: Annotated[
        list[str],
        typer.Argument(
            help="場所=パス（例: 保管庫=/srv/factory/data）。パスはファイル、フォルダー、ディスクのイメージ、ブロックデバイス。同じパスは何か所にも書ける。依頼の場所でないものはパスだけ"
        ),
    ],
    request: Annotated[Path, typer.Option(help="区の案件の画面から取り出した調査依頼")],
    key: Annotated[Path, typer.Option(help="報告に署名する調査鍵（tewatashi scan-key new で作る）")],
    report: Annotated[Path | None, typer.Option(help="報告の書出し先。すでにあるファイルには書かない")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="報告の内容を標準出力に JSON で出す")] = False,
) -> None:
    """通し番号を、圧縮データや PDF の中、削除された領域まで探し、結果を調査鍵で署名して報告する。

    例: tewatashi residue scan --request R8-0413.scan-request --key scan-1.key --report R8-0413.scan-report 保管庫=/srv/factory 受信箱=/srv/factory 印字室=/var/spool/cups /dev/sdb
    """
    try:
        scan_key = scan_key_of(key)
        asked, ids = _read_request(request, scan_key)
        if not as_json:
            print(f"案件 {asked.job}　依頼 {asked.nonce[:8]}　調べる場所: {'・'.join(asked.places)}")
        roots = roots_of(paths, asked)
        with _new_file(report) as write:
            found = scan_paths(roots, asked, ids, scan_key.key.name)
            data = write_report(found, scan_key.key)
            write(data)
    except Refused as refused:
        if as_json:
            print(json.dumps(refused.as_dict(), ensure_ascii=False))
        print(refused, file=sys.stderr)
        raise typer.Exit(REFUSED) from None
    if as_json:
        print(json.dumps(report_fields(found), ensure_ascii=False))
    else:
        _show(found, data)
    raise typer.Exit(FOUND if found.found else INCOMPLETE if found.unread else 0)


@contextmanager
def _new_file(path: Path | None) -> Iterator[Callable[[bytes], object]]:
    """What writes into the new file, made before hours of scanning and not after; nothing is left of it if they fail."""
    if path is None:
        yield len
        return
    try:
        file = path.open("xb")
    except OSError as error:
        raise Refused(
            "report-file",
            "報告を書き出せません。",
            found=f"{path}: {error.strerror}",
            do="別の名前を指定してください。",
        ) from None
    try:
        with file:
            yield file.write
    except BaseException:
        path.unlink()
        raise


def _read_request(path: Path, key: ScanKey) -> tuple[Request, IdSet]:
    try:
        return read_request(path.read_bytes(), key.ward)
    except OSError as error:
        raise Refused(
            "residue-request", "調査依頼を開けません。", found=error.strerror, do="ファイルを確かめてください。"
        ) from None


def roots_of(arguments: list[str], request: Request) -> dict[Path, tuple[str, ...]]:
    """What to scan, and which places of the request each is: from `place=path`, or a path alone (`=path` where it has a `=`).

    Refused, before hours of scanning, for a place that was not asked for, and when one that was is not among them.
    """
    roots: dict[Path, tuple[str, ...]] = {}
    for argument in arguments:
        place, path = _place_and_path(argument, request)
        roots[Path(path)] = (*roots.get(Path(path), ()), *([place] if place else []))
    refuse_unscanned(request.places, (place for places in roots.values() for place in places))
    return roots


def _place_and_path(argument: str, request: Request) -> tuple[str, str]:
    """The place, or "" for none, and the path. The name of a place may hold a `=` itself."""
    called = {name: place for place in request.places for name in (place, place.partition("/")[2])}
    for name in sorted(called, key=len, reverse=True):
        if argument.startswith(f"{name}="):
            return called[name], argument.removeprefix(f"{name}=")
    name, equals, path = argument.partition("=")
    if not equals or not name:
        return "", path if equals else argument
    raise Refused(
        "residue-place", "調査依頼にない場所です。", found=name, expected="・".join(request.places),
        do="依頼の場所を指定してください。パスに = があるときは「=パス」と書きます。", requirement="CL-11-12",
    )  # fmt: skip


def scan_paths(roots: Mapping[Path, tuple[str, ...]], request: Request, ids: IdSet, scanner: str) -> Report:
    """Scan everything at and below the paths, each with the places that it is, and answer the request."""
    findings, unread, scanned, started = Listing[Finding](), Listing[Unread](), [], clock.stamp()
    for path, places in roots.items():
        read = _Read()
        for one in _scan_path(path, ids, read):
            if isinstance(one, Finding):
                findings.add(one)
            else:
                unread.add(one)
        scanned.append(Scanned(_shown(path), read.files, read.size, places))
    return Report(
        nonce=request.nonce, job=request.job, ids=request.ids, ids_sha256=request.ids_sha256, scanner=scanner,
        computer=platform.node() or "-", scanned=tuple(scanned), found=findings.number, findings=tuple(findings.listed),
        unread=unread.number, not_scanned=tuple(unread.listed), program=_PROGRAM, started=started, ended=clock.stamp(),
    )  # fmt: skip


@dataclass
class _Read:
    """How much of one named path was read so far."""

    files: int = 0
    size: int = 0


def _shown(path: Path) -> str:
    """A path as it stands in a report: what no text or note can hold, as its code."""
    return os.fsencode(path).decode("utf-8", "backslashreplace").replace("\x7f", "\\x7f")


def _scan_path(named: Path, ids: IdSet, read: _Read) -> Iterator[Finding | Unread]:
    """One path that the auditor named, and all below it. Only so named is a device read, or a link said to be unread."""
    waiting = [named]
    while waiting:
        path = waiting.pop()
        shown = _shown(path)
        for hit in scan([os.fsencode(path.name)], ids, shown):
            if isinstance(hit, Finding):
                yield Finding(shown, 0, "name", hit.encoding, hit.piece)
        try:
            mode = path.lstat().st_mode
            if stat.S_ISDIR(mode):
                waiting.extend(sorted(path.iterdir(), reverse=True))
            elif stat.S_ISREG(mode) or (stat.S_ISBLK(mode) and path is named):
                read.files += 1
                yield from scan(_chunks(path, read), ids, shown)
            elif path is named or not stat.S_ISLNK(mode):
                yield Unread(shown, 0, "", "ファイルではありません")
        except OSError as error:
            yield Unread(shown, 0, "", f"読めません: {error.strerror}")


def _chunks(path: Path, read: _Read) -> Iterator[bytes]:
    # A path that became a link or a pipe since it was looked at must neither be followed nor wait for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        while chunk := os.read(descriptor, _CHUNK):
            read.size += len(chunk)
            yield chunk
    finally:
        os.close(descriptor)


def _show(report: Report, data: bytes) -> None:
    for finding in report.findings[:100]:
        inside = f"（{finding.inside} の中）" if finding.inside else ""
        print(f"■ {finding.path} の {finding.offset} バイト目{inside}: {finding.piece}")
    for unread in report.not_scanned[:100]:
        print(f"△ {unread.path} の {unread.offset} バイト目: {unread.reason}")
    for one in report.scanned:
        what = f"（{'・'.join(one.places)}）" if one.places else ""
        print(f"{report.computer} {one.path}{what}: {one.files}ファイル {one.size}バイト")
    print(f"{report.files}ファイル {report.scanned_bytes}バイトを調べました。通し番号 {report.ids}件。")
    print(f"残存 {report.found}件、調べられなかった箇所 {report.unread}件。")
    print(f"署名した調査鍵 {report.scanner}　報告の SHA-256: {hashlib.sha256(data).hexdigest()}")
