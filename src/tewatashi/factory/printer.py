"""Which printer the factory has: a folder that stands for paper, or a real queue.

TEWATASHI_PRINTER   a folder, or an ipp:// or ipps:// address; unset: the folder `paper` beside site.toml

A folder is for trials alone: its files are the notices in plain, which nothing here erases or looks for.
"""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path
from typing import Final

from django.conf import settings

from tewatashi.press.printers import IppQueue, PdfFolder, Printer

__all__ = ["PRINTER_VARIABLE", "Printer", "chosen_printer", "device_profile", "trial_words", "warn_of_folder"]

log = logging.getLogger(__name__)

PRINTER_VARIABLE: Final = "TEWATASHI_PRINTER"


def chosen_printer() -> Printer:
    """The printer; Refused when it can't be used."""
    folder = _folder()
    return PdfFolder(folder) if folder else IppQueue(os.environ[PRINTER_VARIABLE])


def _folder() -> Path | None:
    chosen = os.environ.get(PRINTER_VARIABLE, "")
    if chosen.startswith(("ipp://", "ipps://")):
        return None
    return Path(chosen) if chosen else settings.SITE.file.parent / "paper"


def trial_words() -> str:
    """What everybody here has to know where the printer is a folder; nothing where it is a queue."""
    if _folder() is None:
        return ""
    return (
        "試し刷り用のフォルダーに印字します。書き出される PDF は暗号化されず、紙の通知書として扱われます（消去と残存調査の対象外）。"
        "実際の住民のデータには使わないでください。"
    )


def warn_of_folder() -> None:
    """Say so in the log, at the start of the site and once a day."""
    if folder := _folder():
        log.warning("printing into the folder %s, in plain: for trials only (%s)", folder, PRINTER_VARIABLE)


def device_profile() -> str:
    """SHA-256 of what the factory prints on, as an approved proof holds on to it: the printer by kind and address."""
    printer = chosen_printer()
    return hashlib.sha256(f"tewatashi.device/v1\n{type(printer).__name__} {printer.name}\n".encode()).hexdigest()
