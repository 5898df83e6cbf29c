"""Reading a running site's database from a test, whichever it is."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import psycopg

from tewatashi.sitekit.config import SiteConfig


def rows_of(site: SiteConfig, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """What the site's database answers; `?` stands for a value."""
    if site.database == "sqlite":
        # Closed at once: another reader of the same file would take a lock that this process still held away.
        with closing(sqlite3.connect(f"file:{site.data_dir}/site.sqlite3?mode=ro", uri=True)) as database:
            return database.execute(sql, values).fetchall()
    with psycopg.connect(site.database) as connection:
        return connection.execute(sql.replace("?", "%s"), values).fetchall()
