"""The forms that a site can print: its own, and those that come with the program; and how each looks before there is data.

data/forms/<name>/   a form of the ward's own (docs/spec/form.md); one of the same name stands before a shipped one

Both sides show a form's fingerprint: ward and contractor have the same form if it is the same.
Not for the gateway, which loads nothing of the press.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from django.conf import settings

from tewatashi.core.pieceid import proof_piece_id
from tewatashi.core.refused import Refused
from tewatashi.press.codes.towns import Towns
from tewatashi.press.compose import compose
from tewatashi.press.fonts import FontSet, load_fonts
from tewatashi.press.form import Form
from tewatashi.press.formfile import load_form
from tewatashi.press.proof import compile_proof
from tewatashi.press.samples import Samples, load_samples
from tewatashi.press.shipped import load_shipped_form, load_shipped_samples, shipped_forms
from tewatashi.sitekit.fonts import fonts_folder

TOWNS_FILE: Final = "ken_all.csv"  # in the site's data folder: utf_ken_all.csv of Japan Post
_NAME: Final = re.compile(r"\w[\w-]{0,59}")


def form_names() -> list[str]:
    """Their names, each once."""
    folder = _folder()
    own = [each.name for each in folder.iterdir() if _NAME.fullmatch(each.name)] if folder.is_dir() else []
    return sorted({*own, *shipped_forms()})


def load_site_form(name: str) -> Form:
    """The form of this name as it is now; Refused if there is none, or if it can't be read."""
    own = _own(name)
    form = load_form(own) if own else load_shipped_form(name)
    if form.name != name:
        raise Refused(
            "form-name", "様式の名前が、フォルダの名前と違います。", found=form.name, expected=name,
            do="form.toml の name を直してください。",
        )  # fmt: skip
    return form


def form_folder(name: str) -> Path:
    """Where the form's files lie, for a process that reads them for itself."""
    return _own(name) or Path(str(files("tewatashi.press").joinpath("forms", name)))


def form_reader(name: str) -> Callable[[str], bytes]:
    """Gives the bytes of a file of the form by its name, for who reads the form anew."""
    folder = form_folder(name)

    def read(file: str) -> bytes:
        try:
            return folder.joinpath(Path(file).name).read_bytes()
        except OSError:
            raise Refused(
                "form-missing", "様式のファイルを読めません。", found=f"{name}/{file}",
                do="様式の置き場所を確かめてください。",
            ) from None  # fmt: skip

    return read


def preview(name: str, *, worst: bool) -> bytes:
    """The form printed from its samples, with 見本 on every side."""
    form = load_site_form(name)
    program = compile_proof(form, site_fonts(), towns_of_site() or Towns([]))
    samples = site_samples(name, form)
    chunks: list[bytes] = []
    list(compose([(proof_piece_id(1), samples.worst if worst else samples.usual)], program, lambda _: chunks.append))
    return b"".join(chunks)


def towns_of_site() -> Towns | None:
    """Japan Post's table, or None where the site has none."""
    file = towns_file()
    stamp = towns_stamp()
    return _read_towns(file, stamp) if stamp else None


def towns_stamp() -> tuple[int, int] | None:
    """What changes when the table is replaced."""
    try:
        found = towns_file().stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=1)
def _read_towns(file: Path, _stamp: tuple[int, int]) -> Towns:
    with file.open(encoding="utf-8", newline="") as lines:
        return Towns.from_ken_all(lines)


@lru_cache(maxsize=1)
def site_fonts() -> FontSet:
    """The pinned fonts; Refused if one is missing or has other bytes."""
    return load_fonts(fonts_folder())


def site_samples(name: str, form: Form) -> Samples:
    """The records that the form is tried with."""
    own = _own(name)
    return load_samples(own, form) if own else load_shipped_samples(name, form)


def _own(name: str) -> Path | None:
    folder: Path = _folder() / name
    return folder if _NAME.fullmatch(name) and folder.is_dir() else None


def _folder() -> Path:
    folder: Path = settings.SITE.data_dir / "forms"
    return folder


def towns_file() -> Path:
    """Where Japan Post's table lies, if the site has it."""
    file: Path = settings.SITE.data_dir / TOWNS_FILE
    return file
