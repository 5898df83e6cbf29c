"""The carrier LGWAN: letters and parcels over HTTPS between two sites, each call under the caller's pass. No rules.

Parcels go by tus 1.0 (creation, core): what broke off goes on from the byte that the other side has.
What the other side answers is kept short, and never names where else to call (R10).
"""

from __future__ import annotations

import base64
import re
import ssl
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

import httpx
import orjson

from tewatashi.core.refused import Refused

TUS: Final = "1.0.0"
_CHUNK: Final = 1 << 20  # httpx works some ten microseconds on each, however long: 64 KiB cost a fifth of all its work
_TIMEOUT: Final = httpx.Timeout(60.0, connect=5.0)
_LAST_ANSWER: Final = httpx.Timeout(
    60.0, connect=5.0, read=900.0
)  # the other side may read all of a large parcel again

_PLACE: Final = re.compile(r"(?:https://[^/?#]+)?(/api/parcels/[0-9A-Za-z]{1,64})")
_MOST_ANSWER: Final = 32 << 20  # bytes; the door gives letters by some MiB
_READ: Final = ("Location", "Upload-Offset")


class _Pass(httpx.Auth):
    """A fresh pass on each call: one that lasts for minutes may run out on a long line."""

    def __init__(self, make: Callable[[], str]) -> None:
        self._make = make

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = self._make()
        yield request


def open_line(url: str, ca: Path, make_pass: Callable[[], str]) -> httpx.Client:
    """A line to the site at `url`, whose certificate must descend from that in the file `ca`. TLS 1.3 or nothing."""
    context = ssl.create_default_context(cafile=str(ca))
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return httpx.Client(base_url=url, verify=context, auth=_Pass(make_pass), timeout=_TIMEOUT, trust_env=False)


def post_letter(line: httpx.Client, note: bytes) -> None:
    """Hand one letter over. Refused as the other side refuses; httpx.HTTPError when the line fails."""
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    _answer(_ask(line, "POST", "/api/letters", content=note, headers=headers))


def waiting_letters(line: httpx.Client) -> list[tuple[int, bytes]]:
    """The next letters that wait at the other side, oldest first, with the numbers it gave them."""
    letters = _answer(_ask(line, "GET", "/api/letters"))["letters"]
    return [(letter["id"], letter["note"].encode()) for letter in letters]


def letters_taken(line: httpx.Client, up_to: int) -> None:
    """Tell the other side that we have its letters up to this number."""
    _answer(_ask(line, "POST", "/api/letters/taken", content=orjson.dumps({"up_to": up_to})))


def send_parcel(line: httpx.Client, cover: bytes, file: BinaryIO, size: int) -> None:
    """Bring a parcel over, from wherever it broke off. Back only when the other side has all of it and has recorded it.

    file  the ciphertext, seekable;  size  its bytes.  Refused as the other side refuses.
    """
    headers = {
        "Tus-Resumable": TUS,
        "Upload-Length": str(size),
        "Upload-Metadata": f"cover {base64.b64encode(cover).decode()}",
    }
    created = _ask(line, "POST", "/api/parcels", headers=headers)
    _refuse_bad(created)
    place = _place(created)
    found = _ask(line, "HEAD", place, headers={"Tus-Resumable": TUS}, timeout=_LAST_ANSWER)
    _refuse_bad(found)
    offset = _offset(found)
    file.seek(offset)
    patch = {
        "Tus-Resumable": TUS,
        "Upload-Offset": str(offset),
        "Content-Type": "application/offset+octet-stream",
        "Content-Length": str(size - offset),
    }
    sent = _ask(line, "PATCH", place, headers=patch, content=_rest(file), timeout=_LAST_ANSWER)
    _refuse_bad(sent)
    if _offset(sent) != size:
        raise httpx.RemoteProtocolError("the other side says that it has less than it was sent")


def _rest(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def _ask(line: httpx.Client, method: str, path: str, **said: Any) -> httpx.Response:
    """The answer, whole; httpx.RemoteProtocolError when it does not end."""
    body = bytearray()
    with line.stream(method, path, **said) as answer:
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > _MOST_ANSWER:
                raise httpx.RemoteProtocolError("the other side's answer is too long")
    headers = {name: answer.headers[name] for name in _READ if name in answer.headers}
    return httpx.Response(answer.status_code, headers=headers, content=bytes(body), request=answer.request)


def _place(created: httpx.Response) -> str:
    """Where the parcel goes at the site that we called: another host's name in the address is not followed."""
    place = _PLACE.fullmatch(created.headers.get("Location", ""))
    if place is None:
        raise httpx.RemoteProtocolError("no place for the parcel in the answer")
    return place[1]


def _offset(answer: httpx.Response) -> int:
    said = answer.headers.get("Upload-Offset", "")
    if not said.isdecimal():
        raise httpx.RemoteProtocolError("no Upload-Offset in the answer")
    return int(said)


def _answer(answer: httpx.Response) -> Any:
    _refuse_bad(answer)
    return orjson.loads(answer.content)


def _refuse_bad(answer: httpx.Response) -> None:
    """Rise with the other side's refusal if it gave one, else with httpx's error for the status."""
    if answer.is_success:
        return
    try:
        said = orjson.loads(answer.content)["refused"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        answer.raise_for_status()
        raise
    raise Refused(
        said["code"], said["wrong"], do=said["do"], found=said["found"], expected=said["expected"],
        requirement=said["requirement"],
    )  # fmt: skip
