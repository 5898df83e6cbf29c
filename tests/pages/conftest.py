"""One running job for every page's test: three sites, six people, and the job as far as a test has brought it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import pytest

from tewatashi.demo import papers
from tewatashi.demo.person import Person
from tewatashi.demo.sites import Sites
from tewatashi.demo.staff import patiently
from tewatashi.demo.stage import main_job, running_sites
from tewatashi.demo.walk import MainJob
from tewatashi.sitekit.roles import Role

FONTS = Path(__file__).parents[2] / ".tools" / "fonts"


@dataclass
class Office:
    """The sites, the job, and its people by name, each with the site that they work at."""

    sites: Sites
    job: MainJob
    people: dict[str, tuple[Role, Person]]
    done: list[str] = field(default_factory=list)

    def bring_to(self, last: str) -> None:
        """Do the job's steps, by the names of MainJob's methods, up to and with this one, and let every letter arrive."""
        for _, step in self.job.steps():
            if step.__name__ not in self.done:
                step()
                self.done.append(step.__name__)
            if step.__name__ == last:
                break
        if self.job.number:
            patiently("区と委託先が同じ物を数える", lambda: self._alive("sato") == self._alive("takahashi"))

    def enclose_all_but(self, scanned: tuple[str, str]) -> None:
        """A machine reads every other sheet, and the enclosing is recorded."""
        number, takahashi = self.job.number, self.people["takahashi"][1]
        withdrawn = set(takahashi.state(number)["withdrawals"]["pieces"])
        lines: list[dict[str, object]] = []
        for file in papers.files_of(self.job.paper, number, 0):
            for front, back in papers.sheets_of(file):
                read = {"event": "withdraw"} if front[:20] in withdrawn else {"event": "read", "back": back}
                if (front, back) != scanned:
                    lines.append({"n": len(lines) + 1, "front": front, **read})
        takahashi.send(f"/jobs/{number}/reads", b"".join(orjson.dumps(line) + b"\n" for line in lines))
        takahashi.fill(f"/jobs/{number}/enclose")

    def _alive(self, name: str) -> set[str] | None:
        person = self.people[name][1]
        if not person.has(f"/jobs/{self.job.number}"):
            return None
        return {thing["id"] for thing in person.state(self.job.number)["things"] if thing["alive"]}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEWATASHI_FONTS", str(FONTS))
        with running_sites(tmp_path_factory.mktemp("pages")) as sites:
            job = main_job(sites, 30, 1, lambda _: None)
            staff = job.staff
            people: dict[str, tuple[Role, Person]] = {
                "tanaka": ("ward", staff.tanaka), "sato": ("ward", staff.sato), "kimura": ("ward", sites.person("ward", "kimura")),
                "kondo": ("gateway", sites.person("gateway", "kondo")),
                "suzuki": ("factory", staff.suzuki), "takahashi": ("factory", staff.takahashi),
            }  # fmt: skip
            yield Office(sites, job, people)
