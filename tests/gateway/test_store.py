"""The files of parcels: one writer each, and a silent one gives way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.gateway.station import ROOT
from tewatashi.sitekit.setup import NewSite, make_site

# A program of its own, as settings are a site's.
TWO_WRITERS = """
import hashlib
import django
django.setup()
from tewatashi.sitekit import store

class Line:
    def __init__(self, *parts):
        self.parts = list(parts)
    def read(self, size):
        part = self.parts.pop(0)
        return part() if callable(part) else part

name, size, seen = "ab" * 16, 8, []

def meanwhile():
    with store.writing(name) as other:
        seen.append(other)
    store.STILL = -1.0
    with store.writing(name) as other:
        assert other.offset == 4
        assert other.append_from(Line(b"5678"), size)
        assert other.digest() == hashlib.sha256(b"12345678").hexdigest()
    return b"xxxx"

with store.writing(name) as first:
    assert not first.append_from(Line(b"1234", meanwhile), size)
assert seen == [None]
with store.reading(name) as file:
    assert file.read() == b"12345678"

with store.writing(name) as late:
    late.erase()
    assert store.names() == []
"""


def test_a_writer_that_waits_for_a_line_cut_without_a_word_gives_way_and_writes_no_more(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site", NewSite("gateway", "gateway.test", "127.0.0.1", 1))
    variables = {"TEWATASHI_CONFIG": str(site.file), "DJANGO_SETTINGS_MODULE": "tewatashi.gateway.settings"}
    subprocess.run([sys.executable, "-c", TWO_WRITERS], cwd=ROOT, check=True, env={**os.environ, **variables})
