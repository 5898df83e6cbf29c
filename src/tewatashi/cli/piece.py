"""`tewatashi piece`: one piece followed through its job, as its ward or its factory knows it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from tewatashi.cli.of_site import ConfigOption, enter, refusals
from tewatashi.core.refused import Refused

if TYPE_CHECKING:
    from tewatashi.sitekit.piece_page import Followed

_LONGEST: Final = 200  # characters of a number, however it was typed

app = typer.Typer(help="1通を、抽出データから消去までたどる。", no_args_is_help=True, add_completion=False)


@app.callback()
def piece() -> None:
    """So that the noun has a verb, though there is one."""


@app.command("follow")
def follow(
    job: Annotated[str, typer.Argument(help="案件の番号", metavar="JOB")],
    config: ConfigOption,
    by: Annotated[
        Literal["piece", "notice", "record"],
        typer.Option(
            help="何からたどるか: piece（通し番号かシートの印）、notice（通知書番号）、record（抽出データの何件目か）。後の2つは区だけ"
        ),
    ] = "piece",
    as_json: Annotated[bool, typer.Option("--json", help="結果を JSON で出す")] = False,
) -> None:
    """標準入力の番号の1通について、どの工程をいつ、誰が行い、今どうなったかを出す。

    番号は引数にしない（プロセスの一覧やシェルの履歴に残るため）。
    例: tewatashi piece follow R8-0001 --config /srv/factory/site.toml < number.txt
    """
    with refusals():
        found = _follower(enter(config).role)(job, by, _number())
        from tewatashi.sitekit.piece_page import words_of

        for line in [json.dumps(found.as_dict(), ensure_ascii=False)] if as_json else words_of(found):
            print(line)


def _number() -> str:
    if sys.stdin.isatty():
        print("番号: ", end="", file=sys.stderr, flush=True)
    typed = sys.stdin.readline(_LONGEST).strip()
    if not typed:
        raise Refused("piece-number", "番号がありません。", do="標準入力に、番号を1行で渡してください。")
    return typed


def _follower(role: str) -> Callable[[str, str, str], Followed]:
    # Only the site's own: the gateway's process must not load what opens parcels.
    match role:
        case "ward":
            from tewatashi.ward import following as ward

            return ward.follow
        case "factory":
            from tewatashi.factory import following as factory

            return factory.follow
    raise Refused(
        "piece-site", "中継は、通し番号を知りません。", found=role, expected="ward・factory", do="区か委託先のサイトで行ってください。",
        requirement="CONN-1",
    )  # fmt: skip
