"""The example that opens docs/spec/disc.md is a real image, frozen: a later version reads what an earlier one burnt."""

import base64
import hashlib
import re
from datetime import datetime
from io import BytesIO
from pathlib import Path

from tewatashi.carriers.disc import Label, write_disc
from tewatashi.carriers.disc_reader import read_disc
from tewatashi.core.cover import read_cover
from tewatashi.core.signing import VerifyKey

ROOT = Path(__file__).parents[2]


def blocks(name: str) -> dict[str, str]:
    text = (ROOT / "docs" / "spec" / f"{name}.md").read_text("utf-8")
    return dict(re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))


PARCEL = blocks("parcel")
DISC = blocks("disc")


def test_the_example_of_the_specification_is_the_image_that_it_names() -> None:
    note, file = PARCEL["cover"].encode(), base64.b64decode(PARCEL["age"])
    cover = read_cover(note, [VerifyKey.parse(PARCEL["key"].strip())])
    readme = b"\xef\xbb\xbf" + DISC["readme"].replace("\n", "\r\n").encode()
    label = Label("R8-0001-M01", datetime.fromisoformat("2026-11-24T09:30:00+09:00"), readme)

    length, chunks = write_disc(label, note, cover, [file])
    image = b"".join(chunks)
    disc = read_disc(BytesIO(image))

    assert DISC["image"].split() == [str(length), hashlib.sha256(image).hexdigest()]
    names = (f"{cover.parcel}.cover {len(note)}", f"{cover.parcel}.age {cover.size}")
    assert DISC["files"].splitlines() == [f"はじめにお読みください.txt {len(readme)}", *names]
    assert (disc.note, b"".join(disc.chunks())) == (note, file)


def test_every_refusal_of_a_disc_is_in_the_table() -> None:
    source = ROOT / "src" / "tewatashi"
    files = (
        "carriers/disc.py",
        "carriers/disc_reader.py",
        "carriers/iso9660.py",
        "documents/medium_text.py",
        "cli/medium.py",
        "cli/drive.py",
    )
    code = "".join((source / file).read_text("utf-8") for file in files)
    codes = set(re.findall(r'(?:Refused|_refused)\(\s*"([a-z-]+)"', code))
    table = (ROOT / "docs" / "spec" / "disc.md").read_text("utf-8").partition("## Refusals")[2]
    assert {one for one in codes if f"`{one}`" not in table} == set()
