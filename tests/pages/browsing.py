"""A person's real browser at a site: what it says on its console, how wide pages are, and every page that links lead to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urldefrag, urljoin, urlsplit

from playwright.sync_api import Browser, Page, Response

from tewatashi.demo.person import Person
from tewatashi.demo.sites import Sites
from tewatashi.sitekit.roles import Role

_LET_GO: Final = "net::ERR_TOO_MANY_RETRIES"
NARROW: Final = {"width": 320, "height": 640}
DESK: Final = {"width": 1366, "height": 768}
_NO_PAGE: Final = re.compile(r"\.(pdf|txt|json|iso|audit|age)$|/reads$")
_MEASURES: Final = """() => ({
  lang: document.documentElement.lang, title: document.title.trim(), headings: document.querySelectorAll("h1").length,
  wide: document.documentElement.scrollWidth, unnamed: [...document.querySelectorAll("input, select, textarea, button, a")]
    .filter((one) => one.type !== "hidden" && one.checkVisibility() && !one.labels?.length && !one.textContent.trim() && !one.ariaLabel)
    .map((one) => one.outerHTML),
})"""


@dataclass
class Desk:
    """One person's browser page, and all that the browser said."""

    page: Page
    url: str
    said: list[str] = field(default_factory=list)

    def look(self, path: str) -> list[str]:
        """Open the page; what is wrong with it as a page of ours."""
        answer = self._open(path)
        wrong = [] if answer.status == 200 else [f"answers {answer.status}"]
        for size in (DESK, NARROW):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            found: dict[str, Any] = self.page.evaluate(_MEASURES)
            if found["wide"] > size["width"]:
                wrong.append(f"{found['wide']} wide at {size['width']}")
        self.page.set_viewport_size(DESK)  # type: ignore[arg-type]
        if (found["lang"], found["headings"], found["title"][:1] in ("", "｜")) != ("ja", 1, False):
            wrong.append(f"lang {found['lang']}, {found['headings']} h1, title {found['title']!r}")
        wrong += [f"no name: {one}" for one in found["unnamed"]]
        return [f"{path}: {one}" for one in wrong + self.said]

    def _open(self, path: str) -> Response:
        """Twice more where Chromium gave a request up because the lines that it had kept idle were let go under it."""
        for last in (False, False, True):
            self.said.clear()
            answer = self.page.goto(path)
            if last or not any(_LET_GO in one for one in self.said):
                break
        assert answer is not None
        return answer

    def links(self) -> set[str]:
        """Pages of this site that the open page leads to."""
        found: list[str] = self.page.eval_on_selector_all(
            "a[href]", "links => links.map((one) => one.getAttribute('href'))"
        )
        addresses = {urlsplit(urldefrag(urljoin(self.page.url, one))[0]) for one in found}
        here = urlsplit(self.url).netloc
        return {
            one.path + (f"?{one.query}" if one.query else "")
            for one in addresses
            if one.netloc == here and not _NO_PAGE.search(one.path)
        }

    def walk(self) -> Iterator[tuple[str, list[str]]]:
        """Every page that can be reached from the first by links, with what is wrong with it."""
        ahead, known = ["/"], {"/"}
        while ahead:
            path = ahead.pop()
            yield path, self.look(path)
            more = self.links() - known
            known |= more
            ahead += sorted(more)

    def tab_to(self, selector: str, most: int = 80) -> bool:
        """Whether the Tab key alone leads to such an element."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return True
        return False


@contextmanager
def desk(chromium: Browser, sites: Sites, role: Role, person: Person, *, scripts: bool = True) -> Iterator[Desk]:
    """The person goes on in a real browser, where the session stands."""
    url = sites.sites[role].config.url
    context = chromium.new_context(
        ignore_https_errors=True, base_url=url, java_script_enabled=scripts, viewport=DESK, locale="ja-JP"  # type: ignore[arg-type]
    )  # fmt: skip
    cookies = [{"name": name, "value": value, "url": url, "secure": True} for name, value in person.cookies().items()]
    context.add_cookies(cookies)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(20_000)
    seat = Desk(page, url)
    page.on("console", lambda message: seat.said.append(message.text))
    page.on("pageerror", lambda error: seat.said.append(str(error)))
    try:
        yield seat
    finally:
        context.close()
