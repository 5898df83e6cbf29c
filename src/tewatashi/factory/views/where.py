"""The page that tells where everything is, and where it was."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tewatashi.factory import story
from tewatashi.factory.views.shown import EVERYBODY
from tewatashi.sitekit.policy import page
from tewatashi.sitekit.where import where_page


@page(roles=EVERYBODY)
def where(request: HttpRequest) -> HttpResponse:
    """Now, or `?on=`; of all, or of one `job=`, `contract=`, `place=`, `person=`; `thing=` of a job tells its way."""
    return render(request, "sitekit/where.html", where_page(request.GET.dict(), story.SITES, story.PREFIXES))
