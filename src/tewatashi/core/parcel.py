"""A parcel (送付データ): a job's records in one age file that a password opens. docs/spec/parcel.md

Rules
  - what is inside agrees with the signed cover, and the file is byte for byte the one that the cover names
  - every record has its own piece id, drawn when it is sealed; no id comes twice
  - the records are as many as declared, each with one value for every item, and the last line says so once more
  - a record's values never leave this module but as records: no refusal shows one
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, TypeVar, cast

import numpy as np
import orjson

from tewatashi.core.age import Passphrase, Rand, decrypt, encrypt
from tewatashi.core.cover import Cover
from tewatashi.core.pieceid import check_piece_id, new_piece_ids
from tewatashi.core.refused import Refused

FORMAT: Final = "tewatashi.parcel/v1"
MAX_LINE: Final = 1 << 20

Batch = list[tuple[str, list[str]]]  # piece id and values in the order of the items
Records = TypeVar("Records", bound=Sequence[Sequence[str]])  # of a batch, each its values in the order of the items


@dataclass(frozen=True)
class Manifest:
    """The first line inside a parcel: what the records are. base_date ISO; items in their order; pieces from 1."""

    format: str
    contract: str
    job: str
    form: str
    base_date: str
    items: tuple[str, ...]
    pieces: int

    def line(self) -> bytes:
        return orjson.dumps({name: getattr(self, name) for name in _MANIFEST}, option=orjson.OPT_APPEND_NEWLINE)


_MANIFEST: Final = tuple(Manifest.__dataclass_fields__)
_ON_COVER: Final = {
    "contract": "契約", "job": "案件", "form": "帳票", "base_date": "基準日", "items": "項目", "pieces": "件数",
}  # fmt: skip


def seal(
    manifest: Manifest,
    records: Iterable[Records],
    password: Passphrase,
    rand: Rand,
    note_piece: Callable[[list[str], Records], None],
) -> Iterator[bytes]:
    """The parcel's bytes, as they come.

    records  in batches; a batch is sealed as it comes
    note_piece  is told the piece ids and the records of each batch: the only place where the two meet outside
    Refused `parcel-count` when the records are not as many as declared, `parcel-record` when one doesn't fit the items.
    Whoever writes the bytes drops them when this ends in a Refused.
    """
    return encrypt(_lines(manifest, records, rand, note_piece), password, rand)


def _lines(
    manifest: Manifest, records: Iterable[Records], rand: Rand, note_piece: Callable[[list[str], Records], None]
) -> Iterator[bytes]:
    yield manifest.line()
    count = 0
    for batch in records:
        _refuse_unfit(batch, len(manifest.items), count)
        _refuse_more(count + len(batch), manifest.pieces)
        pieces = new_piece_ids(rand, len(batch))
        note_piece(pieces, batch)
        yield _write_batch(pieces, batch, count)
        count += len(batch)
    _refuse_fewer(count, manifest.pieces)
    yield _end_line(count)


def _refuse_unfit(batch: Sequence[Sequence[str]], items: int, count: int) -> None:
    for n, values in enumerate(batch, count + 1):
        if len(values) != items:
            raise _bad_record(n, "項目の数が違います。", len(values), items)


def _write_batch(pieces: list[str], batch: Sequence[Sequence[str]], count: int) -> bytes:
    lines: list[bytes] = []
    for piece, values in zip(pieces, batch, strict=True):
        try:
            line = orjson.dumps({"piece": piece, "v": values}, option=orjson.OPT_APPEND_NEWLINE)
        except orjson.JSONEncodeError:
            line = b""
        if not 0 < len(line) <= MAX_LINE:
            raise _bad_record(count + len(lines) + 1, "文字にできない値か、長すぎる値があります。")
        lines.append(line)
    return b"".join(lines)


def _end_line(count: int) -> bytes:
    return orjson.dumps({"end": count}, option=orjson.OPT_APPEND_NEWLINE)


def open_parcel(chunks: Iterable[bytes], password: Passphrase, cover: Cover) -> tuple[Manifest, Iterator[Batch]]:
    """The manifest, checked against the cover, and the records in batches of some hundred.

    chunks  the .age file's bytes, in pieces of any size
    Refused `parcel-...` (docs/spec/parcel.md) or as `age.decrypt` refuses, here or at any batch up to the very end:
    what the iterator gave before it ends without a Refused is not yet the ward's word, and is dropped if it refuses.
    """
    digest = _Digest(cover)
    lines = _split_lines(decrypt(digest.watch(chunks), password))
    first = next(lines, [])
    if not first:
        raise _not_a_parcel()
    manifest = _read_manifest(first[0])
    _refuse_other(manifest, cover)
    rest = chain([first[1:]], lines) if first[1:] else lines
    return manifest, _records(manifest, rest, digest)


class _Digest:
    """The file's bytes go by here on their way to the cipher, and must in the end be those that the cover names."""

    def __init__(self, cover: Cover) -> None:
        self._cover = cover
        self._hash = hashlib.sha256()
        self._size = 0

    def watch(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self._size += len(chunk)
            if self._size > self._cover.size:
                raise self._wrong_size()
            self._hash.update(chunk)
            yield chunk

    def refuse_unless_covered(self) -> None:
        if self._size != self._cover.size:
            raise self._wrong_size()
        if self._hash.hexdigest() != self._cover.sha256:
            raise Refused(
                "parcel-digest", "送付データが送付票の示すファイルと違います。",
                found=self._hash.hexdigest()[:16], expected=self._cover.sha256[:16],
                do="受け取らず、送り手に確かめてください。",
            )  # fmt: skip

    def _wrong_size(self) -> Refused:
        return Refused(
            "parcel-size", "送付データの大きさが送付票と違います。", found=self._size, expected=self._cover.size,
            do="ファイルを受け取り直してください。",
        )  # fmt: skip


def _split_lines(chunks: Iterable[bytes]) -> Iterator[list[bytes]]:
    """The lines that each chunk completes, without their newlines. The last one must have its newline."""
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk if rest else chunk).split(b"\n")
        if len(rest) > MAX_LINE:
            raise _not_a_parcel()
        if lines:
            yield lines
    if rest:
        raise _not_a_parcel()


