"""An enclosing line's controller sends what it read by itself, under a person's name, and can do nothing else."""

from __future__ import annotations

import ssl
import subprocess
import sys
from collections.abc import Iterator

import httpx
import orjson
import pytest

from tests.factory.works import Works, sheet

pytestmark = pytest.mark.requirement("WARD-SYS-1")


def computer(works: Works, *said: str) -> str:
    """What `tewatashi computer` answers."""
    command = [sys.executable, "-m", "tewatashi.cli.main", "computer", *said, "--config", str(works.site.file)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def token(works: Works) -> str:
    return computer(works, "add-machine", "封入機1", "--answers", "takahashi")


@pytest.fixture
def machine(works: Works, token: str) -> Iterator[httpx.Client]:
    context = ssl.create_default_context(cafile=str(works.folder / "tls" / "ca.crt"))
    headers = {"Authorization": f"Tewatashi-Machine {token}"}
    with httpx.Client(base_url=works.site.url, verify=context, headers=headers, timeout=60, trust_env=False) as line:
        yield line


def send(machine: httpx.Client, works: Works, job: str) -> httpx.Response:
    lines = [{"n": n, "event": "read", **sheet(piece)} for n, piece in enumerate(works.sealed[job], 1)]
    return machine.post(f"/machine/jobs/{job}/reads", content=b"".join(orjson.dumps(one) + b"\n" for one in lines))


def last_line(works: Works) -> tuple[object, ...]:
    return works.rows("SELECT who, computer, route, status FROM sitekit_accessline ORDER BY id DESC LIMIT 1")[0]


@pytest.mark.requirement("WORK-1")
def test_what_a_machine_read_counts_and_stands_under_the_name_of_who_answers_for_it(
    works: Works, machine: httpx.Client
) -> None:
    job = works.printed_job()
    answer = send(machine, works, job)
    assert (answer.status_code, answer.json()["taken"]) == (200, 3)
    assert last_line(works) == ("takahashi", "封入機1", "machine_reads", 200)
    works.takahashi.act(f"/jobs/{job}/enclose")
    admitted = works.rows("SELECT data FROM sitekit_ledgerentry WHERE kind = 'machine-admitted'")
    body = orjson.loads(bytes(admitted[-1][0]))["body"]
    assert (body["computer"], body["answers"]) == ("封入機1", "takahashi")


def test_its_token_opens_nothing_else(works: Works, machine: httpx.Client, token: str) -> None:
    job = works.printed_job()
    for path in ("/", f"/jobs/{job}", f"/jobs/{job}/reads", f"/jobs/{job}/state.json", "/api/letters"):
        assert machine.get(path).status_code in (302, 401), path
    assert machine.get(f"/machine/jobs/{job}/reads").status_code == 405
    assert machine.post(f"/jobs/{job}/reads", content=b"").status_code == 403
    machine.cookies.set("__Host-computer", token)
    assert machine.get("/").status_code == 302
    assert last_line(works)[:2] == ("", "")


@pytest.mark.parametrize("said", ["", "Tewatashi-Machine", "Tewatashi-Machine guess", "Bearer {token}"])
def test_without_its_token_nobody_is_a_machine(works: Works, machine: httpx.Client, token: str, said: str) -> None:
    job = works.printed_job()
    machine.headers["Authorization"] = said.format(token=token)
    answer = send(machine, works, job)
    assert (answer.status_code, answer.json()["refused"]["code"]) == (401, "machine-unknown")
    assert works.takahashi.state(job)["reads"] == 0


def test_a_session_is_no_machine(works: Works) -> None:
    job = works.printed_job()
    assert works.takahashi.line.post(f"/machine/jobs/{job}/reads", content=b"").status_code == 401


def test_a_machine_that_was_withdrawn_or_got_a_new_token_is_shut_at_once(works: Works, machine: httpx.Client) -> None:
    job = works.printed_job()
    computer(works, "add-machine", "封入機1", "--answers", "takahashi")
    assert send(machine, works, job).status_code == 401
    machine.headers["Authorization"] = (
        f"Tewatashi-Machine {computer(works, 'add-machine', '封入機1', '--answers', 'takahashi')}"
    )
    computer(works, "withdraw", "封入機1")
    assert send(machine, works, job).status_code == 401
    assert works.takahashi.state(job)["reads"] == 0


@pytest.mark.requirement("FAC-OP-2")
def test_a_machine_of_somebody_who_is_not_on_the_roster_reads_nothing(works: Works, machine: httpx.Client) -> None:
    job = works.printed_job()
    machine.headers["Authorization"] = (
        f"Tewatashi-Machine {computer(works, 'add-machine', '封入機2', '--answers', 'watanabe')}"
    )
    answer = send(machine, works, job)
    assert (answer.status_code, answer.json()["refused"]["code"]) == (422, "not-on-roster")
