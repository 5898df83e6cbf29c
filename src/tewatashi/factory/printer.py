"""Which printer the factory has: a folder that stands for paper, or a real queue.

TEWATASHI_PRINTER   a folder, or an ipp:// or ipps:// address; unset: the folder `paper` beside site.toml
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

from django.conf import settings

from tewatashi.press.printers import IppQueue, PdfFolder, Printer

__all__ = ["PRINTER_VARIABLE", "Printer", "chosen_printer", "device_profile"]

PRINTER_VARIABLE: Final = "TEWATASHI_PRINTER"


def chosen_printer() -> Printer:
    """The printer; Refused when it can't be used."""
    chosen = os.environ.get(PRINTER_VARIABLE, "")
    if chosen.startswith(("ipp://", "ipps://")):
        return IppQueue(chosen)
    return PdfFolder(Path(chosen) if chosen else settings.SITE.file.parent / "paper")


def device_profile() -> str:
    """SHA-256 of what the factory prints on, as an approved proof holds on to it: the printer by kind and address."""
    printer = chosen_printer()
    return hashlib.sha256(f"tewatashi.device/v1\n{type(printer).__name__} {printer.name}\n".encode()).hexdigest()
