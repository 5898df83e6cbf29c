"""A parcel sealed and opened, and every way to tamper with one that we could name."""

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace

import orjson
import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.cast_of_parcels import (
    COVER,
    IDENTITY,
    ITEMS,
    MANIFEST,
    PARCEL,
    PASSWORD,
    RAND,
    RECORDS,
    cover_of,
    sealed,
)
from tewatashi.core.age import Passphrase, encrypt
from tewatashi.core.cover import Cover
from tewatashi.core.parcel import FORMAT, MAX_LINE, Batch, Manifest, open_parcel, seal
from tewatashi.core.pieceid import check_piece_id, new_piece_ids
from tewatashi.core.refused import Refused

SEALED_CHUNK = (1 << 16) + 16
MANY = 2000
BIG_MANIFEST = replace(MANIFEST, pieces=MANY)
BIG = sealed(BIG_MANIFEST, [(f"{n:017d}", "見本　花子" * 5, "9" * 20) for n in range(MANY)])
START = BIG.index(b"\n---") + len("\n--- ") + 43 + 1 + 16  # of the first chunk
PIECES = new_piece_ids(RAND, 6)
END = b'{"end":5}\n'


def opened(
    data: bytes, cover: Cover | None = None, by: Passphrase = PASSWORD, step: int = 1 << 20
) -> list[tuple[str, list[str]]]:
    pieces = (data[i : i + step] for i in range(0, len(data), step))
    return [record for batch in open_parcel(pieces, by, cover or cover_of(data))[1] for record in batch]


def refused(data: bytes, cover: Cover | None = None, by: Passphrase = PASSWORD) -> str:
    """The code of the refusal, after making sure that it shows no resident's value."""
    with pytest.raises(Refused) as caught:
        opened(data, cover, by)
    assert "見本" not in str(caught.value)
    return caught.value.code


def record(n: int, **changes: object) -> bytes:
    return orjson.dumps({"piece": PIECES[n], "v": list(RECORDS[n % 5])} | changes) + b"\n"


def sealed_lines(*lines: bytes) -> bytes:
    """A file that is sealed as a parcel is, with other lines inside."""
    return b"".join(encrypt(lines, PASSWORD, RAND))


ALL = [record(n) for n in range(5)]


# ------------------------------------------------------------------------------------------------- the whole way


@pytest.mark.parametrize("step", [100, 1 << 20])
def test_a_parcel_opens_to_its_records_and_their_pieces(step: int) -> None:
    noted: list[tuple[str, tuple[str, ...]]] = []
    batches = [RECORDS[:2], [], RECORDS[2:]]
    data = b"".join(
        seal(MANIFEST, batches, PASSWORD, RAND, lambda ids, batch: noted.extend(zip(ids, batch, strict=True)))
    )
    assert [(piece, tuple(values)) for piece, values in opened(data, step=step)] == noted
    assert [values for _, values in noted] == RECORDS
    assert len({check_piece_id(piece) for piece, _ in noted}) == len(RECORDS)
    assert open_parcel([data], PASSWORD, cover_of(data))[0] == MANIFEST


value = st.text(max_size=30)


@given(st.lists(st.tuples(value, value, value), min_size=1, max_size=8))
@settings(deadline=None)
def test_any_text_comes_out_as_it_went_in(records: list[tuple[str, ...]]) -> None:
    data = sealed(replace(MANIFEST, pieces=len(records)), records)
    assert [
        tuple(values) for _, values in opened(data, cover_of(data, replace(MANIFEST, pieces=len(records))))
    ] == records


def test_the_same_records_never_make_the_same_parcel() -> None:
    assert sealed() != sealed()


def test_another_program_of_age_opens_a_parcel() -> None:
    lines = pyrage.passphrase.decrypt(PARCEL, PASSWORD.text).split(b"\n")
    assert orjson.loads(lines[0]) == {
        "format": FORMAT, "contract": "R8-1", "job": "R8-1-001", "form": "tokusoku", "base_date": "2026-11-20",
        "items": list(ITEMS), "pieces": 5,
    }  # fmt: skip
    assert orjson.loads(lines[1])["v"] == list(RECORDS[0])
    assert lines[-2:] == [END[:-1], b""]


