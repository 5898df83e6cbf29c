"""The forms that come with the press, by name."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from tewatashi.core.refused import Refused
from tewatashi.press.form import Form
from tewatashi.press.formfile import parse_form
from tewatashi.press.samples import FILE, Samples, parse_samples


def shipped_forms() -> tuple[str, ...]:
    """Their names."""
    return tuple(sorted(each.name for each in files(__package__).joinpath("forms").iterdir() if each.is_dir()))


@cache
def load_shipped_form(name: str) -> Form:
    """One of shipped_forms(); Refused for any other name."""
    if name not in shipped_forms():
        raise Refused(
            "form-missing", "この名前の様式はありません。", found=name, expected="、".join(shipped_forms()),
            do="様式の名前を確かめてください。",
        )  # fmt: skip
    folder = files(__package__).joinpath("forms", name)
    return parse_form(folder.joinpath("form.toml").read_bytes(), lambda file: folder.joinpath(file).read_bytes())


def load_shipped_samples(name: str, form: Form) -> Samples:
    """The samples of one of shipped_forms()."""
    return parse_samples(files(__package__).joinpath("forms", name, FILE).read_bytes(), form)
