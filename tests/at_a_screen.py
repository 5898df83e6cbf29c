"""Somebody before a screen of a running site, for the tests of its pages: a browser's requests without the browser."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import orjson

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_CODE = re.compile(r"（([a-z0-9-]+)）</span>")


class TurnedAwayError(AssertionError):
    """What the site answered instead of going on."""

    def __init__(self, answer: httpx.Response) -> None:
        words = re.sub(r"<[^>]+>|\s+", " ", answer.text)
        super().__init__(f"{answer.status_code}: {words[-600:]}")
        self.answer = answer


@dataclass
class Person:
    """Somebody logged in. line: with the cookies of their session and their computer."""

    line: httpx.Client
    form_token: str = ""

    def get(self, path: str) -> httpx.Response:
        return self.line.get(path)

    def page(self, path: str) -> str:
        answer = self.get(path)
        if answer.status_code != 200:
            raise TurnedAwayError(answer)
        return answer.text

    def state(self, job: str) -> dict[str, Any]:
        found: dict[str, Any] = orjson.loads(self.page(f"/jobs/{job}/state.json"))
        return found

    def token(self) -> str:
        """From the page that opens to everybody; a session has one token for all forms, and it is read once."""
        if not self.form_token:
            found = _TOKEN.search(self.page("/password"))
            assert found is not None
            self.form_token = found[1]
        return self.form_token

    def post(self, path: str, data: Mapping[str, Any] | None = None, **options: Any) -> httpx.Response:
        """Send a page's form."""
        data = {"csrfmiddlewaretoken": self.token(), **(data or {})}
        return self.line.post(path, data=data, headers={"Referer": str(self.line.base_url)}, **options)

    def act(self, path: str, data: Mapping[str, Any] | None = None, **options: Any) -> str:
        """As `post`, where the site has to do it. Returned: the page that it leads to."""
        answer = self.post(path, data, **options)
        if answer.status_code != 302:
            raise TurnedAwayError(answer)
        return answer.headers["Location"]

    def refused(self, path: str, data: Mapping[str, Any] | None = None) -> str:
        """As `post`, where the site has to refuse. Returned: the code of the refusal."""
        answer = self.post(path, data)
        found = _CODE.search(answer.text)
        assert (answer.status_code, found is not None) == (422, True), TurnedAwayError(answer)
        assert found is not None
        return found[1]

    def reads(self, job: str, lines: Iterable[Mapping[str, object]]) -> httpx.Response:
        """Send lines of a machine's read-log."""
        body = b"".join(orjson.dumps(line) + b"\n" for line in lines)
        headers = {"Referer": str(self.line.base_url), "X-CSRFToken": self.token()}
        return self.line.post(f"/jobs/{job}/reads", content=body, headers=headers)
