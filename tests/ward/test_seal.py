"""Sealing an extract through the running site."""

from __future__ import annotations

import os
import re
import signal
import threading
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.read_pdf import pdf_of, read_pdf
from tests.waiting import until
from tests.ward.office import HEADER, Office, extract, name
from tewatashi.core.age import Passphrase
from tewatashi.core.cover import read_cover
from tewatashi.core.parcel import open_parcel


def _refused(office: Office, job: str, answer: httpx.Response, *words: str) -> None:
    """The extract was refused with these words, and nothing of it is left."""
    assert answer.status_code == 422, answer.text
    for word in words:
        assert word in answer.text
    assert not office.holds(name(1), name(2))
    state = office.sato.state(job)
    assert (state["parcel"], state["things"]) == (None, [])


def _password(answer: httpx.Response) -> str:
    found = re.search(r'id="password"[^>]*>([^<]+)<', answer.text)
    assert found is not None
    return found[1]


@pytest.mark.requirement("WORK-3")
def test_an_unapproved_column_is_refused_by_name_and_nothing_is_sealed(office: Office, contract: str) -> None:
    job, files, acts = office.job(contract), office.files("parcels", "index"), office.acts()
    answer = office.seal(job, extract(header=HEADER + ",病歴").replace("郎\r\n".encode(), "郎,あり\r\n".encode()))
    _refused(office, job, answer, "病歴", "WORK-3")
    assert office.files("parcels", "index") == files
    assert office.acts() == acts


@pytest.mark.requirement("WORK-3")
def test_a_missing_column_is_refused_by_name(office: Office, contract: str) -> None:
    job = office.job(contract)
    _refused(office, job, office.seal(job, extract(header="通知書番号,基準日")), "世帯主氏名")


@pytest.mark.requirement("WORK-3")
def test_an_extract_with_fewer_records_than_declared_leaves_nothing(office: Office, contract: str) -> None:
    job, files = office.job(contract, 4), office.files("parcels", "index")
    _refused(office, job, office.seal(job, extract(3)), "件")
    assert office.files("parcels", "index") == files


@pytest.mark.accident("tamba-2025")
def test_an_extract_of_another_base_date_is_refused(office: Office, contract: str) -> None:
    job = office.job(contract)
    _refused(office, job, office.seal(job, extract(day="20261020")), "基準日")
    assert "令和8年11月20日" in office.sato.page(f"/jobs/{job}")


def _form(office: Office, extract: bytes) -> tuple[bytes, dict[str, str]]:
    """The page's form as the browser sends it, by hand: body and headers."""
    fields = {"csrfmiddlewaretoken": office.sato.token(), "layout": "見本の小型システム"}
    head = "".join(f'--b\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{fields[key]}\r\n' for key in fields)
    head += '--b\r\nContent-Disposition: form-data; name="extract"; filename="x.csv"\r\n\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=b", "Referer": str(office.sato.line.base_url)}
    return head.encode() + extract + b"\r\n--b--\r\n", headers


def test_an_upload_that_breaks_off_leaves_nothing(office: Office, contract: str) -> None:
    job, files = office.job(contract), office.files("parcels", "index")
    body, headers = _form(office, extract(3))
    answer = office.sato.line.post(f"/jobs/{job}/seal", content=body[:-10], headers=headers)
    _refused(office, job, answer, "途中で切れた")
    assert office.files("parcels", "index") == files


def test_a_form_without_its_token_is_turned_away_before_the_file_is_used(office: Office, contract: str) -> None:
    job, files = office.job(contract), office.files("parcels", "index")
    answer = office.sato.line.post(
        f"/jobs/{job}/seal", data={"layout": "見本の小型システム"}, files={"extract": ("x", extract())},
        headers={"Referer": str(office.sato.line.base_url)},
    )  # fmt: skip
    assert answer.status_code == 403
    assert office.files("parcels", "index") == files


@pytest.mark.requirement("WARD-SYS-2")
def test_what_is_on_the_disk_after_sealing_holds_no_resident_and_no_password(office: Office, contract: str) -> None:
    job = office.job(contract)
    answer = office.seal(job, extract())
    assert answer.status_code == 200
    password = _password(answer)
    # The PDF came in that answer and was written nowhere, not even in base64.
    pdf = pdf_of(answer)
    assert not office.holds(*(name(n) for n in range(1, 4)), "0000000001", password, pdf.decode()[400:460])
    log = (office.folder.parent / "ward.log").read_bytes()
    assert password.encode() not in log


