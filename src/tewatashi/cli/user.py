"""`tewatashi user` and `tewatashi computer`: who may log in, and from which computers."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from tewatashi.cli.of_site import ConfigOption, enter, operator, refusals

app = typer.Typer(help="利用者を登録・再発行・停止する。", no_args_is_help=True)
computers = typer.Typer(help="個人情報を扱えるコンピュータを登録する。", no_args_is_help=True)

UserArgument = Annotated[str, typer.Argument(help="ユーザーID")]


@app.command("add")
def add(
    username: UserArgument,
    config: ConfigOption,
    name: Annotated[str, typer.Option(help="氏名")],
    employer: Annotated[str, typer.Option(help="所属")],
    role: Annotated[list[str], typer.Option(help="役割。繰り返せる（区: manager・clerk・auditor など）")],
) -> None:
    """利用者を登録し、初期パスワードを一度だけ表示する。認証アプリは最初のログインで登録する。"""
    with refusals():
        enter(config)
        from tewatashi.sitekit.accounts.service import add_user

        given = add_user(username, display_name=name, employer=employer, roles=role, operator=operator())
        _show(given.address, given.username, given.password)


@app.command("reset")
def reset(username: UserArgument, config: ConfigOption) -> None:
    """初期パスワードを出し直す。認証アプリの登録とログイン中の画面は無効になる。"""
    with refusals():
        enter(config)
        from tewatashi.sitekit.accounts.service import reset_user

        given = reset_user(username, operator=operator())
        _show(given.address, given.username, given.password)


@app.command("disable")
def disable(username: UserArgument, config: ConfigOption) -> None:
    """利用者を停止する。台帳に名前が残るため、削除はできない。"""
    with refusals():
        enter(config)
        from tewatashi.sitekit.accounts.service import disable_user

        disable_user(username, operator=operator())


@app.command("list")
def list_users(
    config: ConfigOption, as_json: Annotated[bool, typer.Option("--json", help="JSON で出す")] = False
) -> None:
    """利用者の一覧。"""
    with refusals():
        enter(config)
        from tewatashi.sitekit.models import User

        rows = [
            {"id": u.pk, "name": u.display_name, "employer": u.employer, "roles": u.roles, "active": u.is_active}
            for u in User.objects.order_by("pk")
        ]
    if as_json:
        print(json.dumps({"schema": "tewatashi.users/v1", "ok": True, "users": rows}, ensure_ascii=False))
        return
    for row in rows:
        print(
            f"{row['id']}\t{row['name']}\t{row['employer']}\t{'・'.join(row['roles'])}\t{'' if row['active'] else '停止'}"
        )


@computers.command("add")
def add_computer(name: Annotated[str, typer.Argument(help="コンピュータ名")], config: ConfigOption) -> None:
    """コンピュータの登録コードを出す。24時間以内に、そのコンピュータの画面で一度だけ入力する。"""
    with refusals():
        enter(config)
        from tewatashi.sitekit.computers import offer_code

        print(offer_code(name, operator=operator()))


@computers.command("add-machine")
def add_machine(
    name: Annotated[str, typer.Argument(help="機械の名前")],
    config: ConfigOption,
    answers: Annotated[str, typer.Option(help="この機械に責任を持つ人のユーザーID。記録はこの人の名で残る")],
) -> None:
    """封入機など、人が前にいない機械を登録し、その鍵を一度だけ表示する。もう一度行うと前の鍵は無効になる。"""
    with refusals():
        enter(config)
        from tewatashi.sitekit.machines import admit

        print(admit(name, answers, operator=operator()))


@computers.command("withdraw")
def withdraw_computer(name: Annotated[str, typer.Argument(help="コンピュータ名")], config: ConfigOption) -> None:
    """コンピュータか機械の登録を取り消す。"""
    with refusals():
        enter(config)
        from tewatashi.sitekit.computers import withdraw

        withdraw(name, operator=operator())


def _show(address: str, username: str, password: str) -> None:
    print(f"住所\t{address}\nユーザーID\t{username}\n初期パスワード\t{password}")
