"""What must hold before a site answers its first request."""

from __future__ import annotations

import os
from pathlib import Path

from tewatashi.sitekit.config import SiteConfig
from tewatashi.sitekit.rights import refuse_loose_file, refuse_loose_folder


def refuse_loose_site(config: SiteConfig) -> None:
    """Refused when anyone but the site's own account could read its keys or its data (FAC-SYS-4)."""
    for key in (config.note_key, config.secret_key, config.listen.key):
        refuse_loose_file(key)
        refuse_loose_folder(key.parent)
    refuse_loose_tree(config.data_dir)


def refuse_loose_tree(top: Path) -> None:
    """Refused unless every folder under `top` is 0700 or tighter, and every file 0600."""
    for folder, _, files in os.walk(top, onerror=_rise):
        refuse_loose_folder(Path(folder))
        for name in files:
            refuse_loose_file(Path(folder, name))


def _rise(error: OSError) -> None:
    raise error
