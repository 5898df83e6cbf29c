"""The pages of the floor: what the machine read, the hand scanner, the reconciliation, the remake, the enclosing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tewatashi.core.piece import Finding
from tewatashi.core.refused import Refused
from tewatashi.factory import enclosing, jobs, line, printing, reconciling
from tewatashi.factory.forms import SCAN_EVENTS, ScanForm
from tewatashi.factory.line import Taken
from tewatashi.factory.views.shown import EVERYBODY, WORKERS
from tewatashi.sitekit.act_page import act_page
from tewatashi.sitekit.pages import refusal_json
from tewatashi.sitekit.policy import machine_api, page
from tewatashi.sitekit.titles import form_title


@page(roles=EVERYBODY, send=WORKERS)
@require_http_methods(["GET", "POST"])
def reads(request: HttpRequest, number: str) -> HttpResponse:
    """POST: lines of a machine's read-log (docs/spec/read-log.md). GET: the log as it was followed."""
    jobs.load(number)
    if request.method == "GET":
        return StreamingHttpResponse(line.log_of(number), content_type="application/jsonl; charset=utf-8")
    return _take(request, number)


@machine_api
@require_POST
def machine_reads(request: HttpRequest, number: str) -> HttpResponse:
    """The same lines from the machine's own controller, under the name of the person who answers for it."""
    jobs.load(number)
    return _take(request, number)


def _take(request: HttpRequest, number: str) -> HttpResponse:
    try:
        return JsonResponse(_answer(line.take_log(number, request.read(line.MOST_BYTES + 1), request.user.pk)))
    except Refused as refused:
        return refusal_json(refused)


def _answer(taken: Taken) -> dict[str, object]:
    return {
        "taken": taken.lines, "passed": taken.passed, "read": taken.machine, "stop": bool(taken.line.findings),
        "findings": [_finding(one) for one in taken.new], "recheck": sorted(taken.line.recheck),
    }  # fmt: skip


def _finding(one: Finding) -> dict[str, object]:
    return {"n": one.n, "problem": one.problem, "words": line.words(one.problem), "mark": one.mark}


@page(roles=WORKERS)
def scan(request: HttpRequest, number: str) -> HttpResponse:
    """The hand scanner's page: works by the scanner alone, tells OK or NG to be seen from two metres."""
    job, _ = jobs.load(number)
    form = ScanForm(request.POST or None)
    result = None
    if request.method == "POST":
        # A scanner sends Enter after each code: the first Enter gives the front, the second both.
        if form.is_valid() and form.cleaned_data["event"] == "hand" and not form.cleaned_data["back"]:
            result = {"kind": "half", "words": "次に、裏の符号を読んでください"}
        elif form.is_valid():
            result = _scanned(number, form.cleaned_data, request.user.pk)
        else:
            result = {"kind": "ng", "words": "読み取った値が正しくありません"}
    at = line.state_of(number)
    context = {
        "job": job, "result": result, "events": SCAN_EVENTS, "event": request.POST.get("event", "hand"),
        "front": form.cleaned_data["front"] if result and result["kind"] == "half" else "",
        "line": at, "findings": [(one, line.words(one.problem)) for one in at.findings[-5:]],
        "remaining": enclosing.remaining(job), "recheck": sorted(at.recheck), "spoiled": len(printing.spoiled(number)),
    }  # fmt: skip
    return render(request, "factory/scan.html", context, status=422 if result and result["kind"] == "ng" else 200)


def _scanned(number: str, said: dict[str, Any], by: str) -> dict[str, str]:
    try:
        taken = line.scan(number, said["event"], said["front"], said["back"], by)
    except Refused as refused:
        return {"kind": "ng", "words": refused.wrong, "do": refused.do}
    if taken.new:
        return {
            "kind": "ng",
            "words": line.words(taken.new[-1].problem),
            "do": "シートを列から外し、「列から外した」で読んでください。",
        }
    return {"kind": "ok", "words": SCAN_EVENTS[said["event"]], "mark": said["front"][:20]}


@page(roles=EVERYBODY)
def reconciliation(request: HttpRequest, number: str) -> HttpResponse:
    """What the pieces add up to, what does not fit, and by its id alone what waits; `?after=` pages through that."""
    job, _ = jobs.load(number)
    sums, findings = reconciling.sums(job), reconciling.findings(job)
    asked = request.GET.get("after", "")
    after = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0
    waiting = reconciling.waiting(job, after) if sums.read else []
    spoiled, to_withdraw = reconciling.spoiled(job), reconciling.to_withdraw(job)
    a_page = reconciling.A_PAGE
    context = {
        "job": job, "form_title": form_title(job.form), "gone": job.did("pieces-enclosed"), "sums": sums,
        "findings": [(piece, line.words(problem)) for piece, problem in findings], "open": len(findings) + sums.remaining,
        "spoiled": spoiled, "a_page": a_page, "most": f":{a_page}", "next": waiting[a_page - 1][0] if len(waiting) > a_page else None,
        "lists": (
            (f"再作成を待っている破損（{sums.spoiled:,}通）", spoiled),
            (f"引抜きの現物をまだ読み取っていない（{len(to_withdraw):,}通）", to_withdraw[:a_page]),
            (f"まだ読み取っていない通し番号（{sums.waiting:,}通）", [piece for _, piece in waiting[:a_page]]),
        ),
    }  # fmt: skip
    return render(request, "factory/reconciliation.html", context)


@page(roles=WORKERS)
def remake(request: HttpRequest, number: str) -> HttpResponse:
    """Print spoiled pieces anew."""
    job, _ = jobs.load(number)
    if request.method == "POST":
        pieces = printing.remake(number, request.user.pk)
        messages.success(request, f"{pieces:,}通を再作成しました。元のシートは無効です。")
        return redirect("job", number)
    rows = printing.spoiled(number)
    return act_page(
        request, None, title=f"破損の再作成（{len(rows):,}通）", submit="再作成して印字する", back=f"/jobs/{number}", job=job,
        intro="次の通し番号を印字し直します。印字すると、元のシートは無効になります。", listed=[row.piece for row in rows],
    )  # fmt: skip


@page(roles=WORKERS)
def enclose(request: HttpRequest, number: str) -> HttpResponse:
    """Record the enclosing."""
    job, _ = jobs.load(number)
    if request.method == "POST":
        enclosing.enclose(number, request.user.pk)
        messages.success(request, "突合が合い、封入封緘を記録しました。")
        return redirect("job", number)
    sums, left = reconciling.sums(job), enclosing.open_rows(job)
    return act_page(
        request, None, title="封入封緘の記録", submit="封入封緘を記録する", back=f"/jobs/{number}", job=job,
        intro=f"封入 {sums.enclosed:,}通、引抜き {sums.withdrawn:,}通、破損・再作成 {sums.spoiled + sums.remade:,}通。",
        warning=f"合わないか、読み取っていない通し番号が{left:,}件あります。突合の画面で確かめてください。" if left else "",
    )  # fmt: skip
