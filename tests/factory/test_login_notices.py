"""専用ページ利用通知書 at the factory: in the hand of whoever got it, until it is shredded or lost."""

from __future__ import annotations

import re

import pytest

from tests.factory.works import CONTRACT, Works, today


def words(page: str) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", page)


def given(works: Works, notice: str, place: str = "ward/キャビネット1") -> None:
    works.tell("login-notice-made", "sato", None, contract=CONTRACT, notice=notice, account="takahashi", place=place)
    works.tell(
        "login-notice-handed", "sato", None, contract=CONTRACT, notice=notice, to="takahashi", route="hand", tracking="",
        on=today().isoformat(),
    )  # fmt: skip


@pytest.mark.requirement("FAC-LG-3")
@pytest.mark.requirement("CL-8")
def test_who_got_it_has_it_until_it_is_shredded(works: Works) -> None:
    page = f"/contracts/{CONTRACT}/login-notices"
    given(works, "通-F1")
    assert all(part in words(works.people["kansa"].page(page)) for part in ("通-F1", "所持: 高橋", "手渡し"))
    assert "専用ページ利用通知書" in words(works.suzuki.page(f"/where?contract={CONTRACT}&person=takahashi"))
    assert works.people["kansa"].post(page, {"notice": "通-F1", "method": "shredded"}).status_code == 403
    assert works.takahashi.refused(page, {"notice": "通-F9", "method": "shredded"}) == "no-such-notice"
    works.takahashi.act(page, {"notice": "通-F1", "method": "shredded"})
    assert "✓ 裁断" in words(works.people["kansa"].page(page))
    assert works.takahashi.refused(page, {"notice": "通-F1", "method": "lost"}) == "no-such-notice"
