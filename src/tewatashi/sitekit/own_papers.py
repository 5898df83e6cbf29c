"""The site's own templates of papers, `<name>.typ` in data/papers: read and tried before the site answers."""

from __future__ import annotations

from typing import Final

from tewatashi.documents import own_templates
from tewatashi.sitekit.config import SiteConfig
from tewatashi.sitekit.fonts import fonts_of

FOLDER: Final = "papers"


def use(site: SiteConfig) -> None:
    """Take them into use. Refused, with the file and its line, when one can't be set."""
    own_templates.use(site.data_dir / FOLDER, fonts_of(site.data_dir))
