"""Other people's programs work on what comes out: qpdf, pdftotext, a barcode reader, openssl."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from tewatashi.demo.extract_maker import records
from tewatashi.demo.sites import Sites
from tewatashi.demo.stage import main_job, paper_of, running_sites
from tewatashi.press.codes import gs1_128

HOUSEHOLDS = 12
SEED = 21


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sites, list[Path]]]:
    folder = tmp_path_factory.mktemp("stage")
    with running_sites(folder) as sites:
        job = main_job(sites, HOUSEHOLDS, SEED, say=lambda _: None)
        for name, step in job.steps():
            step()
            if name == "印字":
                break
        yield sites, sorted(paper_of(folder).glob("*.pdf"))


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def made() -> list[dict[str, str]]:
    today = date.today()  # noqa: DTZ011 -- the day that the job takes
    return list(records(HOUSEHOLDS, SEED, today))


def test_qpdf_finds_no_fault(stage: tuple[Sites, list[Path]]) -> None:
    for file in stage[1]:
        done = subprocess.run([tool("qpdf"), "--check", str(file)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_pdftotext_takes_every_name_out_as_it_went_in(stage: tuple[Sites, list[Path]]) -> None:
    text = "".join(
        subprocess.run([tool("pdftotext"), "-raw", str(file), "-"], capture_output=True, check=True).stdout.decode()
        for file in stage[1]
    )
    for record in made():
        assert record["世帯主氏名"].replace("\u3000", " ") in text.replace(
            "\u3000", " "
        )  # pdftotext spells the blank its own way
        assert record["通知書番号"] in text


def test_a_barcode_reader_reads_what_the_record_says(stage: tuple[Sites, list[Path]]) -> None:
    document = pypdfium2.PdfDocument(stage[1][0])
    try:
        for number, record in enumerate(made()[:3]):
            image = document[2 * number].render(scale=300 / 72, grayscale=True).to_numpy()
            codes = {code.format.name: code.text for code in zxingcpp.read_barcodes(image)}
            digits = "".join(char for char in codes.get("Code128", "") if char.isdigit())
            assert digits == (gs1_128.complete(record["収納代行"]) if record["収納代行"] else "")
            assert codes["DataMatrix"][20:] == "0111"
    finally:
        document.close()


@pytest.mark.requirement("WARD-LG-1")
@pytest.mark.parametrize(("version", "accepted"), [("-tls1_3", True), ("-tls1_2", False)])
def test_openssl_gets_tls_1_3_and_nothing_older(stage: tuple[Sites, list[Path]], version: str, accepted: bool) -> None:
    for site in stage[0].sites.values():
        address = f"127.0.0.1:{site.config.listen.port}"
        command = [tool("openssl"), "s_client", "-connect", address, version, "-CAfile", str(site.ca)]
        done = subprocess.run(command, input=b"", capture_output=True, check=False, timeout=30)
        assert (b"Verify return code: 0 (ok)" in done.stdout and b"TLSv1.3" in done.stdout) is accepted
