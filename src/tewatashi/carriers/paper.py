"""The carrier paper: letters as QR codes of digits alone, which any scanner can type, and as a file. No rules.

Digits pass every keyboard layout and a Japanese IME unchanged, and QR packs them tightest. The spec is
docs/spec/letters.md. What stands on the codes is believed by nobody: the letters in them are signed.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tewatashi.core.refused import Refused

MOST_PARTS: Final = 24  # two pages of codes; more goes as a file
MOST_FILE: Final = 16 << 20  # bytes of a file of letters
MOST_NOTES: Final = 10_000
PART_BYTES: Final = 644  # 1,564 digits: with head and check they fill a QR code of version 20 at level M

_MARK: Final = "7201"  # says that a row of digits is ours, and the version of the format
_SET: Final = 10  # digits of the set's name
_HEAD: Final = len(_MARK) + _SET + 2 + 2 + 4  # mark, set, n, m, digits of the load
_CHECK: Final = 10
_GROUP: Final = 7  # bytes that are written as one number; the last group may be shorter
_WIDTH: Final = {1: 3, 2: 5, 3: 8, 4: 10, 5: 13, 6: 15, 7: 17}  # digits of so many bytes
_SIZE: Final = {digits: size for size, digits in _WIDTH.items()}
_MOST_PLAIN: Final = 1 << 20  # bytes that a set of codes may unfold to
_MOST_TYPED: Final = 1 << 20  # characters
_DASH: Final = "— ".encode()  # begins each signature of a note


@dataclass(frozen=True)
class Part:
    """One code: the `n`th of `m` of the set named `of`, with its load as digits."""

    of: str
    n: int
    m: int
    load: str

    def __str__(self) -> str:
        head = f"{_MARK}{self.of}{self.n:02d}{self.m:02d}{len(self.load):04d}"
        return f"{head}{self.load}{_check(head + self.load)}"


# -------------------------------------------------------------------------------------------------------- as a file


def join_notes(notes: Sequence[bytes]) -> bytes:
    """The file of these notes, one after the other. Refused as `split_notes` refuses what could not be read back."""
    data = b"".join(notes)
    if split_notes(data) != tuple(notes):
        raise _no_file()
    return data


def split_notes(data: bytes) -> tuple[bytes, ...]:
    """The notes of a file, by their form alone. Refused `letters-file` for any other bytes."""
    if len(data) > MOST_FILE:
        raise Refused(
            "letters-size", "記録のファイルが大きすぎます。", expected=f"{MOST_FILE >> 20} MiB 以下",
            do="手渡しの記録のファイル（.letters）を選んでください。",
        )  # fmt: skip
    notes: list[bytes] = []
    start = 0
    while start < len(data) and len(notes) < MOST_NOTES:
        end = _end_of_note(data, start)
        notes.append(data[start:end])
        start = end
    if not notes or start < len(data):
        raise _no_file()
    return tuple(notes)


def _end_of_note(data: bytes, start: int) -> int:
    """Where the signatures end that follow the first empty line."""
    gap = data.find(b"\n\n" + _DASH, start)
    if gap < 0:
        raise _no_file()
    end = gap + 2
    while data.startswith(_DASH, end):
        end = data.find(b"\n", end) + 1
        if end == 0:
            raise _no_file()
    return end


def _no_file() -> Refused:
    return Refused(
        "letters-file", "記録のファイルとして読めません。", do="手渡しの記録のファイル（.letters）を選んでください。"
    )


# --------------------------------------------------------------------------------------------------------- as codes


def write_parts(notes: Sequence[bytes]) -> tuple[str, ...]:
    """The digits of each code. Refused `paper-too-much` for what should go as a file."""
    plain = join_notes(notes)
    press = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = press.compress(plain) + press.flush()
    m = -(-len(packed) // PART_BYTES)
    if m > MOST_PARTS or len(plain) > _MOST_PLAIN:
        raise Refused(
            "paper-too-much", "用紙に印刷するには、記録が大きすぎます。", found=f"{m}枚", expected=f"{MOST_PARTS}枚以下",
            do="記録をファイルに出し、媒体で渡してください。",
        )  # fmt: skip
    each = -(-len(packed) // m)
    name = _name(packed)
    return tuple(str(Part(name, n + 1, m, _digits(packed[n * each : (n + 1) * each]))) for n in range(m))


def is_ours(digits: str) -> bool:
    """Whether a code that a reader found among others is one of ours; what it says is not believed by this."""
    return digits.isascii() and digits.isdecimal() and digits.startswith(_MARK)


def read_parts(typed: str) -> tuple[Part, ...]:
    """The codes in what a scanner typed or a reader read, in any order, with any spaces and line ends.

    Full-width digits count, and so do codes whose Enter an IME swallowed. Refused `paper-typed` (no digits of ours),
    `paper-code` (a code that is cut short or changed), with the number of the line.
    """
    if len(typed) > _MOST_TYPED:
        raise _bad_line("paper-typed", "入力が長すぎます。", 1)
    parts: list[Part] = []
    for number, line in enumerate(typed.splitlines(), 1):
        parts.extend(_read_line(_as_digits(line, number), number))
    return tuple(parts)


def missing(parts: Iterable[Part]) -> tuple[int, ...]:
    """Numbers of the codes that are not there yet. Refused `paper-mixed` when the codes are not all of one set."""
    by_number = _one_set(parts)
    m = max((part.m for part in by_number.values()), default=0)
    return tuple(n for n in range(1, m + 1) if n not in by_number)


def join_parts(parts: Iterable[Part]) -> tuple[bytes, ...]:
    """The notes that these codes carry. Refused when a code is missing (`paper-missing`), or they carry no notes."""
    by_number = _one_set(parts)
    if not by_number:
        raise Refused("paper-empty", "符号が読み取られていません。", do="用紙の枠の中の符号を読み取ってください。")
    refuse_missing(by_number.values())
    packed = b"".join(_bytes(by_number[n].load) for n in sorted(by_number))
    if _name(packed) != by_number[1].of:
        raise _spoiled()
    return split_notes(_unpacked(packed))


def refuse_missing(parts: Iterable[Part]) -> None:
    """Refused `paper-missing`, naming the codes that are not there yet."""
    parts = tuple(parts)
    if lost := missing(parts):
        raise Refused(
            "paper-missing", f"{parts[0].m}枚のうち{'・'.join(map(str, lost))}枚目がまだです。",
            do="足りない符号を続けて読み取ってください。順番は問いません。",
        )  # fmt: skip


def _one_set(parts: Iterable[Part]) -> dict[int, Part]:
    by_number: dict[int, Part] = {}
    first: Part | None = None
    for part in parts:
        first = first or part
        if (part.of, part.m) != (first.of, first.m) or by_number.setdefault(part.n, part) != part:
            raise Refused(
                "paper-mixed", "別の用紙の符号が混じっています。", do="一組の用紙の符号だけを読み取り直してください。"
            )
    return by_number


def _unpacked(packed: bytes) -> bytes:
    unpress = zlib.decompressobj(-15)
    try:
        plain = unpress.decompress(packed, _MOST_PLAIN)
    except zlib.error:
        raise _spoiled() from None
    if not unpress.eof or unpress.unused_data:
        raise _spoiled()
    return plain


def _as_digits(line: str, number: int) -> str:
    digits = "".join(unicodedata.normalize("NFKC", line).split())
    if digits and not re.fullmatch("[0-9]+", digits):
        raise _bad_line("paper-typed", "数字でない文字が混じっています。", number)
    return digits


def _read_line(digits: str, number: int) -> Iterator[Part]:
    start = 0
    while start < len(digits):
        if not digits.startswith(_MARK, start):
            raise _bad_line("paper-typed", "手渡しの記録の符号ではありません。", number)
        head = digits[start : start + _HEAD]
        end = start + _HEAD + int(head[-4:]) + _CHECK if len(head) == _HEAD else len(digits) + 1
        if end > len(digits):
            raise _bad_line("paper-code", "符号が途中で切れています。", number)
        yield _read_part(digits[start:end], number)
        start = end


def _read_part(digits: str, number: int) -> Part:
    said, check = digits[:-_CHECK], digits[-_CHECK:]
    at = len(_MARK) + _SET
    part = Part(said[len(_MARK) : at], int(said[at : at + 2]), int(said[at + 2 : at + 4]), said[_HEAD:])
    if _check(said) != check or not 1 <= part.n <= part.m <= MOST_PARTS or not _is_load(part.load):
        raise _bad_line("paper-code", "符号の数字が変わっています。", number)
    return part


def _bad_line(code: str, wrong: str, number: int) -> Refused:
    return Refused(code, wrong, found=f"{number}行目", do="その行を消し、用紙の符号を読み取り直してください。")


def _spoiled() -> Refused:
    return Refused(
        "paper-spoiled", "符号の中身が壊れています。", do="用紙の印刷からやり直すよう、相手に求めてください。"
    )


def _name(packed: bytes) -> str:
    return f"{int.from_bytes(hashlib.sha256(packed).digest()[:8], 'big') % 10**_SET:0{_SET}d}"


def _check(digits: str) -> str:
    """CRC-32 sees every single change, and each that lies within four digits of another."""
    return f"{zlib.crc32(digits.encode('ascii')):0{_CHECK}d}"


def _digits(data: bytes) -> str:
    groups = (data[at : at + _GROUP] for at in range(0, len(data), _GROUP))
    return "".join(f"{int.from_bytes(group, 'big'):0{_WIDTH[len(group)]}d}" for group in groups)


def _is_load(digits: str) -> bool:
    try:
        return 0 < len(_bytes(digits)) <= PART_BYTES
    except (KeyError, OverflowError):
        return False


def _bytes(digits: str) -> bytes:
    """The bytes; KeyError or OverflowError for digits that stand for none."""
    width = _WIDTH[_GROUP]
    groups = (digits[at : at + width] for at in range(0, len(digits), width))
    return b"".join(int(group).to_bytes(_SIZE[len(group)], "big") for group in groups)