@pytest.mark.requirement("FAC-LG-2")
def test_the_notice_comes_as_a_paper_whose_code_leads_to_the_record_and_not_to_the_password(
    office: Office, contract: str
) -> None:
    job = office.job(contract)
    answer = office.seal(job, extract())
    text, codes = read_pdf(b64decode(pdf_of(answer)))
    for part in (
        "パスワード通知書",
        f"{job}-P01",
        "返却又は裁断の期限",
        "□手渡し",
        "交付者",
        *_password(answer).split("-"),
    ):
        assert part in text
    assert [code.split()[:2] for code in codes] == [["TEWATASHI", f"{job}-P01"]]
    entry = codes[0].split()[2]
    assert entry in "".join(text.split())
    assert not set(_password(answer).split("-")) & set(codes[0].split())


@pytest.mark.requirement("WARD-SYS-2")
@pytest.mark.requirement("FAC-LG-2")
def test_the_notices_password_alone_opens_the_parcel_that_the_cover_names(office: Office, contract: str) -> None:
    job = office.job(contract)
    answer = office.seal(job, extract())
    assert answer.headers["Cache-Control"] == "no-store"
    state = office.sato.state(job)
    letter = office.end.await_letter("parcel-sealed", job)
    cover = read_cover(str(letter.body["cover"]).encode(), [office.end.ward])
    assert (cover.parcel, cover.base_date, cover.pieces, cover.items) == (
        state["parcel"], "2026-11-20", 3, ("通知書番号", "基準日", "世帯主氏名"),
    )  # fmt: skip
    file = (office.data / "parcels" / f"{cover.parcel}.age").read_bytes()
    _, batches = open_parcel([file], Passphrase(_password(answer)), cover)
    records = [record for batch in batches for record in batch]
    assert [values for _, values in records] == [[f"{n:010d}", "2026-11-20", name(n)] for n in range(1, 4)]
    assert office.piece_ids(job) == [piece for piece, _ in records]


@pytest.mark.requirement("FAC-LG-2")
def test_the_password_is_shown_once_and_never_again(office: Office, contract: str) -> None:
    job = office.job(contract)
    answer = office.seal(job, extract())
    password, serial = _password(answer), office.sato.state(job)["parcel"][:8]
    assert f"番号 {job}-P01" in answer.text
    assert serial in answer.text
    for path in (f"/jobs/{job}", f"/jobs/{job}/password-notice", f"/jobs/{job}/state.json", "/"):
        assert password not in office.sato.page(path)
    assert office.seal(job, extract()).status_code == 422
    office.sato.act(f"/jobs/{job}/void", {"reason": "パスワード通知書の紛失"})
    anew = office.seal(job, extract())
    assert anew.status_code == 200
    assert _password(anew) != password


@pytest.mark.requirement("WARD-SYS-2")
def test_a_voided_parcel_and_its_index_are_erased(office: Office, contract: str) -> None:
    job = office.sealed_job(contract)
    parcel = office.sato.state(job)["parcel"]
    office.sato.act(f"/jobs/{job}/void", {"reason": "基準日の誤り"})
    until(lambda: not any(parcel in file for file in office.files("parcels", "index")))
    until(lambda: [thing["alive"] for thing in office.sato.state(job)["things"]] == [False])


@pytest.mark.requirement("WARD-SYS-2")
def test_a_site_killed_while_sealing_leaves_no_plaintext_and_then_nothing(office: Office, contract: str) -> None:
    job, files = office.job(contract, 20_000), office.files("parcels", "index")
    sending, killed = threading.Event(), threading.Event()
    body, headers = _form(office, extract(20_000))

    def slowly() -> Iterator[bytes]:
        """The form up to its middle, and the rest when the worker is dead."""
        yield body[: len(body) // 2]
        sending.set()
        killed.wait(60)
        yield body[len(body) // 2 :]

    def send() -> None:
        length = {"Content-Length": str(len(body))}
        with pytest.raises(httpx.TransportError):
            office.sato.line.post(f"/jobs/{job}/seal", content=slowly(), headers=headers | length)

    sender = threading.Thread(target=send)
    sender.start()
    sending.wait(60)
    until(lambda: len(office.files("parcels", "index")) == len(files) + 3)
    for worker in _children(office.server.pid):
        os.kill(worker, signal.SIGKILL)
    found = office.holds(name(1), name(2))
    killed.set()
    sender.join(60)
    assert not found
    until(lambda: _answers(office))
    until(lambda: office.files("parcels", "index") == files)
    assert office.sato.state(job)["parcel"] is None


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _answers(office: Office) -> bool:
    try:
        return office.sato.get("/").status_code == 200
    except httpx.TransportError:
        return False
