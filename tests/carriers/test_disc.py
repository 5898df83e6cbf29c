"""What is on a disc, that stock readers see the same, and that nothing else than our discs is read."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import stat
import subprocess
import tracemalloc
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.carriers.discs import LETTERS, MADE, NOTE, NUMBER, OWNER, dribble, image, label, read
from tests.core.cast_of_parcels import COVER, PARCEL, PASSWORD
from tests.core.test_age import age_at_a_terminal
from tewatashi.carriers.disc import README, Label, checked, fits_on, write_disc
from tewatashi.carriers.disc_reader import Stream, open_disc, read_disc, sent_files
from tewatashi.carriers.iso9660 import HEAD, LARGEST_FILE, SECTOR, Entry, Volume, read_volume
from tewatashi.core.refused import Refused
from tewatashi.documents.medium_text import read_me_first

IMAGE = image()
README_AT = HEAD


def tool(name: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(name) is None, reason=f"the `{name}` command is not installed")


def said(*command: object) -> bytes:
    return subprocess.run([str(part) for part in command], check=True, capture_output=True).stdout


@pytest.fixture
def disc(tmp_path: Path) -> Path:
    file = tmp_path / "disc.iso"
    file.write_bytes(IMAGE)
    return file


def refused(data: bytes) -> str:
    with pytest.raises(Refused) as refusal:
        read(data)
    return refusal.value.code


# ------------------------------------------------------------------------------------------------------ what is on it


def test_what_was_written_is_read_again() -> None:
    found, parcel = read(IMAGE)
    assert (found.number, found.made, found.parcel, found.size) == (NUMBER, MADE, COVER.parcel, len(PARCEL))
    assert (found.note, found.letters, parcel) == (NOTE, LETTERS, PARCEL)
    assert found.image is not None
    assert (found.image.length, found.image.sha256) == (len(IMAGE), hashlib.sha256(IMAGE).hexdigest())


def test_a_disc_may_go_without_letters() -> None:
    found, parcel = read(image(b""))
    assert (found.letters, parcel) == (b"", PARCEL)


def test_the_same_arguments_and_time_give_the_same_bytes() -> None:
    assert image() == IMAGE
    utc = replace(label(), made=MADE.astimezone(timezone.utc) + timedelta(microseconds=5))  # noqa: UP017
    assert b"".join(write_disc(utc, NOTE, COVER, dribble(PARCEL, 7), LETTERS)[1]) == IMAGE
    later = replace(label(), made=MADE + timedelta(seconds=1))
    assert b"".join(write_disc(later, NOTE, COVER, [PARCEL], LETTERS)[1]) != IMAGE


def test_the_number_is_the_volumes_name_in_both_trees() -> None:
    assert IMAGE[16 * SECTOR + 40 :].startswith(NUMBER.encode())
    assert IMAGE[17 * SECTOR + 40 :].startswith(NUMBER.encode("utf-16-be"))


def test_a_finder_reads_whose_it_is_and_whom_to_call() -> None:
    text = IMAGE[README_AT:].split(b"\0", 1)[0]
    assert text.startswith(b"\xef\xbb\xbf")
    assert text.count(b"\n") == text.count(b"\r\n")
    shown = text.decode("utf-8-sig")
    assert shown.encode("cp932").decode("cp932") == shown
    for part in (NUMBER, OWNER.name, *OWNER.contact, "令和8年11月24日（2026年）9時00分", "見つけた方へ", "別の日に", "R8-1-001",
                 f"{COVER.parcel}.age", COVER.sha256, f"{len(PARCEL):,}バイト", hashlib.sha256(NOTE).hexdigest(),
                 hashlib.sha256(LETTERS).hexdigest(), "令和8年12月5日（2026年）", "複写及び複製を禁じます"):  # fmt: skip
        assert part in shown


def test_a_text_with_a_character_that_windows_may_lose_is_refused_by_name() -> None:
    with pytest.raises(Refused, match="WAVE DASH") as refusal:
        read_me_first(NUMBER, MADE, replace(OWNER, contact=("1〜3番",)), NOTE, COVER)
    assert refusal.value.code == "disc-text"


@pytest.mark.parametrize("number", ["", "R8-0001", "R8-0001-M1234", "r8-0001-M01", "R8-0001-M01\n", "../R8-1-M01"])
@pytest.mark.requirement("WARD-CD-5")
def test_a_medium_has_a_number_of_one_form(number: str) -> None:
    with pytest.raises(Refused) as refusal:
        Label(number, MADE, label().readme)
    assert refusal.value.code == "medium-number"


def test_a_label_whose_text_names_another_medium_is_our_bug() -> None:
    with pytest.raises(ValueError, match="another medium"):
        Label("R8-0001-M02", MADE, label().readme)


@pytest.mark.parametrize(("parcel", "code"), [
    (PARCEL[:-1], "parcel-size"), (PARCEL + b"x", "parcel-size"), (PARCEL[:-1] + b"x", "parcel-digest"), (b"", "parcel-size"),
])  # fmt: skip
def test_only_the_covers_parcel_is_written(parcel: bytes, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        image(parcel=parcel)
    assert refusal.value.code == code


def test_what_fits_on_no_disc_is_refused_at_once() -> None:
    assert (fits_on(737_280_000), fits_on(737_280_001)) == ("CD-R", "DVD-R")
    for size in (LARGEST_FILE, LARGEST_FILE + 1):
        big = replace(COVER, size=size)
        if size == LARGEST_FILE:
            assert fits_on(write_disc(label(), NOTE, big, [])[0]) == "DVD-R"
        else:
            with pytest.raises(Refused) as refusal:
                write_disc(label(), NOTE, big, [])
            assert refusal.value.code == "disc-full"
    with pytest.raises(Refused):
        fits_on(5_000_000_000)


def test_a_large_parcel_takes_little_memory() -> None:
    chunk = random.Random(6).randbytes(1 << 20)
    digest = hashlib.sha256()
    for _ in range(64):
        digest.update(chunk)
    cover = replace(COVER, size=64 << 20, sha256=digest.hexdigest())
    tracemalloc.start()
    try:
        _, chunks = write_disc(label(), NOTE, cover, (chunk for _ in range(64)), LETTERS)
        found = read_disc(Stream(chunks))
        assert sum(map(len, found.chunks())) == cover.size
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


# ------------------------------------------------------------------------------------------------------ stock readers


@tool("isoinfo")
def test_isoinfo_lists_both_trees(disc: Path) -> None:
    short = said("isoinfo", "-l", "-i", disc).decode()
    assert [line.split()[-1] for line in short.splitlines() if ";1" in line] == [
        "COVER.TXT;1", "LETTERS.TXT;1", "PARCEL.AGE;1", "README.TXT;1",
    ]  # fmt: skip
    long = said("isoinfo", "-J", "-f", "-i", disc).decode().split()
    assert long[:3] == [f"/{COVER.parcel}.{kind};1" for kind in ("age", "cover", "letters")]
    assert len(long) == 4  # it has no characters for the Japanese name
    assert said("isoinfo", "-x", "/PARCEL.AGE;1", "-i", disc) == PARCEL
    about = said("isoinfo", "-d", "-i", disc).decode()
    assert f"Volume id: {NUMBER}" in about
    assert "Joliet with UCS level 3 found" in about


@tool("xorriso")
def test_xorriso_finds_and_extracts_the_same(disc: Path, tmp_path: Path) -> None:
    found = said("xorriso", "-indev", disc, "-find", "/", "-type", "f").decode().split()
    assert found == [f"'/{COVER.parcel}.{kind}'" for kind in ("age", "cover", "letters")] + [f"'/{README}'"]
    out = tmp_path / "out"
    said("xorriso", "-osirrox", "on", "-indev", disc, "-extract", "/", out)
    assert (out / f"{COVER.parcel}.age").read_bytes() == PARCEL
    assert (out / f"{COVER.parcel}.cover").read_bytes() == NOTE
    assert (out / README).read_bytes() == label().readme


@tool("7z")
def test_7z_opens_it_as_a_windows_program_would(disc: Path) -> None:
    assert said("7z", "e", "-so", disc, f"{COVER.parcel}.age") == PARCEL
    assert said("7z", "e", "-so", disc, README) == label().readme
    assert b"Everything is Ok" in said("7z", "t", disc)


@tool("isoinfo")
@tool("age")
@pytest.mark.requirement("WARD-SYS-2")
def test_the_stock_age_command_opens_what_is_on_it_with_the_password(disc: Path, tmp_path: Path) -> None:
    taken, opened = tmp_path / "taken.age", tmp_path / "opened"
    taken.write_bytes(said("isoinfo", "-x", "/PARCEL.AGE;1", "-i", disc))
    age_at_a_terminal(["-d", "-o", opened, taken], [PASSWORD.text])
    assert opened.read_bytes().count(b'"piece"') == COVER.pieces


# ------------------------------------------------------------------------------------------------- what is not read


@pytest.mark.parametrize("at", [0, 15 * SECTOR, 16 * SECTOR + 41, 17 * SECTOR + 41, 18 * SECTOR + 100, 20 * SECTOR, 23 * SECTOR + 300, 24 * SECTOR + 2000])  # fmt: skip
def test_any_changed_byte_of_the_head_is_refused(at: int) -> None:
    assert refused(IMAGE[:at] + bytes([IMAGE[at] ^ 1]) + IMAGE[at + 1 :]) == "disc-foreign"


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, len(IMAGE) - 1), bit=st.integers(0, 7))
@example(at=HEAD - 1, bit=0)
@example(at=len(IMAGE) - 1, bit=7)
def test_any_changed_bit_is_refused_or_seen_by_what_is_signed(at: int, bit: int) -> None:
    changed = IMAGE[:at] + bytes([IMAGE[at] ^ (1 << bit)]) + IMAGE[at + 1 :]
    try:
        found = read_disc(BytesIO(changed))
        parcel = b"".join(checked(COVER, found.chunks()))
    except Refused:
        return
    assert found.image is not None
    assert found.image.sha256 != hashlib.sha256(IMAGE).hexdigest()
    text_changed = HEAD <= at < HEAD + len(label().readme)
    assert text_changed or (found.note, found.letters, parcel) != (NOTE, LETTERS, PARCEL)


@pytest.mark.parametrize("length", [0, 1, SECTOR, HEAD - 1, HEAD, HEAD + 10, len(IMAGE) - SECTOR * 151, len(IMAGE) - 1])
def test_a_disc_that_is_cut_never_gives_the_whole_parcel(length: int) -> None:
    given_out: list[bytes] = []
    with pytest.raises(Refused) as refusal:
        given_out.extend(read_disc(BytesIO(IMAGE[:length])).chunks())
    assert refusal.value.code == "disc-cut"
    assert sum(map(len, given_out)) < len(PARCEL)


@settings(max_examples=200, deadline=None)
@given(
    data=st.binary(max_size=64)
    | st.binary(min_size=64, max_size=64).map(lambda seed: random.Random(seed).randbytes(HEAD))
)
def test_any_bytes_give_a_disc_or_a_refusal(data: bytes) -> None:
    with pytest.raises(Refused):
        read(data)


@settings(max_examples=300, deadline=None)
@given(sector=st.integers(16, 24), at=st.integers(0, SECTOR - 40), data=st.binary(min_size=1, max_size=40))
def test_any_bytes_in_the_descriptors_give_a_disc_or_a_refusal(sector: int, at: int, data: bytes) -> None:
    start = sector * SECTOR + at
    head = IMAGE[:start] + data + IMAGE[start + len(data) : HEAD]
    with suppress(Refused):
        assert read_volume(head).head() == head


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like that of a disc, to be written by another program."""
    folder = tmp_path_factory.mktemp("foreign") / "disc"
    folder.mkdir()
    for name, data in {README: label().readme, f"{COVER.parcel}.cover": NOTE, f"{COVER.parcel}.age": PARCEL}.items():
        (folder / name).write_bytes(data)
    return folder


