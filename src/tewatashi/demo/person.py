"""A person at a browser: cookies, forms and a one-time code, over the site's own TLS."""

from __future__ import annotations

import base64
import hmac
import re
import secrets
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final
from urllib.parse import urljoin

import httpx

from tewatashi.demo.forms import Form, forms_of

_STEP: Final = 30  # seconds of a one-time code
_TIMEOUT: Final = httpx.Timeout(600.0, connect=5.0)

Files = Mapping[str, BinaryIO | bytes]


@dataclass(frozen=True)
class Papers:
    """What a person was given on paper: id, initial password, secret of the authenticator (base32)."""

    username: str
    password: str
    totp_secret: str


class TurnedAway(Exception):  # noqa: N818 -- an answer of a page
    """A page refused; the message holds its words."""

    def __init__(self, answer: httpx.Response, words: str) -> None:
        self.answer = answer
        super().__init__(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {words}")


class Person:
    """One person with one browser at one site."""

    def __init__(self, url: str, ca: Path, papers: Papers) -> None:
        self.papers = papers
        context = ssl.create_default_context(cafile=str(ca))
        self._browser = httpx.Client(
            base_url=url,
            verify=context,
            timeout=_TIMEOUT,
            follow_redirects=True,
            trust_env=False,
            headers={"Origin": url},
        )
        self._last_step = 0

    def enrol_computer(self, code: str) -> None:
        """Make this browser a registered computer."""
        self.fill("/computer", code=code)

    def use_computer(self, token: str) -> None:
        """Sit down at a computer that somebody has enrolled."""
        self._browser.cookies.set("__Host-computer", token, domain=self._browser.base_url.host, path="/")

    def log_in(self) -> None:
        """Id and password, then the code, then a new password where one is due."""
        self.fill("/login", login=self.papers.username, password=self.papers.password)
        answer = self.fill("/login/code", code=self.one_time_code())
        if answer.url.path == "/login/password":
            new = secrets.token_urlsafe(18)
            self.fill("/login/password", password=new, again=new)
            self.papers = Papers(self.papers.username, new, self.papers.totp_secret)

    def one_time_code(self) -> str:
        """A code that was not used yet: the present one, or the next, which clocks may be ahead by."""
        step = int(time.time()) // _STEP
        self._last_step = max(step, self._last_step + 1)
        return _code(self.papers.totp_secret, self._last_step)

    def get(self, path: str) -> httpx.Response:
        """The page, whatever it answers."""
        return self._browser.get(path)

    def page(self, path: str) -> str:
        """The page's text; TurnedAway if it is refused."""
        return _good(self.get(path)).text

    def has(self, path: str) -> bool:
        """Whether the site has such a page for this person."""
        return self.get(path).is_success

    def state(self, job: str) -> dict[str, Any]:
        """The job for programs."""
        state: dict[str, Any] = _good(self.get(f"/jobs/{job}/state.json")).json()
        return state

    def fill(self, path: str, *, files: Files | None = None, **values: str) -> httpx.Response:
        """Open the page, change these fields of its form, and send it; TurnedAway if it is refused."""
        page = _good(self.get(path))
        forms = [one for one in forms_of(page.text) if not one.action.endswith("/logout")]
        form = next((one for one in forms if values.keys() <= one.fields.keys() | one.choices), None)
        if form is None:
            raise AssertionError(f"{path} has no form with {sorted(values)}")
        return _good(self._send(page.url.path, form, files, values))

    def _send(self, path: str, form: Form, files: Files | None, values: dict[str, str]) -> httpx.Response:
        target = urljoin(path, form.action)
        return self._browser.post(
            target, data={**form.ticked, **form.fields, **values}, files=dict(files) if files else None
        )

    def send(self, path: str, content: bytes) -> httpx.Response:
        """As `post`; TurnedAway if it is refused."""
        return _good(self.post(path, content))

    def post(self, path: str, content: bytes = b"", **values: str) -> httpx.Response:
        """Send without a form, as a machine or an attacker would; whatever the site answers."""
        headers = {"X-CSRFToken": self.cookie("__Host-csrf")}
        if values:
            return self._browser.post(path, data=values, headers=headers)
        return self._browser.post(path, content=content, headers=headers)

    def cookie(self, name: str) -> str:
        """A cookie's value, empty if there is none."""
        return self._browser.cookies.get(name) or ""

    def cookies(self) -> dict[str, str]:
        """All cookies, for a real browser to go on with."""
        return dict(self._browser.cookies)

    def close(self) -> None:
        self._browser.close()


def _code(secret: str, step: int) -> str:
    """RFC 6238 with SHA-1 and six digits, as authenticators compute it."""
    digest = hmac.digest(base64.b32decode(secret + "=" * (-len(secret) % 8)), step.to_bytes(8, "big"), "sha1")
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 10**6:06d}"


def _good(answer: httpx.Response) -> httpx.Response:
    if answer.status_code >= 400:
        raise TurnedAway(answer, _words(answer.text))
    return answer


def _words(page: str) -> str:
    """The words of a page's main part without its markup."""
    main = page.partition("<main")[2] or page
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main))[:1500].strip()
