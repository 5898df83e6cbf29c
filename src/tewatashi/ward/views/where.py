"""The page that tells where everything is, and where it was."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tewatashi.sitekit.policy import page
from tewatashi.sitekit.where import where_page
from tewatashi.ward import story
from tewatashi.ward.views.shown import EVERYBODY


@page(roles=EVERYBODY)
def where(request: HttpRequest) -> HttpResponse:
    """Now, or `?on=`; of all, or of one `job=`, `contract=`, `place=`, `person=`; `thing=` of a job tells its way."""
    return render(request, "sitekit/where.html", where_page(request.GET.dict(), story.SITES, story.SITES))