@tool("genisoimage")
@pytest.mark.parametrize("options", [["-J"], ["-J", "-R"], ["-udf", "-J"]])
def test_an_image_of_another_program_is_refused(foreign: Path, options: list[str]) -> None:
    data = said("genisoimage", "-quiet", "-input-charset", "utf-8", "-V", NUMBER, *options, foreign)
    assert refused(data) == "disc-foreign"


def volume(*entries: Entry, number: str = NUMBER) -> bytes:
    """An image in our own layout, of other files, each of its first name's bytes."""
    made = Volume(number, MADE, entries)
    data = made.head()
    for entry in entries:
        data += (label().readme + b" " * entry.size)[: entry.size].ljust(SECTOR * entry.sectors, b"\0")
    return data.ljust(made.length, b"\0")


TEXT = Entry("README.TXT", README, len(label().readme))
NOTE_FILE = Entry("COVER.TXT", f"{COVER.parcel}.cover", 10)
PARCEL_FILE = Entry("PARCEL.AGE", f"{COVER.parcel}.age", 10)


@pytest.mark.parametrize("entries", [
    (),
    (PARCEL_FILE,),
    (TEXT, NOTE_FILE, PARCEL_FILE, Entry("EXTRA.TXT", "名簿.csv", 10)),
    (TEXT, NOTE_FILE, Entry("EXTRA.TXT", "名簿.csv", 10), PARCEL_FILE),
    (TEXT, PARCEL_FILE, NOTE_FILE),
    (TEXT, replace(NOTE_FILE, name=f"{'cd' * 16}.cover"), PARCEL_FILE),
    (TEXT, NOTE_FILE, replace(PARCEL_FILE, name="../../etc/passwd.age")),
    (TEXT, NOTE_FILE, replace(PARCEL_FILE, short="OTHER.AGE")),
    (TEXT, replace(NOTE_FILE, size=(64 << 10) + 1), PARCEL_FILE),
])  # fmt: skip
def test_extra_missing_misnamed_and_oversized_files_are_refused(entries: tuple[Entry, ...]) -> None:
    assert read(volume(TEXT, NOTE_FILE, PARCEL_FILE))[0].number == NUMBER
    assert refused(volume(*entries)) == "disc-foreign"


