"""A job whose form has an enclosing plan: a form of the factory's own, under a contract of its own."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO

from tests.core.cast_of_acts import PEOPLE, STEPS
from tests.counterparty import contract_letters, now
from tests.factory.works import BASE_DATE, PASSWORD, Works, prepare, today
from tests.press.own_fonts import FILES, PRIVATE, table
from tests.press.test_plan import EXAMPLE
from tewatashi.carriers import lgwan
from tewatashi.core.age import Passphrase
from tewatashi.core.cover import Cover, write_cover
from tewatashi.core.parcel import FORMAT, Manifest, seal

CONTRACT = "R8-KEIKAKU"
FORM = "keikaku"
TOML = (
    EXAMPLE.replace('"shikaku-mihon"', f'"{FORM}"')
    .replace("box = 400", "box = 2")
    .replace("[styles]", f"{table(FILES)}[styles]", 1)
)
SAMPLE = (
    'schema = "tewatashi.sample/v1"\n[usual]\n"郵便番号" = "1600021"\n"氏名" = "見本　太郎"\n[worst]\n"枚目" = "2"\n'
)
ITEMS = ("郵便番号", "氏名", "世帯番号", "証", "枚目")
PEOPLE_OF_FORM = (
    ("9000001", "遠方　一郎", "", "", ""),
    ("1600021", "同居　太郎", "11", "", "2"),
    ("1600022", "新宿　花子", "22", "資格確認書", ""),
    ("1600021", "同居　太郎", "11", "", ""),
    ("1620801", f"牛込　{PRIVATE}郎", "33", "", ""),
    ("1600021", "独居　四郎", "", "", ""),
)
PRINTED = (2, 5, 4, 1, 3, 0)  # registered; the own district at 25 g by postcode, then at 50 g; others


def agree(works: Works) -> None:
    """The factory has the form, and a contract that names it; its proof is approved."""
    folder = works.data / "forms" / FORM
    for each in (folder.parent, folder):
        each.mkdir(mode=0o700, exist_ok=True)
    for name, data in {"form.toml": TOML.encode(), "sample.toml": SAMPLE.encode(), **FILES}.items():
        (folder / name).write_bytes(data)
        (folder / name).chmod(0o600)  # looser ones keep a site from being started again
    if works.rows("SELECT 1 FROM sitekit_ledgerentry WHERE kind = 'contract-made' AND contract = ?", CONTRACT):
        return
    for letter in contract_letters(works.ward, "factory.test", contract=CONTRACT, forms=[FORM]):
        lgwan.post_letter(works.line, letter)
    works.tell("workflow-published", "tanaka", None, contract=CONTRACT, version=1, steps=STEPS)
    works.suzuki.act(f"/contracts/{CONTRACT}/acknowledge", {"version": "1"})
    works.suzuki.act(f"/contracts/{CONTRACT}/roster", {f"duty_{one['id']}": one["duty"] for one in PEOPLE})
    works.tell("roster-accepted", "tanaka", None, contract=CONTRACT, version=1)
    prepare(works, CONTRACT, FORM)


def opened_job(works: Works, people: Sequence[tuple[str, ...]] = PEOPLE_OF_FORM) -> str:
    """A job of the form, opened into the vault; its ids stand in works.sealed in the parcel's order."""
    job = f"R8-{next(works.numbers):04d}"
    works.tell(
        "job-opened", "sato", job, contract=CONTRACT, form=FORM, base_date=BASE_DATE.isoformat(), declared=len(people),
        deliver_by=(today() + timedelta(days=7)).isoformat(), erase_by=(today() + timedelta(days=12)).isoformat(),
    )  # fmt: skip
    rand = random.Random(job).randbytes
    manifest = Manifest(FORMAT, CONTRACT, job, FORM, BASE_DATE.isoformat(), ITEMS, len(people))
    ids: list[str] = []
    sealed = seal(
        manifest, [list(map(list, people))], Passphrase(PASSWORD, 10), rand, lambda given, _: ids.extend(given)
    )
    file = b"".join(sealed)
    cover = Cover(
        parcel=rand(16).hex(), contract=CONTRACT, job=job, form=FORM, base_date=BASE_DATE.isoformat(), pieces=len(people),
        items=ITEMS, sha256=hashlib.sha256(file).hexdigest(), size=len(file), sealed_at=now(), sealed_by="sato",
        erase_by="2027-01-31", sender=works.ward.name,
    )  # fmt: skip
    note = write_cover(cover, works.ward.key)
    works.tell(
        "parcel-sealed", "sato", job, parcel=cover.parcel, sha256=cover.sha256, size=cover.size, pieces=len(people),
        cover=note.decode(), place="ward/送信箱",
    )  # fmt: skip
    works.hand_notice(job)
    lgwan.send_parcel(works.line, note, BytesIO(file), len(file))
    works.open(job)
    works.sealed[job] = ids
    return job
