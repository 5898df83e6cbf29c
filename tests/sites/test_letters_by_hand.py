"""Ward and factory with no line between them: their letters cross on paper and in files, by the rules of the line."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import quote

import pytest

from tests import scanner
from tests.counterparty import Counterparty
from tests.databases import rows_of
from tests.pages.browsing import desk
from tests.sites.by_hand import CONTRACT, Two, give, type_in
from tewatashi.carriers import paper, paper_scan
from tewatashi.core.contract import MEDIA_CABINET, MEDIA_SAFE, NOTICE_CABINET
from tewatashi.core.letter import read_letter, write_letter
from tewatashi.core.signing import VerifyKey
from tewatashi.demo.extract_maker import write_extract
from tewatashi.demo.person import Person, TurnedAway
from tewatashi.demo.sites import Sites
from tewatashi.sitekit import clock
from tewatashi.sitekit.cards import own_card
from tewatashi.sitekit.keys import note_key
from tewatashi.sitekit.roles import ROLES, Role
from tewatashi.ward.layouts import shipped_layout

if TYPE_CHECKING:
    import httpx
    from playwright.sync_api import Browser

FONTS = Path(__file__).parents[2] / ".tools" / "fonts"
pytestmark = pytest.mark.skipif(not (FONTS / "ipaexm.ttf").exists(), reason="run tools/fonts.py first")
RETURNED = "通知書番号,事由\r\n0000000001,宛先不明 架空野花子\r\n".encode()
SIDES: tuple[Role, Role] = ("ward", "factory")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def two(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    databases: dict[str, str] = {}
    if request.param == "postgresql":
        cluster = request.getfixturevalue("postgres")
        databases = {role: cluster.new_database() for role in ROLES}
    sites = Sites(
        tmp_path_factory.mktemp("hand"), databases=databases, env={"TEWATASHI_FONTS": str(FONTS)},
        roles=SIDES,
    )  # fmt: skip
    try:
        sites.start()
        tanaka, sato = sites.person("ward", "tanaka"), sites.person("ward", "sato")
        yield Two(sites, tanaka, sato, sites.person("factory", "suzuki"), sites.person("ward", "kimura"))
    finally:
        sites.stop()


@pytest.fixture(scope="module")
def agreed(two: Two) -> Two:
    """Contract, workflow and roster crossed: to the factory from a scan, back in a file, and once more from a scan."""
    today = date.today()  # noqa: DTZ011
    year = today.year if today.month >= 4 else today.year - 1
    ends = date(year + 1, 3, 31).isoformat()
    two.tanaka.fill(
        "/contracts/new", contract=CONTRACT, title="督促状作成等業務", contractor="見本印刷",
        begins=date(year, 4, 1).isoformat(), ends=ends, channel="disc", forms="tokusoku",
        privacy_mark_number="00000000(01)", privacy_mark_expires=ends,
    )  # fmt: skip
    two.tanaka.fill(f"/contracts/{CONTRACT}/workflow")
    said = give(two.suzuki, scanner.pdf_of(scanner.pages(two.paper_of(two.tanaka))))
    assert "4件を取り込みました（契約の登録、区の職員の氏名の通知、業務フローの共有、台帳の検証点）" in said
    two.suzuki.fill(f"/contracts/{CONTRACT}/acknowledge")
    two.suzuki.fill(f"/contracts/{CONTRACT}/roster", duty_watanabe="")
    said = give(two.tanaka, two.file_of(two.suzuki))
    assert "相手は、こちらの記録をさらに4件受け取っています" in said
    two.tanaka.fill(f"/contracts/{CONTRACT}/accept-roster")
    give(two.suzuki, scanner.pdf_of(scanner.pages(two.paper_of(two.tanaka), angle=-3, fax=True)))
    assert "承認済み 第1版" in two.suzuki.page(f"/contracts/{CONTRACT}")
    two.suzuki.fill(
        f"/contracts/{CONTRACT}/emergency", contacts="鈴木、取扱責任者、03-0000-0000", procedure="区に連絡する。"
    )
    two.suzuki.fill(f"/contracts/{CONTRACT}/training", content="個人情報保護")
    two.suzuki.fill(f"/contracts/{CONTRACT}/pledges")
    give(two.tanaka, two.file_of(two.suzuki))
    for what in ("emergency", "training", "pledges"):
        two.tanaka.fill(f"/contracts/{CONTRACT}/accept/{what}")
    give(two.suzuki, two.file_of(two.tanaka))
    return two


@pytest.mark.requirement("WORK-5")
def test_acts_cross_on_paper_and_in_files_exactly_once(agreed: Two) -> None:
    for role in SIDES:
        for kind in (
            "contract-made",
            "workflow-published",
            "workflow-acknowledged",
            "roster-submitted",
            "roster-accepted",
        ):
            assert agreed.acts(role, kind) == 1


def test_both_hold_the_others_checkpoints(agreed: Two) -> None:
    ward, factory = (agreed.sites.sites[role].config for role in SIDES)
    for site, origin in ((ward, factory.name), (factory, ward.name)):
        assert rows_of(site, "SELECT count(*) FROM sitekit_witnessedcheckpoint WHERE origin = ?", origin)[0][0] >= 1


def test_a_letter_waits_until_the_other_side_says_that_it_has_it(agreed: Two) -> None:
    job = agreed.open_job()
    assert job in agreed.tanaka.page("/letters/out")
    given = agreed.file_of(agreed.tanaka)
    assert agreed.file_of(agreed.tanaka) == given  # printed twice, it is the same
    give(agreed.suzuki, given)
    assert job in agreed.tanaka.page("/letters/out")
    word = agreed.file_of(agreed.suzuki)
    give(agreed.tanaka, word)
    assert job not in agreed.tanaka.page("/letters/out")
    assert "0件を取り込みました" in give(agreed.tanaka, word)  # an old word does no harm
    assert agreed.suzuki.has(f"/jobs/{job}")


def test_the_same_paper_again_changes_nothing(agreed: Two) -> None:
    agreed.open_job()
    scan = scanner.pdf_of(scanner.pages(agreed.paper_of(agreed.tanaka)))
    give(agreed.suzuki, scan)
    before = agreed.kept("factory")
    said = give(agreed.suzuki, scan)
    assert "0件を取り込みました" in said
    assert "取り込み済みでした" in said
    assert agreed.kept("factory") == before


def test_a_scanner_types_the_codes_in_any_order(agreed: Two) -> None:
    job = agreed.open_job()
    codes = paper.write_parts(paper.split_notes(agreed.file_of(agreed.tanaka)))
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    type_in(agreed.suzuki, *(code.translate(wide) for code in codes[::-1]), codes[0])
    assert agreed.suzuki.has(f"/jobs/{job}")


def test_what_is_missing_is_named_and_what_was_read_stays_on_the_page(agreed: Two) -> None:
    for _ in range(4):
        agreed.open_job()
    codes = paper_scan.codes_in(agreed.paper_of(agreed.tanaka))
    assert len(codes) > 1
    before = agreed.kept("factory")
    with pytest.raises(TurnedAway, match=f"{len(codes)}枚のうち.*枚目がまだです") as turned:
        type_in(agreed.suzuki, codes[0])
    assert codes[0] in turned.value.answer.text
    assert agreed.kept("factory") == before
    type_in(agreed.suzuki, *codes)


# ---------------------------------------------------------------- what may not come in


def refused(two: Two, data: bytes, words: str, *, typed: bool = True) -> None:
    """The factory refuses these notes as a file and as codes, and writes nothing of them."""
    before = two.kept("factory")
    with pytest.raises(TurnedAway, match=words):
        give(two.suzuki, data)
    if typed:
        with pytest.raises(TurnedAway, match=words):
            type_in(two.suzuki, *paper.write_parts(paper.split_notes(data)))
    assert two.kept("factory") == before


def test_an_edited_letter_is_refused_with_all_that_came_with_it(agreed: Two) -> None:
    for _ in range(2):
        agreed.open_job()
    whole = agreed.file_of(agreed.tanaka)
    edited = re.sub(rb'"declared":3', b'"declared":4', whole)
    last = whole.rindex(b'"declared":3')
    assert edited != whole
    refused(agreed, edited, "署名が内容と合いません")
    refused(agreed, whole[:last] + b'"declared":5' + whole[last + 12 :], "署名が内容と合いません")
    give(agreed.suzuki, whole)


def test_swapped_and_left_out_letters_are_refused(agreed: Two) -> None:
    for _ in range(2):
        agreed.open_job()
    notes = [note for note in agreed.notes_of(agreed.tanaka) if b'"kind":"checkpoint"' not in note][-2:]
    whole = agreed.file_of(agreed.tanaka)
    refused(agreed, b"".join(notes[::-1]), "前の手紙がまだ届いていません")
    refused(agreed, notes[1], "前の手紙がまだ届いていません")
    give(agreed.suzuki, whole)


def test_a_strangers_signature_is_refused(agreed: Two) -> None:
    ward, factory = (agreed.sites.sites[role].config for role in SIDES)
    stranger = Counterparty("ward", ward.name)
    agreed.open_job()
    for note in agreed.notes_of(agreed.tanaka):
        letter = read_letter(note, [VerifyKey.parse(own_card(ward).vkey)], factory.name)
        refused(agreed, stranger.sign(letter), "登録された拠点の署名がありません")


def test_ones_own_letters_are_refused(agreed: Two) -> None:
    agreed.open_job()
    given = agreed.file_of(agreed.tanaka)
    before = agreed.kept("ward")
    with pytest.raises(TurnedAway, match="登録された拠点の署名がありません"):
        give(agreed.tanaka, given)
    assert agreed.kept("ward") == before
    give(agreed.suzuki, given)


def test_other_bytes_under_a_used_number_are_a_fork_and_raise_an_alarm(agreed: Two) -> None:
    ward, factory = (agreed.sites.sites[role].config for role in SIDES)
    agreed.open_job()
    note = agreed.notes_of(agreed.tanaka)[0]
    give(agreed.suzuki, agreed.file_of(agreed.tanaka))
    letter = read_letter(note, [VerifyKey.parse(own_card(ward).vkey)], factory.name)
    other = write_letter(
        type(letter)(**{**vars(letter), "by": "tanaka" if letter.by != "tanaka" else "sato"}), note_key(ward)
    )
    refused(agreed, other, "同じ番号で内容の違う")
    alarms = rows_of(factory, "SELECT kind, text FROM sitekit_alarm WHERE kind = 'letter-not-taken'")
    assert any("同じ番号" in text for _, text in alarms)


def test_a_forged_word_lets_no_letter_be_forgotten(agreed: Two) -> None:
    job = agreed.open_job()
    last = agreed.notes_of(agreed.tanaka)[-1]
    agreed.suzuki.page("/letters/out")
    word = paper.split_notes(agreed.file_of(agreed.suzuki))[0]
    forged = re.sub(rb'"up_to":(\d+)', lambda found: b'"up_to":%d' % (int(found[1]) + 1), word)
    for data in (forged, last):
        with pytest.raises(TurnedAway):
            give(agreed.tanaka, data)
    assert job in agreed.tanaka.page("/letters/out")


@pytest.mark.parametrize("data", [b"\x89PNG nothing", b"%PDF-1.7", b"tewatashi.letter/v1\n{}\n"])
def test_a_file_that_is_nothing_of_ours_is_refused(agreed: Two, data: bytes) -> None:
    refused(agreed, data, "読めません", typed=False)


def test_a_paper_without_codes_says_so(agreed: Two) -> None:
    from PIL import Image

    with pytest.raises(TurnedAway, match="符号が見つかりません"):
        give(agreed.suzuki, scanner.png(Image.new("L", (800, 800), 255)))
    with pytest.raises(TurnedAway, match="符号が読み取られていません"):
        type_in(agreed.suzuki)


def test_an_auditor_looks_and_takes_nothing(agreed: Two) -> None:
    assert "相手に渡す記録" in agreed.auditor.page("/letters/out")
    for path in ("/letters/out.pdf", "/letters/out.letters", "/letters/in"):
        assert agreed.auditor.post(path).status_code == 403


def test_a_contract_by_line_needs_a_gateway(agreed: Two) -> None:
    ends = date(date.today().year + 1, 3, 31).isoformat()  # noqa: DTZ011
    before = agreed.kept("ward")
    with pytest.raises(TurnedAway, match="相手のサイトが登録されていません"):
        agreed.tanaka.fill(
            "/contracts/new", contract="R8-8", title="督促状作成等業務", contractor="見本印刷", begins=ends, ends=ends,
            channel="lgwan", forms="tokusoku", privacy_mark_number="1", privacy_mark_expires=ends, lgwan_asp_number="A1",
            lgwan_asp_expires=ends,
        )  # fmt: skip
    assert agreed.kept("ward") == before


# ---------------------------------------------------------------- in a real browser


def test_the_pages_are_sound_for_everybody(agreed: Two, chromium: Browser) -> None:
    agreed.open_job()
    wrong = []
    for role, person in (("ward", agreed.tanaka), ("ward", agreed.auditor), ("factory", agreed.suzuki)):
        with desk(chromium, agreed.sites, cast("Role", role), person) as seat:
            wrong += [one for _, found in seat.walk() for one in found]
    assert wrong == []


def test_a_scanner_that_types_into_the_page_needs_nothing_else(agreed: Two, chromium: Browser) -> None:
    job = agreed.open_job()
    codes = paper_scan.codes_in(agreed.paper_of(agreed.tanaka))
    with desk(chromium, agreed.sites, "factory", agreed.suzuki) as seat:
        seat.page.goto("/letters/in")
        seat.page.locator("#codes:focus").wait_for()
        for code in codes:  # a scanner ends each with Enter
            seat.page.keyboard.type(code)
            seat.page.keyboard.press("Enter")
        seat.page.get_by_role("button", name="取り込む", exact=True).click()
        assert "件を取り込みました" in seat.page.locator(".banner").first.inner_text()
        assert seat.said == []
    assert agreed.suzuki.has(f"/jobs/{job}")


# ---------------------------------------------------------------- on the papers of a disc's way


def scan_in(person: Person, pdf: bytes) -> str:
    """The paper, askew and noisy as an office's scanner sees it, given to the page that takes letters in.

    Where a code was not readable it is laid on the glass again, a little straighter, as the page asks for.
    """
    for angle in (-2, 1, 0):
        answer = give(person, scanner.pdf_of(scanner.pages(pdf, angle=angle)))
        if "件を取り込みました" in answer:
            break
    return answer


@pytest.fixture(scope="module")
def takahashi(agreed: Two) -> Person:
    return agreed.sites.person("factory", "takahashi")


@pytest.fixture(scope="module")
def opened(agreed: Two, takahashi: Person) -> str:
    """A job opened at the factory from its disc, with every word between the two on scanned papers."""
    if agreed.sites.sites["ward"].config.database == "sqlite":
        pytest.skip("so long a way is gone once, on PostgreSQL")
    ward, factory, today = agreed.sato, agreed.suzuki, clock.now().date()
    give(ward, agreed.file_of(factory))
    job = agreed.open_job()
    page, extract = f"/jobs/{job}", io.BytesIO()
    write_extract(shipped_layout("tokusoku-csv"), 3, 7, today, extract.write)
    sealed = ward.fill(f"{page}/seal", files={"extract": extract.getvalue()}, layout="tokusoku-csv")
    ward.fill(f"{page}/keep-notice", place=NOTICE_CABINET)
    ward.fill(f"{page}/make-medium", serial="", place=MEDIA_CABINET)
    image = ward.get(f"{page}/media/{job}-M01/image.iso").content
    give(factory, agreed.file_of(ward))  # what waits from before is too much for a paper
    ward.fill(
        f"{page}/hand-medium", to="takahashi", case="C-7", key_holder="suzuki", on=day_before(today).isoformat(),
        expected_on=today.isoformat(), expected_at="23:59",
    )  # fmt: skip
    assert "媒体の受渡し" in scan_in(factory, ward.get(f"{page}/confirmations/{job}-K01.pdf").content)
    factory.fill(f"{page}/countersign", agrees="yes")
    takahashi.fill(f"{page}/arrive", case="C-7", intact="yes", place=MEDIA_SAFE)
    takahashi.fill(f"{page}/take-in", files={"image": image})
    assert "確認書の確認" in scan_in(ward, agreed.paper_of(factory))
    ward.fill(f"{page}/password-notice", route="hand", to="suzuki", on=today.isoformat())
    assert "パスワード通知書の受渡し" in scan_in(factory, ward.get(f"{page}/confirmations/{job}-K02.pdf").content)
    takahashi.fill(f"{page}/open", password=shown_password(sealed))
    return job


def day_before(day: date) -> date:
    return day - timedelta(days=1)


@pytest.mark.requirement("WARD-CD-3", "FAC-CD-4")
def test_the_receipts_of_a_disc_carry_their_letters_on_them(agreed: Two, opened: str) -> None:
    assert {"medium-handed", "password-notice-handed", "parcel-opened"} <= set(agreed.suzuki.state(opened)["done"])
    assert [one["agreed"] for one in agreed.sato.state(opened)["confirmations"]] == [True, None]


@pytest.mark.requirement("FAC-CD-2")
def test_a_report_comes_sealed_its_password_on_another_day_and_its_receipt_says_that_it_came(
    agreed: Two, takahashi: Person, opened: str
) -> None:
    ward, factory, today, page = agreed.sato, agreed.suzuki, clock.now().date(), f"/jobs/{opened}"
    notice = factory.fill(f"{page}/seal-report", files={"report": RETURNED}, content="宛先不明一覧")
    (report,) = set(re.findall(r"/reports/([0-9a-f]{8})\.age", factory.page(page)))
    age = factory.get(f"{page}/reports/{report}.age").content
    takahashi.fill(f"{page}/hand-report", report=report, to="sato", on=day_before(today).isoformat())
    factory.fill(f"{page}/hand-report-notice", report=report, to="tanaka", on=today.isoformat())
    scan_in(ward, agreed.paper_of(factory))
    ward.fill(f"{page}/receive-report", files={"file": age}, report=report)
    found = ward.fill(f"{page}/open-report", named=report, typed=shown_password(notice))
    assert found.content == RETURNED
    receipt = re.findall(rf"{page}/confirmations/{opened}-{quote('報告')}-[0-9]+\.pdf", ward.page(page))[0]
    assert "報告データの受領" in scan_in(factory, ward.get(receipt).content)
    assert "report-received" in factory.state(opened)["done"]
    for site in agreed.sites.sites.values():
        files = (file for file in site.config.file.parent.rglob("*") if file.is_file())
        assert [file.name for file in files if "架空野".encode() in file.read_bytes()] == []


def shown_password(notice: httpx.Response) -> str:
    found = re.search(r'id="password">([^<]+)<', notice.text)
    assert found is not None
    return found[1].strip()
