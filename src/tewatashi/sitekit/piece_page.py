"""The page that follows one piece, as ward and factory show it alike, and the same for programs.

Each site hands over what its own index knows (ward/following.py, factory/following.py). The number is sent, never asked for in an
address: addresses stand in logs, and a notice number is a resident's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tewatashi.core.acts import Role
from tewatashi.core.custody import Job
from tewatashi.core.ledger import entry_number
from tewatashi.core.piece_course import Ending, Entry
from tewatashi.sitekit.timeline import Teller
from tewatashi.sitekit.titles import form_title

SCHEMA: Final = "tewatashi.piece/v1"
ENDINGS: Final[Mapping[Ending, str]] = {
    "open": "まだ終わりの記録がない",
    "asked": "引抜きを依頼済み（封入封緘の前）",
    "enclosed": "封入",
    "withdrawn": "引抜き",
    "too-late": "引抜きが間に合わず封入",
}
WAYS: Final = {"piece": "通し番号（20桁）か、シートの印（24桁）"}


@dataclass(frozen=True)
class Step:
    """One step of a piece's way. entry: its place in the ledger, and when; neither for what only a read-log tells."""

    name: str
    said: str
    site: str
    by: str = ""
    entry: int | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Followed:
    """A piece with what this site knows of it: facts as words and value, and its way."""

    piece: str
    ending: str
    facts: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]

    def as_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        steps = [{**asdict(step), "at": step.at.isoformat() if step.at else None} for step in self.steps]
        return {
            "schema": SCHEMA, "piece": self.piece, "ending": self.ending, "facts": dict(self.facts), "steps": steps,
        }  # fmt: skip


def steps_of(
    course: Iterable[Entry], sites: Mapping[Role, str], teller: Teller, notes: Mapping[int, str]
) -> list[Step]:
    """The acts in words. notes: what the site's index adds to an act, by the act's place in the ledger."""
    return [
        Step(
            act.name, "　".join(filter(None, (notes.get(index, ""), teller.said(act)))), sites[act.site],
            teller.names.of(act.by, act.site), entry_number(index), at,
        )
        for index, act, at in course
    ]  # fmt: skip


class PieceForm(forms.Form):
    """Which piece, and by what it is told."""

    def __init__(self, ways: Mapping[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["by"] = forms.ChoiceField(
            label="何からたどるか", choices=list(ways.items()), initial=next(iter(ways)),
            widget=forms.RadioSelect if len(ways) > 1 else forms.HiddenInput,
            error_messages={"required": "何からたどるかを選んでください。"},
        )  # fmt: skip
        self.fields["value"] = forms.CharField(
            label="番号" if len(ways) > 1 else WAYS["piece"], max_length=64, error_messages={"required": "番号を入力してください。"},
            widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "numeric", "size": 32}),
        )  # fmt: skip


def piece_page(
    request: HttpRequest, job: Job, ways: Mapping[str, str], follow: Callable[[str, str, str], Followed]
) -> HttpResponse:
    """The form, and below it the piece that was asked for; the answer does not say again what was typed."""
    form = PieceForm(ways, request.POST if request.method == "POST" else None)
    found = None
    if form.is_valid():
        found = follow(job.number, form.cleaned_data["by"], form.cleaned_data["value"])
        form = PieceForm(ways)
    context = {"job": job, "form_title": form_title(job.form), "form": form, "found": found}
    return render(request, "sitekit/piece.html", context, status=422 if form.errors else 200)


def words_of(found: Followed) -> Sequence[str]:
    """The same as lines for a terminal."""
    head = [f"通し番号 {found.piece}　{found.ending}", *(f"{name}: {value}" for name, value in found.facts), ""]
    return [*head, *(_line(step) for step in found.steps)]


def _line(step: Step) -> str:
    when = f"{step.at:%Y-%m-%d %H:%M}" if step.at else "（読取記録）    "
    entry = f"台帳{step.entry}" if step.entry else ""
    return "　".join(filter(None, (when, step.site, step.name, step.said, step.by, entry)))
