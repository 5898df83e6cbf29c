"""`tewatashi site`: making a site, introducing it to the others, starting it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from tewatashi.cli.of_site import ConfigOption, enter, refusals
from tewatashi.sitekit.cards import add_peer, own_card, read_card, write_card
from tewatashi.sitekit.config import load_config
from tewatashi.sitekit.roles import ROLES, Role, is_role
from tewatashi.sitekit.setup import NewSite, make_site
from tewatashi.sitekit.startcheck import refuse_loose_site

app = typer.Typer(help="サイトを作り、相手を登録し、起動する。", no_args_is_help=True, add_completion=False)


def _role(value: str) -> Role:
    if not is_role(value):
        raise typer.BadParameter(f"{value}（{'・'.join(ROLES)} のどれか）")
    return value


@app.command("init")
def init(
    folder: Annotated[Path, typer.Argument(help="サイトを置くフォルダー（新しく作る）")],
    role: Annotated[str, typer.Option(help="ward（区）・gateway（中継）・factory（委託先）", callback=_role)],
    name: Annotated[str, typer.Option(help="サイトの名前（例: ward.example.lg.jp）")],
    host: Annotated[str, typer.Option(help="接続を受けるアドレス")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="接続を受けるポート")] = 443,
    url: Annotated[str, typer.Option(help="相手から見た住所（省けば https://<host>:<port>）")] = "",
    database: Annotated[str, typer.Option(help="sqlite、または postgresql://利用者@/データベース")] = "sqlite",
    network: Annotated[
        list[str] | None, typer.Option(help="接続を受ける相手のアドレスの範囲（CIDR）。繰り返せる")
    ] = None,
) -> None:
    """サイトのフォルダーを作る: 設定、鍵、証明書、データベース。

    例: tewatashi site init /srv/ward --role ward --name ward.example.lg.jp --host 10.1.2.3
    """
    with refusals():
        assert is_role(role)
        new = NewSite(role, name, host, port, database, url, networks=tuple(network or ()))
        site = make_site(folder, new)
        migrate(site.file)
        print(site.file)


@app.command("migrate")
def migrate(config: ConfigOption) -> None:
    """データベースの表を作る、または新しい版に合わせる。"""
    with refusals():
        enter(config)
        from django.core.management import call_command

        call_command("migrate", verbosity=0)


@app.command("card")
def card(config: ConfigOption) -> None:
    """このサイトのカード（公開の鍵と証明書）を出す。相手の運用者に手渡し、指紋を電話で読み合わせる。"""
    with refusals():
        own = own_card(load_config(config))
        sys.stdout.buffer.write(write_card(own))
        print(f"指紋: {own.fingerprint}", file=sys.stderr)


@app.command("add-peer")
def add_peer_command(
    file: Annotated[Path, typer.Argument(help="相手のサイトのカード")],
    config: ConfigOption,
    fingerprint: Annotated[str, typer.Option(help="電話で読み合わせた指紋（8組の英数字）")],
) -> None:
    """相手のサイトを登録する。指紋が違うカードは受け付けない。"""
    with refusals():
        peer = read_card(file.read_bytes())
        if peer.fingerprint.split() != fingerprint.lower().split():
            print(f"指紋が違います（実際: {peer.fingerprint}）。カードを受け取り直してください。", file=sys.stderr)
            raise typer.Exit(5)
        add_peer(load_config(config), peer)


@app.command("check")
def check(config: ConfigOption) -> None:
    """起動の前に確かめること（設定、鍵とデータの権限、自作の書面の様式）を確かめる。"""
    with refusals():
        site = load_config(config)
        refuse_loose_site(site)
        if site.role != "gateway":
            from tewatashi.sitekit import own_papers

            own_papers.use(site)
        print(f"{site.role} {site.name} {site.url}")


@app.command("serve")
def serve(config: ConfigOption) -> None:
    """サイトを起動する。SIGTERM か Ctrl+C で終わる。"""
    with refusals():
        refuse_loose_site(load_config(config))
    # A fresh program: the gateway's process must never have loaded the code that seals and opens parcels.
    os.execv(sys.executable, [sys.executable, "-m", "tewatashi.sitekit.serve", str(config)])  # noqa: S606 -- ourselves
