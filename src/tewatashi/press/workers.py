"""Print files composed by several processes at once: the same bytes for any number of them.

A shard is what becomes one file: a fixed number of pieces. Where a job is cut therefore doesn't depend on who
composes it, and nothing is shared: a page's bytes follow from the form, the fonts and its record alone. Records and finished
files go through pipes between the processes; neither touches a disk here. Who starts processes says what they do first (`born`): a
process that is killed leaves none behind that holds records.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import NoReturn, Protocol

from tewatashi.core.refused import Refused
from tewatashi.press.codes.towns import Towns
from tewatashi.press.compose import PrintFile, compose, survey
from tewatashi.press.fonts import load_fonts
from tewatashi.press.form import Form
from tewatashi.press.formfile import load_form
from tewatashi.press.program import Program, compile_form
from tewatashi.press.records import Shard, pieces_of

Made = tuple[PrintFile, bytes]

_ready: list[tuple[Program, int]] = []  # of a process that composes for another one: its program, and which copy


class Coming(Protocol):
    """A file that is being made elsewhere; result: None if a piece of it can't be printed, or nothing can be made there."""

    def result(self) -> Made | None: ...

    def cancel(self) -> object: ...


@dataclass(frozen=True)
class Kit:
    """Where each process finds what it composes with. towns: Japan Post's utf_ken_all.csv, if the form needs it; proof: whether
    proofs are made, or notices; gaiji, degrade: a job's own 外字 files and table of 縮退, beside the form's; fingerprint: the form's,
    where another one would do harm."""

    form: Path
    fonts: Path
    towns: Path | None = None
    copy: int = 0
    proof: bool = False
    gaiji: tuple[Path, ...] = ()
    degrade: Path | None = None
    fingerprint: str = ""

    def program(self) -> Program:
        given = self.loaded_form(), load_fonts(self.fonts), self._towns()
        if self.proof:
            from tewatashi.press.proof import (
                compile_proof,
            )  # asks for installed packages: 10 ms that a job need not wait

            return compile_proof(*given)
        return compile_form(*given)

    def loaded_form(self) -> Form:
        """The form, with what the job adds to its characters."""
        form = load_form(self.form)
        if self.gaiji or self.degrade is not None:
            from tewatashi.press.characters import add_characters  # few jobs have any

            form = add_characters(form, self.gaiji, self.degrade)
        if self.fingerprint not in ("", form.fingerprint):
            raise Refused(
                "form-changing", "組版の途中で様式が書き換えられました。", found=form.fingerprint[:16], expected=self.fingerprint[:16],
                do="様式を確かめ、組版をやり直してください。", requirement="CL-7",
            )  # fmt: skip
        return form

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


def compose_shards(
    shards: Iterable[Shard], kit: Kit, jobs: int, *, born: Callable[[], None] | None = None
) -> Iterator[Made]:
    """Each shard's file, in their order; with one job in this process. A refusal names the problems of all pieces from the
    first bad file on, as press.compose does.

    born    what each process does first; it goes through a pipe. The processes are started by the thread that takes the files
    """
    left = iter(shards)
    return compose_here(left, kit.settled_program(), kit.copy) if jobs == 1 else _together(left, kit, jobs, born)


def compose_here(left: Iterator[Shard], program: Program, copy: int) -> Iterator[Made]:
    """The same in this process, with a program that it has."""
    for shard in left:
        yield made_of(shard, program, copy) or _refuse([shard], left, program, copy)


def _together(left: Iterator[Shard], kit: Kit, jobs: int, born: Callable[[], None] | None) -> Iterator[Made]:
    from concurrent.futures import ProcessPoolExecutor  # one process alone needs neither: 10 ms of its start
    from multiprocessing import get_context  # spawn: this process may have threads, which a fork would leave behind

    with ProcessPoolExecutor(jobs, get_context("spawn"), _start, (kit, born)) as pool:
        yield from in_order(left, lambda shard: pool.submit(_work, shard), jobs + 1, kit)


def in_order(left: Iterator[Shard], submit: Callable[[Shard], Coming], most: int, kit: Kit) -> Iterator[Made]:
    """Each shard's file, made elsewhere. most: shards under way at once; with one more than makers none of them waits, and
    memory stays flat."""
    running: deque[tuple[Shard, Coming]] = deque()
    for shard in left:
        running.append((shard, submit(shard)))
        if len(running) == most:
            yield _first_of(running, left, kit)
    while running:
        yield _first_of(running, left, kit)


def _first_of(running: deque[tuple[Shard, Coming]], left: Iterator[Shard], kit: Kit) -> Made:
    shard, coming = running.popleft()
    if made := coming.result():
        return made
    for _, later in running:
        later.cancel()
    return _refuse([shard, *(each for each, _ in running)], left, kit.program(), kit.copy)


def made_of(shard: Shard, program: Program, copy: int) -> Made | None:
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


def _start(kit: Kit, born: Callable[[], None] | None) -> None:
    """Once in each process: a program is costly to compile, and does not go through a pipe."""
    if born is not None:
        born()
    with suppress(Refused):  # whoever asked for the files is refused the same, and is told why
        _ready[:] = [(kit.settled_program(), kit.copy)]


def _work(shard: Shard) -> Made | None:
    return made_of(shard, *_ready[0]) if _ready else None
