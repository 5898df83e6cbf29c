"""Letters at the door: another site posts its own and those it carries, collects what waits for it, and says what it took.

    POST /api/letters         one note as the body            -> {"taken": "new" | "already"}
    GET  /api/letters         -> {"letters": [{"id": 1, "note": "..."}, ...]}, oldest first, at most 100 or some MiB
    POST /api/letters/taken   {"up_to": 1}                    -> {"left": how many still wait}

Nothing else comes in: what is not a signed letter of a known site is refused, and nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import orjson
from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST

from tewatashi.core.refused import Refused
from tewatashi.sitekit import acting, clock, relay
from tewatashi.sitekit.config import Peer, SiteConfig
from tewatashi.sitekit.models import OutLetter
from tewatashi.sitekit.policy import site_api

_MOST: Final = 100
_ENOUGH: Final = 4 << 20  # bytes; whoever collects holds them all in memory
_MOST_BYTES: Final = 4 << 20  # a letter that withdraws 50,000 pieces


def patterns(roles: Iterable[str]) -> list[URLPattern]:
    """The routes, open to the sites of these roles."""
    admit = site_api(roles=roles)
    return [
        path("api/letters", admit(require_http_methods(["GET", "POST"])(_letters)), name="api_letters"),
        path("api/letters/taken", admit(require_POST(_taken)), name="api_letters_taken"),
    ]


def _letters(request: HttpRequest) -> JsonResponse:
    if request.method == "POST":
        return JsonResponse({"taken": take(_body(request))})
    return JsonResponse({"letters": list(_next_ones(request.peer))})


def _next_ones(peer: Peer) -> Iterator[dict[str, object]]:
    size = 0
    for number, note in _waiting(peer)[:_MOST].values_list("id", "note").iterator(chunk_size=1):
        yield {"id": number, "note": bytes(note).decode()}
        size += len(note)
        if size >= _ENOUGH:
            return


def _taken(request: HttpRequest) -> JsonResponse:
    up_to = _number(_body(request))
    waiting = _waiting(request.peer)
    waiting.filter(id__lte=up_to).update(delivered_at=clock.now())
    return JsonResponse({"left": waiting.count()})


def take(note: bytes) -> str:
    """Take one letter in, or carry it on where it is for another site."""
    return relay.carry(note) if relay.is_for_another(note) else acting.take_letter(note)


def _waiting(peer: Peer) -> QuerySet[OutLetter]:
    """What waits for this site to collect it: letters to it, and at the factory, which calls nobody, all others too."""
    site: SiteConfig = settings.SITE
    whose = Q(recipient=peer.name) if site.role == "gateway" else Q()
    return OutLetter.objects.filter(whose, delivered_at=None).order_by("id")


def _body(request: HttpRequest) -> bytes:
    data: bytes = request.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise Refused(
            "letter-size", "手紙が大きすぎます。", expected=f"{_MOST_BYTES}バイト以下", do="分けて送ってください。"
        )
    return data


def _number(data: bytes) -> int:
    try:
        value: Any = orjson.loads(data)
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict) or value.keys() != {"up_to"} or type(value["up_to"]) is not int:
        raise Refused("letters-taken", "受け取った手紙の番号が読めません。", do="版を確かめてください。")
    number: int = value["up_to"]
    return number
