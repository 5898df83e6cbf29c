"""The shipped forms with their samples and layouts, and the extracts that a ward's system would write of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

from tests.press.residents import fonts, printed, towns
from tewatashi.core.fields import Date
from tewatashi.core.layout import Layout
from tewatashi.core.layoutfile import read_layout
from tewatashi.press.form import Form
from tewatashi.press.program import Program, compile_form
from tewatashi.press.samples import Samples, load_samples
from tewatashi.press.shipped import load_shipped_form, shipped_forms

FORMS = shipped_forms()
SAMPLES = ("usual", "worst")
PIECE = "43381761854351071024"


@cache
def form_of(name: str) -> Form:
    return load_shipped_form(name)


@cache
def samples_of(name: str) -> Samples:
    return load_samples(Path(str(files("tewatashi.press"))) / "forms" / name, form_of(name))


@cache
def layout_of(name: str) -> Layout:
    return read_layout((files("tewatashi.ward") / "shipped_layouts" / f"{name}-csv.toml").read_bytes())


@cache
def program_of(name: str) -> Program:
    return compile_form(form_of(name), fonts(), towns())


def record_of(name: str, sample: str) -> dict[str, str]:
    return dict(zip(form_of(name).items, getattr(samples_of(name), sample), strict=True))


@cache
def pdf_of(name: str, sample: str) -> bytes:
    [(_, data)] = printed([(PIECE, getattr(samples_of(name), sample))], by=program_of(name))
    return data


def extract_of(layout: Layout, records: Sequence[dict[str, str]]) -> bytes:
    """The records as the ward's system writes them."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator=layout.newline)
    writer.writerow(column.name for column in layout.columns)
    days = {column.name for column in layout.columns if isinstance(column.kind, Date)}
    for record in records:
        writer.writerow(
            record[column.name].replace("-", "") if column.name in days else record[column.name]
            for column in layout.columns
        )
    written = text.getvalue()
    for private, character in layout.characters.gaiji.items():
        written = written.replace(character, private)
    return written.encode(layout.characters.charset)
