"""IPP (RFC 8010, 8011) as far as printing needs it: three operations, encoded, sent, and read back.

The clients on PyPI are asyncio programs with a dozen packages of their own; the sites are threads. A document goes with its
length: a printer that takes a broken connection for the end of a document can tell that something is missing.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import httpx

from tewatashi.core.refused import Refused

PRINT_JOB: Final = 0x0002
GET_JOB_ATTRIBUTES: Final = 0x0009
GET_JOBS: Final = 0x000A

_OPERATION, _JOB, _END = 0x01, 0x02, 0x03
_INTEGER, _ENUM = 0x21, 0x23
_NAME, _KEYWORD, _URI, _CHARSET, _LANGUAGE, _MIME = 0x42, 0x44, 0x45, 0x47, 0x48, 0x49
_OK: Final = 0x0100  # statuses below it are successes

Attribute = tuple[int, str, bytes]
Values = dict[str, list[int | str]]


@dataclass(frozen=True)
class Job:
    """A job as the queue tells of it. state: 3 pending to 9 completed (RFC 8011, 5.3.7); size: of its document in units of
    1024 bytes (5.3.17.1), None where the queue does not tell; reasons: why it is in this state (5.3.8)."""

    id: int
    name: str
    state: int
    size: int | None = None
    reasons: tuple[str, ...] = ()


def keyword(name: str, value: str) -> Attribute:
    return _KEYWORD, name, value.encode("ascii")


def number(name: str, value: int) -> Attribute:
    return _INTEGER, name, struct.pack(">i", value)


def text(name: str, value: str) -> Attribute:
    return _NAME, name, value.encode()


def document(kind: str) -> Attribute:
    return _MIME, "document-format", kind.encode("ascii")


class Queue:
    """One queue at an ipp:// or ipps:// address."""

    def __init__(self, uri: str, user: str) -> None:
        scheme, _, rest = uri.partition("://")
        host, slash, path = rest.partition("/")
        if scheme not in ("ipp", "ipps") or not host or not uri.isascii():
            raise Refused(
                "printer-uri", "プリンターのアドレスが正しくありません。", found=uri, expected="ipp://ホスト:631/ipp/print",
                do="プリンターの設定を直してください。",
            )  # fmt: skip
        port = "" if ":" in host.rpartition("]")[2] else ":631"
        self._uri, self._user = uri, user
        self._url = f"{'https' if scheme == 'ipps' else 'http'}://{host}{port}{slash}{path}"

    def ask(self, operation: int, attributes: Iterable[Attribute], data: bytes = b"") -> list[Job]:
        """Send one request; the jobs that the answer tells of. Refused when the queue can't be reached or says no."""
        head = self._head(operation, attributes)
        try:
            answer = httpx.post(
                self._url, content=head + data, headers={"Content-Type": "application/ipp"},
                timeout=httpx.Timeout(600.0, connect=5.0), trust_env=False,
            )  # fmt: skip
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Refused(
                "printer-unreachable", "プリンターにつながりません。", found=type(error).__name__, expected=self._uri,
                do="プリンターの電源と接続を確かめ、もう一度印字してください。同じファイルを二度印字することはありません。",
            ) from None  # fmt: skip
        if answer.status_code != httpx.codes.OK:
            raise _bad_answer(f"HTTP {answer.status_code}")
        return _jobs(answer.content)

    def ask_one(self, operation: int, attributes: Iterable[Attribute], data: bytes = b"") -> Job:
        """The same, for what concerns a single job."""
        jobs = self.ask(operation, attributes, data)
        if not jobs:
            raise _bad_answer("ジョブのない応答")
        return jobs[0]

    def _head(self, operation: int, attributes: Iterable[Attribute]) -> bytes:
        always: list[Attribute] = [
            (_CHARSET, "attributes-charset", b"utf-8"),
            (_LANGUAGE, "attributes-natural-language", b"ja"),
            (_URI, "printer-uri", self._uri.encode()),
            text("requesting-user-name", self._user),
        ]
        body = b"".join(_encoded(*one) for one in (*always, *attributes))
        return struct.pack(">BBHiB", 2, 0, operation, 1, _OPERATION) + body + bytes([_END])


def _encoded(tag: int, name: str, value: bytes) -> bytes:
    key = name.encode("ascii")
    return struct.pack(">BH", tag, len(key)) + key + struct.pack(">H", len(value)) + value


def _jobs(data: bytes) -> list[Job]:
    """Any bytes give jobs or a Refused."""
    try:
        status, groups = _parsed(data)
    except (struct.error, IndexError, UnicodeDecodeError):
        raise _bad_answer("読めない応答") from None
    if status >= _OK:
        raise _bad_answer(f"0x{status:04x}")
    return [_job(group) for group in groups]


def _job(group: Values) -> Job:
    known, state, size = (_first(group, name) for name in ("job-id", "job-state", "job-k-octets"))
    if not isinstance(known, int) or not isinstance(state, int):
        raise _bad_answer("番号か状態のないジョブ")
    reasons = tuple(str(reason) for reason in group.get("job-state-reasons", ()))
    return Job(known, str(_first(group, "job-name") or ""), state, size if isinstance(size, int) else None, reasons)


def _first(group: Values, name: str) -> int | str | None:
    return next(iter(group.get(name, ())), None)


def _bad_answer(found: str) -> Refused:
    return Refused(
        "printer-refused",
        "プリンターが印字を受け付けません。",
        found=found,
        do="プリンターの状態と設定を確かめ、もう一度印字してください。",
    )


def _parsed(data: bytes) -> tuple[int, list[Values]]:
    """Status, and the attributes of each job group that are wanted here."""
    (status,) = struct.unpack_from(">H", data, 2)
    groups: list[Values] = []
    wanted: Values | None = None
    values: list[int | str] = []
    at = 8
    while (tag := data[at]) != _END:
        at += 1
        if tag < 0x10:
            wanted = {} if tag == _JOB else None
            values = []
            if wanted is not None:
                groups.append(wanted)
            continue
        (length,) = struct.unpack_from(">H", data, at)
        name = data[at + 2 : at + 2 + length].decode("ascii")
        at += 2 + length
        (length,) = struct.unpack_from(">H", data, at)
        value = data[at + 2 : at + 2 + length]
        at += 2 + length
        if wanted is not None:
            if name:  # one without a name is a further value of the attribute before it (RFC 8010, 3.1.5)
                values = wanted[name] = []
            number = tag in (_INTEGER, _ENUM)
            values.append(struct.unpack(">i", value)[0] if number else value.decode("utf-8", "replace"))
    return status, groups
