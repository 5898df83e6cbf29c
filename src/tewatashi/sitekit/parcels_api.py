"""Parcels at the door: tus 1.0 (core and creation) for sealed parcels of known jobs, and for nothing else.

    POST  /api/parcels         Upload-Length, Upload-Metadata: cover <base64 of the cover>   -> 201, Location
    HEAD  /api/parcels/<id>    -> Upload-Offset, Upload-Length
    PATCH /api/parcels/<id>    Upload-Offset, application/offset+octet-stream               -> 204, Upload-Offset

Rules
  FAC-LG-2    only a sealed parcel comes in: a signed cover of a job that the ward told of, then an age file
  CONN-1      what broke off goes on from the byte that is durable; creating twice gives the same address
  R2          the name of a file is made here; nothing that a client sends becomes part of a path
  R12         a parcel that was voided or has gone takes no more bytes; half a one does not lie here for ever
Bytes are durable (fsync) before they are acknowledged. The last PATCH is answered only when the digest is the cover's
and the act stands in the ledger; a parcel with other bytes than its cover says is erased at once.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import Error as DatabaseFailure
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from tewatashi.core.cover import SEALED_HEAD, Cover, read_cover, refuse_unless_sealed
from tewatashi.core.refused import Refused
from tewatashi.sitekit import acting, clock, ledger, store
from tewatashi.sitekit.keys import peer_key
from tewatashi.sitekit.models import Upload
from tewatashi.sitekit.policy import site_api

TUS: Final = "1.0.0"
LARGEST: Final = 16 << 30  # bytes of one parcel
BROKEN_OFF: Final = timedelta(days=1)  # the least time that half a parcel waits for its other half
_STREAM: Final = "application/offset+octet-stream"

Finish = Callable[[Cover], None]


def patterns(roles: Iterable[str], finish: Finish) -> list[URLPattern]:
    """The routes, open to the sites of these roles. finish: records a whole parcel, in the transaction that ends it."""
    admit = site_api(roles=roles)

    def one(request: HttpRequest, upload_id: str) -> HttpResponse:
        if (refusal := _other_version(request)) is not None:
            return refusal
        return _head(upload_id, finish) if request.method == "HEAD" else _patch(request, upload_id, finish)

    return [
        path("api/parcels", admit(require_http_methods(["POST", "OPTIONS"])(_create)), name="api_parcels"),
        path(
            "api/parcels/<str:upload_id>", admit(require_http_methods(["HEAD", "PATCH"])(one)), name="api_parcel"
        ),
    ]  # fmt: skip


def take_whole(note: bytes, sender: str, source: store.Readable, finish: Finish) -> Cover:
    """Take in a parcel that comes in one go, as from a disc, on the same terms as one that comes over the line.

    Refused as that one, by `source`, or `parcel-here` when it has come already; nothing of it is left then.
    """
    upload = _row(_believed(note), note, sender)
    with store.writing(upload.id) as file:
        if file is None:
            raise _here("いま別の受取りが行われています。")
        if not _is_coming(upload):
            _gone_meanwhile(upload, file)
            raise _here("この送付データは、すでに受け取ったか、取り消されています。")
        try:
            ours = _append_whole(upload, file, source)
            if ours:
                _finish(upload, file, finish)
        except DatabaseFailure:
            # A line that broke at the commit does not say whether the act stands. If it does not, this is swept as a half.
            raise
        except BaseException:
            file.erase()
            Upload.objects.filter(pk=upload.pk, finished_at=None).delete()
            raise
    if not ours:  # and so not ours to erase
        raise _here("いま別の受取りが行われています。")
    return read_cover(note, [peer_key(settings.SITE.peer("ward"))])


def _append_whole(upload: Upload, file: store.Incoming, source: store.Readable) -> bool:
    """Whether the file still is ours to write."""
    already = file.offset  # what a killed one left; the digest tells whether it is of this parcel
    while already and (passed := source.read(already)):
        already -= len(passed)
    ours = file.append_from(source, upload.size)
    if ours and file.offset != upload.size:
        raise _other_size(file.offset, upload.size)
    return ours


def is_broken_off(upload: Upload, hold: timedelta = BROKEN_OFF) -> bool:
    """Whether half a parcel has waited long enough for its other half. hold: how long a whole one might lie here."""
    return clock.now() >= upload.begun_at + max(hold, BROKEN_OFF)


def drop_half(upload: Upload, *, again: bool) -> None:
    """Erase what came of a parcel that is not whole, unless more comes in this moment. again: it may be sent anew."""
    with store.writing(upload.id) as file:
        if file is None:
            return
        if not _is_coming(upload):
            _gone_meanwhile(upload, file)
            return
        file.erase()
        row = Upload.objects.filter(pk=upload.pk)
        if again:
            row.delete()
        else:
            row.update(gone_at=clock.now())


def _create(request: HttpRequest) -> HttpResponse:
    if request.method == "OPTIONS":
        return _reply(204, **{"Tus-Version": TUS, "Tus-Extension": "creation", "Tus-Max-Size": str(LARGEST)})
    if (refusal := _other_version(request)) is not None:
        return refusal
    note = _cover_of(request)
    cover = _believed(note)
    size = _number(request, "Upload-Length")
    if size != cover.size or size > LARGEST:
        raise _other_size(size, cover.size)
    upload = _row(cover, note, request.peer.name)
    return _reply(201, Location=request.build_absolute_uri(f"/api/parcels/{upload.id}"))


def _row(cover: Cover, note: bytes, sender: str) -> Upload:
    """The parcel's row, made if there is none."""
    with transaction.atomic():
        ledger.lock()
        row = {"id": secrets.token_hex(16), "sender": sender, "job": cover.job, "cover": note, "size": cover.size}
        upload, _ = Upload.objects.get_or_create(parcel=cover.parcel, defaults=row)
    return upload


