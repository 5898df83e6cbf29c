"""Where a site finds the pinned fonts (press/fonts.toml): TEWATASHI_FONTS, or `fonts` in the site's data folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from django.conf import settings

FONTS_VARIABLE: Final = "TEWATASHI_FONTS"


def fonts_folder() -> Path:
    """The folder."""
    named = os.environ.get(FONTS_VARIABLE)
    return Path(named) if named else Path(settings.SITE.data_dir / "fonts")
