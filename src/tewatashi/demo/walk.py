"""The main job from the contract to the closing, done by its people through the pages of three running sites.

Every step asks the sites what is done already and goes on from there: a site that is killed and started again in the
middle of a step costs nothing but the step's repetition.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

from tewatashi.core.preparation import NAMES
from tewatashi.demo import papers
from tewatashi.demo.inserter import Inserter
from tewatashi.demo.person import Person
from tewatashi.demo.staff import Staff, Stuck, patiently

CONTRACT: Final = "R8-1"
FORM: Final = "tokusoku"
CONTRACTOR: Final = "見本印刷"
_LINES_A_CALL: Final = 5000
_LOOKED_AT: Final = 8  # pages of each file
_PASSWORD: Final = re.compile(r'id="password"[^>]*>([^<]+)<')

_HANDED_IN: Final[tuple[tuple[str, str, dict[str, str]], ...]] = (
    ("emergency", NAMES["emergency"], {
        "contacts": "鈴木 一郎、取扱責任者、03-0000-0001\n高橋 三郎、取扱者、03-0000-0002",
        "procedure": "1 作業を止め、現場を保つ。\n2 取扱責任者が、直ちに区の責任者に電話で知らせる。\n3 書面で報告し、区の指示に従う。",
    }),
    ("training", NAMES["training"], {"content": "個人情報の適正な管理、情報セキュリティ、個人情報保護条例の周知"}),
    ("pledges", NAMES["pledges"], {}),
)  # fmt: skip

Say = Callable[[str], None]


@dataclass
class MainJob:
    """One job. extract: a file as the ward's small system wrote it; withdraw: notice numbers found paid after the sealing."""

    staff: Staff
    extract: Path
    households: int
    base_date: date
    withdraw: list[str]
    seed: int
    paper: Path
    say: Say
    form: str = FORM
    number: str = ""
    password: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    _lines: int = 0  # that the machine has written
    _recent: tuple[str, ...] = ()  # marks of the pieces that lie behind the machine

    def run(self) -> None:
        """All steps in their order."""
        for name, step in self.steps():
            self.say(f"■ {name}")
            began = time.monotonic()
            step()
            self.seconds[name] = round(time.monotonic() - began, 2)

    def steps(self) -> Iterator[tuple[str, Callable[[], None]]]:
        yield "契約・業務フロー・名簿", self.agree
        yield "見本の提出と承認", self.prove
        yield "案件の登録", self.open_job
        yield "抽出データの検査・暗号化", self.seal
        yield "パスワード通知書の手渡し", self.hand_notice
        yield "送信・中継・受領", self.send
        yield "開封", self.open_parcel
        yield "組版", self.compose
        yield "印字", self.print_originals
        yield "引抜きの依頼と受領", self.withdraw_paid
        yield "封入・再作成・突合", self.enclose
        yield "納品と確認", self.deliver
        yield "消去と報告", self.erase
        yield "残存調査と消去の検証", self.verify
        yield "案件の終了", self.close

    # ------------------------------------------------------------------------------------------- before the job

    def agree(self) -> None:
        """The contract, the workflow, the roster and what the contractor has to show first, each known to the other side."""
        page, tanaka, suzuki = f"/contracts/{CONTRACT}", self.staff.tanaka, self.staff.suzuki
        if not tanaka.has(page):
            tanaka.fill("/contracts/new", files=None, **self._contract_fields())
        if "業務フロー（第1版）を作る" in tanaka.page(page):
            tanaka.fill(f"{page}/workflow")
        self._await("業務フローが委託先に届く", lambda: suzuki.has(page) and "第1版" in suzuki.page(page))
        if "業務フローを確認する" in suzuki.page(page):
            suzuki.fill(f"{page}/acknowledge")
        if "名簿を提出する" in suzuki.page(page):
            suzuki.fill(f"{page}/roster", duty_watanabe="")  # 渡辺 left yesterday
        self._await("名簿が区に届く", lambda: 'name="version"' in tanaka.page(f"{page}/accept-roster"))
        if "この名簿を承認する" in tanaka.page(f"{page}/accept-roster"):
            tanaka.fill(f"{page}/accept-roster")
        self._await("名簿の承認が委託先に届く", lambda: "承認済み 第1版" in suzuki.page(page))
        self._prepare(page)

    def _prepare(self, page: str) -> None:
        """Clauses, emergency contacts, training and pledges, each read and accepted by the ward."""
        tanaka, suzuki = self.staff.tanaka, self.staff.suzuki
        if "まだ付されていません" in tanaka.page(page):
            tanaka.fill(f"{page}/attach-clauses")
        for what, name, values in _HANDED_IN:
            if f"{name}●未提出" in _words(suzuki.page(page)):
                suzuki.fill(f"{page}/{what}", files=None, **values)
        for what, name, _ in _HANDED_IN:
            accept = f"{page}/accept/{what}"
            self._await(f"{name}が区に届く", partial(_has_version, tanaka, accept))
            if "読んで承認する" in tanaka.page(accept):
                tanaka.fill(accept)
        self._await("承認が委託先に届く", lambda: _words(suzuki.page(page)).count("✓承認済み") == len(_HANDED_IN))

    def prove(self) -> None:
        """The form's proof: submitted by the contractor, made anew and looked at by the ward, and approved."""
        page, tanaka, suzuki = f"/contracts/{CONTRACT}/proofs/{self.form}", self.staff.tanaka, self.staff.suzuki
        if "区に提出する" in suzuki.page(page):
            suzuki.fill(page)
        self._await("見本が区に届く", lambda: "まだ提出されていません" not in tanaka.page(page))
        if "この見本を承認する" in tanaka.page(page):
            tanaka.fill(page)
        self._await("見本の承認が委託先に届く", lambda: "承認された見本と同じです" in suzuki.page(page))

    def open_job(self) -> None:
        if opened := re.search(r"/jobs/(R\d+-\d{4})", self.staff.sato.page("/")):
            self.number = opened[1]  # the answer was lost, the job was not
            return
        answer = self.staff.sato.fill(
            "/jobs/new", contract=CONTRACT, form=self.form, base_date=self.base_date.isoformat(),
            declared=str(self.households), deliver_by=(self.base_date + timedelta(days=14)).isoformat(),
            erase_by=(self.base_date + timedelta(days=21)).isoformat(),
        )  # fmt: skip
        self.number = str(answer.url).rsplit("/", 1)[1]
        self.say(f"  案件 {self.number}（基準日 {self.base_date}、予定 {self.households:,}件）")

    # -------------------------------------------------------------------------------------------------- the ward

    def seal(self) -> None:
        """Seal, and keep the password that is shown once. One that was never seen is void, with its parcel."""
        if self.password:
            return
        if self._ward()["parcel"] is not None:
            self.staff.sato.fill(self._page("void"), reason="パスワード通知書を印刷できませんでした。")
        with self.extract.open("rb") as file:
            answer = self.staff.sato.fill(self._page("seal"), files={"extract": file}, layout=f"{self.form}-csv")
        found = _PASSWORD.search(answer.text)
        assert found is not None, "the notice holds the password"
        self.password = found[1].strip()
        state = self._ward()
        self.say(f"  送付データ {state['parcel'][:8]}…  {state['counts']['extract']:,}件  {state['size']:,}バイト")

    def hand_notice(self) -> None:
        if "password-notice-handed" not in self._ward()["done"]:
            self.staff.sato.fill(self._page("password-notice"), route="hand", to="takahashi")

    def send(self) -> None:
        if "parcel-sent" not in self._ward()["done"]:
            self.staff.sato.fill(self._page("send"))
        self._await("受領の知らせが区に届く", lambda: "parcel-received" in self._ward()["done"])
        self._await("区と中継の複製が消える", lambda: self._alive("ward", "gateway") == [])

    # ----------------------------------------------------------------------------------------------- the factory

    def open_parcel(self) -> None:
        self._await("パスワード通知書の記録が届く", lambda: "password-notice-handed" in self._factory()["done"])
        self._at_factory("parcel-opened", "open", password=self.password)

    def compose(self) -> None:
        self._at_factory("pieces-composed", "compose")
        self.say(f"  組版 {self._factory()['counts']['composed']:,}通")

    def print_originals(self) -> None:
        self._at_factory("pieces-printed", "print")
        self.say(f"  印字 {self._factory()['counts']['printed']:,}通 → {self.paper}")

    def withdraw_paid(self) -> None:
        if not self.withdraw:
            return
        if self._ward()["withdrawals"]["version"] == 0:
            self.staff.sato.fill(self._page("withdraw"), numbers="\n".join(self.withdraw))
        self._await("引抜きの依頼が届く", lambda: self._factory()["withdrawals"]["version"] == 1)
        if self._factory()["withdrawals"]["acknowledged"] < 1:
            self.staff.takahashi.fill(self._page("acknowledge-withdrawals"))
        self.say(f"  収納が確認された {len(self.withdraw)}件を引き抜きます")

    def enclose(self) -> None:
        """The machine reads every sheet; what it tore is remade and read; then the counts must agree."""
        if "pieces-enclosed" in self._factory()["done"]:
            return
        self._lines, self._recent, copy = 0, (), 0
        self._run_machine(copy)
        while self._remade(copy + 1):
            copy += 1
            self._run_machine(copy)
        self.staff.takahashi.fill(self._page("enclose"))
        counts = self._factory()["counts"]
        self.say(
            f"  封入 {counts['enclosed']:,}通  引抜き {counts['withdrawn']:,}通  破損・再作成 {counts['spoiled']:,}通"
        )

    def _remade(self, copy: int) -> bool:
        """Whether there are sheets of this copy to run, made now where pieces wait for them."""
        if self._factory()["spoiled_waiting"]:
            self.staff.takahashi.fill(self._page("remake"))
        return bool(papers.files_of(self.paper, self.number, copy))

    def _run_machine(self, copy: int) -> None:
        """One pass over the sheets of a copy. The factory passes over lines that it has already."""
        state = self._factory()
        machine = Inserter(self.seed + copy, state["withdrawals"]["pieces"], taken=self._lines, recent=self._recent)
        for file in papers.files_of(self.paper, self.number, copy):
            self._look_at(file)
        sheets = (sheet for file in papers.files_of(self.paper, self.number, copy) for sheet in papers.sheets_of(file))
        for lines in _batches(machine.run(sheets)):
            self.staff.takahashi.send(self._page("reads"), b"".join(lines))
        self._lines, self._recent = machine.written, machine.recent

    @staticmethod
    def _look_at(file: Path) -> None:
        """What a camera decodes on the first pages is what the machine is fed."""
        fed = [mark for sheet in islice(papers.sheets_of(file), _LOOKED_AT // 2) for mark in sheet]
        seen = papers.seen_by_camera(file, _LOOKED_AT)
        if seen != fed:
            raise Stuck(f"{file.name}: 符号が読めないか、違います（{seen} ／ {fed}）")

    def deliver(self) -> None:
        self._at_factory("notices-delivered", "deliver", who=self.staff.suzuki, to="sato")
        self._await("納品の知らせが区に届く", lambda: "notices-delivered" in self._ward()["done"])
        if "delivery-confirmed" not in self._ward()["done"]:
            came = self._notices_on_paper() - len(self.withdraw)
            self.staff.sato.fill(self._page("confirm-delivery"), quantity=str(came), withdrawn=str(len(self.withdraw)))
        self._await("納品の確認が委託先に届く", lambda: "delivery-confirmed" in self._factory()["done"])

    def _notices_on_paper(self) -> int:
        """What the ward counts at its counter: from the paper itself, not from what the factory says of it."""
        files = papers.files_of(self.paper, self.number, 0)
        return len({front[:20] for file in files for front, _ in papers.sheets_of(file)})

    def erase(self) -> None:
        if self._alive("factory", at="factory"):
            self.staff.takahashi.fill(self._page("erase"), all="1", witness="suzuki")
        self._at_factory("erasure-claimed", "claim", who=self.staff.suzuki, witness="takahashi")
        self._await("データ消去報告が区に届く", lambda: "erasure-claimed" in self._ward()["done"])

    # --------------------------------------------------------------------------------------------------- the end

    def verify(self) -> None:
        """The ward looks for itself: it asks for a scan, its own key signs what was found, and the ward takes that in."""
        if "erasure-verified" in self._ward()["done"]:
            return
        request = self.staff.tanaka.fill(self._page("scan-request")).content
        report = self.staff.scan_factory(request)
        self.staff.tanaka.fill(self._page("verify"), files={"report": report})
        self.say("  委託先のディスクに通し番号は1件も残っていません")

    def close(self) -> None:
        if not self._ward()["closed"]:
            self.staff.tanaka.fill(self._page("close"))
        self._await("終了の知らせが届く", lambda: self._factory()["closed"])

    def _contract_fields(self) -> dict[str, str]:
        year = self.base_date.year if self.base_date.month >= 4 else self.base_date.year - 1
        ends = date(year + 1, 3, 31).isoformat()
        return {
            "contract": CONTRACT, "title": "国民健康保険料督促状作成等業務", "contractor": CONTRACTOR,
            "begins": date(year, 4, 1).isoformat(), "ends": ends, "channel": "lgwan", "forms": self.form,
            "privacy_mark_number": "00000000(01)", "privacy_mark_expires": ends,
            "lgwan_asp_number": "A000000", "lgwan_asp_expires": ends,
        }  # fmt: skip

    # ---------------------------------------------------------------------------------------------------- asking

    def _page(self, what: str) -> str:
        return f"/jobs/{self.number}/{what}"

    def _ward(self) -> dict[str, Any]:
        return self.staff.sato.state(self.number)

    def _factory(self) -> dict[str, Any]:
        return self.staff.takahashi.state(self.number)

    def _alive(self, *sites: str, at: str = "ward") -> list[str]:
        state = self._ward() if at == "ward" else self._factory()
        return [thing["id"] for thing in state["things"] if thing["alive"] and thing["site"] in sites]

    def _await(self, what: str, holds: Callable[[], bool]) -> None:
        """Wait for what the other side's letters bring."""
        patiently(what, holds)

    def _at_factory(self, kind: str, page: str, *, who: Person | None = None, **values: str) -> None:
        if kind not in self._factory()["done"]:
            (who or self.staff.takahashi).fill(self._page(page), files=None, **values)


def _has_version(person: Person, path: str) -> bool:
    return 'name="version"' in person.page(path)


def _words(page: str) -> str:
    """The page's text without its tags and spaces."""
    return re.sub(r"<[^>]+>|\s+", "", page)


def _batches(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for line in lines:
        batch.append(line)
        if len(batch) == _LINES_A_CALL:
            yield batch
            batch = []
    if batch:
        yield batch
