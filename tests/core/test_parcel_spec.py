"""The example that opens docs/spec/parcel.md is a real parcel."""

import base64
import re
from pathlib import Path

from tewatashi.core.age import Passphrase, decrypt
from tewatashi.core.cover import read_cover, refuse_unless_sealed
from tewatashi.core.parcel import open_parcel
from tewatashi.core.password import check_password
from tewatashi.core.signing import VerifyKey

SPEC = Path(__file__).parents[2] / "docs" / "spec" / "parcel.md"
BLOCKS = dict(re.findall(r"^```(\w+)\n(.*?)^```$", SPEC.read_text(), re.MULTILINE | re.DOTALL))


def test_the_example_of_the_specification_opens_to_what_it_says() -> None:
    file = base64.b64decode(BLOCKS["age"])
    password = Passphrase(check_password(BLOCKS["password"]))
    cover = read_cover(BLOCKS["cover"].encode(), [VerifyKey.parse(BLOCKS["key"].strip())])

    refuse_unless_sealed(file)
    manifest, batches = open_parcel([file], password, cover)
    records = [record for batch in batches for record in batch]

    assert file.startswith(BLOCKS["header"].encode())
    assert b"".join(decrypt([file], password)) == BLOCKS["inside"].encode()
    assert (manifest.pieces, len(records)) == (2, 2)


def test_every_refusal_of_a_parcel_is_in_the_table() -> None:
    core = Path(__file__).parents[2] / "src" / "tewatashi" / "core"
    names = ("age", "age_header", "age_keys", "cover", "parcel", "password")
    code = "".join((core / f"{name}.py").read_text() for name in names)
    codes = set(re.findall(r'Refused\(\s*"([a-z-]+)"', code)) - {"age-key"}  # keys are no part of a parcel
    table = SPEC.read_text().partition("## Refusals")[2]
    assert {one for one in codes if f"`{one}`" not in table} == set()
