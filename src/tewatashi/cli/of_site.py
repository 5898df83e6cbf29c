"""What commands about one site share: its settings loaded, and a refusal as the end of the command."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from tewatashi.core.refused import Refused
from tewatashi.sitekit.config import CONFIG_VARIABLE, SiteConfig, load_config

REFUSED: Final = 4

ConfigOption = Annotated[Path, typer.Option("--config", help="サイトの site.toml", envvar=CONFIG_VARIABLE)]


@contextmanager
def refusals() -> Iterator[None]:
    """A refusal goes to stderr in its own words and ends the command with 4."""
    try:
        yield
    except Refused as refused:
        print(refused, file=sys.stderr)
        raise typer.Exit(REFUSED) from None


def enter(config: Path) -> SiteConfig:
    """Become a program of this site: its settings, its database."""
    import django

    site = load_config(config)
    os.umask(0o077)
    os.environ.update({CONFIG_VARIABLE: str(site.file), "DJANGO_SETTINGS_MODULE": f"tewatashi.{site.role}.settings"})
    django.setup()
    return site


def operator() -> str:
    """Who does it at the command line: the account of the operating system, for the ledger."""
    import getpass

    return getpass.getuser()
