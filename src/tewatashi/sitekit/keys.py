"""The site's own signing key, and the keys that the other sites' notes must bear."""

from __future__ import annotations

import base64
import binascii
import secrets
from functools import lru_cache
from pathlib import Path

from tewatashi.core.refused import Refused
from tewatashi.core.signing import SigningKey, VerifyKey
from tewatashi.sitekit.config import Peer, SiteConfig
from tewatashi.sitekit.rights import refuse_loose_file, write_private_file


def make_note_key(path: Path, name: str) -> SigningKey:
    """Make a signing key and write its seed (32 bytes, base64, one line) to a new private file."""
    seed = secrets.token_bytes(32)
    write_private_file(path, base64.b64encode(seed) + b"\n")
    return SigningKey.from_seed(name, seed)


def read_note_key(path: Path, name: str) -> SigningKey:
    """The signing key of the file; Refused when others could read it, or when it holds no seed."""
    refuse_loose_file(path)
    try:
        seed = base64.b64decode(path.read_bytes().strip(), validate=True)
    except binascii.Error:
        seed = b""
    if len(seed) != 32:
        raise Refused("key-form", "署名鍵のファイルが壊れています。", found=path, do="バックアップから戻してください。")
    return SigningKey.from_seed(name, seed)


@lru_cache(maxsize=8)
def note_key(site: SiteConfig) -> SigningKey:
    """The site's signing key, read once a process."""
    return read_note_key(site.note_key, site.name)


@lru_cache(maxsize=32)
def peer_key(peer: Peer) -> VerifyKey:
    """The key that notes of this other site must bear; Refused when its card names another owner."""
    key = VerifyKey.parse(peer.vkey)
    if key.name != peer.name:
        raise Refused(
            "peer-key",
            "登録された鍵の名前が相手のサイトと違います。",
            found=key.name,
            expected=peer.name,
            do="カードを受け取り直してください。",
        )
    return key
