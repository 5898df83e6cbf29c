"""What a form says of characters, and what it comes to beside the pinned fonts: own 外字 fonts, and approved 縮退.

    [characters]
    fonts = [{ file = "gaiji.ttf", sha256 = "…" }]
    degrade = "shukutai.csv"

Both are files of the form's folder, so they are part of its fingerprint. Schema: docs/spec/characters.md.

Rules
  a style's fonts come first; then the own ones, in their order, whatever the style
  縮退 is for what no font has: a row for a character that any of the fonts has is refused, and so is one that leads to
  a character that none has
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from tewatashi.core.refused import Refused
from tewatashi.press.degrade import merged, read_degraded
from tewatashi.press.fonts import FontSet
from tewatashi.press.form import Characters, Form
from tewatashi.press.gaiji import read_gaiji
from tewatashi.press.setting import describe
from tewatashi.press.toml import Table

_MOST_FONTS: Final = 8


def read_characters(table: Table, read_file: Callable[[str], bytes]) -> Characters:
    """The table [characters] of a form.toml."""
    fonts = []
    for font in table.tables("fonts", required=False):
        file, sha256 = font.text("file"), font.text("sha256")
        font.close()
        fonts.append(read_gaiji(read_file(file), file, sha256))
    if len(fonts) > _MOST_FONTS:
        raise table.refused("fonts", "外字ファイルが多すぎます。", found=len(fonts), expected=f"{_MOST_FONTS}以下")
    file = table.text("degrade") if "degrade" in table else ""
    table.close()
    return Characters(tuple(fonts), read_degraded(read_file(file), file) if file else ())


def add_characters(form: Form, gaiji: Iterable[Path], degrade: Path | None) -> Form:
    """The form with further 外字 files and a further table of a job, which its fingerprint then covers."""
    fonts = [read_gaiji(_bytes(path), path.name) for path in gaiji]
    if not fonts and degrade is None:
        return form
    table = _bytes(degrade) if degrade else b""
    rows = read_degraded(table, degrade.name) if degrade else ()
    own = form.characters
    digests = [*(font.digest for font in fonts), hashlib.sha256(table).hexdigest()]
    return replace(
        form, characters=Characters((*own.fonts, *fonts), (*own.degraded, *rows)),
        fingerprint=hashlib.sha256("\n".join([form.fingerprint, *digests]).encode()).hexdigest(),
    )  # fmt: skip


def with_own(fonts: FontSet, form: Form) -> FontSet:
    """The pinned fonts and the form's own."""
    return FontSet((*fonts.faces, *form.characters.fonts)) if form.characters.fonts else fonts


def degraded_of(form: Form, fonts: FontSet) -> Mapping[str, str]:
    """What is printed for each character that the ward approved another for. fonts: all of them."""
    table = merged(form.characters.degraded, "縮退表")
    for source, target in table.items():
        if _shown(source, fonts):
            raise _refused("フォントにある文字は、縮退せずにそのまま印字します。", source)
        if not _shown(target, fonts):
            raise _refused("縮退した先の文字が、どのフォントにもありません。", target)
    return table


def _shown(text: str, fonts: FontSet) -> bool:
    return any(face.find(text) for face in fonts.faces)


def _refused(wrong: str, text: str) -> Refused:
    return Refused("degrade-table", wrong, found=describe(text), do="縮退表からこの行を除いてください。")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise Refused(
            "form-missing", "ファイルを読めません。", found=path.name, do="ファイルの置き場所を確かめてください。"
        ) from None
