"""Who gets into the three running sites: named people with every factor, and the right other site; nobody else."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import ExitStack, closing

import httpx
import pytest

from tewatashi.demo.person import Person, TurnedAway
from tewatashi.demo.sites import Sites
from tewatashi.sitekit import clock, sitepass
from tewatashi.sitekit.keys import note_key
from tewatashi.sitekit.roles import ROLES, Role

PEOPLE = [
    pytest.param("ward", "tanaka", "田中 一郎（責任者）", marks=pytest.mark.requirement("WARD-SYS-1")),
    pytest.param("ward", "sato", "佐藤 花子（担当）", marks=pytest.mark.requirement("WARD-SYS-1")),
    pytest.param("gateway", "kondo", "近藤 実（運用者）", marks=pytest.mark.requirement("WARD-LG-3")),
    pytest.param("factory", "suzuki", "鈴木 次郎（取扱責任者）", marks=pytest.mark.requirement("FAC-SYS-3")),
    pytest.param("factory", "takahashi", "高橋 恵（取扱者）", marks=pytest.mark.requirement("FAC-SYS-3")),
]


@pytest.fixture
def closing_all() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def browser(sites: Sites, role: Role, stack: ExitStack) -> httpx.Client:
    site = sites.sites[role]
    context = ssl.create_default_context(cafile=str(site.ca))
    return stack.enter_context(httpx.Client(base_url=site.config.url, verify=context, trust_env=False))


@pytest.mark.parametrize(("role", "name", "shown"), PEOPLE)
def test_everybody_of_the_cast_gets_in_at_their_own_site(sites: Sites, role: Role, name: str, shown: str) -> None:
    with closing(sites.person(role, name)) as person:
        assert shown in person.page("/")


@pytest.mark.requirement("WARD-SYS-1")
def test_the_wards_clerk_gets_in_from_no_other_computer(sites: Sites) -> None:
    site = sites.sites["ward"]
    with closing(sites.person("ward", "sato")) as known:
        stranger = Person(site.config.url, site.ca, site.papers["sato"])
        stranger._last_step = known._last_step
        with closing(stranger), pytest.raises(TurnedAway, match="このコンピュータは登録されていない"):
            stranger.log_in()


@pytest.mark.requirement("FAC-SYS-3")
@pytest.mark.parametrize("role", ROLES)
def test_an_account_of_one_site_is_unknown_at_the_others(sites: Sites, role: Role, closing_all: ExitStack) -> None:
    for name in ("sato", "kondo", "takahashi"):
        if name in sites.sites[role].papers:
            continue
        other = next(site for site in sites.sites.values() if name in site.papers)
        visitor = Person(sites.sites[role].config.url, sites.sites[role].ca, other.papers[name])
        closing_all.enter_context(closing(visitor))
        answer = visitor.fill("/login", login=name, password=visitor.papers.password)
        assert "ログインできませんでした" in answer.text


@pytest.mark.parametrize("role", ["gateway", "factory"])
def test_the_line_between_sites_is_shut_to_whoever_is_no_site(sites: Sites, role: Role, closing_all: ExitStack) -> None:
    line = browser(sites, role, closing_all)
    headers = ("", "Tewatashi bm90IGEgcGFzcw==", "Basic c2F0bzpzYXRv")
    for path in ("/api/letters", "/api/parcels"):
        for header in headers:
            for method in ("GET", "POST"):
                answer = line.request(method, path, headers={"Authorization": header})
                assert answer.status_code == 401, (method, path)
                assert answer.json()["refused"]["code"]


@pytest.mark.parametrize(("asked", "by"), [("gateway", "factory"), ("factory", "ward")])
def test_a_site_gets_in_at_its_neighbour_alone(sites: Sites, asked: Role, by: Role, closing_all: ExitStack) -> None:
    key = note_key(sites.sites[by].config)
    given = sitepass.make(sites.sites[asked].config.name, key=key, now=clock.now())
    answer = browser(sites, asked, closing_all).get("/api/letters", headers={"Authorization": given})
    assert answer.status_code == 403
    assert answer.json()["refused"]["code"] == "peer-role"


def test_a_foreign_host_name_is_not_answered(sites: Sites, closing_all: ExitStack) -> None:
    for role in ROLES:
        answer = browser(sites, role, closing_all).get("/login", headers={"Host": "evil.example"})
        assert answer.status_code == 400
        assert "evil.example" not in answer.text


def test_nothing_older_than_tls_1_3_is_spoken(sites: Sites) -> None:
    for site in sites.sites.values():
        context = ssl.create_default_context(cafile=str(site.ca))
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        with httpx.Client(verify=context, trust_env=False) as line, pytest.raises(httpx.ConnectError):
            line.get(f"{site.config.url}/login")
