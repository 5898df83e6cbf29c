"""The council's two sheets say what the contract is: its channel, its term, and no other year's."""

from __future__ import annotations

from datetime import date

import pytest

from tewatashi.ward.sheets import CONNECTION, OUTSOURCING, fitted, unfitted

pytestmark = pytest.mark.requirement("WORK-7")
TERM = (date(2026, 4, 1), date(2027, 3, 31))


def test_a_disc_contract_names_no_line_and_no_certification_for_one() -> None:
    text = "\n".join(fitted(OUTSOURCING, "disc", *TERM).values())
    assert "LGWAN" not in text
    assert "プライバシーマークを認証取得している事業者（入札で決定）" in text
    assert "それぞれ別の鍵付キャビネット" in text


def test_a_line_contract_names_no_disc() -> None:
    text = "\n".join(fitted(OUTSOURCING, "lgwan", *TERM).values())
    assert "CD-R" not in text
    assert "LGWAN-ASP 接続サービス資格審査認証取得" in text
    assert "専用ページに格納させる" in text


@pytest.mark.parametrize("channel", ["disc", "lgwan"])
def test_the_term_is_the_contracts_own(channel: str) -> None:
    sheets = [*fitted(OUTSOURCING, channel, *TERM).values(), *fitted(CONNECTION, channel, *TERM).values()]
    assert "令和8年4月1日（2026年）から令和9年3月31日（2027年）まで（次年度以降も、同様の業務委託を行う。）" in sheets
    assert "令和8年4月1日（2026年）から（以降、同様の外部結合を行う。）" in sheets
    assert "令和2年" not in "".join(sheets)


@pytest.mark.parametrize("channel", ["disc", "lgwan"])
def test_the_next_contract_begins_with_the_words_for_either_channel(channel: str) -> None:
    for sheet in (OUTSOURCING, CONNECTION):
        assert unfitted(fitted(sheet, channel, *TERM), channel, *TERM) == sheet


def test_what_somebody_wrote_stays_as_it_is() -> None:
    mine = {**OUTSOURCING, "委託先": "株式会社見本印刷", "開始時期及び期限": "令和8年5月1日から"}
    found = fitted(mine, "disc", *TERM)
    assert (found["委託先"], found["開始時期及び期限"]) == ("株式会社見本印刷", "令和8年5月1日から")


def test_every_field_fits_the_act_and_the_paper() -> None:
    assert all(0 < len(text) <= 2000 for sheet in (OUTSOURCING, CONNECTION) for text in sheet.values())
