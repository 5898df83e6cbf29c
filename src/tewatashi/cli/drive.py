"""A drive that burns discs, by the program xorriso: the one place that runs it, always with a fixed list of arguments.

/dev/sr0       a drive
stdio:/path    xorriso's pseudo drive, a file: for trying things out
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tewatashi.carriers.iso9660 import SECTOR
from tewatashi.core.refused import Refused

_LONGEST: Final = 3600  # seconds; a DVD-R at the slowest speed
_FIELD: Final = re.compile(
    r"^(Drive type|Media current|Media product|Media status|Media blocks) *: (.*)$", re.MULTILINE
)
_WRITABLE: Final = re.compile(r"(\d+) writable")


@dataclass(frozen=True)
class Blank:
    """The disc in a drive, as the drive tells. kind: such as CD-R;  product: its maker, if told;  room: bytes, 0 unless blank."""

    drive: str
    kind: str
    product: str | None
    room: int


@dataclass(frozen=True)
class Drive:
    """A drive by its address. Refused `drive` for what can't be one; a disk of the machine is never written."""

    address: str

    def __post_init__(self) -> None:
        is_file = self.address.startswith("stdio:/") and not self.address.startswith("stdio:/dev/")
        if not (is_file or self.address.startswith("/dev/")) or ".." in self.address or not self.address.isprintable():
            raise _no_drive(self.address)

    @property
    def device(self) -> Path:
        """What is read to read the disc."""
        return Path(self.address.removeprefix("stdio:"))

    def look(self) -> Blank:
        """The disc that lies in it. Refused `drive` when there is no drive or no disc."""
        done = _xorriso("-outdev", self.address, "-toc")
        told = {name: value.strip() for name, value in _FIELD.findall(done.stdout)}
        kind = told.get("Media current", "is not present")
        if done.returncode or kind == "is not present":
            raise _no_drive(self.address)
        room = _WRITABLE.search(told.get("Media blocks", ""))
        blank = told.get("Media status") == "is blank"
        size = int(room[1]) * SECTOR if blank and room else 0
        return Blank(told.get("Drive type", ""), kind, told.get("Media product"), size)

    def refuse_unless_blank(self, length: int) -> Blank:
        """The blank disc in it. Refused `drive-not-blank`, or `drive-room` when so many bytes don't fit."""
        blank = self.look()
        if not blank.room:
            raise Refused(
                "drive-not-blank", "未使用の媒体ではありません。", found=blank.kind, do="新しい媒体を入れてください。",
                requirement="WARD-CD-5",
            )  # fmt: skip
        if blank.room < length:
            raise Refused(
                "drive-room", "媒体に収まりません。", found=f"{blank.room:,}バイト", expected=f"{length:,}バイト以上",
                do="容量の大きい媒体を入れてください。",
            )  # fmt: skip
        return blank

    def burn(self, image: Path) -> None:
        """Write the image in one session, and close the disc. Refused `drive-failed`."""
        done = _xorriso("-as", "cdrecord", f"dev={self.address}", "-sao", str(image.resolve()))
        if done.returncode:
            raise _failed(_first_failure(done.stderr))


def _xorriso(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("xorriso")
    if program is None:
        raise Refused("drive-program", "書込みのプログラム xorriso がありません。", do="xorriso を入れてください。")
    # -no_rc: no start-up file of a user or the machine changes what is done.
    command = [program, "-no_rc", *arguments]
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    try:
        return subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False,
            timeout=_LONGEST, env=environment,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise _failed(f"{_LONGEST // 60}分待っても終わりません") from None


def _first_failure(said: str) -> str | None:
    lines = [line for line in said.splitlines() if re.search(r": (FAILURE|FATAL|SORRY|ABORT) :", line)]
    return lines[0][:200] if lines else None


def _failed(found: str | None) -> Refused:
    return Refused(
        "drive-failed",
        "媒体への書込みに失敗しました。",
        found=found,
        do="書きかけの媒体は裁断し、新しい媒体でやり直してください。",
    )


def _no_drive(address: str) -> Refused:
    return Refused(
        "drive", "書込み装置か、その中の媒体が見つかりません。", found=address, expected="/dev/sr0 など",
        do="装置の名前を確かめ、媒体を入れてください。",
    )  # fmt: skip
