"""A proof (校正・見本): the form printed from its samples, for the ward to approve before anything is printed in earnest.

Rules
  kitakyushu-2019  見本 stands on every side, and every 2D code holds a proof's piece id: a program that makes proofs
                   takes no other piece, and one that makes notices takes none of these
  sunmesse-2021    the same form, fonts and program give the same bytes: ward and contractor each make the proof for
                   themselves and compare its digest, and nothing has to be carried
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

from tewatashi.core.pieceid import proof_piece_id
from tewatashi.press.codes.towns import Towns
from tewatashi.press.compose import PrintFile, compose
from tewatashi.press.fonts import FontSet
from tewatashi.press.form import Form
from tewatashi.press.program import Program, compile_form
from tewatashi.press.samples import Samples, marked_as_sample

_SOURCES = (".py", ".toml")
_NO_SOURCES = ("forms", "__pycache__")  # a form has a fingerprint of its own


def compile_proof(form: Form, fonts: FontSet, towns: Towns | None = None) -> Program:
    """The form's program for proofs' pieces alone, with 見本 on every side. Refused as `compile_form` refuses."""
    return replace(compile_form(marked_as_sample(form), fonts, towns), proof=True)


def compose_proof(form: Form, samples: Samples, fonts: FontSet) -> tuple[PrintFile, bytes]:
    """The proof: the usual sample as its first piece, the worst as its second."""
    program = compile_proof(form, fonts, Towns(samples.towns))
    pieces = [(proof_piece_id(1), samples.usual), (proof_piece_id(2), samples.worst)]
    chunks: list[bytes] = []
    [file] = compose(pieces, program, lambda _: chunks.append)
    return file, b"".join(chunks)


@cache
def program_digest() -> str:
    """SHA-256 over tewatashi's version and each source file of the press, as it was when it was first asked for."""
    lines = [f"{name} {hashlib.sha256(data).hexdigest()}" for name, data in sorted(_sources(files(__package__), ""))]
    return hashlib.sha256("\n".join([version("tewatashi"), *lines]).encode()).hexdigest()


def _sources(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for each in folder.iterdir():
        if each.is_dir():
            if each.name not in _NO_SOURCES:
                yield from _sources(each, f"{path}{each.name}/")
        elif each.name.endswith(_SOURCES):
            yield path + each.name, each.read_bytes()
