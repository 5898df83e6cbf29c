"""The first page, 案件一覧, and the closed jobs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tewatashi.sitekit.policy import page
from tewatashi.sitekit.worklist import closed_jobs
from tewatashi.ward import todo
from tewatashi.ward.views.shown import EVERYBODY, way_to


@page(roles=EVERYBODY)
def home(request: HttpRequest) -> HttpResponse:
    """The list."""
    roles = request.user.roles
    found = todo.first_page(lambda url: way_to(url, roles))
    return render(request, "ward/home.html", {"heading": "案件一覧", **found})


@page(roles=EVERYBODY)
def closed(request: HttpRequest) -> HttpResponse:
    """The closed jobs, by fiscal year."""
    return render(request, "sitekit/closed.html", closed_jobs(request, todo.row_of))
