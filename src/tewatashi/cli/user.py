"""`tewatashi user` and `tewatashi computer`: who may log in, and from which computers."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tewatashi.cli.of_site import ConfigOption, enter, operator, refusals

if TYPE_CHECKING:
    from tewatashi.sitekit.accounts.service import Credentials
    from tewatashi.sitekit.config import SiteConfig

app = typer.Typer(help="利用者を登録・再発行・停止する。", no_args_is_help=True, add_completion=False)
computers = typer.Typer(help="個人情報を扱えるコンピュータを登録する。", no_args_is_help=True, add_completion=False)

UserArgument = Annotated[str, typer.Argument(help="ユーザーID")]


NoticeOption = Annotated[
    Path | None,
    typer.Option(help="初期パスワードを表示せず、専用ページ利用通知書（PDF）としてこのファイルに一度だけ書く"),
]
RouteOption = Annotated[str, typer.Option(help="通知書の渡し方: hand（手渡し）か registered-mail（簡易書留）")]
TrackingOption = Annotated[str, typer.Option(help="簡易書留の引受番号")]
ContractOption = Annotated[str, typer.Option(help="通知書に書く契約の番号")]


@app.command("add")
def add(
    username: UserArgument,
    config: ConfigOption,
    name: Annotated[str, typer.Option(help="氏名")],
    employer: Annotated[str, typer.Option(help="所属")],
    role: Annotated[list[str], typer.Option(help="役割。繰り返せる（区: manager・clerk・auditor など）")],
    notice: NoticeOption = None,
    route: RouteOption = "",
    tracking: TrackingOption = "",
    contract: ContractOption = "",
) -> None:
    """利用者を登録し、初期パスワードを一度だけ表示するか、通知書に書く。認証アプリは最初のログインで登録する。"""
    with refusals():
        site = enter(config)
        from tewatashi.sitekit.accounts.service import add_user

        make = partial(add_user, username, display_name=name, employer=employer, roles=role, operator=operator())
        _give(make, site, notice, (route, tracking, contract))


@app.command("reset")
def reset(
    username: UserArgument,
    config: ConfigOption,
    notice: NoticeOption = None,
    route: RouteOption = "",
    tracking: TrackingOption = "",
    contract: ContractOption = "",
) -> None:
    """初期パスワードを出し直す。認証アプリの登録とログイン中の画面は無効になる。"""
    with refusals():
        site = enter(config)
        from tewatashi.sitekit.accounts.service import reset_user

        _give(partial(reset_user, username, operator=operator()), site, notice, (route, tracking, contract))


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


def _give(make: Callable[[], Credentials], site: SiteConfig, notice: Path | None, way: tuple[str, str, str]) -> None:
    """On the terminal, or on paper alone."""
    if notice is None:
        given = make()
        print(f"住所\t{given.address}\nユーザーID\t{given.username}\n初期パスワード\t{given.password}")
        return
    from tewatashi.cli.login_notice import Way, issue

    number = issue(make, Way(notice, *way), site=site, operator=operator())
    print(f"専用ページ利用通知書\t{number}\t{notice}")
