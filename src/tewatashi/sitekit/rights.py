"""Who may read our files: rights are set when a file is made and checked at every start.

FAC-SYS-4 and WARD-SYS-1: looser rights than ours stop the site. We don't mend them silently, because whoever loosened
them may already have read the file: that is for a person to judge.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

from tewatashi.core.refused import Refused

FILE_RIGHTS = 0o600
FOLDER_RIGHTS = 0o700


def refuse_loose_file(path: Path) -> None:
    """Refused unless `path` is a regular file of ours that nobody else can read or write."""
    _refuse_loose(path, stat.S_ISREG, FILE_RIGHTS)


def refuse_loose_folder(path: Path) -> None:
    """Refused unless `path` is a folder of ours that nobody else can enter."""
    _refuse_loose(path, stat.S_ISDIR, FOLDER_RIGHTS)


def _refuse_loose(path: Path, is_kind: Callable[[int], bool], most: int) -> None:
    try:
        found = path.lstat()  # not stat(): a symbolic link could lead to a file that somebody else owns
    except FileNotFoundError:
        raise Refused(
            "rights-missing", "必要なファイルがありません。", found=path, do="バックアップから戻してください。"
        ) from None
    if not is_kind(found.st_mode) or found.st_uid != os.geteuid():
        raise Refused(
            "rights-owner", "ファイルの種類か所有者が違います。", found=path, do="所有者と種類を確かめてください。"
        )
    if stat.S_IMODE(found.st_mode) & ~most:
        raise Refused(
            "rights-loose", f"{path} のアクセス権が緩すぎます。",
            found=f"{stat.S_IMODE(found.st_mode):04o}", expected=f"{most:04o}",
            do="だれが読めたかを確かめ、権限を直してから起動してください。", requirement="FAC-SYS-4",
        )  # fmt: skip


def make_private_folder(path: Path) -> Path:
    """Make the folder with rights 0700 (or find it so) and return it."""
    path.mkdir(mode=FOLDER_RIGHTS, parents=True, exist_ok=True)
    refuse_loose_folder(path)
    return path


def write_private_file(path: Path, data: bytes) -> None:
    """Write a new file with rights 0600; FileExistsError when there is one already."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, FILE_RIGHTS)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, FILE_RIGHTS)  # whatever the umask was
        file.write(data)
        file.flush()
        os.fsync(descriptor)
