"""The accidents that a proof has to stop, each planted anew: the release is refused, with piece and page named."""

from __future__ import annotations

import io
import re
from functools import cache

import pikepdf
import pytest

from tests.press.residents import fonts, printed, towns
from tests.proofs.prints import Job, edited, images, reader, saved
from tewatashi.press.formfile import parse_form
from tewatashi.press.program import compile_form
from tewatashi.press.samples import marked_as_sample
from tewatashi.proofs.proofread import Report


@cache
def reminders() -> Job:
    return Job(count=6)


@cache
def bills() -> Job:
    return Job("nonyu", 12)


def named(report: Report, code: str) -> set[tuple[str, int]]:
    """Piece and page of the findings of a code."""
    return {(finding.piece, finding.page) for finding in report.findings.kept if finding.code == code}


def two_slips(job: Job) -> int:
    """The number of a piece that has two barcodes."""
    first, second = job.items.index("収納代行1"), job.items.index("収納代行2")
    return next(at for at, (_, values) in enumerate(job.pieces) if values[first] and values[second])


def page_of(job: Job, piece: int, nth: int) -> int:
    """The number, from 0, of a piece's nth page in the job's only file."""
    name = job.pieces[piece][0].encode()
    with pikepdf.open(io.BytesIO(job.files[0])) as pdf:
        pages = [at for at, page in enumerate(pdf.pages) if name in page.obj.Contents.read_bytes()]
    return pages[nth]


@pytest.mark.accident("sunmesse-2021")
def test_a_back_that_belongs_to_another_piece_is_found() -> None:
    job = reminders()
    with pikepdf.open(io.BytesIO(job.files[0])) as pdf:
        one, other = pdf.pages[3].obj.Contents, pdf.pages[5].obj.Contents
        pdf.pages[3].obj.Contents, pdf.pages[5].obj.Contents = other, one
        report = job.proof([saved(pdf)])
    assert not report.fine
    assert {job.pieces[1][0], job.pieces[2][0]} <= {finding.piece for finding in report.findings.kept}


@pytest.mark.accident("sunmesse-2021")
def test_fronts_without_backs_are_found() -> None:
    job = reminders()
    with pikepdf.open(io.BytesIO(job.files[0])) as pdf:
        for page in reversed(range(1, len(pdf.pages), 2)):
            del pdf.pages[page]
        report = job.proof([saved(pdf)])
    assert {finding.piece for finding in report.findings.kept} == {piece for piece, _ in job.pieces}
    assert set(report.findings.counts) == {"page-missing"}


@pytest.mark.accident("chigasaki-2007")
def test_the_barcode_of_another_slip_in_the_finished_file_is_found() -> None:
    job = bills()
    piece = two_slips(job)
    page = page_of(job, piece, 2)

    def swap(content: bytes) -> bytes:
        (_, _, a, b), (_, _, c, d) = [each for each in images(content) if each[0] == 288][:2]
        return content[:a] + content[c:d] + content[b:c] + content[a:b] + content[d:]

    assert (job.pieces[piece][0], page + 1) in named(job.proof([edited(job.files[0], page, swap)]), "payment")


@pytest.mark.accident("chigasaki-2007")
def test_a_form_that_prints_one_barcode_on_all_slips_is_found() -> None:
    def one_for_all(form: str) -> str:
        return form.replace(
            'digits = "収納代行#", amount = "納付額#", due = "納付期限#"',
            'digits = "収納代行1", amount = "納付額1", due = "納付期限1"',
        )

    job = Job("nonyu", 12, one_for_all)
    report = job.proof()
    assert job.pieces[two_slips(job)][0] in {piece for piece, _ in named(report, "payment")}


@pytest.mark.accident("kashiwa-2020")
def test_an_amount_that_is_printed_otherwise_than_in_the_barcode_is_found() -> None:
    job = reminders()
    amount = job.items.index("合計額")
    piece = next(at for at, (_, values) in enumerate(job.pieces) if values[job.items.index("収納代行")])
    other = str(int(job.pieces[piece][1][amount]) + 100)
    files = job.composed(job.changed(piece, 合計額=other, 収納代行=""))
    report = job.proof(files)
    assert (job.pieces[piece][0], 2 * piece + 1) in named(report, "text")
    assert any("合計額" in finding.items for finding in report.findings.kept)


