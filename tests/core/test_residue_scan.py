"""A planted copy is found wherever it hides; random digits are nobody's."""

import base64
import bz2
import contextlib
import gzip
import io
import lzma
import random
import tarfile
import zipfile
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tewatashi.core.pieceid import new_piece_ids
from tewatashi.core.residue import Finding, IdSet, Unread
from tewatashi.core.residue_scan import Limits, scan

RAND = random.Random(7)
PIECES = new_piece_ids(RAND.randbytes, 1000)
PIECE = PIECES[500]
IDS = IdSet.read("\n".join(PIECES).encode() + b"\n")
LINE = f"01234-5,{PIECE},ナマエ\n"
NOISE = random.Random(8).randbytes(300_000)
CONTENT = b"q 0.5 g BT /F1 8 Tf 10 10 Td (" + PIECE.encode() + b") Tj ET Q\n" * 40


def cut(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def found(data: bytes, size: int = 1 << 20) -> list[Finding]:
    return [one for one in scan(cut(data, size), IDS) if isinstance(one, Finding)]


def unread(data: bytes, limits: Limits | None = None) -> list[str]:
    return [one.reason for one in scan(cut(data, 1 << 16), IDS, limits=limits or Limits()) if isinstance(one, Unread)]


def zipped(data: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("a/印刷.csv", data)
    return out.getvalue()


def tar_gz(data: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        member = tarfile.TarInfo("x.csv")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def pdf_stream(data: bytes, feed: bytes = b"\n") -> bytes:
    return b"%PDF-1.7\n5 0 obj\n<</Length 1>>\nstream" + feed + data + b"\nendstream\nendobj\n"


PLAIN = {
    "ascii": LINE.encode(),
    "cp932": LINE.encode("cp932"),
    "utf-16-le": LINE.encode("utf-16-le"),
    "utf-16-be": LINE.encode("utf-16-be"),
}
HIDDEN = {
    "zip": zipped(LINE.encode()),
    "zip of utf-16": zipped(LINE.encode("utf-16")),
    "stored zip": zipped(LINE.encode(), zipfile.ZIP_STORED),
    "bzip2 zip": zipped(LINE.encode(), zipfile.ZIP_BZIP2),
    "zip in zip": zipped(zipped(zipped(LINE.encode()))),
    "gzip of utf-16": gzip.compress(LINE.encode("utf-16")),
    "tar.gz": tar_gz(LINE.encode()),
    "gzip of gzip": gzip.compress(gzip.compress(LINE.encode())),
    "zlib": zlib.compress(LINE.encode()),
    "xz": lzma.compress(LINE.encode()),
    "bzip2": bz2.compress(LINE.encode()),
    "flate": pdf_stream(zlib.compress(CONTENT)),
    "flate at level 9 with CR LF": pdf_stream(zlib.compress(CONTENT, 9), b"\r\n"),
    "flate with a small window": pdf_stream(zlib.compress(CONTENT, wbits=9)),
    "hex": pdf_stream(CONTENT.hex().encode() + b">"),
    "hex of flate": pdf_stream(zlib.compress(CONTENT).hex().encode() + b">"),
    "ascii85": pdf_stream(base64.a85encode(CONTENT, wrapcol=70) + b"~>"),
    "ascii85 of flate": pdf_stream(base64.a85encode(zlib.compress(CONTENT)) + b"~>"),
    "pdf in zip": zipped(pdf_stream(zlib.compress(CONTENT))),
}


@pytest.mark.parametrize("encoding", PLAIN)
@pytest.mark.parametrize("at", range(4))
def test_an_id_is_found_in_every_encoding_at_any_offset(encoding: str, at: int) -> None:
    (finding,) = found(b"\x01" * at + PLAIN[encoding])
    assert finding.piece == PIECE
    assert finding.inside == ""


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_named_by_its_order(encoding: str) -> None:
    (finding,) = found("あ1".encode(encoding) * 3 + PLAIN[encoding])
    assert finding.encoding == encoding
    assert finding.offset == 12 + 16


@pytest.mark.accident("iseto-2024")
@pytest.mark.parametrize("where", HIDDEN)
def test_an_id_is_found_in_the_free_space_of_an_image(where: str) -> None:
    image = NOISE[:100_003] + HIDDEN[where] + NOISE[100_003:]
    findings = found(image)
    assert {finding.piece for finding in findings} == {PIECE}
    assert all(100_003 <= finding.offset < 100_003 + len(HIDDEN[where]) for finding in findings)


@pytest.mark.parametrize("where", HIDDEN)
@pytest.mark.parametrize("size", [7, 64, 4093])
def test_an_id_is_found_whatever_the_chunks(where: str, size: int) -> None:
    assert {finding.piece for finding in found(HIDDEN[where], size)} == {PIECE}
    assert len(found(HIDDEN[where], size)) == len(found(HIDDEN[where]))


@given(st.sampled_from(sorted(PLAIN)), st.integers(0, 200), st.integers(20, 150))
def test_an_id_on_the_border_of_two_chunks_is_found_once(encoding: str, at: int, size: int) -> None:
    data = b"." * at + PLAIN[encoding] + b"." * 90
    assert [finding.piece for finding in found(data, size)] == [PIECE]


def test_containers_are_named_from_the_outermost() -> None:
    assert found(HIDDEN["zip in zip"])[0].inside == "zip/zip/zip"
    assert found(HIDDEN["hex of flate"])[0].inside == "pdf/zlib"
    assert found(HIDDEN["tar.gz"])[0].inside == "gzip"


def test_a_sheets_mark_holds_its_piece() -> None:
    (finding,) = found(b"x" + PIECE.encode() + b"0122x")
    assert finding.offset == 1


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("before", ["", "x", "7", "あ"])
@pytest.mark.parametrize("at", range(3))
def test_an_id_among_other_digits_in_utf_16_is_found_once(encoding: str, before: str, at: int) -> None:
    (finding,) = found(b"\x01" * at + (before + PIECE + "0122x").encode(encoding))
    assert finding.piece == PIECE


def test_every_piece_of_a_copied_file_is_found() -> None:
    data = "".join(f'{{"piece":"{piece}"}}\n' for piece in PIECES).encode()
    assert [finding.piece for finding in found(data, 997)] == PIECES
    assert [finding.piece for finding in found(gzip.compress(data))] == PIECES


def test_random_digits_are_no_finding() -> None:
    digits = "".join(RAND.choices("0123456789", k=200_000)).encode()
    assert found(digits) == []
    assert found(" ".join(new_piece_ids(RAND.randbytes, 2000)).encode("utf-16")) == []


@given(st.sampled_from(["ascii", "utf-16-le", "utf-16-be"]), st.integers(0, 400))
def test_an_id_among_unbroken_digits_is_found_once(encoding: str, at: int) -> None:
    digits = random.Random(at).choices("0123456789", k=400)
    (finding,) = found("".join([*digits[:at], PIECE, *digits[at:]]).encode(encoding))
    assert (finding.piece, finding.encoding) == (PIECE, encoding)
    assert finding.offset == at * (1 if encoding == "ascii" else 2)


@pytest.mark.parametrize("encoding", ["ascii", "utf-16-le", "utf-16-be"])
def test_leading_digits_alone_are_no_finding(encoding: str) -> None:
    digits = "".join(piece[:8] for piece in PIECES) + "".join(PIECES)
    assert [finding.piece for finding in found(digits.encode(encoding))] == PIECES


def test_random_bytes_show_nothing_and_are_all_read() -> None:
    assert list(scan(cut(random.Random(9).randbytes(4 << 20), 1 << 20), IDS)) == []


def test_an_age_file_is_no_obstacle() -> None:
    assert unread(b"age-encryption.org/v1\n-> scrypt xx 18\n" + NOISE) == []


@given(st.binary(max_size=300), st.sampled_from(sorted(HIDDEN)), st.integers(0, 200))
def test_any_bytes_can_be_scanned(data: bytes, where: str, at: int) -> None:
    hidden = HIDDEN[where]
    with contextlib.closing(scan([data, hidden[:at] + data + hidden[at:]], IDS)) as answers:
        assert all(isinstance(one, Finding | Unread) for one in answers)


# ---------------------------------------------------------------- what can't be read is said


def test_an_encrypted_zip_is_said_to_be_unread() -> None:
    data = bytearray(zipped(LINE.encode()))
    data[6] |= 1
    assert unread(bytes(data)) == ["パスワードつきの zip です"]


@pytest.mark.parametrize(
    "data", [b"7z\xbc\xaf\x27\x1c\0\4", b"Rar!\x1a\x07\1\0", b"\x28\xb5\x2f\xfd\x24\0", b"\x04\x22\x4d\x18\x64\x40"]
)
def test_an_archive_that_we_cannot_open_is_said_to_be_unread(data: bytes) -> None:
    assert len(unread(b"\0" * 512 + data + NOISE)) == 1


def test_an_encrypted_pdf_is_said_to_be_unread() -> None:
    assert unread(b"%PDF-1.7\ntrailer << /Encrypt 12 0 R >>\n") == ["暗号化された PDF です"]


def test_a_damaged_archive_is_said_to_be_unread() -> None:
    data = bytearray(gzip.compress(random.Random(1).randbytes(3000).hex().encode()))
    data[1000] ^= 0xFF
    assert len(unread(bytes(data))) == 1
    assert len(unread(gzip.compress(NOISE)[:5000])) == 1


def test_a_bomb_ends_at_the_limit_and_is_said_to_be_unread() -> None:
    bomb = gzip.compress(gzip.compress(b"\0" * (40 << 20)))
    assert unread(bomb, Limits(unpacked=8 << 20)) == ["展開すると大きすぎる圧縮データです"]
    assert unread(bomb) == []


def test_what_lies_deeper_than_the_limit_is_said_to_be_unread() -> None:
    data = LINE.encode()
    for _ in range(5):
        data = zipped(data)
    assert len(unread(data, Limits(depth=3))) == 1
