"""`tewatashi medium`: burning a disc and reading it back, and verifying one, with no site running. docs/spec/disc.md"""

from __future__ import annotations

import hashlib
import json
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated, BinaryIO, Final

import typer

from tewatashi.carriers.disc import checked
from tewatashi.carriers.disc_reader import Disc, open_disc
from tewatashi.cli.drive import Drive
from tewatashi.core.acts import text
from tewatashi.core.cover import claimed_cover, read_cover
from tewatashi.core.refused import Refused
from tewatashi.core.signing import VerifyKey

app = typer.Typer(help="データ媒体を作り、検証する。", no_args_is_help=True, add_completion=False)

NOT_FOUND: Final = 3
REFUSED: Final = 4
NOT_VERIFIED: Final = 5
_CODES: Final = {
    "drive": NOT_FOUND,
    "drive-program": NOT_FOUND,
    "medium-missing": NOT_FOUND,
    "medium-other": NOT_VERIFIED,
}
_CHUNK: Final = 1 << 20
_JAPAN: Final = timezone(timedelta(hours=9), "JST")


@app.command("burn")
def burn_command(
    image: Annotated[Path, typer.Argument(help="媒体のイメージ")],
    drive: Annotated[str, typer.Option(help="書込み装置（/dev/sr0）。試すときは stdio:/ファイル")],
    serial: Annotated[str | None, typer.Option(help="媒体の内周に印字された番号")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="結果を JSON で出す")] = False,
) -> None:
    """未使用の媒体に書き込み、読み直して、1バイトずつイメージと比べる。

    例: tewatashi medium burn R8-0413-M01.iso --drive /dev/sr0 --serial 5108BA123456
    """
    with _answer("tewatashi.medium-burn/v1", REFUSED, as_json=as_json):
        report = burn(image, Drive(drive), serial)
        if as_json:
            print(json.dumps(report, ensure_ascii=False))
        else:
            print(f"媒体 {report['medium']} を作り、読み直して、イメージと同じことを確かめました。")
            print(f"イメージの SHA-256: {report['sha256']}")


@app.command("verify")
def verify_command(
    source: Annotated[Path, typer.Argument(help="イメージのファイル、装置（/dev/sr0）、または媒体が見えるフォルダー")],
    cover: Annotated[Path | None, typer.Option(help="媒体にあるはずの送付票")] = None,
    vkey: Annotated[str | None, typer.Option(help="送り手の公開鍵（名前+番号+鍵）")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="結果を JSON で出す")] = False,
) -> None:
    """媒体の内容が、その送付票のとおりか確かめる。何も書かず、パスワードも要らない。

    例: tewatashi medium verify /dev/sr0 --vkey ward.example+13b9e7dd+AZlpbEvv4P…
    """
    with _answer("tewatashi.medium-verify/v1", NOT_VERIFIED, as_json=as_json):
        report = verify(source, cover, vkey)
        if as_json:
            print(json.dumps(report, ensure_ascii=False))
        else:
            _show(report)


def burn(image: Path, drive: Drive, serial: str | None) -> dict[str, object]:
    """Burn an image of ours and read the disc back. Refused before anything is written unless image and blank are fit."""
    if serial is not None and not text(serial):
        raise Refused("serial", "媒体の印字番号として読めません。", do="1行の文字で入力してください。")
    started = _now()
    report = verify(image, None, None)
    length = report["length"]
    if not isinstance(length, int) or not image.is_file():
        raise Refused(
            "medium-image",
            "媒体のイメージのファイルではありません。",
            do="区のサイトで作ったイメージを指定してください。",
        )
    blank = drive.refuse_unless_blank(length)
    drive.burn(image)
    _refuse_different(image, drive.device, length)
    return report | {
        "schema": "tewatashi.medium-burn/v1", "drive": drive.address,
        "blank": asdict(blank), "serial": serial, "started": started, "ended": _now(),
    }  # fmt: skip


