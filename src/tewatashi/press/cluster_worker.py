"""What a worker of a cluster does: it takes the run's key, opens a shard in memory, composes it, and seals the file.

Nothing is written to a disk here, and nothing but sealed bytes is given back to Dask. A worker process composes one shard at a
time, however many threads Dask gives it: so its memory is that of one process.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final

import orjson

from tewatashi.core.age import Identity, Recipient, decrypt, encrypt
from tewatashi.core.refused import Refused
from tewatashi.press.codes.towns import Towns
from tewatashi.press.compose import PrintFile
from tewatashi.press.fonts import FontSet, load_fonts
from tewatashi.press.form import Form
from tewatashi.press.formfile import parse_form
from tewatashi.press.program import Program, compile_form
from tewatashi.press.proof import compile_proof, program_digest
from tewatashi.press.records import Shard
from tewatashi.press.workers import Made, made_of

_FONTS: Final = "TEWATASHI_FONTS"
_own: dict[str, Identity] = {}  # by run: the key that this process made, until the run's came
_ready: dict[str, tuple[Identity, Program, int]] = {}  # by run
_one: Final = Lock()


@dataclass(frozen=True)
class Means:
    """What every worker composes with; none of it is a resident's. form: the files of the form's folder; towns: the bytes of
    utf_ken_all.csv."""

    form: Mapping[str, bytes]
    towns: bytes | None
    copy: int
    proof: bool


class WorkFailedError(Exception):
    """Our bug, by the name of its class."""


def introduce(run: str) -> str:
    """A key of this process for this run. Returned: its public half."""
    _own[run] = Identity.generate(secrets.token_bytes)
    return str(_own[run].recipient)


def prepare(run: str, keys: dict[str, bytes], means: Means, dask_worker: Any) -> str:
    """Take the run's key, and compile the form. keys: by worker, each sealed to that worker's own. Returned: what `told` says,
    or why it can't be."""
    key = b"".join(decrypt([keys[dask_worker.address]], _own.pop(run)))
    compiled = compile_proof if means.proof else compile_form
    try:
        fonts = load_fonts(Path(os.environ.get(_FONTS, ".tools/fonts")))
        towns = Towns.from_ken_all(means.towns.decode().splitlines()) if means.towns else None
        program = compiled(parse_form(means.form["form.toml"], means.form.__getitem__), fonts, towns)
    except Refused as refused:
        return str(refused)
    _ready[run] = Identity.parse(key.decode()), program, means.copy
    return told(program.form, fonts)


def told(form: Form, fonts: FontSet) -> str:
    """What has to be the same everywhere: program, form and fonts, each by its digest."""
    return f"{program_digest()} {form.fingerprint} {fonts.fingerprint}"


def work(run: str, number: int, before: int, sealed: bytes) -> bytes | None:
    """The shard's file, sealed; None if a piece of it can't be printed."""
    try:
        with _one:
            return _sealed(run, number, before, sealed)
    except Exception as error:  # noqa: BLE001 -- whatever it is
        # Dask logs what goes wrong here, and carries it on: its text could hold a value.
        raise WorkFailedError(type(error).__name__) from None


def _sealed(run: str, number: int, before: int, sealed: bytes) -> bytes | None:
    identity, program, copy = _ready[run]
    made = made_of(Shard(number, before, b"".join(decrypt([sealed], identity))), program, copy)
    return seal(packed(made), identity.recipient) if made else None


def forget(run: str) -> None:
    """The run is over."""
    _own.pop(run, None)
    _ready.pop(run, None)


def seal(data: bytes, to: Recipient) -> bytes:
    """The age file of the bytes."""
    return b"".join(encrypt([data], to, secrets.token_bytes))


def packed(made: Made) -> bytes:
    """What is told of the file, in a line of JSON, and its bytes."""
    file, data = made
    return orjson.dumps(asdict(file), option=orjson.OPT_APPEND_NEWLINE) + data


def unpacked(data: bytes) -> Made:
    """What `packed` made; of age's public keys the run's is known to its workers alone, so that nobody else can have sealed it."""
    told, _, file = data.partition(b"\n")
    return PrintFile(**orjson.loads(told)), file
