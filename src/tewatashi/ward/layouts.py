"""The record layouts that the ward's extracts may have: those that come with the program, and the ward's own.

data/layouts/<name>.toml   the ward's own; one of the same name stands before a shipped one
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from django.conf import settings

from tewatashi.core.layout import Layout
from tewatashi.core.layoutfile import read_layout
from tewatashi.core.refused import Refused
from tewatashi.sitekit.rights import make_private_folder

_SHIPPED: Final = files("tewatashi.ward") / "shipped_layouts"


def layouts_of(form: str) -> dict[str, Layout]:
    """The layouts of this form by their names."""
    return {name: layout for name, layout in sorted(_all().items()) if layout.form == form}


def layout_of(form: str, name: str) -> Layout:
    """The layout; Refused when this form has none of this name."""
    found = layouts_of(form)
    if name not in found:
        raise Refused(
            "layout-unknown", "この帳票にないレイアウトです。", found=name[:40], expected="・".join(found) or "なし",
            do="レイアウトを選び直してください。", requirement="WORK-3",
        )  # fmt: skip
    return found[name]


def shipped_layout(name: str) -> Layout:
    """A layout that comes with the program."""
    return read_layout((_SHIPPED / f"{name}.toml").read_bytes())


def _all() -> dict[str, Layout]:
    folder = make_private_folder(settings.SITE.data_dir / "layouts")
    shipped = (file for file in _SHIPPED.iterdir() if file.name.endswith(".toml"))
    read = [read_layout(file.read_bytes()) for file in (*shipped, *sorted(folder.glob("*.toml")))]
    return {layout.name: layout for layout in read}