def verify(source: Path, cover: Path | None, vkey: str | None) -> dict[str, object]:
    """What is on the disc, all of it read and compared. Refused when it is not what it should be."""
    if not source.exists():
        raise Refused("medium-missing", "ファイルか装置が見つかりません。", found=source, do="名前を確かめてください。")
    known = VerifyKey.parse(vkey) if vkey is not None else None
    expected = _read(cover) if cover is not None else None
    with open_disc(source) as disc:
        if expected not in {None, disc.note}:
            raise Refused("medium-cover", "別の送付票の媒体です。", do="媒体の番号を確かめてください。")
        said = read_cover(disc.note, [known]) if known else claimed_cover(disc.note)
        _refuse_misnamed(disc, said.parcel)
        for _ in checked(said, disc.chunks()):
            pass
    image = disc.image
    if image is not None:
        _refuse_longer(source, image.length)
    return {
        "schema": "tewatashi.medium-verify/v1", "ok": True, "medium": disc.number,
        "made": disc.made.isoformat() if disc.made else None, "length": image.length if image else None,
        "sha256": image.sha256 if image else None, "parcel": said.parcel, "parcel_size": said.size,
        "parcel_sha256": said.sha256, "cover_sha256": hashlib.sha256(disc.note).hexdigest(), "job": said.job,
        "letters": len(disc.letters), "signed_by": said.sender if known else None,
    }  # fmt: skip


def _refuse_misnamed(disc: Disc, parcel: str) -> None:
    if disc.parcel != parcel:
        raise Refused(
            "medium-cover", "送付票は、別の送付データのものです。", found=disc.parcel[:8], expected=parcel[:8],
            do="媒体を使わずに保管し、送り手に確かめてください。",
        )  # fmt: skip


def _refuse_longer(source: Path, length: int) -> None:
    """A file ends with the image; a drive gives what it likes behind it."""
    found = source.stat()
    if stat.S_ISREG(found.st_mode) and found.st_size != length and not _only_zeros(source, length):
        raise Refused(
            "medium-other", "イメージの後ろに、余分なデータがあります。", found=f"{found.st_size:,}バイト",
            expected=f"{length:,}バイト", do="イメージを使わずに保管し、送り手に確かめてください。",
        )  # fmt: skip


def _only_zeros(source: Path, start: int) -> bool:
    with source.open("rb") as file:
        file.seek(start)
        return all(chunk.count(0) == len(chunk) for chunk in _chunks(file))


def _refuse_different(image: Path, device: Path, length: int) -> None:
    """Compare every byte of the disc with the image's."""
    try:
        with image.open("rb") as expected, device.open("rb", buffering=0) as found:
            for chunk in _chunks(expected):
                if _exactly(found, len(chunk)) != chunk:
                    raise _other()
            if expected.tell() < length:
                raise _other()
    except OSError as error:
        raise _other(error.strerror) from None


def _exactly(file: BinaryIO, size: int) -> bytes:
    parts = []
    while size and (part := file.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _other(found: str | None = None) -> Refused:
    return Refused(
        "medium-other", "書き込んだ媒体が、イメージと違います。", found=found,
        do="媒体を入れ直して medium verify で確かめ、それでも違えば裁断して、新しい媒体でやり直してください。",
    )  # fmt: skip


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(
            "cover", "送付票を開けません。", found=error.strerror, do="ファイルを確かめてください。"
        ) from None


@contextmanager
def _answer(schema: str, code: int, *, as_json: bool) -> Iterator[None]:
    """A refusal ends the command: in words on stderr, with --json as an object on stdout as well."""
    try:
        yield
    except Refused as refused:
        if as_json:
            print(json.dumps({"schema": schema, "ok": False, "refused": refused.as_dict()}, ensure_ascii=False))
        print(refused, file=sys.stderr)
        raise typer.Exit(_CODES.get(refused.code, code)) from None


def _show(report: dict[str, object]) -> None:
    print(f"媒体 {report['medium']}（{report['made'] or 'フォルダーとして読取り'}）案件 {report['job']}")
    print(f"送付データ {report['parcel']} {report['parcel_size']}バイト SHA-256 {report['parcel_sha256']}")
    if report["sha256"]:
        print(f"イメージ {report['length']}バイト SHA-256 {report['sha256']}")
    signer = report["signed_by"]
    print(
        f"送付票は {signer} が署名しました。" if signer else "送付票の署名は確かめていません（--vkey で確かめます）。"
    )
    print("内容は送付票のとおりです。")


def _now() -> str:
    return datetime.now(_JAPAN).isoformat(timespec="seconds")
