"""What a history says of acts: names where they are known, and no bare id where they are not."""

from __future__ import annotations

import pytest

from tests.core.cast_of_acts import whole_disc_job, whole_job
from tewatashi.core.acts import Act, Role
from tewatashi.factory import story as factory
from tewatashi.sitekit.people import Names
from tewatashi.sitekit.timeline import Teller, place_name, thing_name
from tewatashi.ward import story as ward

NAMES = Names({("factory", "suzuki"): "鈴木　花子", ("ward", "sato"): "佐藤　次郎"})


def _handed(to: str) -> Act:
    body = {"parcel": "ab" * 16, "route": "hand", "to": to, "tracking": "", "on": "2026-11-20"}
    return Act("password-notice-handed", "ward", "sato", body)


def test_the_same_id_at_two_sites_is_two_people() -> None:
    assert NAMES.of("suzuki", "factory") == "鈴木　花子"
    assert NAMES.of("suzuki", "ward") == "区職員（suzuki）"
    assert NAMES.of("kondo", "gateway") == "中継の運用者（kondo）"
    assert NAMES.of("system", "gateway") == "システム"


def test_a_paper_shows_the_id_beside_the_name() -> None:
    assert NAMES.with_id("sato", "ward") == "佐藤　次郎（sato）"
    assert NAMES.with_id("tanaka", "ward") == "区職員（tanaka）"


def test_whoever_takes_something_over_is_of_the_other_site() -> None:
    teller = Teller(NAMES, ward.SITES)
    assert "相手 鈴木　花子" in teller.said(_handed("suzuki"))
    assert "相手 委託先の従業者（sato）" in teller.said(_handed("sato"))


@pytest.mark.parametrize("prefixes", [ward.SITES, factory.PREFIXES])
def test_every_act_is_said_without_a_word_of_the_program(prefixes: dict[Role, str]) -> None:
    teller = Teller(NAMES, prefixes)
    for act in (*whole_job(), *(act for _, act in whole_disc_job())):
        said = teller.said(act)
        assert not any(
            word in said for word in ("None", "True", "False", "{", "@", "ward/", "factory/", "key-destroyed")
        )


def test_places_and_things_are_named_by_their_site_and_ones_own_are_not() -> None:
    assert place_name("factory/保管庫", ward.SITES) == "委託先・保管庫"
    assert place_name("factory/保管庫", factory.PREFIXES) == "保管庫"
    assert thing_name("送付データ:abcdef01@ward", ward.SITES) == "区の送付データ abcdef01"
    assert thing_name("スプール:abcdef01@factory#1", factory.PREFIXES) == "スプール abcdef01"


def test_a_medium_is_named_by_its_number() -> None:
    assert thing_name("媒体:abcdef01@R8-0001-M01", ward.SITES) == "媒体 R8-0001-M01"
    said = [Teller(NAMES, ward.SITES).said(act) for _, act in whole_disc_job() if act.kind == "medium-destroyed"]
    assert said == ["媒体 R8-0001-M01　1枚　方法 切断　立会 区職員（tanaka）　製造番号 AB12"]
