"""`tewatashi due`: what hasn't happened yet at a site and has to, the same list that its first page opens with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from tewatashi.cli.of_site import enter, refusals

OVERDUE: Final = 9
SCHEMA: Final = "tewatashi.due/v1"

app = typer.Typer(add_completion=False)


@app.command()
def due(
    config: Annotated[Path, typer.Argument(help="サイトの site.toml", metavar="SITE_TOML")],
    as_json: Annotated[bool, typer.Option("--json", help="結果を JSON で出す")] = False,
    everything: Annotated[bool, typer.Option("--all", help="相手を待っていることも出す")] = False,
) -> None:
    """まだ行われていないことを、急ぐ順に出す。期限を過ぎたものがあれば、終了コードは 9。

    例: tewatashi due /srv/ward/site.toml --all
    """
    with refusals():
        site = enter(config)
        shown = [line for line in _lines(site.role) if everything or line.due.urgency != "waiting"]
    late = sum(line.due.urgency == "late" for line in shown)
    if as_json:
        print(json.dumps(_report(site.name, shown, late), ensure_ascii=False))
    else:
        _print(shown)
    raise typer.Exit(OVERDUE if late else 0)


def _lines(role: str) -> Sequence[Any]:
    # Only the site's own: the gateway's process must not load what opens parcels.
    match role:
        case "ward":
            from tewatashi.ward import todo as ward

            return ward.lines()
        case "factory":
            from tewatashi.factory import todo as factory

            return factory.lines()
    from tewatashi.gateway import todo as gateway

    return gateway.lines()


def _report(site: str, lines: Sequence[Any], late: int) -> dict[str, Any]:
    from tewatashi.sitekit import clock

    return {
        "schema": SCHEMA, "ok": not late, "site": site, "at": clock.stamp(), "overdue": late,
        "due": [
            {
                "about": line.number, "urgency": line.due.urgency, "text": line.due.text, "who": line.due.whose,
                "by": line.due.by.isoformat() if line.due.by else None, "page": line.due.url,
            }
            for line in lines
        ],
    }  # fmt: skip


def _print(lines: Sequence[Any]) -> None:
    for line in lines:
        print(f"【{line.due.word}】{line.name}: {line.due.text}")
    if not lines:
        print("今、対応が必要なことはありません。")
