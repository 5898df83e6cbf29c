"""専用ページ利用通知書 at the ward: kept, handed over with route and number, and told where it is."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest

from tests.ward.office import Office, today
from tewatashi.core.contract import PLACES

CABINET = "ward/キャビネット2"


@pytest.fixture
def contract(office: Office) -> str:
    return office.agreed_contract(places="\n".join(PLACES))


def keep(notice: str = "通-G12", **changes: str) -> dict[str, str]:
    return {"do": "keep", "notice": notice, "account": "takahashi", "place": CABINET, **changes}


def hand(notice: str = "通-G12", **changes: str) -> dict[str, str]:
    said = {"to": "takahashi", "route": "registered-mail", "tracking": "123-45-67890-1", "on": today().isoformat()}
    return {"do": "hand", "notice": notice, **said, **changes}


def words(page: str) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", page)


@pytest.mark.requirement("FAC-LG-3")
@pytest.mark.requirement("CL-8")
def test_a_notice_is_in_a_cabinet_and_then_in_the_hand_of_whom_it_was_given_to(office: Office, contract: str) -> None:
    page = f"/contracts/{contract}/login-notices"
    assert f'href="{page}"' in office.kansa.page(f"/contracts/{contract}")
    office.sato.act(page, keep())
    assert "キャビネット2" in words(office.kansa.page(page))
    ids = re.findall(r' id="([^"]+)"', office.sato.page(page))
    assert len(ids) == len(set(ids))
    office.sato.act(page, hand())
    told = office.end.await_letter("login-notice-handed", None)
    assert (told.body["to"], told.body["route"], told.body["tracking"]) == (
        "takahashi", "registered-mail", "123-45-67890-1",
    )  # fmt: skip
    listed = words(office.kansa.page(page))
    assert all(part in listed for part in ("通-G12", "所持: 高橋", "簡易書留", "引受番号 123-45-67890-1", "▲ ある"))
    now = office.kansa.page(f"/where?contract={contract}&person=takahashi")
    assert "専用ページ利用通知書" in words(now.split('<div class="places">')[1].split("<table>", maxsplit=1)[0])
    way = words(office.kansa.page(f"/where?contract={contract}&thing={quote('専用ページ利用通知書:通-G12@ward')}"))
    assert way.index("キャビネット2") < way.rindex("所持: 高橋")
    before = (today() - timedelta(days=1)).isoformat()
    assert "当てはまる物はありません" in office.kansa.page(f"/where?contract={contract}&on={before}")
    safe = office.kansa.page(f"/contracts/{contract}/safeguards")
    assert "login-notice-handed" in safe or "専用ページ利用通知書の受渡し" in safe


@pytest.mark.requirement("FAC-LG-3")
def test_what_breaks_a_rule_is_refused_and_writes_nothing(office: Office, contract: str) -> None:
    page = f"/contracts/{contract}/login-notices"
    acts = office.acts()
    assert office.sato.refused(page, keep(account="watanabe")) == "not-on-roster"
    assert office.sato.refused(page, keep(place="ward/送信箱")) == "not-lockable"
    assert office.acts() == acts
    office.sato.act(page, keep())
    acts = office.acts()
    assert office.sato.refused(page, keep()) == "number-used"
    assert office.sato.refused(page, hand(to="watanabe")) == "not-on-roster"
    assert office.sato.refused(page, hand(to="nobody")) == "not-on-roster"
    assert office.sato.refused(page, hand(tracking="")) == "tracking-missing"
    assert office.sato.refused(page, hand(notice="通-G99")) == "no-such-notice"
    late = office.sato.post(page, hand(on=(today() + timedelta(days=1)).isoformat()))
    assert (late.status_code, "まだ来ていない日です" in late.text) == (422, True)
    assert office.kansa.post(page, hand()).status_code == 403
    assert office.acts() == acts


@pytest.mark.requirement("CL-8")
def test_the_book_of_its_cabinet_tells_a_notice_going_in_and_out(office: Office, contract: str) -> None:
    page = f"/contracts/{contract}/login-notices"
    office.sato.act(page, keep(f"通-G{contract[-3:]}"))
    inside = words(office.kansa.page("/places"))
    assert f"通-G{contract[-3:]}" in inside
    office.sato.act(page, hand(f"通-G{contract[-3:]}", route="hand", tracking=""))
    assert f"通-G{contract[-3:]}" not in words(office.kansa.page("/places"))
