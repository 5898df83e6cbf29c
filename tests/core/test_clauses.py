"""A set of special clauses as a file: the shipped one, another municipality's, and any bytes."""

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.cast_of_acts import act, standing
from tewatashi.core import contract as contracts
from tewatashi.core.clauses import ClauseSet, category_of, read_clauses, refuse_forbidden_items
from tewatashi.core.fields import Text
from tewatashi.core.layout import Column
from tewatashi.core.refused import Refused

SHIPPED = (files("tewatashi.ward") / "shipped_clauses" / "shinjuku.toml").read_bytes()
OWN = """\
schema = "tewatashi.clauses/v1"
title = "見本市 特記事項"
binds = ["見本市個人情報保護条例"]

[[clause]]
number = "1"
heading = "再委託の禁止"
rules = ["CL-10"]

[[forbidden]]
category = "病歴に関する事項"
words = ["病名"]
"""


def refusal(data: bytes | str) -> str:
    with pytest.raises(Refused) as refused:
        read_clauses(data if isinstance(data, bytes) else data.encode())
    assert refused.value.code == "clauses"
    return refused.value.wrong


@pytest.mark.requirement("WARD-OP-1")
def test_the_shipped_set_has_the_papers_21_clauses_each_tied_to_what_keeps_it() -> None:
    found = read_clauses(SHIPPED)
    assert [one.number for one in found.clauses] == [str(n) for n in range(1, 22)]
    assert all(one.rules for one in found.clauses)
    headings = [one.heading for one in found.clauses]
    assert (headings[0], headings[9], headings[20]) == ("基本的事項", "再委託の禁止", "損害の賠償")
    assert "新宿区個人情報保護条例" in found.binds
    assert len(found.forbidden) == 3


def test_what_is_read_is_what_an_act_says() -> None:
    found = read_clauses(OWN.encode())
    under = contracts.evolve(
        standing(), act("clauses-attached", "ward", "tanaka", contract="R8-1", version=1, **found.body())
    )
    assert under.clauses is not None
    assert (under.clauses.clauses, under.clauses.forbidden) == (found.clauses, found.forbidden)


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_any_bytes_give_a_set_or_a_refusal(data: bytes) -> None:
    for each in (data, OWN.encode() + data, SHIPPED[: len(data) * 7] + data):
        try:
            assert isinstance(read_clauses(each), ClauseSet)
        except Refused as refused:
            assert refused.code == "clauses"  # noqa: PT017 -- most bytes are refused, some are not


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("rules", "rule", "clause[1].rule"),
        ("title", "titel", "titel"),
        ('"見本市 特記事項"', "3", "title"),
        ("clauses/v1", "clauses/v2", "schema"),
        ('["CL-10"]', "[1]", "clause[1].rules"),
        ('words = ["病名"]\n', "", "forbidden[1].words"),
        ("[[clause]]", "[clause]", "clause"),
    ],
)
def test_a_wrong_file_is_refused_with_the_key(old: str, new: str, words: str) -> None:
    assert words in refusal(OWN.replace(old, new))


def test_two_clauses_of_one_number_are_refused() -> None:
    clause = OWN[OWN.index("[[clause]]") : OWN.index("[[forbidden]]")]
    assert "同じ番号" in refusal(OWN + clause)


def column(name: str, *, approved: bool = True, category: str = "") -> Column:
    return Column(name, Text(20), approved, category=category)


@pytest.mark.requirement("CL-3-5")
def test_an_item_of_a_forbidden_category_needs_the_wards_consent() -> None:
    shipped = read_clauses(SHIPPED).forbidden
    criminal = next(one.name for one in shipped if "犯罪" in one.name)
    under = standing()
    for wrong in (column("前科の有無"), column("備考", category=criminal)):
        with pytest.raises(Refused) as refused:
            refuse_forbidden_items(under, "tokusoku", [column("氏名"), wrong], shipped)
        assert (refused.value.code, refused.value.requirement) == ("forbidden-category", "CL-3-5")
    refuse_forbidden_items(under, "tokusoku", [column("氏名"), column("前科の有無", approved=False)], shipped)
    consent = act(
        "category-consented", "ward", "tanaka", contract="R8-1", form="tokusoku", category=criminal, reason="法令"
    )
    under = contracts.evolve(under, contracts.decide(under, consent))
    refuse_forbidden_items(under, "tokusoku", [column("前科の有無")], shipped)
    with pytest.raises(Refused):
        refuse_forbidden_items(under, "kogaku", [column("前科の有無")], shipped)


@pytest.mark.requirement("CL-3-5")
def test_a_contracts_own_clauses_say_what_is_forbidden() -> None:
    found = read_clauses(OWN.encode())
    under = contracts.evolve(
        standing(), act("clauses-attached", "ward", "tanaka", contract="R8-1", version=1, **found.body())
    )
    with pytest.raises(Refused, match="収集を禁じられた"):
        refuse_forbidden_items(under, "tokusoku", [column("病名1")], ())
    assert category_of(column("前科"), found.forbidden) == ""


def test_no_shipped_layout_has_an_item_of_a_forbidden_category() -> None:
    from tewatashi.core.layoutfile import read_layout

    folder = files("tewatashi.ward") / "shipped_layouts"
    for file in folder.iterdir():
        if file.name.endswith(".toml"):
            layout = read_layout(file.read_bytes())
            refuse_forbidden_items(standing(), layout.form, layout.columns, read_clauses(SHIPPED).forbidden)
