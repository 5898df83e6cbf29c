"""A QR code as one SVG path: an inline `<path>` needs no style, no image and no exception in the CSP."""

from __future__ import annotations

import qrcode


def qr_path(text: str) -> tuple[int, str]:
    """The side of the symbol in modules, its quiet zone included, and the `d` of a path that fills the dark ones."""
    code = qrcode.QRCode(border=4)
    code.add_data(text)
    rows = code.get_matrix()
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, module in enumerate(row) if module)
    return len(rows), "".join(dark)
