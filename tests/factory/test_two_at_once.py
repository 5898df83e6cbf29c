"""Two people do the same act on one job at the same time: one does it, and what he made stays."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.factory.test_opening import wrong_password
from tests.factory.works import PASSWORD, Works

ROUNDS = 5


def at_once(works: Works, path: str, said: Mapping[str, Mapping[str, str]]) -> list[int]:
    """Each person's POST, all at the same time. Returned: the answers' status codes, sorted."""
    with ThreadPoolExecutor(len(said)) as pool:
        sent = [pool.submit(works.people[name].post, path, data) for name, data in said.items()]
        return sorted(one.result().status_code for one in sent)


@pytest.mark.requirement("FAC-SYS-4")
@pytest.mark.parametrize("second", [PASSWORD, wrong_password()], ids=["the same password", "a wrong password"])
def test_a_second_opening_never_destroys_what_the_first_one_opened(works: Works, second: str) -> None:
    for _ in range(ROUNDS):
        job = works.sent_job()
        answers = at_once(
            works, f"/jobs/{job}/open", {"takahashi": {"password": PASSWORD}, "suzuki": {"password": second}}
        )
        if 302 not in answers:  # the wrong one held the vault, and the right one was told to wait
            works.open(job)
        assert works.acts(job).count("parcel-opened") == 1
        assert works.files(job) == [f"{job}.records.key", "records.age"]
        assert works.rows("SELECT count(*) FROM factory_piece WHERE job = ?", job) == [(3,)]


@pytest.mark.requirement("WORK-1")
def test_a_second_composing_never_destroys_the_print_files_of_the_first(works: Works) -> None:
    for _ in range(ROUNDS):
        job = works.sent_job()
        works.open(job)
        assert at_once(works, f"/jobs/{job}/compose", {"takahashi": {}, "suzuki": {}}) == [302, 422]
        assert works.acts(job).count("pieces-composed") == 1
        works.takahashi.act(f"/jobs/{job}/print")
        assert (works.takahashi.state(job)["counts"]["printed"], len(list(works.paper.glob(f"{job}-*")))) == (3, 1)