def _head(upload_id: str, finish: Finish) -> HttpResponse:
    upload = Upload.objects.filter(pk=upload_id).first()
    if upload is not None and upload.finished_at is None and _offset(upload) == upload.size:
        # All bytes came and then we were killed: a stock client that finds them all here sends nothing more.
        _finish_left(upload, finish)
        upload = Upload.objects.filter(pk=upload_id).first()
    if upload is None or (upload.finished_at is None and upload.gone_at is not None):
        return _reply(404)
    return _reply(200, **{"Upload-Offset": str(_offset(upload)), "Upload-Length": str(upload.size)})


def _finish_left(upload: Upload, finish: Finish) -> None:
    with store.writing(upload.id) as file:
        if file is not None and _is_coming(upload) and file.offset == upload.size:
            _finish(upload, file, finish)


def _patch(request: HttpRequest, upload_id: str, finish: Finish) -> HttpResponse:
    upload = Upload.objects.filter(pk=upload_id).first()
    if upload is None or request.content_type != _STREAM:
        return _reply(404 if upload is None else 415)
    if upload.finished_at is not None:
        return _reply(204, **{"Upload-Offset": str(upload.size)})
    _believed(bytes(upload.cover))
    with store.writing(upload.id) as file:
        if file is None:
            return _reply(423)
        return _append(request, upload, file, finish) if _is_coming(upload) else _gone_meanwhile(upload, file)


def _is_coming(upload: Upload) -> bool:
    """Whether the upload still is as it was when we had not locked its file yet."""
    return Upload.objects.filter(pk=upload.pk, finished_at=None, gone_at=None).exists()


def _gone_meanwhile(upload: Upload, file: store.Incoming) -> HttpResponse:
    if not Upload.objects.filter(pk=upload.pk, gone_at=None).exists():
        file.erase()  # we may have made it anew by opening it
    return _reply(423)


def _append(request: HttpRequest, upload: Upload, file: store.Incoming, finish: Finish) -> HttpResponse:
    if _number(request, "Upload-Offset") != file.offset:
        return _reply(409, **{"Upload-Offset": str(file.offset)})
    if not file.append_from(request, upload.size):
        return _reply(423)
    if file.offset == upload.size:
        _finish(upload, file, finish)
    return _reply(204, **{"Upload-Offset": str(file.offset)})


def _finish(upload: Upload, file: store.Incoming, finish: Finish) -> None:
    try:
        cover = _believed(bytes(upload.cover))
        refuse_unless_sealed(file.head(SEALED_HEAD))
        _refuse_other_bytes(file.digest(), cover)
    except Refused:
        # Bytes of unknown origin are not kept, not even for looking at them.
        file.erase()
        Upload.objects.filter(pk=upload.pk).delete()
        raise
    with transaction.atomic():
        ledger.lock()
        finish(cover)
        Upload.objects.filter(pk=upload.pk).update(finished_at=clock.now())


def _other_size(found: int, expected: int) -> Refused:
    return Refused(
        "parcel-size",
        "送付データの大きさが送付票と違います。",
        found=found,
        expected=expected,
        do="送り直してください。",
    )


def _here(wrong: str) -> Refused:
    return Refused("parcel-here", wrong, do="案件の画面で状態を確かめてください。")


def _refuse_other_bytes(found: str, cover: Cover) -> None:
    if found != cover.sha256:
        raise Refused(
            "parcel-digest", "届いた送付データの内容が送付票と違います。", found=found[:16], expected=cover.sha256[:16],
            do="受け取らずに消去しました。送り直してください。", requirement="WARD-LG-1",
        )  # fmt: skip


def _believed(note: bytes) -> Cover:
    """The cover, if the ward signed it and told this site of it in a letter."""
    cover = read_cover(note, [peer_key(settings.SITE.peer("ward"))])
    job = acting.job(cover.job)
    if job is None or job.cancelled or job.cover is None or job.cover.encode() != note:
        raise Refused(
            "parcel-unknown", "区の案件にない送付データです。", found=cover.parcel[:8], do="区からの知らせが届くのを待ってください。",
            requirement="FAC-LG-2",
        )  # fmt: skip
    return cover


def _cover_of(request: HttpRequest) -> bytes:
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _, value = pair.strip().partition(" ")
        if key == "cover":
            try:
                return base64.b64decode(value, validate=True)
            except ValueError:  # not base64, or not even ASCII
                break
    raise Refused(
        "cover-missing",
        "送付票のないデータは受け取れません。",
        do="暗号化した送付データだけを送ってください。",
        requirement="FAC-LG-2",
    )


def _number(request: HttpRequest, header: str) -> int:
    value = request.headers.get(header, "")
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise Refused(
            "tus-header", "送信の見出しが正しくありません。", found=header, do="送信側の版を確かめてください。"
        )
    return int(value)


def _offset(upload: Upload) -> int:
    return upload.size if upload.finished_at is not None else store.length(upload.id)


def _other_version(request: HttpRequest) -> HttpResponse | None:
    found = request.headers.get("Tus-Resumable")
    return None if found == TUS else _reply(412, **{"Tus-Version": TUS})


def _reply(status: int, **headers: str) -> HttpResponse:
    response = HttpResponse(status=status, headers={"Tus-Resumable": TUS, "Cache-Control": "no-store", **headers})
    del response.headers["Content-Type"]
    return response
