"""The characters of an extract: its bytes decoded, and 外字 resolved by the ward's own table.

A ward's system writes a character that JIS X 0208 lacks (𠮷, or 葛 with a variation selector) at a code of its own,
CP932 F040 to F9FC. What such a code means stands nowhere but in the ward's 外字 table, which the layout carries. A code
without an entry is refused: printed as it is, it would be another character, or none, in a resident's name. A character that
Unicode lacks stays private: the entry names the code point at which the form's own 外字 font has it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from tewatashi.core.fields import Fault

Charset = Literal["cp932", "utf-8"]

# What decodes, but is no character of a name or an address:
#   80-A0, F8F0-F8F3, FFFD   bytes without meaning, or what is left of a character that was lost on the way
#   3013                     〓, which systems write for a character that they do not have
#   AD, 61C, 180E, 200B-200F,   signs that are invisible, or turn the order of the characters around them
#   2028-202E, 2060-206F, FEFF, FFF9-FFFB, E0000-E007F
#   E000-F8FF, F0000-10FFFF  private use: a 外字
_UNFIT: Final = re.compile(
    "[\x80-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3013\ue000-\uf8ff\ufeff\ufff9-\uffff"
    "\U000e0000-\U000e007f\U000f0000-\U0010ffff]"
)
_PRIVATE_CODE: Final = re.compile(
    r"U\+(E[0-9A-F]{3}|F[0-7][0-9A-F]{2}|F8[0-9A-E][0-9A-F]|(F|10)(?!FFF[EF])[0-9A-F]{4})"
)
# A delimiter, a quote or a line break can never be the second byte of a CP932 character, nor stand inside one of UTF-8.
_CONTROLS: Final = bytes([*range(0x20), 0x7F])


@dataclass(frozen=True)
class Characters:
    """charset: of the extract. gaiji: character of the private use area -> the characters it stands for."""

    charset: Charset
    gaiji: Mapping[str, str] = field(default_factory=dict)

    def read(self, data: bytes) -> str:
        """The text of `data`. Fault `extract-undecodable` or `extract-character`, naming the code and nothing else."""
        try:
            text = data.decode(self.charset)
        except UnicodeDecodeError as error:
            code = data[error.start : error.end].hex(" ").upper()
            raise Fault(
                "extract-undecodable", "文字として読めないバイトがあります。", found=code, expected=self.charset
            ) from None
        return text if text.isascii() else _UNFIT.sub(self._resolve, text)

    def _resolve(self, match: re.Match[str]) -> str:
        character = self.gaiji.get(match.group())
        if character is None:
            raise _unmappable(match.group())
        return character


def controls_in(data: bytes, *, but: bytes = b"") -> int:
    """How many control characters other than those of `but` stand in `data`, text in CP932 or UTF-8."""
    return len(data) - len(data.translate(None, _CONTROLS.translate(None, but)))


def first_control(data: bytes) -> str:
    """The code of the first control character, as a refusal shows it."""
    return next(f"U+{byte:04X}" for byte in data if byte in _CONTROLS)


def gaiji_character(code: str) -> str | None:
    """The private character of a 外字 code: F040 to F9FC as CP932 writes it, U+E000 to U+F8EF, or one of planes 15 and 16.
    None if it is neither."""
    if _PRIVATE_CODE.fullmatch(code):
        return chr(int(code[2:], 16))
    if re.fullmatch(r"F[0-9][4-9A-F][0-9A-F]", code) and code[2:] not in ("7F", "FD", "FE", "FF"):
        return bytes.fromhex(code).decode("cp932")
    return None


def _unmappable(character: str) -> Fault:
    code = f"U+{ord(character):04X}"
    if character == "〓":
        return Fault(
            "extract-character", "システムが書けない文字を〓に置き換えています。", found=code, expected="元の文字か外字",
            do="その宛名の文字を外字で登録し直して、抽出をやり直してください。",
        )  # fmt: skip
    if "\ue000" <= character <= "\ue757":
        code = f"{character.encode('cp932').hex().upper()}（{code}）"
    if "\ue000" <= character <= "\uf8ef" or character >= "\U000f0000":
        return Fault(
            "extract-character", "外字表にない外字です。", found=code, expected="外字表にある外字",
            do="レイアウトの [gaiji] に、この外字の文字を加えてください。",
        )  # fmt: skip
    return Fault("extract-character", "文字として使えない符号です。", found=code)