@pytest.mark.accident("kashiwa-2020")
def test_a_barcode_with_another_amount_in_it_is_found() -> None:
    job = reminders()
    code = job.items.index("収納代行")
    one, other = [at for at, (_, values) in enumerate(job.pieces) if values[code]][:2]
    with pikepdf.open(io.BytesIO(job.files[0])) as pdf:
        donor = pdf.pages[2 * other].obj.Contents.read_bytes()
    _, _, start, end = next(each for each in images(donor) if each[0] == 288)

    def put(content: bytes) -> bytes:
        _, _, a, b = next(each for each in images(content) if each[0] == 288)
        return content[:a] + donor[start:end] + content[b:]

    report = job.proof([edited(job.files[0], 2 * one, put)])
    assert named(report, "payment") == {(job.pieces[one][0], 2 * one + 1)}


@pytest.mark.accident("inzai-2024")
def test_a_form_that_lost_the_honorific_is_found() -> None:
    job = Job(count=3, change=lambda form: form.replace("{世帯主氏名}　様", "{世帯主氏名}"))
    assert "honorific" in job.proof().findings.counts
    report = job.proof(read=reader("tokusoku"))
    assert {(piece, 2 * at + 1) for at, (piece, _) in enumerate(job.pieces)} <= named(report, "text")


@pytest.mark.accident("inzai-2024")
def test_the_honorific_lost_on_one_piece_is_found() -> None:
    job = reminders()

    def lose(content: bytes) -> bytes:
        """The last character of the name in the window, set in 14 points."""
        return re.sub(rb"(/F\d+ 14 Tf[^(]*\([^()]*)[^()]{2}\)Tj", rb"\1)Tj", content, count=1)

    report = job.proof([edited(job.files[0], 4, lose)])
    assert (job.pieces[2][0], 5) in named(report, "text")
    assert any(finding.items == ("世帯主氏名",) for finding in report.findings.kept)


@pytest.mark.accident("kitakyushu-2019")
def test_a_test_setting_left_on_is_found() -> None:
    job = reminders()
    form = parse_form(job.read("form.toml"), job.read)
    trial = compile_form(marked_as_sample(form), fonts(), towns())
    report = job.proof([data for _, data in printed(job.pieces, by=trial)])
    assert not report.fine
    assert report.findings.kept[0].piece == job.pieces[0][0]


@pytest.mark.accident("sendai-2020")
def test_an_old_seal_is_found() -> None:
    job = Job("kogaku", 3)
    with pikepdf.open(io.BytesIO(job.files[0])) as pdf:
        for each in pdf.objects:
            if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Image":
                rows = bytearray(each.read_bytes())
                rows[len(rows) // 2] ^= 0xFF
                each.write(bytes(rows))
        report = job.proof([saved(pdf)])
    assert {(piece, 2 * at + 1) for at, (piece, _) in enumerate(job.pieces)} <= named(report, "picture")


@pytest.mark.accident("sendai-2020")
def test_a_seal_out_of_its_term_is_found() -> None:
    job = Job("kogaku", 3)
    expired = reader("kogaku", lambda form: re.sub(r"valid = \[[^]]*\]", 'valid = ["2020-01-01", "2020-12-31"]', form))
    report = job.proof(read=expired)
    assert {piece for piece, _ in named(report, "picture")} == {piece for piece, _ in job.pieces}


@pytest.mark.accident("tamba-2025")
def test_another_members_name_in_the_window_is_found() -> None:
    job = reminders()
    with pikepdf.open(io.BytesIO(job.files[0])) as pdf:
        donor = pdf.pages[2].obj.Contents.read_bytes()
    name = re.search(rb"/F\d+ 14 Tf[^(]*\([^()]*\)Tj\n", donor)
    assert name

    def rename(content: bytes) -> bytes:
        return re.sub(rb"/F\d+ 14 Tf[^(]*\([^()]*\)Tj\n", lambda _: name[0], content, count=1)

    report = job.proof([edited(job.files[0], 0, rename)])
    assert (job.pieces[0][0], 1) in named(report, "text")
    assert {finding.items for finding in report.findings.kept} == {("世帯主氏名",)}


@pytest.mark.accident("tamba-2025")
def test_last_months_data_are_found() -> None:
    job = reminders()
    one = job.changed(2, 基準日="2026-10-01")
    assert named(job.proof(job.composed(one), one), "base-date") == {(job.pieces[2][0], 5)}
    every = job.proof(base_date="2026-12-01")
    assert len(named(every, "base-date")) == len(job.pieces)
