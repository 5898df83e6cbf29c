"""A job's own 外字 fonts: the ward's 追加文字 and 外字, as TrueType or as bitmaps (BDF), each pinned by its digest.

Rules
  what they draw in the private use area exists in no other font; whatever else they draw comes after the pinned fonts
  a font that forbids embedding is refused; so is one of another format, which would have to be converted
  a bitmap of a file is printed dot by dot (press.bdf)
"""

from __future__ import annotations

import hashlib
import struct
from typing import Final

import uharfbuzz as hb

from tewatashi.core.refused import Refused
from tewatashi.press.bdf import as_truetype, read_bdf
from tewatashi.press.fonts import Face

LARGEST: Final = 64 << 20  # bytes
_TRUETYPE: Final = (b"\x00\x01\x00\x00", b"true")
_BITMAPS: Final = b"STARTFONT"
_RESTRICTED: Final = 0x0002  # of fsType (OpenType, OS/2)
_BITMAP_ONLY: Final = 0x0200


def read_gaiji(data: bytes, file: str, sha256: str | None = None) -> Face:
    """Any bytes give a face or a Refused. file: for refusals, and the face's key; sha256: its pin, in hex."""
    digest = hashlib.sha256(data).hexdigest()
    if sha256 is not None and digest != sha256:
        raise _refused(file, "外字ファイルの中身が指定と違います。", found=digest, expected=sha256)
    if len(data) > LARGEST:
        raise _refused(file, "外字ファイルが大きすぎます。", found=len(data), expected=f"{LARGEST}バイト以下")
    try:
        program = as_truetype(read_bdf(data)) if data.startswith(_BITMAPS) else data
        _require_embeddable(program, file)
        face = Face(file, f"Gaiji-{digest[:12]}", program, digest, own=True)
        shows = face.ascent > face.descent and bool(face.texts)
    except (ValueError, IndexError, KeyError, OverflowError, ArithmeticError, struct.error, RuntimeError):
        raise _unreadable(file) from None
    if not shows:
        raise _unreadable(file)
    return face


def _unreadable(file: str) -> Refused:
    return _refused(
        file, "外字ファイルとして読めません。", expected="字形のあるTrueType（.ttf）か、UnicodeのBDF（.bdf）"
    )


def _require_embeddable(program: bytes, file: str) -> None:
    if not program.startswith(_TRUETYPE):
        raise _refused(file, "この形式の外字ファイルは使えません。", expected="TrueType（.ttf）か BDF（.bdf）")
    about = hb.Face(program).reference_table("OS/2").data
    rights = struct.unpack_from(">H", about, 8)[0] if len(about) >= 10 else 0
    if rights & (_RESTRICTED | _BITMAP_ONLY):
        raise _refused(file, "埋め込みを許さないフォントです。", found=f"fsType {rights:04X}")


def _refused(file: str, wrong: str, *, found: object = None, expected: object = None) -> Refused:
    return Refused(
        "gaiji",
        f"{file}: {wrong}",
        found=found,
        expected=expected,
        do="区から受け取った外字ファイルを確かめてください。",
    )
