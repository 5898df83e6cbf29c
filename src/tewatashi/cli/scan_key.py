"""`tewatashi scan-key`: the key that signs reports of residue scans. Made where the auditor keeps it, registered at the ward."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from typing import Annotated

import typer

from tewatashi.cli.of_site import ConfigOption, enter, operator, refusals
from tewatashi.core.refused import Refused
from tewatashi.core.residue_key import ScanKey, read_scan_key, scan_key_name, write_scan_key
from tewatashi.core.signing import SigningKey, VerifyKey
from tewatashi.sitekit.cards import read_card
from tewatashi.sitekit.rights import refuse_loose_file, write_private_file

app = typer.Typer(
    help="残存調査の報告に署名する鍵（調査鍵）を作り、区に登録する。", no_args_is_help=True, add_completion=False
)


@app.command("new")
def new(
    file: Annotated[Path, typer.Argument(help="調査鍵のファイル（新しく作る。権限 0600）")],
    ward: Annotated[Path, typer.Option(help="区のサイトのカード。この区の調査依頼だけを受け付ける")],
    name: Annotated[str, typer.Option(help="調査鍵の名前（例: scan-1）")],
) -> None:
    """調査鍵を作り、区に登録する公開鍵を出す。

    例: tewatashi scan-key new /media/usb/scan-1.key --name scan-1 --ward ward.card
    """
    with refusals():
        scan = ScanKey(SigningKey.generate(scan_key_name(name), secrets.token_bytes), _ward(ward))
        try:
            write_private_file(file, write_scan_key(scan))
        except FileExistsError:
            raise Refused(
                "scan-key-exists", "同じ名前のファイルがあります。", found=file, do="別の名前にしてください。"
            ) from None
        print(scan.key.verify_key)


def _ward(file: Path) -> VerifyKey:
    card = read_card(file.read_bytes())
    if card.role != "ward":
        raise Refused(
            "scan-key-ward", "区のカードではありません。", found=card.role, expected="ward", do="区のカードを指定してください。"
        )  # fmt: skip
    return VerifyKey.parse(card.vkey)


def scan_key_of(file: Path) -> ScanKey:
    """The key in this file. Refused when others could read it, or when it is none."""
    refuse_loose_file(file)
    return read_scan_key(file.read_bytes())


@app.command("add")
def add(key: Annotated[str, typer.Argument(help="scan-key new が出した公開鍵")], config: ConfigOption) -> None:
    """調査鍵を区のサイトに登録する。この鍵で署名された残存調査の報告が受け付けられる。"""
    with refusals():
        _enter_ward(config)
        from tewatashi.ward.scan_keys import add_key

        add_key(VerifyKey.parse(key.strip()), operator=operator())


@app.command("withdraw")
def withdraw(name: Annotated[str, typer.Argument(help="調査鍵の名前")], config: ConfigOption) -> None:
    """調査鍵の登録を取り消す。この鍵で署名された報告は、もう受け付けられない。"""
    with refusals():
        _enter_ward(config)
        from tewatashi.ward.scan_keys import withdraw_key

        withdraw_key(name, operator=operator())


@app.command("list")
def list_keys(config: ConfigOption) -> None:
    """登録された調査鍵の一覧。"""
    with refusals():
        _enter_ward(config)
        from tewatashi.ward.scan_keys import scan_keys

        for one in scan_keys().values():
            sys.stdout.write(f"{one.key}\t{one.added_at}\t{f'取消し {one.withdrawn_at}' if one.withdrawn_at else ''}\n")


def _enter_ward(config: Path) -> None:
    site = enter(config)
    if site.role != "ward":
        raise Refused(
            "scan-key-ward", "調査鍵を登録できるのは、区のサイトです。", found=site.role, expected="ward",
            do="区の site.toml を指定してください。",
        )  # fmt: skip
