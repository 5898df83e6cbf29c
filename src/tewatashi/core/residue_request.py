"""What the ward asks a residue scan for: one job, its piece ids, and a number that is used once.

The file is the ward's signed note, an empty line, and the ids, one a line, whose SHA-256 the note names: what is carried
to the contractor is one file. A report that answers the number was begun after the number was made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, cast

from tewatashi.core import acts
from tewatashi.core.refused import Refused
from tewatashi.core.residue import IdSet
from tewatashi.core.signing import SigningKey, VerifyKey, canonical, open_note, parse_canonical, sign_note

MAGIC: Final = "tewatashi.residue-request/v1\n"


@dataclass(frozen=True)
class Request:
    """One request.

    nonce  32 hex digits;  ward  the site, as on its key;  ids, ids_sha256  how many, and of their lines
    places  where at the contractor the ledger has had data of the job, as `factory/保管庫`;  issued_at  ISO 8601 with offset
    """

    nonce: str
    ward: str
    job: str
    ids: int
    ids_sha256: str
    places: tuple[str, ...]
    issued_at: str

    def __post_init__(self) -> None:
        if not all(fits(getattr(self, name)) for name, fits in _FIELDS.items()):
            raise _not_a_request()


def _places(value: object) -> bool:
    return isinstance(value, tuple) and len(value) <= 200 and all(map(acts.place, value))


_FIELDS: Final[dict[str, Callable[[object], bool]]] = {
    "nonce": acts.hex32,
    "ward": acts.text,
    "job": acts.text,
    "ids": acts.count,
    "ids_sha256": acts.hex64,
    "places": _places,
    "issued_at": acts.moment,
}


def write_request(request: Request, key: SigningKey) -> bytes:
    """What stands before the ids in the file: the note, signed by the ward, and an empty line."""
    if key.name != request.ward:
        raise ValueError("a request is signed by its ward")
    fields = {name: getattr(request, name) for name in _FIELDS} | {"places": list(request.places)}
    return sign_note(f"{MAGIC}{canonical(fields).decode()}\n", key) + b"\n"


def read_request(data: bytes, ward: VerifyKey) -> tuple[Request, IdSet]:
    """The request and its ids. Refused for any other bytes, another ward's request, or ids that were changed."""
    head, _, lines = data.rpartition(b"\n\n")
    note = open_note(head + b"\n", [ward])
    if not note.text.startswith(MAGIC):
        raise _not_a_request()
    fields = parse_canonical(note.text.removeprefix(MAGIC).removesuffix("\n").encode())
    if not isinstance(fields, dict) or fields.keys() != _FIELDS.keys() or not isinstance(fields["places"], list):
        raise _not_a_request()
    fields |= {"places": tuple(fields["places"])}
    request = Request(**cast("dict[str, object]", fields))  # type: ignore[arg-type]  # Request checks each field
    if request.ward != ward.name:
        raise _not_a_request()
    ids = IdSet.read(lines)
    if (len(ids.ids), ids.sha256) != (request.ids, request.ids_sha256):
        raise Refused(
            "request-ids", "調査依頼の通し番号が、区の署名したものと違います。", found=ids.sha256[:16], expected=request.ids_sha256[:16],
            do="調査依頼を取り出し直してください。", requirement="CL-11-12",
        )  # fmt: skip
    return request, ids


def _not_a_request() -> Refused:
    return Refused("residue-request", "残存調査の依頼として読めません。", do="案件の画面から取り出し直してください。")
