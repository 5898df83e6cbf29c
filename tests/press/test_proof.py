from __future__ import annotations

import re

import pypdfium2
import pytest
import zxingcpp

from tests.press.residents import SHORT, TOKUSOKU, fonts, pieces, printed, towns
from tests.press.shipped import form_of
from tewatashi.core.pieceid import SheetMark, is_proof_piece, proof_piece_id
from tewatashi.core.refused import Refused
from tewatashi.press.proof import compile_proof, compose_proof, program_digest
from tewatashi.press.shipped import load_shipped_samples, shipped_forms


def proof_of(name: str) -> bytes:
    form = form_of(name)
    return compose_proof(form, load_shipped_samples(name, form), fonts())[1]


@pytest.mark.parametrize("name", shipped_forms())
@pytest.mark.accident("kitakyushu-2019")
def test_every_page_of_a_proof_says_so_to_people_and_to_machines(name: str) -> None:
    document = pypdfium2.PdfDocument(proof_of(name))
    assert len(document) >= 2
    last = len(document) - 1
    for place, page in enumerate(document):
        text = re.sub(r"\s", "", page.get_textpage().get_text_bounded())
        assert text.count("見本") >= 3
        if 2 < place < last:
            continue  # alike: reading codes takes longer than making them
        codes = zxingcpp.read_barcodes(page.render(scale=3, grayscale=True).to_pil(), zxingcpp.BarcodeFormat.DataMatrix)
        marks = [code.text for code in codes if len(code.text) == 24]
        assert marks
        assert all(is_proof_piece(SheetMark.parse(mark).piece) for mark in marks)


def test_a_proof_has_the_customer_barcode_that_a_notice_has() -> None:
    form = form_of("tokusoku")
    file, _ = compose_proof(form, load_shipped_samples("tokusoku", form), fonts())
    assert (file.pieces, file.uncoded) == (2, 0)


def test_the_same_form_gives_the_same_proof_and_another_form_another() -> None:
    assert proof_of("tokusoku") == proof_of("tokusoku")
    assert proof_of("tokusoku") != proof_of("nonyu")


@pytest.mark.accident("kitakyushu-2019")
def test_modes_do_not_mix() -> None:
    """Residents' pieces are no proof, and a proof's are no notices; no page of either is left."""
    real = pieces([SHORT])
    with pytest.raises(Refused, match="見本") as refused:
        printed(real, by=compile_proof(TOKUSOKU, fonts(), towns()))
    assert refused.value.code == "proof-mode"
    with pytest.raises(Refused, match="見本") as refused:
        printed([(proof_piece_id(1), real[0][1])])
    assert refused.value.code == "proof-mode"


def test_the_mode_stands_in_the_files_metadata() -> None:
    real, proof = printed(pieces([SHORT]))[0][1], proof_of("tokusoku")
    titles = [pypdfium2.PdfDocument(data).get_metadata_dict()["Title"] for data in (real, proof)]
    assert titles == [TOKUSOKU.title, f"【見本】{TOKUSOKU.title}"]


def test_the_program_has_a_digest_of_its_sources() -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", program_digest())
