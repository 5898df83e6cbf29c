"""Ward and factory with no line between them, and how people carry what waits from one to the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from tests.databases import rows_of
from tewatashi.carriers import paper
from tewatashi.demo.person import Person
from tewatashi.demo.sites import Sites
from tewatashi.sitekit import clock
from tewatashi.sitekit.roles import Role

CONTRACT = "R8-9"


@dataclass
class Two:
    """The two sites and their people."""

    sites: Sites
    tanaka: Person
    sato: Person
    suzuki: Person
    auditor: Person

    def kept(self, role: Role) -> list[list[tuple[object, ...]]]:
        """All that a refused set must leave as it was."""
        site = self.sites.sites[role].config
        return [
            rows_of(site, query)
            for query in (
                'SELECT "index", kind FROM sitekit_ledgerentry ORDER BY "index"',
                "SELECT sender, seq FROM sitekit_inletter ORDER BY sender, seq",
                "SELECT recipient, seq, delivered_at FROM sitekit_outletter ORDER BY recipient, seq",
                "SELECT origin, size FROM sitekit_witnessedcheckpoint ORDER BY size",
            )
        ]

    def acts(self, role: Role, kind: str) -> int:
        (found,) = rows_of(
            self.sites.sites[role].config, "SELECT count(*) FROM sitekit_ledgerentry WHERE kind = ?", kind
        )
        return int(found[0])

    def file_of(self, person: Person) -> bytes:
        return good(person.post("/letters/out.letters"))

    def notes_of(self, person: Person) -> list[bytes]:
        """The letters that wait, without the word that goes before them."""
        return [note for note in paper.split_notes(self.file_of(person)) if note.startswith(b"tewatashi.letter")]

    def paper_of(self, person: Person) -> bytes:
        return good(person.post("/letters/out.pdf"))

    def open_job(self) -> str:
        today = clock.now().date()
        answer = self.sato.fill(
            "/jobs/new", contract=CONTRACT, form="tokusoku", base_date=today.isoformat(), declared="3",
            deliver_by=(today + timedelta(days=14)).isoformat(), erase_by=(today + timedelta(days=21)).isoformat(),
        )  # fmt: skip
        return str(answer.url).rsplit("/", 1)[1]


def good(answer: object) -> bytes:
    assert getattr(answer, "status_code") == 200  # noqa: B009
    content: bytes = getattr(answer, "content")  # noqa: B009
    return content


def give(person: Person, data: bytes) -> str:
    """Give a file to the page that takes letters in. Returned: what the page then says."""
    return person.fill("/letters/in", files={"files": data}).text


def type_in(person: Person, *codes: str) -> str:
    return person.fill("/letters/in", codes="\r\n".join(codes)).text
