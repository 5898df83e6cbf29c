"""`tewatashi form`: looking at a form before any data is printed with it, on plain files and with no site running."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from tewatashi.core.pieceid import proof_piece_id
from tewatashi.core.refused import Refused
from tewatashi.press.acroform import read_acroform
from tewatashi.press.codes.towns import Towns
from tewatashi.press.compose import PrintFile, compose
from tewatashi.press.draft import item_name, write_draft
from tewatashi.press.fonts import load_fonts
from tewatashi.press.form import Characters, Form
from tewatashi.press.formfile import load_form
from tewatashi.press.pdfme import read_pdfme
from tewatashi.press.proof import compile_proof
from tewatashi.press.samples import load_samples

app = typer.Typer(help="様式を確かめる。", no_args_is_help=True, add_completion=False)

REFUSED = 4


@app.callback()
def form() -> None:
    """様式を確かめる。"""


@app.command("check")
def check_command(
    form: Annotated[Path, typer.Option(help="様式のフォルダ（form.toml のある所）")],
    as_json: Annotated[bool, typer.Option("--json", help="結果を JSON で出す")] = False,
) -> None:
    """様式を読み、誤りがあれば行と文字の位置を示す。

    例: tewatashi form check --form forms/tokusoku
    """
    with_refusals(lambda: _show(_about(load_form(form)), as_json=as_json), as_json=as_json)


@app.command("preview")
def preview_command(
    form: Annotated[Path, typer.Option(help="様式のフォルダ（form.toml と sample.toml のある所）")],
    out: Annotated[Path, typer.Option(help="書出し先の PDF。同じ名前のファイルは置き換える")],
    fonts: Annotated[Path, typer.Option(envvar="TEWATASHI_FONTS", help="指定のフォントのフォルダ")],
    worst: Annotated[bool, typer.Option("--worst", help="最長の氏名と住所、最大の金額、最多の行で作る")] = False,
    towns: Annotated[
        Path | None, typer.Option(help="日本郵便の utf_ken_all.csv。省けばカスタマバーコードを印字しない")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="結果を JSON で出す")] = False,
) -> None:
    """様式を見本のデータで PDF にする。すべての面に「見本」と印字する。

    例: tewatashi form preview --form forms/tokusoku --worst --out preview.pdf
    """

    def act() -> None:
        loaded = load_form(form)
        file = _preview(loaded, form, out, fonts, _towns(towns), worst=worst)
        _show(_about(loaded) | {"pages": file.pages, "bytes": file.size, "sha256": file.sha256}, as_json=as_json)
        if file.uncoded and not as_json:
            print("カスタマバーコードは印字していません。", file=sys.stderr)

    with_refusals(act, as_json=as_json)


@app.command("import")
def import_command(
    source: Annotated[Path, typer.Argument(help="pdfme のテンプレート（.json）か、入力欄のある PDF")],
    out: Annotated[Path, typer.Option(help="作る様式のフォルダ。すでにあるフォルダには書かない")],
    duplex: Annotated[bool, typer.Option("--duplex", help="2頁を1枚の表と裏にする")] = False,
) -> None:
    """ほかの道具で描いた様式を取り込み、直すところがあれば示す。

    例: tewatashi form import notice.json --out forms/notice
    """

    def act() -> None:
        read = read_pdfme if source.suffix.lower() == ".json" else read_acroform
        draft = read(_bytes_of(source), item_name(out.name))
        if out.exists():
            raise Refused(
                "form-exists", "同じ名前のフォルダがあります。", found=out.name, do="別の名前にしてください。"
            )
        write_draft(draft, out, duplex=duplex)
        for line in draft.skipped:
            print(f"取り込めなかったもの: {line}", file=sys.stderr)
        _show(_about(load_form(out)), as_json=False)

    with_refusals(act, as_json=False)


def _bytes_of(source: Path) -> bytes:
    try:
        return source.read_bytes()
    except OSError:
        raise Refused(
            "form-missing", "ファイルを読めません。", found=source.name, do="ファイルの名前を確かめてください。"
        ) from None


def with_refusals(act: Callable[[], None], *, as_json: bool) -> None:
    """Does it; a refusal is shown, and ends the command with REFUSED."""
    try:
        act()
    except Refused as refused:
        if as_json:
            print(json.dumps({"refused": {"code": refused.code, "says": str(refused)}}, ensure_ascii=False))
        else:
            print(refused, file=sys.stderr)
        raise typer.Exit(REFUSED) from None


def _preview(form: Form, folder: Path, out: Path, fonts: Path, towns: Towns, *, worst: bool) -> PrintFile:
    samples = load_samples(folder, form)
    program = compile_proof(form, load_fonts(fonts), towns)
    chunks: list[bytes] = []
    values = samples.worst if worst else samples.usual
    [file] = compose([(proof_piece_id(1), values)], program, lambda _: chunks.append)
    out.write_bytes(b"".join(chunks))
    return file


def _towns(file: Path | None) -> Towns:
    if file is None:
        return Towns([])
    with file.open(encoding="utf-8", newline="") as lines:
        return Towns.from_ken_all(lines)


def _about(form: Form) -> dict[str, object]:
    return {
        "form": form.name, "title": form.title, "items": len(form.items), "sheets": len(form.sheets),
        "fingerprint": form.fingerprint, **_characters(form.characters),
    }  # fmt: skip


def _characters(own: Characters) -> dict[str, object]:
    fonts = {"gaiji": {font.key: font.digest for font in own.fonts}} if own.fonts else {}
    return {**fonts, **({"degraded": len(own.degraded)} if own.degraded else {})}


_TITLES = {
    "form": "様式", "title": "表題", "items": "項目の数", "sheets": "用紙（最多）", "fingerprint": "指紋", "pages": "面",
    "bytes": "バイト", "sha256": "SHA-256", "gaiji": "外字ファイル", "degraded": "縮退する文字",
}  # fmt: skip


def _show(about: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"schema": "tewatashi.form-about/v1", **about}, ensure_ascii=False))
        return
    for key, value in about.items():
        print(f"{_TITLES[key]}: {value}")
