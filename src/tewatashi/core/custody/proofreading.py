"""Rules of the proof: files are printed only after every page of those very files was read back and nothing was found."""

from __future__ import annotations

from datetime import datetime

from tewatashi.core.acts import Act
from tewatashi.core.contract import Standing
from tewatashi.core.custody.job import Job, Printable
from tewatashi.core.refused import Refused


def found_nothing(_job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    """WORK-2. A proof with a finding is not recorded: files that nothing was found in are made and read first."""
    if act.number("findings"):
        raise Refused(
            "proof-differs", "検版で、データか様式と違うところが見つかっています。", found=f"{act.number('findings')}件",
            expected="0件", do="原因を直し、組版をやり直してください。", requirement="WORK-2",
        )  # fmt: skip
    if not act.number("pieces") or not act.number("pages"):
        raise Refused(
            "proof-empty", "1ページも読んでいない検版です。", found=act.number("pages"), do="検版をやり直してください。",
            requirement="WORK-2",
        )  # fmt: skip


def of_the_composed_files(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    """WORK-4: of the originals every page of every file that was composed. A remake's are composed after these."""
    if act.number("copy"):
        return
    assert job.composed is not None  # asked after the composing
    digest, made = job.composed
    read = Printable(0, act.number("pieces"), act.number("pages"), act.number("files"))
    if act.text("sha256") != digest:
        raise Refused(
            "other-files", "組版した印刷ファイルの検版ではありません。", found=act.text("sha256")[:16], expected=digest[:16],
            do="組版した印刷ファイルを検版してください。", requirement="WORK-4",
        )  # fmt: skip
    if read != made:
        raise Refused(
            "count", "検版した数が組版と違います。", found=_said(read), expected=_said(made),
            do="すべてのページを検版してください。", requirement="WORK-4",
        )  # fmt: skip


def proofread(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    """WORK-2. Nothing is printed of what nobody read; before it is known what will be printed, there are no pieces yet."""
    if not act.number("pieces"):
        return
    read = job.proofread.get(act.text("sha256"))
    if read is None:
        raise Refused(
            "not-proofread", "検版していない印刷ファイルは印字できません。", found=act.text("sha256")[:16],
            expected="・".join(digest[:16] for digest in job.proofread) or "検版なし", do="組版からやり直してください。",
            requirement="WORK-2",
        )  # fmt: skip
    if (read.copy, read.pieces) != (act.number("copy"), act.number("pieces")):
        raise Refused(
            "count", "印字の件数が、検版した印刷ファイルと違います。", found=act.number("pieces"), expected=read.pieces,
            do="検版した印刷ファイルだけを印字してください。", requirement="WORK-2",
        )  # fmt: skip


def _said(made: Printable) -> str:
    return f"{made.pieces:,}通 {made.pages:,}ページ {made.files:,}ファイル"
