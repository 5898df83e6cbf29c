"""Where a site finds the pinned fonts (press/fonts.toml): TEWATASHI_FONTS, or `fonts` in the site's data folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from django.conf import settings

FONTS_VARIABLE: Final = "TEWATASHI_FONTS"


def fonts_folder() -> Path:
    """The folder of the site that this is."""
    return fonts_of(settings.SITE.data_dir)


def fonts_of(data_dir: Path) -> Path:
    """The folder of the site with this data folder."""
    named = os.environ.get(FONTS_VARIABLE)
    return Path(named) if named else data_dir / "fonts"
