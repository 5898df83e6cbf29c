"""A job's print files, made into the vault by as many processes as the machine has cores.

Rules
  FAC-SYS-4  records go to the processes, and files come back, through pipes: on a disk there is only what the vault sealed
  WORK-1     a file that is whole stays, with a sealed note of what it was made of: a run that was cut goes on with the next
             one, and a file of other records, another form, font or program is made anew
A file's bytes follow from its records and the form alone, however many processes there are and however often a run was cut.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from typing import Final

import orjson
from django.conf import settings

from tewatashi.core.custody import Job
from tewatashi.core.refused import Refused
from tewatashi.factory import vault
from tewatashi.factory.models import PrintFile
from tewatashi.press import compose as press
from tewatashi.press.program import Piece, Program
from tewatashi.press.proof import program_digest
from tewatashi.press.records import Shard, shards
from tewatashi.press.workers import Kit, Made, compose_here, compose_shards
from tewatashi.sitekit.fonts import fonts_folder
from tewatashi.sitekit.process import die_with_parent
from tewatashi.sitekit.site_forms import form_folder, towns_file, towns_stamp

BROKEN: Final = "press-broken"
_ORIGINAL: Final = re.compile(r"print-0-[0-9]+(\.made)?\.age")


def make_files(job: Job, pieces: Iterable[Piece], program: Program) -> list[PrintFile]:
    """All originals, in the vault under its print key; their rows are not yet saved. Refused as the press refuses, and
    `press-broken` when one of the processes ended."""
    making = _Making(job.number, _means(program), {}, {})
    missing = making.missing(shards(map(_line, pieces), settings.SITE.press.pieces_per_file))
    try:
        for made, data in _composed(missing, job, program):
            making.keep(made, data)
    except BrokenProcessPool:
        raise Refused(
            BROKEN, "組版のプロセスが途中で終わりました。", found=f"{len(making.files)}ファイルまで完成",
            do="もう一度組版してください。完成したファイルの次から続けます。",
        ) from None  # fmt: skip
    return [making.files[number] for number in sorted(making.files)]


def forget_making(number: str, files: Sequence[PrintFile]) -> None:
    """Take away the notes, and files of a run that was cut in another way."""
    kept = {file.kept_as for file in files}
    vault.drop(
        number, [name for name in vault.names(number, "print") if _ORIGINAL.fullmatch(name) and name not in kept]
    )


@dataclass(frozen=True)
class _Making:
    """One run. means: a digest of all that a file depends on beside its records; files, sources: by number, what is done, and
    of what a file is being made."""

    job: str
    means: str
    files: dict[int, PrintFile]
    sources: dict[int, str]

    def missing(self, all_shards: Iterable[Shard]) -> Iterator[Shard]:
        """The shards whose files are still to be made."""
        for shard in all_shards:
            source = hashlib.sha256(self.means.encode() + shard.lines).hexdigest()
            if file := self._kept(shard.number, source):
                self.files[shard.number] = file
            else:
                self.sources[shard.number] = source
                yield shard

    def keep(self, made: press.PrintFile, data: bytes) -> None:
        """The file first, then its note: a note without its file would be a lie."""
        facts = {"quantity": made.pieces, "pages": made.pages, "size": made.size, "sha256": made.sha256}
        file = self._row(made.number, facts)
        vault.drop(self.job, [_note(file)])
        vault.write(self.job, "print", file.kept_as, [data])
        source = self.sources.pop(made.number)
        vault.write(self.job, "print", _note(file), [orjson.dumps({"source": source, "file": facts})])
        self.files[made.number] = file

    def _kept(self, number: int, source: str) -> PrintFile | None:
        file = self._row(number, {})
        if not (vault.holds(self.job, _note(file)) and vault.holds(self.job, file.kept_as)):
            return None
        note = orjson.loads(b"".join(vault.read(self.job, "print", _note(file))))
        return self._row(number, note["file"]) if note["source"] == source else None

    def _row(self, number: int, facts: dict[str, object]) -> PrintFile:
        return PrintFile(job=self.job, copy=0, number=number, **facts)


def _note(file: PrintFile) -> str:
    return file.kept_as.removesuffix(".age") + ".made.age"


def _means(program: Program) -> str:
    used = (program.form.fingerprint, program.fonts.fingerprint, program_digest(), str(towns_stamp()))
    return hashlib.sha256("\n".join(used).encode()).hexdigest()


def _line(piece: Piece) -> bytes:
    return orjson.dumps({"piece": piece[0], "v": piece[1]}, option=orjson.OPT_APPEND_NEWLINE)


def _composed(left: Iterator[Shard], job: Job, program: Program) -> Iterator[Made]:
    """With one file, or one core, here: a process costs more to start than a small job takes."""
    processes = processes_for(-(-(job.counts.extract or 0) // settings.SITE.press.pieces_per_file))
    if processes <= 1:
        return compose_here(left, program, 0)
    towns = towns_file() if towns_stamp() else None
    kit = Kit(form_folder(job.form), fonts_folder(), towns, fingerprint=program.form.fingerprint)
    return compose_shards(left, kit, processes, born=born())


def processes_for(files: int) -> int:
    """How many processes work on so many files."""
    return min(settings.SITE.press.processes or len(os.sched_getaffinity(0)), files)


def born() -> Callable[[], None]:
    """What such a process does first: it binds its life to that of this one."""
    return partial(die_with_parent, os.getpid())
