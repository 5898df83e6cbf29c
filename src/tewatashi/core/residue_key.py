"""The scan key: with it the ward's own auditor signs the report of a residue scan, so that nobody else can write one.

It is made at the ward, registered there by its public half, and carried to the scan. Beside the key its file holds the
ward's public key: the scan takes requests of this ward alone.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from tewatashi.core.refused import Refused
from tewatashi.core.signing import SigningKey, VerifyKey, canonical, parse_canonical

_FORMAT: Final = "tewatashi.scan-key/v1"
_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9.-]{0,58}[a-z0-9])?")


@dataclass(frozen=True)
class ScanKey:
    """key: signs reports; ward: must have signed the request that a report answers."""

    key: SigningKey
    ward: VerifyKey


def scan_key_name(name: str) -> str:
    """The name of a scan key: lower-case letters, digits, dots and hyphens. Refused `scan-key-name` for any other."""
    if not _NAME.fullmatch(name):
        raise Refused(
            "scan-key-name", "調査鍵の名前に使えない文字があります。", found=name, expected="英小文字・数字・「-」「.」で60字まで",
            do="例: scan-1",
        )  # fmt: skip
    return name


def write_scan_key(scan: ScanKey) -> bytes:
    """The key's file: canonical JSON and a line feed. It is a secret."""
    seed = base64.b64encode(scan.key.seed).decode()
    fields = {"format": _FORMAT, "name": scan.key.name, "seed": seed, "ward": str(scan.ward)}
    return canonical(fields) + b"\n"


def read_scan_key(data: bytes) -> ScanKey:
    """The key that the file holds. Refused `scan-key` for any other bytes."""
    try:
        fields = parse_canonical(data.removesuffix(b"\n"))
    except Refused:
        raise _not_a_key() from None
    if not isinstance(fields, dict) or fields.keys() != {"format", "name", "seed", "ward"}:
        raise _not_a_key()
    if fields["format"] != _FORMAT or not all(isinstance(value, str) for value in fields.values()):
        raise _not_a_key()
    try:
        seed = base64.b64decode(fields["seed"], validate=True)
    except binascii.Error:
        raise _not_a_key() from None
    if len(seed) != 32 or base64.b64encode(seed).decode() != fields["seed"]:
        raise _not_a_key()
    return ScanKey(SigningKey.from_seed(scan_key_name(fields["name"]), seed), VerifyKey.parse(fields["ward"]))


def _not_a_key() -> Refused:
    return Refused("scan-key", "調査鍵のファイルとして読めません。", do="調査鍵を作り直してください。")
