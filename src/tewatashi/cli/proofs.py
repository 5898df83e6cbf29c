"""`tewatashi press proofread`: finished print files read page by page against form and records, in plain files, for dummy data."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from tewatashi.cli.press import DEGRADE, GAIJI, REFUSED
from tewatashi.core.refused import Refused
from tewatashi.press.formfile import load_form
from tewatashi.press.planning import in_plan_order, plan_of
from tewatashi.proofs.proofread import Piece, Report
from tewatashi.proofs.records import read_records
from tewatashi.proofs.workers import Kit, proofread_files, read_file
from tewatashi.sitekit.process import die_with_parent

WRONG = 5
_SHOWN = 20  # findings in words; --json gives more


def proofread_command(
    files: Annotated[list[Path], typer.Argument(help="印刷ファイル（PDF）。作られた順に")],
    form: Annotated[Path, typer.Option(help="様式のフォルダ（form.toml があるところ）")],
    records: Annotated[Path, typer.Option(help="印刷に使ったデータ: CSV（1行目は項目名）か JSON Lines。UTF-8")],
    towns: Annotated[
        Path | None, typer.Option(help="日本郵便の utf_ken_all.csv（カスタマバーコードを確かめる）")
    ] = None,
    copy: Annotated[int, typer.Option(min=0, max=9, help="0 は初めての印刷、1～9 は再作成")] = 0,
    sample: Annotated[int, typer.Option(min=0, help="実際の解像度で描いて確かめる、無作為に選ぶ通数")] = 5,
    gaiji: Annotated[list[Path] | None, typer.Option(help=GAIJI)] = None,
    degrade: Annotated[Path | None, typer.Option(help=DEGRADE)] = None,
    jobs: Annotated[int, typer.Option(min=1, help="同時に動かすプロセスの数")] = os.cpu_count() or 1,
    as_json: Annotated[bool, typer.Option("--json", help="結果を JSON で標準出力に出す")] = False,
) -> None:
    """すべてのページを、組版とは別のプログラムで読み、様式・データと比べる。一つでも違えば終了コード5。

    例: tewatashi press proofread --form tokusoku --records dummy.csv print/*.pdf
    """
    try:
        kit = Kit(form, towns, copy, sample, tuple(map(_own, gaiji or ())), _own(degrade) if degrade else None)
        born = partial(die_with_parent, os.getpid())
        report = proofread_files(files, partial(_pieces, form, records), kit, jobs, born=born)
    except Refused as refused:
        print(
            json.dumps({"schema": "tewatashi.proof/v1", "ok": False, **refused.as_dict()}, ensure_ascii=False)
        ) if as_json else None
        print(refused, file=sys.stderr)
        raise typer.Exit(REFUSED) from None
    _show(report, as_json=as_json)
    if not report.fine:
        raise typer.Exit(WRONG)


def _pieces(form: Path, records: Path) -> Iterator[Piece]:
    """As they were composed: in the plan's order, where the form has one, with what their sheets tell an inserter."""
    loaded = load_form(form)

    def read() -> Iterator[Piece]:
        return read_records(records, loaded.items)

    return read() if loaded.enclosing is None else in_plan_order(loaded, plan_of(loaded, read()), read)


def _own(path: Path) -> tuple[str, bytes]:
    return path.name, read_file(path, "form-missing")


def _show(report: Report, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(report.as_dict(), ensure_ascii=False))
        return
    print(
        f"{report.files}ファイル　{report.pieces}通　{report.pages}ページ　コード{report.codes}個　描画{report.drawn}面"
    )
    for sign, row in report.own.as_dict(report.degraded)["degraded"].items():
        print(f"縮退: {sign} を {row['to']} で印字　{row['pieces']}通")
    for finding in report.findings.kept[:_SHOWN]:
        print(finding)
    print("すべて一致しました。" if report.fine else f"不一致が{report.findings.total}件あります。印刷できません。")