def test_memory_stays_flat_whatever_the_size() -> None:
    count = 20_000
    manifest = replace(MANIFEST, pieces=count)
    batches = ([(f"{n:017d}", "見" * 100, "1")] * 500 for n in range(count // 500))
    data = b"".join(seal(manifest, batches, PASSWORD, RAND, lambda ids, batch: None))
    cover = cover_of(data, manifest)
    tracemalloc.start()
    try:
        assert (
            sum(
                len(batch)
                for batch in open_parcel((data[i : i + 65536] for i in range(0, len(data), 65536)), PASSWORD, cover)[1]
            )
            == count
        )
        assert tracemalloc.get_traced_memory()[1] < len(data) / 3
    finally:
        tracemalloc.stop()


# --------------------------------------------------------------------------------------------- what seal refuses


@pytest.mark.parametrize("declared", [4, 6])
def test_records_other_than_declared_are_not_sealed(declared: int) -> None:
    with pytest.raises(Refused, match="件数") as caught:
        sealed(replace(MANIFEST, pieces=declared))
    assert caught.value.code == "parcel-count"


@pytest.mark.parametrize(
    "bad", [("1", "見本"), ("1", "見本", "2", "3"), ("1", "見本", "\ud800"), ("1", "見本", "3" * MAX_LINE)]
)
def test_a_record_that_does_not_fit_is_not_sealed(bad: tuple[str, ...]) -> None:
    with pytest.raises(Refused, match="3件目") as caught:
        sealed(MANIFEST, [*RECORDS[:2], bad, *RECORDS[3:]])
    assert caught.value.code == "parcel-record"
    assert "見本" not in str(caught.value)


def test_no_piece_is_noted_for_a_batch_that_is_not_sealed() -> None:
    noted: list[str] = []
    with pytest.raises(Refused, match="件数"):
        b"".join(seal(MANIFEST, [RECORDS, RECORDS[:1]], PASSWORD, RAND, lambda ids, batch: noted.extend(ids)))
    assert len(noted) == 5


# ------------------------------------------------------------------------------------- the file: attacks by name


@pytest.mark.parametrize("at", range(len(PARCEL)))
def test_any_changed_byte_of_a_parcel_is_refused(at: int) -> None:
    assert refused(PARCEL[:at] + bytes([PARCEL[at] ^ 1]) + PARCEL[at + 1 :], COVER)


@pytest.mark.parametrize("chunks", range(-(-(len(BIG) - START) // SEALED_CHUNK)))
def test_a_parcel_cut_at_a_chunk_border_is_refused_even_if_a_cover_fits(chunks: int) -> None:
    cut = BIG[: START + chunks * SEALED_CHUNK]
    assert refused(cut, cover_of(cut, BIG_MANIFEST)) == "age-cut"
    assert refused(cut, cover_of(BIG, BIG_MANIFEST)) == "age-cut"


def test_swapped_chunks_are_refused() -> None:
    first, second = BIG[START : START + SEALED_CHUNK], BIG[START + SEALED_CHUNK : START + 2 * SEALED_CHUNK]
    swapped = BIG[:START] + second + first + BIG[START + 2 * SEALED_CHUNK :]
    assert refused(swapped, cover_of(swapped, BIG_MANIFEST)) == "age-payload"


def test_appended_bytes_are_refused() -> None:
    assert refused(PARCEL + b"x", COVER) == "parcel-size"
    assert refused(PARCEL + b"x") == "age-payload"


def test_a_foreign_recipient_beside_the_password_is_refused() -> None:
    other = b"".join(encrypt([b""], IDENTITY.recipient, RAND))
    stanza = other[other.index(b"->") : other.index(b"---")]
    assert refused(PARCEL.replace(b"---", stanza + b"---", 1)) == "age-header"


def test_a_parcel_sealed_to_a_key_is_refused() -> None:
    lines = [MANIFEST.line(), *ALL, END]
    assert refused(b"".join(encrypt(lines, IDENTITY.recipient, RAND))) == "age-no-password"


def test_the_password_of_another_parcel_is_refused() -> None:
    assert refused(PARCEL, COVER, Passphrase("another", work_factor=1)) == "age-password"


def test_a_parcel_replayed_under_another_cover_is_refused() -> None:
    other = sealed()  # the same job sealed anew with the same password, say after the first was voided
    assert refused(PARCEL, replace(cover_of(other), size=len(PARCEL))) == "parcel-digest"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("contract", "R8-2"), ("job", "R8-1-002"), ("form", "saikoku"), ("base_date", "2026-11-21"), ("pieces", 6),
        ("items", ("氏名", "通知書番号", "納付額")), ("items", ITEMS[:2]),
    ],
)  # fmt: skip
def test_a_parcel_under_the_cover_of_another_job_is_refused_before_a_record_is_seen(field: str, value: object) -> None:
    with pytest.raises(Refused) as caught:
        open_parcel([PARCEL], PASSWORD, replace(COVER, **{field: value}))
    assert caught.value.code == "parcel-manifest"


def test_a_file_longer_than_its_cover_says_is_not_read_further() -> None:
    def endless() -> Iterator[bytes]:
        yield BIG[: START + SEALED_CHUNK]
        while True:
            yield bytes(1 << 16)

    _, batches = open_parcel(endless(), PASSWORD, replace(cover_of(BIG, BIG_MANIFEST), size=len(BIG)))
    with pytest.raises(Refused):
        list(batches)


# -------------------------------------------------------------------------------- the lines inside: attacks by name


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "parcel-format"),
        ([b"\n"], "parcel-format"),
        ([b"not json\n", *ALL, END], "parcel-format"),
        ([MANIFEST.line().replace(b"/v1", b"/v2"), *ALL, END], "parcel-format"),
        ([MANIFEST.line().replace(b'"pieces":5', b'"pieces":true'), *ALL, END], "parcel-format"),
        ([MANIFEST.line(), *ALL], "parcel-format"),
        ([MANIFEST.line(), *ALL, END[:-1]], "parcel-format"),
        ([MANIFEST.line(), *ALL, b'{"end":4}\n'], "parcel-format"),
        ([MANIFEST.line(), *ALL, b'{"end": 5}\n'], "parcel-format"),
        ([MANIFEST.line(), *ALL, END, END], "parcel-record"),
        ([MANIFEST.line(), *ALL, END, b"\n"], "parcel-record"),
        ([MANIFEST.line(), *ALL[:4], END, ALL[4]], "parcel-record"),
        ([MANIFEST.line(), *ALL[:4], b'{"end":4}\n'], "parcel-count"),
        ([MANIFEST.line(), *ALL, record(5), b'{"end":6}\n'], "parcel-count"),
        ([MANIFEST.line(), *ALL[:4], ALL[0], END], "parcel-piece-twice"),
        ([MANIFEST.line(), *ALL[:4], record(4, piece="1" * 19 + "2"), END], "parcel-record"),
        ([MANIFEST.line(), *ALL[:4], record(4, piece=7), END], "parcel-record"),
        ([MANIFEST.line(), *ALL[:4], record(4, v=["見本"]), END], "parcel-record"),
        ([MANIFEST.line(), *ALL[:4], record(4, v=["見本", "見本", 3]), END], "parcel-record"),
        ([MANIFEST.line(), *ALL[:4], record(4, more="見本"), END], "parcel-record"),
        ([MANIFEST.line(), *ALL[:4], b"[]\n", END], "parcel-record"),
        ([MANIFEST.line(), *ALL[:4], b"x" * (MAX_LINE + (1 << 17))], "parcel-format"),
    ],
)
def test_lines_that_no_ward_would_seal_are_refused(lines: list[bytes], code: str) -> None:
    assert refused(sealed_lines(*lines)) == code


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_any_lines_are_records_or_refused(data: bytes) -> None:
    assert refused(sealed_lines(data)) == "parcel-format"
    assert refused(sealed_lines(MANIFEST.line(), data)).startswith("parcel-")


def test_an_end_in_a_chunk_of_its_own_ends_the_parcel() -> None:
    room = (1 << 16) - len(MANIFEST.line()) - len(b"".join(ALL[1:]))
    first = record(0, v=["0", "", "1"])
    first = record(0, v=["0", "x" * (room - len(first)), "1"])
    assert len(opened(sealed_lines(MANIFEST.line(), first, *ALL[1:], END))) == 5
    assert refused(sealed_lines(MANIFEST.line(), first, *ALL[1:], END, b"x\n")) == "parcel-record"


def _batches(data: bytes) -> list[Batch]:
    return list(open_parcel([data], PASSWORD, cover_of(data))[1])


def test_a_batch_is_never_empty() -> None:
    assert all(_batches(PARCEL))


def test_a_manifest_keeps_the_order_of_its_items() -> None:
    other = Manifest(FORMAT, "R8-1", "R8-1-001", "tokusoku", "2026-11-20", ITEMS[::-1], 5)
    data = sealed(other, [one[::-1] for one in RECORDS])
    assert refused(data) == "parcel-manifest"
    assert [values[::-1] for _, values in opened(data, cover_of(data, other))] == [list(one) for one in RECORDS]
