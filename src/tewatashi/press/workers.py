"""Print files composed by several processes at once: the same bytes for any number of them.

A shard is what becomes one file: a fixed number of pieces. Where a job is cut therefore doesn't depend on who
composes it, and nothing is shared: a page's bytes follow from the form, the fonts and its record alone. Records and finished
files go through pipes between the processes; neither touches a disk here.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from tewatashi.core.refused import Refused
from tewatashi.press.codes.towns import Towns
from tewatashi.press.compose import PrintFile, compose, survey
from tewatashi.press.fonts import load_fonts
from tewatashi.press.form import Form
from tewatashi.press.formfile import load_form
from tewatashi.press.program import Program, compile_form
from tewatashi.press.proof import compile_proof
from tewatashi.press.records import Shard, pieces_of

if TYPE_CHECKING:
    from concurrent.futures import Future

Made = tuple[PrintFile, bytes]

_program: Program
_copy: int


@dataclass(frozen=True)
class Kit:
    """Where each process finds what it composes with. towns: Japan Post's utf_ken_all.csv, if the form needs it; proof: whether
    proofs are made, or notices; gaiji, degrade: a job's own 外字 files and table of 縮退, beside the form's."""

    form: Path
    fonts: Path
    towns: Path | None = None
    copy: int = 0
    proof: bool = False
    gaiji: tuple[Path, ...] = ()
    degrade: Path | None = None

    def program(self) -> Program:
        compiled = compile_proof if self.proof else compile_form
        return compiled(self.loaded_form(), load_fonts(self.fonts), self._towns())

    def loaded_form(self) -> Form:
        """The form, with what the job adds to its characters."""
        form = load_form(self.form)
        if not self.gaiji and self.degrade is None:
            return form
        from tewatashi.press.characters import add_characters  # few jobs have any

        return add_characters(form, self.gaiji, self.degrade)

    def settled_program(self) -> Program:
        """For a process that does nothing else: the collector of garbage need not look through the program, now or later."""
        gc.disable()
        try:
            program = self.program()
            gc.freeze()
        finally:
            gc.enable()
        return program

    def _towns(self) -> Towns | None:
        return Towns.from_file(self.towns) if self.towns else None


def compose_shards(shards: Iterable[Shard], kit: Kit, jobs: int) -> Iterator[Made]:
    """Each shard's file, in their order; with one job in this process. A refusal names the problems of all pieces from the
    first bad file on, as press.compose does."""
    left = iter(shards)
    return _alone(left, kit) if jobs == 1 else _together(left, kit, jobs)


def _alone(left: Iterator[Shard], kit: Kit) -> Iterator[Made]:
    program = kit.settled_program()
    for shard in left:
        yield _made(shard, program, kit.copy) or _refuse([shard], left, program, kit.copy)


def _together(left: Iterator[Shard], kit: Kit, jobs: int) -> Iterator[Made]:
    """One shard more than there are processes is under way, so that none of them waits, and memory stays flat."""
    from concurrent.futures import ProcessPoolExecutor  # one process alone needs neither: 10 ms of its start
    from multiprocessing import get_context

    running: deque[tuple[Shard, Future[Made | None]]] = deque()
    with ProcessPoolExecutor(jobs, get_context("spawn"), _start, (kit,)) as pool:
        for shard in left:
            running.append((shard, pool.submit(_work, shard)))
            if len(running) > jobs:
                yield _first_of(running, left, kit)
        while running:
            yield _first_of(running, left, kit)


def _first_of(running: deque[tuple[Shard, Future[Made | None]]], left: Iterator[Shard], kit: Kit) -> Made:
    shard, future = running.popleft()
    if made := future.result():
        return made
    for _, later in running:
        later.cancel()
    return _refuse([shard, *(each for each, _ in running)], left, kit.program(), kit.copy)


def _made(shard: Shard, program: Program, copy: int) -> Made | None:
    """None if a piece of it can't be printed."""
    chunks: list[bytes] = []
    pieces = shard.lines.count(b"\n")
    try:
        [file] = compose(
            pieces_of(shard), program, lambda _: chunks.append, copy=copy, pieces_per_file=pieces, number=shard.number
        )
    except Refused:
        return None
    return file, b"".join(chunks)


def _refuse(bad: Iterable[Shard], left: Iterable[Shard], program: Program, copy: int) -> NoReturn:
    survey(chain.from_iterable(map(pieces_of, chain(bad, left))), program, copy=copy)
    raise AssertionError("what was refused alone is refused among the others")


def _start(kit: Kit) -> None:
    """Once in each process: a program is costly to compile, and does not go through a pipe."""
    global _program, _copy
    _program, _copy = kit.settled_program(), kit.copy


def _work(shard: Shard) -> Made | None:
    return _made(shard, _program, _copy)
