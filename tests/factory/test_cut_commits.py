"""PostgreSQL commits an act, and the line breaks before its answer: the job goes on from what the ledger tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO

import httpx
import pytest

from tests.cut_commits import CuttingLine, cutting_line
from tests.factory.works import PASSWORD, Works, open_works
from tests.postgres import Postgres
from tewatashi.carriers import lgwan


@pytest.fixture(scope="module")
def line(postgres: Postgres) -> Iterator[CuttingLine]:
    with cutting_line(postgres.new_database()) as line:
        yield line


@pytest.fixture(scope="module")
def works(line: CuttingLine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Works]:
    yield from open_works(tmp_path_factory.mktemp("cut"), line.address)


def cut(line: CuttingLine, kind: str, do: Callable[[], httpx.Response]) -> None:
    """Do what ends in the commit of an act of this kind; the one who did it sees an error of the system."""
    before = line.cuts
    line.armed = kind
    assert do().status_code == 500
    assert (line.armed, line.cuts) == ("", before + 1)


def test_every_act_of_a_job_stands_once_though_each_answer_was_lost(works: Works, line: CuttingLine) -> None:
    job, note, file = works.told_job()
    works.hand_notice(job)
    line.armed = "parcel-received"
    with pytest.raises(httpx.HTTPError):
        lgwan.send_parcel(works.line, note, BytesIO(file), len(file))
    lgwan.send_parcel(works.line, note, BytesIO(file), len(file))

    takahashi, suzuki = works.takahashi, works.suzuki
    cut(line, "parcel-opened", lambda: takahashi.post(f"/jobs/{job}/open", {"password": PASSWORD}))
    assert takahashi.refused(f"/jobs/{job}/open", {"password": PASSWORD}) == "done-already"
    assert works.files(job) == [f"{job}.records.key", "records.age"]
    cut(line, "pieces-composed", lambda: takahashi.post(f"/jobs/{job}/compose"))
    cut(line, "pieces-printed", lambda: takahashi.post(f"/jobs/{job}/print"))
    works.read_all(job)
    cut(line, "pieces-enclosed", lambda: takahashi.post(f"/jobs/{job}/enclose"))
    cut(line, "notices-delivered", lambda: suzuki.post(f"/jobs/{job}/deliver", {"to": "sato", "content": "督促状"}))
    receipt = suzuki.state(job)["receipt"]
    works.tell(
        "delivery-confirmed", "sato", job, receipt=receipt, quantity=3, withdrawn=0, agrees=True,
        at="2026-11-24T10:00:00+09:00", place="ward/納品窓口",
    )  # fmt: skip
    cut(line, "copy-erased", lambda: takahashi.post(f"/jobs/{job}/erase", {"all": "1", "witness": "suzuki"}))
    takahashi.act(f"/jobs/{job}/erase", {"all": "1", "witness": "suzuki"})
    said = {"witness": "takahashi", "statement": "消去しました。"}
    cut(line, "erasure-claimed", lambda: suzuki.post(f"/jobs/{job}/claim", said))

    acts = works.acts(job)
    once = ("parcel-received", "parcel-opened", "pieces-composed", "pieces-printed", "pieces-enclosed")
    assert [acts.count(kind) for kind in (*once, "notices-delivered", "erasure-claimed")] == [1] * 7
    assert works.files(job) == []
    assert len(list(works.paper.glob(f"{job}-*"))) == 1
