"""`tewatashi press`: print files from a form and records in plain files, for dummy data; a site does the same in its vault."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from tewatashi.core.refused import Refused
from tewatashi.press.compose import PIECES_PER_FILE
from tewatashi.press.form import Form
from tewatashi.press.records import Shard, read_lines, shards
from tewatashi.press.workers import Kit, Made, compose_shards
from tewatashi.sitekit.process import die_with_parent

app = typer.Typer(help="様式とデータから印刷ファイルを作る。", no_args_is_help=True, add_completion=False)

REFUSED = 4
GAIJI = "この案件の外字ファイル（TrueType か BDF）。様式のものに加える。何度でも指定できる"
DEGRADE = "区が承認した縮退表（CSV）。様式のものに加える"


@app.callback()
def press() -> None:
    """様式とデータから印刷ファイルを作る。"""


@app.command("compose")
def compose_command(
    form: Annotated[Path, typer.Option(help="様式のフォルダ（form.toml があるところ）")],
    records: Annotated[Path, typer.Option(help="ダミーデータ: CSV（1行目は項目名）か JSON Lines。UTF-8")],
    out: Annotated[Path, typer.Option(help="印刷ファイルを書き出すフォルダ。中身の違うファイルには上書きしない")],
    fonts: Annotated[Path, typer.Option(envvar="TEWATASHI_FONTS", help="指定のフォントのフォルダ")] = Path(
        ".tools/fonts"
    ),
    towns: Annotated[Path | None, typer.Option(help="日本郵便の utf_ken_all.csv（カスタマバーコードに使う）")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="同時に動かすプロセスの数")] = os.cpu_count() or 1,
    pieces: Annotated[int, typer.Option(min=1, help="1ファイルに入れる通数")] = PIECES_PER_FILE,
    copy: Annotated[int, typer.Option(min=0, max=9, help="0 は初めての印刷、1～9 は再作成")] = 0,
    proof: Annotated[
        bool, typer.Option("--proof", help="見本を作る: すべての面に「見本」と印字し、見本の通し番号だけを使う")
    ] = False,
    gaiji: Annotated[list[Path] | None, typer.Option(help=GAIJI)] = None,
    degrade: Annotated[Path | None, typer.Option(help=DEGRADE)] = None,
    dask: Annotated[
        str | None, typer.Option(help="Dask のスケジューラー（tls://ホスト:ポート）。ほかの機械も使って組版する")
    ] = None,
    dask_ca: Annotated[Path | None, typer.Option(help="クラスターのCA証明書（PEM）")] = None,
    dask_certificate: Annotated[Path | None, typer.Option(help="クラスターに示す証明書（PEM）")] = None,
    dask_key: Annotated[Path | None, typer.Option(help="その秘密鍵（PEM）")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="1ファイルごとに1行の JSON を標準出力に出す")] = False,
) -> None:
    """印刷ファイル（PDF）を作る。同じ様式とデータからは、プロセスの数によらず、いつも同じファイルができる。

    例: tewatashi press compose --form tokusoku --records dummy.csv --out print --towns utf_ken_all.csv
    例: tewatashi press compose --form tokusoku --records dummy.csv --out print --dask tcp://127.0.0.1:8786
    """
    with _refusals(as_json=as_json):
        out.mkdir(parents=True, exist_ok=True)
        kit = Kit(form, fonts, towns, copy, proof, tuple(gaiji or ()), degrade)
        loaded = kit.loaded_form()
        lines = _lines(loaded, records, proof=proof)
        made = _made(shards(lines, pieces), kit, jobs, dask, (dask_ca, dask_certificate, dask_key))
        for file, data in made:
            path = out / f"{file.number:06d}.pdf"
            _write(path, data)
            if as_json:
                print(json.dumps({"file": path.name, **asdict(file), "form": loaded.fingerprint}), flush=True)
            else:
                degraded = f"　縮退{file.degraded}通" if file.degraded else ""
                about = (
                    f"{path.name}　{file.pieces}通　{file.pages}ページ　{file.size:,}バイト　{file.sha256}{degraded}"
                )
                print(about, flush=True)


def _made(
    left: Iterator[Shard], kit: Kit, jobs: int, dask: str | None, tls: tuple[Path | None, Path | None, Path | None]
) -> Iterator[Made]:
    if dask is None:
        return compose_shards(left, kit, jobs, born=partial(die_with_parent, os.getpid()))
    from tewatashi.press.cluster import Cluster, compose_on  # the extra, and half a second

    return compose_on(Cluster(dask, *tls), left, kit)


def _lines(form: Form, records: Path, *, proof: bool) -> Iterator[bytes]:
    """In the order of the enclosing plan, where the form has one; a proof has none."""

    def read() -> Iterator[bytes]:
        return read_lines(records, form.items, proof=proof)

    if form.enclosing is None or proof:
        return read()
    from tewatashi.press.planning import lines_in_plan_order  # few forms have a plan

    return lines_in_plan_order(form, read)


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all; a file that an interrupted run left there has the same bytes, and stays."""
    if path.exists():
        if path.read_bytes() == data:
            return
        raise Refused(
            "out-exists", "書出し先に、同じ名前で中身の違うファイルがあります。", found=path.name,
            do="空のフォルダを指定してください。",
        )  # fmt: skip
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.replace(path)


@contextmanager
def _refusals(*, as_json: bool) -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        if as_json:
            print(json.dumps(refused.as_dict(), ensure_ascii=False))
        else:
            print(refused, file=sys.stderr)
        raise typer.Exit(REFUSED) from None
