"""The main job over the disc: no network between ward and factory, media and papers in people's hands, days that pass.

Letters cross as files that somebody carries, and once as codes on a paper that somebody scans. The days are the test
clock's; everything else is as over the line.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pypdfium2

from tewatashi.core.contract import MEDIA_CABINET, MEDIA_SAFE, NOTICE_CABINET, NOTICE_SAFE
from tewatashi.demo.person import Person
from tewatashi.demo.staff import Stuck, patiently
from tewatashi.demo.walk import MainJob
from tewatashi.sitekit import clock

_SERIAL: Final = "CMDR47G-0001"
_CASE: Final = "C-7"
_DPI: Final = 200
_ON_THE_WAY: Final = timedelta(hours=3)


@dataclass
class DiscJob(MainJob):
    """The same job. days: the file of the test clock; discs: where what was burnt lies; image: the medium's image."""

    days: Path = Path()
    discs: Path = Path()
    image: Path = Path()

    def steps(self) -> Iterator[tuple[str, Callable[[], None]]]:
        changed = {
            "send": self._by_medium,
            "hand_notice": self._keep_and_burn,
            "deliver": self._deliver_and_confirm,
            "erase": self._give_back_and_erase,
        }
        for name, step in super().steps():
            yield _NAMES.get(step.__name__, name), changed.get(step.__name__, step)

    # ------------------------------------------------------------------------------------------------ to the factory

    def _keep_and_burn(self) -> None:
        """Day 0: the notice into one cabinet, the medium into another."""
        done, sato = self._ward()["done"], self.staff.sato
        if "notice-made" not in done:
            sato.fill(self._page("keep-notice"), place=NOTICE_CABINET)
        if "medium-made" not in done:
            sato.fill(self._page("make-medium"), serial=_SERIAL, place=MEDIA_CABINET)
        medium = f"{self.number}-M01"
        self.image = self.discs / f"{medium}.iso"
        self.discs.mkdir(mode=0o700, exist_ok=True)
        self.image.write_bytes(sato.get(self._page(f"media/{medium}/image.iso")).content)
        self._burn()
        self.say(f"  媒体 {medium}（{self.image.stat().st_size:,}バイト）→ キャビネット、通知書 → 別のキャビネット")

    def _burn(self) -> None:
        """Burn and read back where there is xorriso, to a file that stands for the drive."""
        if shutil.which("xorriso") is None:
            self.say("  xorriso がないため、媒体への書込みは省き、イメージをそのまま運びます")
            return
        burnt = self.discs / "burnt.iso"
        command = [
            sys.executable,
            "-m",
            "tewatashi.cli.main",
            "medium",
            "burn",
            str(self.image),
            "--drive",
            f"stdio:{burnt}",
            "--json",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Stuck(f"媒体に書き込めません: {done.stdout}{done.stderr}")
        self.image = burnt

    def _by_medium(self) -> None:
        """Day 1: the medium is picked up and arrives. Day 2: the notice is handed to somebody else."""
        ward, factory, made = self.staff.sato, self.staff.takahashi, {"medium": f"{self.number}-M01"}
        if "medium-handed" not in self._ward()["done"]:
            self._next_day()
            today, expected = clock.now().date().isoformat(), clock.now() + _ON_THE_WAY
            ward.fill(
                self._page("hand-medium"), to="takahashi", case=_CASE, key_holder="suzuki", on=today,
                expected_on=expected.date().isoformat(), expected_at=f"{expected:%H:%M}",
            )  # fmt: skip
            self.say(f"  {today} 高橋が媒体 {made['medium']} を鍵付きケースで引き取り、鍵は鈴木が持つ")
        self._await("媒体の受渡しの記録が届く", lambda: "medium-handed" in self._factory()["done"])
        if "medium-arrived" not in self._factory()["done"]:
            factory.fill(self._page("arrive"), case=_CASE, intact="yes", place=MEDIA_SAFE)
        self._countersign()
        if "parcel-received" not in self._factory()["done"]:
            factory.fill(self._page("take-in"), files={"image": self.image.read_bytes()})
        if "password-notice-handed" not in self._ward()["done"]:
            self._next_day()
            ward.fill(self._page("password-notice"), route="hand", to="suzuki", on=clock.now().date().isoformat())
            self.say(f"  {clock.now().date()} 佐藤がパスワード通知書を鈴木に手渡す")
        self._carry_on_paper(ward, factory)
        self._await("受領の知らせが区に届く", lambda: "parcel-received" in self._ward()["done"])
        self._await("区の複製が消える", lambda: not self._alive_data("ward"))
        self._countersign()
        notice = self._thing("パスワード通知書")
        if notice["hand"] is not None:
            self.staff.suzuki.fill(self._page("move"), thing=notice["id"], place=NOTICE_SAFE, hand="")

    # ------------------------------------------------------------------------------------------------- and back again

    def _give_back_and_erase(self) -> None:
        """Two more days: medium and notice come back, each on its own; the ward destroys both; the factory erases."""
        ward = self.staff.sato
        for what, brought_by, place in (
            ("媒体", "takahashi", MEDIA_CABINET),
            ("パスワード通知書", "suzuki", NOTICE_CABINET),
        ):
            thing = self._thing(what)
            if thing["site"] == "factory" and thing["alive"]:
                self._next_day()
                ward.fill(
                    self._page("take-back"), thing=thing["id"], quantity="1", brought_by=brought_by, place=place,
                    on=clock.now().date().isoformat(),
                )  # fmt: skip
                self.say(f"  {clock.now().date()} {what}の返却を受ける")
                self._await("返却の記録が届く", partial(self._is_back, what))
                self._countersign()
        if self._thing("媒体")["alive"]:
            ward.fill(
                self._page("destroy-medium"),
                thing=self._thing("媒体")["id"],
                method="cut",
                serial=_SERIAL,
                witness="tanaka",
            )
        if self._thing("パスワード通知書")["alive"]:
            ward.fill(self._page("shred-notice"), thing=self._thing("パスワード通知書")["id"], witness="tanaka")
        self._await("返却の記録が届く", lambda: not self._thing("パスワード通知書", at="factory")["alive"])
        self.erase()

    def _deliver_and_confirm(self) -> None:
        self.deliver()
        self._countersign()

    def _countersign(self) -> None:
        """The factory's supervisor confirms each record of the ward."""
        while (page := self.staff.suzuki.get(self._page("countersign"))).is_success and "<option" in page.text:
            self.staff.suzuki.fill(self._page("countersign"), agrees="yes")
        self._await("確認書への回答が区に届く", lambda: all(one["agreed"] for one in self._ward()["confirmations"]))

    # ------------------------------------------------------------------------------------------------------- carrying

    def _await(self, what: str, holds: Callable[[], bool]) -> None:
        """There is no line: somebody carries what waits, both ways, and then it is there."""
        self._carry(self.staff.sato, self.staff.takahashi)
        self._carry(self.staff.takahashi, self.staff.sato)
        self._carry(self.staff.sato, self.staff.takahashi)
        patiently(what, holds)

    @staticmethod
    def _carry(giver: Person, taker: Person) -> None:
        answer = giver.post("/letters/out.letters")
        if answer.status_code == 422:
            return  # nothing waits
        taker.fill("/letters/in", files={"files": answer.content})

    def _carry_on_paper(self, giver: Person, taker: Person) -> None:
        """The letters as codes on a paper, which is scanned in at the other side."""
        answer = giver.post("/letters/out.pdf")
        if not answer.is_success:
            return
        scan = _scanned(answer.content)
        taker.fill("/letters/in", files={"files": scan})
        self.say("  記録を紙の符号で渡し、読み取る")

    def _next_day(self) -> None:
        self.days.write_text(str(clock.days_ahead() + 1))

    # --------------------------------------------------------------------------------------------------------- asking

    def _contract_fields(self) -> dict[str, str]:
        return {**super()._contract_fields(), "channel": "disc", "lgwan_asp_number": "", "lgwan_asp_expires": ""}

    def _thing(self, what: str, *, at: str = "ward") -> dict[str, Any]:
        things = (self._ward() if at == "ward" else self._factory())["things"]
        found: dict[str, Any] = next(thing for thing in things if thing["what"] == what)
        return found

    def _is_back(self, what: str) -> bool:
        return bool(self._thing(what, at="factory")["site"] == "ward")

    def _alive_data(self, site: str) -> list[str]:
        alive = [t for t in self._ward()["things"] if t["alive"] and t["site"] == site]
        return [thing["id"] for thing in alive if thing["what"] == "送付データ"]


def _scanned(paper: bytes) -> bytes:
    """The paper as an office scanner makes a file of it: grey pictures of 200 dpi, nothing but pixels."""
    document = pypdfium2.PdfDocument(paper)
    try:
        pages = [page.render(scale=_DPI / 72, grayscale=True).to_pil() for page in document]
    finally:
        document.close()
    scan = BytesIO()
    pages[0].save(scan, "PDF", save_all=True, append_images=pages[1:], resolution=_DPI)
    return scan.getvalue()


_NAMES: Final = {
    "hand_notice": "通知書の保管と媒体の作成", "send": "媒体の受渡し・到着・取込み、別の日に通知書の手渡し",
    "erase": "返却・廃棄・消去と報告",
}  # fmt: skip