def test_a_disc_named_as_another_than_its_text_says_is_refused() -> None:
    assert refused(volume(TEXT, NOTE_FILE, PARCEL_FILE, number="R8-0001-M02")) == "disc-changed"


def test_bytes_hidden_between_the_files_are_refused() -> None:
    at = HEAD + SECTOR * TEXT.sectors - 3
    assert refused(IMAGE[:at] + b"abc" + IMAGE[at + 3 :]) == "disc-changed"
    assert refused(IMAGE[:-3] + b"abc") == "disc-changed"


def test_an_image_that_the_wards_letter_does_not_name_is_refused_before_its_last_bytes() -> None:
    for expected in (hashlib.sha256(IMAGE).hexdigest(), "0" * 64):
        found, given_out = read_disc(BytesIO(IMAGE)), list[bytes]()
        found.expect(expected)
        with suppress(Refused):
            given_out.extend(found.chunks())
        assert (b"".join(given_out) == PARCEL) == (expected != "0" * 64)


def test_bytes_behind_the_end_are_not_even_read() -> None:
    source = BytesIO(IMAGE + b"run-out")
    assert b"".join(read_disc(source).chunks()) == PARCEL
    assert source.read() == b"run-out"


def test_a_drive_that_fails_is_a_refusal_and_not_our_bug() -> None:
    class Scratched(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > HEAD + SECTOR:
                raise OSError(5, "Input/output error")
            return super().read(size)

    with pytest.raises(Refused) as refusal:
        b"".join(read_disc(Scratched(IMAGE)).chunks())
    assert (refusal.value.code, refusal.value.found) == ("disc-unreadable", "Input/output error")


# ------------------------------------------------------------------------------------------------- files and folders


def test_an_image_file_and_a_mounted_folder_give_the_same(disc: Path, mounted: Path) -> None:
    for path in (disc, mounted):
        with open_disc(path) as found:
            assert (found.number, found.parcel, found.size, found.note) == (NUMBER, COVER.parcel, len(PARCEL), NOTE)
            assert b"".join(checked(COVER, found.chunks())) == PARCEL


@pytest.fixture
def mounted(foreign: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(foreign, tmp_path / "mounted"))


def refused_folder(folder: Path) -> str:
    with pytest.raises(Refused) as refusal, open_disc(folder) as found:
        b"".join(checked(COVER, found.chunks()))
    return refusal.value.code


def test_a_folder_with_an_extra_file_or_folder_is_refused(mounted: Path) -> None:
    (mounted / "名簿.csv").write_bytes(b"x")
    assert refused_folder(mounted) == "disc-foreign"
    (mounted / "名簿.csv").unlink()
    (mounted / f"{'cd' * 16}.age").write_bytes(PARCEL)
    assert refused_folder(mounted) == "disc-foreign"
    for number in range(50):
        (mounted / str(number)).mkdir()
    assert refused_folder(mounted) == "disc-foreign"


@pytest.mark.parametrize("kind", ["age", "cover"])
def test_a_link_or_a_pipe_in_a_folder_is_neither_followed_nor_waited_for(mounted: Path, kind: str) -> None:
    file = mounted / f"{COVER.parcel}.{kind}"
    moved = file.rename(mounted.parent / "elsewhere")
    file.symlink_to(moved)
    assert refused_folder(mounted) == "disc-foreign"
    file.unlink()
    os.mkfifo(file)
    assert stat.S_ISFIFO(file.stat().st_mode)
    assert refused_folder(mounted) == "disc-foreign"


def test_a_folder_whose_parcel_is_not_the_covers_is_refused(mounted: Path) -> None:
    file = mounted / f"{COVER.parcel}.age"
    file.write_bytes(PARCEL[:-1])
    assert refused_folder(mounted) == "parcel-size"
    file.write_bytes(PARCEL[:-1] + b"\0")
    assert refused_folder(mounted) == "parcel-digest"
    file.write_bytes(b"")
    assert refused_folder(mounted) == "parcel-size"


def test_files_that_are_sent_one_by_one_give_the_same() -> None:
    found = sent_files(NUMBER, NOTE, dribble(PARCEL, 7))
    assert (found.number, found.made, found.parcel, found.size) == (NUMBER, None, COVER.parcel, len(PARCEL))
    assert (b"".join(found.chunks()), found.image) == (PARCEL, None)


@pytest.mark.parametrize(("note", "parcel", "code"), [
    (NOTE, PARCEL[:-1], "parcel-size"), (NOTE, PARCEL + b"x", "parcel-size"), (NOTE, PARCEL[:-1] + b"x", "parcel-digest"),
    (b"x", PARCEL, "note"), (b"", PARCEL, "note"),
])  # fmt: skip
def test_other_files_are_refused(note: bytes, parcel: bytes, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        b"".join(sent_files(NUMBER, note, [parcel]).chunks())
    assert refusal.value.code == code


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refused_folder(tmp_path / "none") == "disc-unreadable"
    assert refused_folder(tmp_path) == "disc-foreign"


def test_a_time_without_offset_is_our_bug() -> None:
    with pytest.raises(ValueError, match="offset"):
        Volume(NUMBER, datetime(2026, 11, 24), (PARCEL_FILE,)).head()  # noqa: DTZ001
