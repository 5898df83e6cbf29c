"""`tewatashi press plan`: the enclosing plan of a form's records in plain files, for dummy data; a site does the same in its vault."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Annotated, Final

import typer

from tewatashi.cli.press import REFUSED
from tewatashi.core.pieceid import check_piece_id
from tewatashi.core.plan import Plan, without
from tewatashi.core.plan_counts import PlanCounts, counts_of
from tewatashi.core.plan_lists import all_lists
from tewatashi.core.plan_profile import read_profile
from tewatashi.core.refused import Refused
from tewatashi.press.formfile import load_form
from tewatashi.press.planning import plan_of
from tewatashi.press.records import pieces_of, read_lines, shards

_TOGETHER: Final = 1000
_MACHINE: Final = "machine.txt"


def plan_command(
    form: Annotated[Path, typer.Option(help="様式のフォルダ（form.toml があり、[plan] があるところ）")],
    records: Annotated[Path, typer.Option(help="ダミーデータ: CSV（1行目は項目名）か JSON Lines。UTF-8")],
    out: Annotated[Path, typer.Option(help="一覧を書き出すフォルダ。同じ名前のファイルには上書きする")],
    withdraw: Annotated[Path | None, typer.Option(help="引き抜く通し番号の一覧。1行に1つ")] = None,
    profile: Annotated[
        Path | None, typer.Option(help=f"封入機のプロファイル（TOML）。その形式でも書き出す（{_MACHINE}）")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="件数を JSON で標準出力に出す")] = False,
) -> None:
    """封入計画を作る: どの通知をどの封筒・どの箱に入れ、何を同封し、どの郵便区分で出すか。

    例: tewatashi press plan --form shikaku --records dummy.csv --out plan --withdraw hikinuki.txt
    """
    try:
        machine = read_profile(_bytes(profile)) if profile else None
        loaded = load_form(form)
        pieces = chain.from_iterable(map(pieces_of, shards(read_lines(records, loaded.items), _TOGETHER)))
        plan = plan_of(loaded, pieces)
        if withdraw:
            plan = without(plan, _withdrawn(withdraw, plan))
        files = all_lists(plan)
        _write(out, {**files, _MACHINE: machine.write(plan)} if machine else files)
    except Refused as refused:
        if as_json:
            print(json.dumps(refused.as_dict(), ensure_ascii=False))
        else:
            print(refused, file=sys.stderr)
        raise typer.Exit(REFUSED) from None
    _show(counts_of(plan), as_json=as_json)


def _withdrawn(file: Path, plan: Plan) -> frozenset[str]:
    """Every line is a piece of these records: what would be passed over in silence would be sent."""
    asked = frozenset(check_piece_id(line.strip()) for line in _text(file).splitlines() if line.strip())
    known = {piece.decode() for piece in plan.pieces.ids.tolist()}
    if strange := sorted(asked - known):
        raise Refused(
            "plan-withdraw", "引抜きの一覧に、このデータにない通し番号があります。", found=f"{len(strange)}件（{strange[0]} など）",
            do="一覧とデータの組み合わせを確かめてください。",
        )  # fmt: skip
    return asked


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise Refused(
            "plan-file", "ファイルを読めません。", found=file.name, do="ファイルの場所を確かめてください。"
        ) from None


def _text(file: Path) -> str:
    try:
        return _bytes(file).decode("ascii")
    except UnicodeDecodeError:
        raise Refused(
            "plan-withdraw", "引抜きの一覧に数字でないものがあります。", found=file.name, expected="1行に20桁の通し番号",
            do="一覧を確かめてください。",
        ) from None  # fmt: skip


def _write(out: Path, files: Mapping[str, Iterable[bytes]]) -> None:
    """Each whole under its name, or as it was."""
    out.mkdir(parents=True, exist_ok=True)
    for name, chunks in files.items():
        part = out / f"{name}.part"
        with part.open("wb") as file:
            file.writelines(chunks)
        part.replace(out / name)


def _show(counts: PlanCounts, *, as_json: bool) -> None:
    if as_json:
        print(
            json.dumps(
                {"schema": "tewatashi.plan-counts/v1", **counts.as_dict(), "yen": counts.yen}, ensure_ascii=False
            )
        )
        return
    for line in _lines(counts):
        print(line)


def _lines(counts: PlanCounts) -> Iterator[str]:
    yield f"封筒{counts.envelopes:,}通　通し番号{counts.pieces:,}　用紙{counts.sheets:,}枚　箱{len(counts.boxes):,}箱　料金の表 {counts.rates}"
    for lot in counts.lots:
        price = "局に確認" if lot.yen is None else f"{lot.yen:,}円"
        yield f"{lot.handling}・{lot.area}・{lot.postal_class}　{lot.envelopes:,}通　{lot.boxes}箱　{lot.discount or '割引なし'}　{price}"
    for each in counts.materials:
        yield f"{each.title}（{each.code}）　{each.needed:,}＋予備{each.spare:,}"
