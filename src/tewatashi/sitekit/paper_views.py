"""The pages of a site without a line: giving letters out on paper or in a file, and taking in what was carried here.

The lines that were read stand in the page itself until their set is whole: nothing half-read is kept anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tewatashi.carriers import paper, paper_scan
from tewatashi.core.refused import Refused
from tewatashi.documents import render as draw
from tewatashi.sitekit import clock, paper_way
from tewatashi.sitekit.fonts import fonts_folder
from tewatashi.sitekit.paper_way import Row, TakenIn
from tewatashi.sitekit.policy import page
from tewatashi.sitekit.roles import SITE_TITLES

_MOST_FILES: Final = 30
_SHOWN: Final = 8  # kinds named in a message
_NOTE: Final = b"tewatashi."  # begins a file of letters


def patterns(workers: Iterable[str], everybody: Iterable[str]) -> list[URLPattern]:
    """The routes, for the people of these roles; everybody may look at what waits."""
    work, look = page(roles=workers), page(roles=everybody)
    return [
        path("letters/in", work(require_http_methods(["GET", "POST"])(_letters_in)), name="letters_in"),
        path("letters/out", look(require_GET(_letters_out)), name="letters_out"),
        path("letters/out.pdf", work(require_POST(_out_on_paper)), name="letters_out_paper"),
        path("letters/out.letters", work(require_POST(_out_as_file)), name="letters_out_file"),
    ]


# ---------------------------------------------------------------------------------------------------------- give out


def _letters_out(request: HttpRequest) -> HttpResponse:
    """What waits for the other side, and how to carry it."""
    waits = paper_way.waiting()
    return render(request, "sitekit/letters_out.html", {"waits": waits, "title": SITE_TITLES[waits.peer.role]})


def _out_on_paper(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- Django's handler
    given = paper_way.give_out()
    site, now = settings.SITE, clock.now()
    data = {
        "number": f"記録-{given.name}", "issued": now.date(), "to": _site_line(given.peer), "sender": _site_line(site),
        "job": "―", "task": "―", "entry": None, "taken": given.up_to or None,
        "records": [_record(row) for row in given.rows] or None,
    }  # fmt: skip
    pdf = draw("letters", data, fonts_folder(), now, paper.write_parts(given.notes))
    return _file(pdf, "application/pdf", f"{given.name}.pdf")


def _out_as_file(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- Django's handler
    name, data = paper_way.file_of_letters()
    return _file(data, "text/plain; charset=utf-8", name)


def _site_line(site: Any) -> str:
    return f"{SITE_TITLES[site.role]} {site.name}"


def _record(row: Row) -> dict[str, object]:
    return {"seq": row.seq, "kind": row.name, "job": row.job or "―", "at": row.at}


def _file(data: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


# ----------------------------------------------------------------------------------------------------------- take in


def _letters_in(request: HttpRequest) -> HttpResponse:
    """Take in what a scanner typed, what a scan shows, or a file of letters."""
    if request.method == "GET":
        return render(request, "sitekit/letters_in.html", {"codes": ""})
    typed = request.POST.get("codes", "")
    try:
        files, scanned = _read_files(request)
        typed = "\n".join(dict.fromkeys([*typed.splitlines(), *scanned])).strip()
        sets = [paper.split_notes(file) for file in files]
        if typed or not sets:
            sets.append(paper.join_parts(paper.read_parts(typed)))
    except Refused as refused:
        return render(request, "sitekit/letters_in.html", {"codes": typed, "refused": refused}, status=422)
    for notes in sets:
        _tell(request, paper_way.take_in(notes))
    return redirect("letters_in")


def _read_files(request: HttpRequest) -> tuple[list[bytes], list[str]]:
    """The files of letters, and the codes that were found in all others."""
    sent = request.FILES.getlist("files")
    if len(sent) > _MOST_FILES or int(request.META.get("CONTENT_LENGTH") or 0) > paper_scan.MOST_BYTES:
        raise Refused(
            "scan-size", "一度に送るファイルが大きすぎるか、多すぎます。", expected=f"{paper_scan.MOST_BYTES >> 20} MiB・{_MOST_FILES}個以下",
            do="分けて送るか、解像度を200dpiにして読み取り直してください。",
        )  # fmt: skip
    files: list[bytes] = []
    codes: list[str] = []
    for data in (file.read() for file in sent):
        if data.startswith(_NOTE):
            files.append(data)
        elif found := paper_scan.codes_in(data):
            codes.extend(found)
        else:
            raise Refused(
                "scan-empty", "画像に、手渡しの記録の符号が見つかりません。",
                do="用紙の枠全体を200dpi以上で、まっすぐに読み取り直してください。",
            )  # fmt: skip
    return files, codes


def _tell(request: HttpRequest, taken: TakenIn) -> None:
    believed = [row for row in taken.new if not row.refused]
    parts = [f"{len(taken.new)}件を取り込みました"]
    if believed:
        more = " ほか" if len(believed) > _SHOWN else ""
        parts[0] += f"（{'、'.join(row.name for row in believed[:_SHOWN])}{more}）"
    if taken.already:
        parts.append(f"{taken.already}件は取り込み済みでした")
    if taken.heard:
        parts.append(f"相手は、こちらの記録をさらに{taken.heard}件受け取っています")
    messages.success(request, "。".join(parts) + "。")
    for row in taken.new:
        if row.refused:
            words = f"「{row.name}」は、内容が認められません（{row.refused}）。警報を確かめ、相手と協議してください。"
            messages.warning(request, words)
