"""Every vector of the age test kit that is beside the checkout."""

import hashlib
import zlib
from pathlib import Path

import pytest

from tewatashi.core.age import Identity, Passphrase, decrypt
from tewatashi.core.refused import Refused

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "age"
NAMES = sorted(path.name for path in VECTORS.glob("*") if path.is_file())
WITHOUT = pytest.param("", marks=pytest.mark.skip(reason=f"the age test kit is not at {VECTORS}"))

EXPECTED = {
    "age-header": "header failure",
    "age-work-factor": "header failure",
    "age-no-password": "no match",
    "age-password": "no match",
    "age-no-match": "no match",
    "age-mac": "HMAC failure",
    "age-payload": "payload failure",
    "age-cut": "payload failure",
    "age-appended": "payload failure",
}


def _open(data: bytes, by: Passphrase | Identity, size: int) -> tuple[str, bytes]:
    plain = b""
    try:
        for chunk in decrypt((data[i : i + size] for i in range(0, len(data), size)), by):
            plain += chunk
    except Refused as refused:
        return EXPECTED[refused.code], plain
    return "success", plain


@pytest.mark.parametrize("name", NAMES or [WITHOUT])
@pytest.mark.parametrize("size", [1 << 20, 1000])
def test_a_vector_of_the_test_kit_gives_what_it_says(name: str, size: int) -> None:
    head, _, data = (VECTORS / name).read_bytes().partition(b"\n\n")
    fields = [line.split(": ", 1) for line in head.decode().split("\n")]
    says = dict(fields)
    if says.get("compressed") == "zlib":
        data = zlib.decompress(data)
    keys: list[Passphrase | Identity] = [Identity.parse(value) for key, value in fields if key == "identity"]
    keys += [Passphrase(value) for key, value in fields if key == "passphrase"]

    results = [_open(data, key, size) for key in keys]
    result, plain = next((one for one in results if one[0] != "no match"), results[0])

    assert result == says["expect"]
    if "payload" in says and result == "success":
        assert hashlib.sha256(plain).hexdigest() == says["payload"]