def _read_manifest(line: bytes) -> Manifest:
    value = _json(line)
    if not isinstance(value, dict) or value.keys() != set(_MANIFEST) or value["format"] != FORMAT:
        raise _not_a_parcel()
    items = value["items"]
    if not isinstance(items, list) or not all(type(item) is str for item in items) or type(value["pieces"]) is not int:
        raise _not_a_parcel()
    return Manifest(**value | {"items": tuple(items)})


def _refuse_other(manifest: Manifest, cover: Cover) -> None:
    for name, title in _ON_COVER.items():
        inside, outside = getattr(manifest, name), getattr(cover, name)
        if inside != outside:
            if name == "items":
                inside, outside = f"{len(inside)}項目", f"{len(outside)}項目"
            raise Refused(
                "parcel-manifest", f"送付データの中の{title}が送付票と違います。", found=inside, expected=outside,
                do="受け取らず、送り手に確かめてください。",
            )  # fmt: skip


def _records(manifest: Manifest, chunks: Iterable[list[bytes]], digest: _Digest) -> Iterator[Batch]:
    seen = array("Q")
    end = b""
    for lines in chunks:
        if end:
            raise _not_a_parcel("最後の行の後ろに余分な行があります。")
        if lines[-1].startswith(b'{"end"'):
            end = lines.pop()
        batch = [_read_record(line, n, len(manifest.items)) for n, line in enumerate(lines, len(seen) + 1)]
        seen.extend(int(piece[:19]) for piece, _ in batch)
        _refuse_more(len(seen), manifest.pieces)
        if batch:
            yield batch
    if not end:
        raise _not_a_parcel("最後の行がありません。")
    if end + b"\n" != _end_line(len(seen)):
        raise _not_a_parcel("最後の行の件数が違います。")
    _refuse_fewer(len(seen), manifest.pieces)
    _refuse_twice(seen)
    digest.refuse_unless_covered()


def _read_record(line: bytes, n: int, items: int) -> tuple[str, list[str]]:
    record = _json(line)
    if type(record) is not dict or record.keys() != {"piece", "v"}:
        raise _bad_record(n, "記録の形が違います。")
    piece, values = record["piece"], record["v"]
    if type(piece) is not str or type(values) is not list or not all(type(value) is str for value in values):
        raise _bad_record(n, "記録の形が違います。")
    if len(values) != items:
        raise _bad_record(n, "項目の数が違います。", len(values), items)
    try:
        return check_piece_id(piece), values
    except Refused:
        raise _bad_record(n, "通し番号が正しくありません。") from None


def _refuse_twice(seen: array[int]) -> None:
    # 8 bytes a piece, sorted once at the end: a set of a million numbers would take ten times the memory.
    bodies = np.sort(np.frombuffer(seen, dtype=np.uint64))
    twice = int(np.count_nonzero(bodies[1:] == bodies[:-1]))
    if twice:
        raise Refused(
            "parcel-piece-twice",
            "同じ通し番号の記録があります。",
            found=f"{twice}件",
            do="受け取らず、送り手に確かめてください。",
        )


def _refuse_more(count: int, declared: int) -> None:
    if count > declared:
        raise _wrong_count(f"{declared + 1}件以上", declared)


def _refuse_fewer(count: int, declared: int) -> None:
    if count < declared:
        raise _wrong_count(f"{count}件", declared)


def _wrong_count(found: str, declared: int) -> Refused:
    return Refused(
        "parcel-count", "記録の件数が申告と違います。", found=found, expected=f"{declared}件",
        do="抽出した件数を確かめてください。",
    )  # fmt: skip


def _bad_record(n: int, wrong: str, found: object = None, expected: object = None) -> Refused:
    return Refused(
        "parcel-record", f"{n}件目の{wrong}", found=found, expected=expected, do="送付データを作り直してください。"
    )


def _json(line: bytes) -> object:
    try:
        return cast("object", orjson.loads(line))
    except orjson.JSONDecodeError:
        return None


def _not_a_parcel(wrong: str = "送付データの中身の形が定めと違います。") -> Refused:
    return Refused("parcel-format", wrong, do="受け取らず、送り手に確かめてください。")
