"""The pass with which one site calls another: a signed note, for one recipient, good for minutes.

    Authorization: Tewatashi <base64url of the note>

The note's text:

    tewatashi.pass/v1
    from gateway.example
    to factory.example
    not-before 2026-11-24T06:00:00+09:00
    expires 2026-11-24T06:05:00+09:00

It lets in whoever holds it until it expires, like any bearer token; it travels only inside TLS to the site that it
names. What a call *says* is never believed because of the pass: letters and covers bear their own signatures.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from tewatashi.core.refused import Refused
from tewatashi.core.signing import SigningKey, VerifyKey, open_note, sign_note
from tewatashi.sitekit import clock
from tewatashi.sitekit.config import Peer, SiteConfig
from tewatashi.sitekit.keys import note_key, peer_key

SCHEME: Final = "Tewatashi"
_HEADER: Final = "tewatashi.pass/v1"
_FIELDS: Final = ("from", "to", "not-before", "expires")
_LONGEST: Final = timedelta(minutes=10)
_LASTS: Final = timedelta(minutes=5)
_SKEW: Final = timedelta(seconds=60)  # clocks of two sites may differ by this much
_MOST_BYTES: Final = 4096


def make(recipient: str, *, key: SigningKey, now: datetime) -> str:
    """The value of the Authorization header for a call from the key's owner to the site named `recipient`."""
    begins, ends = clock.stamp(now - _SKEW), clock.stamp(now + _LASTS)
    values = (key.name, recipient, begins, ends)
    text = "".join(f"{line}\n" for line in (_HEADER, *(" ".join(pair) for pair in zip(_FIELDS, values, strict=True))))
    return f"{SCHEME} {base64.urlsafe_b64encode(sign_note(text, key)).decode()}"


def verify(header: str, *, recipient: str, known: list[VerifyKey], now: datetime) -> str:
    """The name of the site whose pass this is; Refused for anything but a pass of a known site to us, valid now."""
    scheme, _, encoded = header.partition(" ")
    if scheme != SCHEME or len(encoded) > _MOST_BYTES:
        raise _refused("pass-missing", "サイト間の通行証がありません。")
    try:
        data = base64.b64decode(encoded, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise _refused("pass-form", "通行証の形式が正しくありません。") from None
    note = open_note(data, known)
    sender, to, begins, ends = _parse(note.text)
    if sender not in note.signers:
        raise _refused("pass-signer", "通行証の署名者が発行元と違います。")
    if to != recipient:
        # A site that we called could otherwise call the third one in our name.
        raise _refused("pass-recipient", "別のサイト宛ての通行証です。")
    if not begins <= now < ends or ends - begins > _LONGEST + _SKEW:
        raise _refused("pass-time", "通行証の有効時間外です。")
    return sender


def _parse(text: str) -> tuple[str, str, datetime, datetime]:
    lines = text.split("\n")
    if len(lines) != len(_FIELDS) + 2 or lines[0] != _HEADER or lines[-1]:
        raise _refused("pass-form", "通行証の形式が正しくありません。")
    values = []
    for name, line in zip(_FIELDS, lines[1:-1], strict=True):
        field, _, value = line.partition(" ")
        if field != name or not value:
            raise _refused("pass-form", "通行証の形式が正しくありません。")
        values.append(value)
    return values[0], values[1], _moment(values[2]), _moment(values[3])


def _moment(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise _refused("pass-form", "通行証の形式が正しくありません。") from None
    if moment.tzinfo is None:
        raise _refused("pass-form", "通行証の形式が正しくありません。")
    return moment


def pass_for(peer: Peer) -> str:
    """The Authorization header for a call of this site to `peer`, valid from now."""
    return make(peer.name, key=note_key(_site()), now=clock.now())


def peer_of(header: str) -> Peer:
    """The other site whose pass the header holds; Refused without one."""
    site = _site()
    sender = verify(header, recipient=site.name, known=[peer_key(peer) for peer in site.peers], now=clock.now())
    peer = site.peer_named(sender)
    assert peer is not None
    return peer


def _site() -> SiteConfig:
    site: SiteConfig = settings.SITE
    return site


def _refused(code: str, wrong: str) -> Refused:
    return Refused(code, wrong, do="双方の時計と登録された相手の鍵を確かめてください。")
