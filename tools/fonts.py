#!/usr/bin/env python3
"""Puts the press's pinned fonts into a folder: the installed copies if they are the very bytes, else Debian's packages.

    python3 tools/fonts.py [FOLDER]        default: .tools/fonts of this checkout

Needs only Python 3.11 and, where a font is not installed, apt-get and dpkg-deb. No right to install anything is needed:
apt keeps its lists and cache in a temporary folder of ours, and the package is unpacked, never installed. The packages
are authenticated by apt, and every font file is compared with its digest in src/tewatashi/press/fonts.toml.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
PINS = CHECKOUT / "src/tewatashi/press/fonts.toml"


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0]) if arguments else CHECKOUT / ".tools/fonts"
    folder.mkdir(parents=True, exist_ok=True)
    pins = list(tomllib.loads(PINS.read_text("utf-8")).values())
    wanted = [pin for pin in pins if not is_pinned(folder / pin["file"], pin)]
    wanted = [pin for pin in wanted if not copy_if_pinned(Path(pin["installed"]), folder, pin)]
    if wanted:
        fetch(wanted, folder)
    missing = [pin["file"] for pin in pins if not is_pinned(folder / pin["file"], pin)]
    if missing:
        print(f"指定のフォントを用意できませんでした: {'、'.join(missing)}", file=sys.stderr)
        return 1
    print(folder)
    return 0


def is_pinned(path: Path, pin: dict[str, str]) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == pin["sha256"]


def copy_if_pinned(source: Path, folder: Path, pin: dict[str, str]) -> bool:
    """Copies under another name first, so that a broken run leaves no half font where the press would look."""
    if not is_pinned(source, pin):
        return False
    half = folder / f".{pin['file']}.{os.getpid()}"
    shutil.copyfile(source, half)
    half.replace(folder / pin["file"])
    return True


def fetch(pins: list[dict[str, str]], folder: Path) -> None:
    """Downloads and unpacks each pin's package; a version whose font has other bytes stays out of the folder."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        apt(place, "update")
        for pin in pins:
            apt(place, "download", pin["package"])
            for package in place.glob(f"{pin['package']}_*.deb"):
                unpacked = place / pin["package"]
                subprocess.run(["dpkg-deb", "-x", package, unpacked], check=True)
                copy_if_pinned(unpacked / pin["installed"].lstrip("/"), folder, pin)


def apt(place: Path, *command: str) -> None:
    """apt-get with its whole state under `place`; Sandbox::User is emptied because that user need not exist for us."""
    for folder in ("lists/partial", "cache/archives/partial"):
        (place / folder).mkdir(parents=True, exist_ok=True)
    options = {
        "Dir::State::lists": place / "lists",
        "Dir::Cache": place / "cache",
        "APT::Sandbox::User": "",
        "Debug::NoLocking": "1",
    }
    settings = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
    subprocess.run(["apt-get", "-q", *settings, *command], check=True, cwd=place, stdout=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
