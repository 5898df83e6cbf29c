"""A page's form as a browser would send it: every field with the value that the page put there, until somebody changes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

_NOT_SENT: Final = frozenset({"submit", "button", "reset", "image", "file"})


@dataclass
class Form:
    """action: where it goes, empty for the page itself. files: names of its file fields; choices: of its radio buttons and
    boxes, checked or not; ticked: the values of those that are checked."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    choices: set[str] = field(default_factory=set)
    ticked: dict[str, list[str]] = field(default_factory=dict)


def forms_of(page: str) -> list[Form]:
    """The forms of a page that are sent by POST, in their order."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form" and values.get("method", "").lower() == "post":
            self._form = Form(values.get("action", ""))
            self.forms.append(self._form)
        if self._form is None or "disabled" in values:
            return
        name = values.get("name", "")
        if tag == "input" and name:
            self._input(self._form, name, values)
        elif tag == "textarea" and name:
            self._area = name
            self._form.fields[name] = ""
        elif tag == "select" and name:
            self._select = name
        elif tag == "option" and self._select and (self._select not in self._form.fields or "selected" in values):
            self._form.fields[self._select] = values.get("value", "")

    @staticmethod
    def _input(form: Form, name: str, values: dict[str, str]) -> None:
        kind = values.get("type", "text")
        if kind == "file":
            form.files.append(name)
        elif kind in ("radio", "checkbox"):
            form.choices.add(name)
            if "checked" in values:
                form.ticked.setdefault(name, []).append(values.get("value", "on"))
        elif kind not in _NOT_SENT:
            form.fields[name] = values.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area is not None and self._form is not None:
            # A browser drops one line break right after <textarea>.
            known = self._form.fields[self._area]
            self._form.fields[self._area] = known + (data.removeprefix("\n") if not known else data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None
