"""The first page, 作業一覧, and the closed jobs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tewatashi.factory import todo
from tewatashi.factory.printer import trial_words
from tewatashi.factory.views.shown import EVERYBODY
from tewatashi.sitekit.policy import page
from tewatashi.sitekit.worklist import closed_jobs


@page(roles=EVERYBODY)
def home(request: HttpRequest) -> HttpResponse:
    """The list."""
    return render(request, "factory/home.html", {"heading": "作業一覧", "trial": trial_words(), **todo.first_page()})


@page(roles=EVERYBODY)
def closed(request: HttpRequest) -> HttpResponse:
    """The closed jobs, by fiscal year."""
    return render(request, "sitekit/closed.html", closed_jobs(request, todo.row_of))
