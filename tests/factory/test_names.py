"""The contractor's pages call the ward's people by the names that the ward told."""

from __future__ import annotations

from tests.factory.works import CONTRACT, Works


def test_the_wards_people_are_shown_by_the_names_that_it_told(works: Works) -> None:
    job = works.sent_job()
    works.tell("staff-named", "sato", None, contract=CONTRACT, people=[{"id": "sato", "name": "佐藤 花子"}])
    page = works.suzuki.page(f"/jobs/{job}")
    assert "佐藤 花子" in page
    assert "区職員（sato）" not in page
