"""The proof knows the ward's own characters: a private one by its outline, a degraded one by the ward's table."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import pytest
import uharfbuzz as hb
from hypothesis import example, given
from hypothesis import strategies as st

from tests.press.own_fonts import (
    BITMAP,
    FAR,
    FILES,
    LOST,
    LOST_SEQUENCE,
    PRIVATE,
    ROWS,
    SEQUENCE,
    TABLE,
    bdf,
    digest,
    form_with,
    truetype,
    written,
)
from tests.press.residents import FONTS, fonts, printed
from tests.press.test_characters import ADDRESS, NAME, compose, own_files
from tewatashi.cli.main import app
from tewatashi.core.refused import Refused
from tewatashi.press.program import compile_form
from tewatashi.proofs.outlines import TrueType
from tewatashi.proofs.own import read_own
from tewatashi.proofs.proofread import Report, Standard, proofread

PIECES = [
    ("00000000000000000000", ["森　一", "東京都"]),
    ("00000000000000000018", [NAME, ADDRESS]),
    ("00000000000000000026", [f"{LOST}木{LOST_SEQUENCE}", "東京都"]),
]


def composed(files: dict[str, bytes]) -> bytes:
    """With these fonts and this table in the form's folder, whatever their pins."""
    toml = written(files)
    for name, data in files.items():
        toml = toml.replace(digest(FILES[name]).encode(), digest(data).encode())
    from tewatashi.press.formfile import parse_form

    form = parse_form(toml, files.__getitem__)
    [(_, data)] = printed(PIECES, by=compile_form(form, fonts()))
    return data


def reader(files: dict[str, bytes]) -> Callable[[str], bytes]:
    return {**files, "form.toml": written(files)}.__getitem__


def proof(data: bytes, files: dict[str, bytes] = FILES) -> Report:
    return proofread([data], PIECES, Standard.of(reader(files), sample=2))


def found(report: Report) -> set[tuple[str, int, str]]:
    return {(finding.piece, finding.page, finding.code) for finding in report.findings.kept}


def test_what_the_ward_approved_agrees_and_is_told_with_its_digests() -> None:
    report = proof(composed(FILES))
    assert report.fine, report.findings.kept
    assert report.as_dict()["characters"] == {
        "files": {name: digest(data) for name, data in FILES.items()},
        "degraded": {"U+2EBF0": {"to": "U+9AD8", "pieces": 1}, "U+8FBB U+E01EE": {"to": "U+8FBB", "pieces": 1}},
    }


def test_another_outline_for_a_private_character_is_told_with_piece_and_page() -> None:
    other = truetype().replace(b"\x03\x20", b"\x03\x1f")  # 800 units become 799
    assert other != truetype()
    assert found(proof(composed(FILES | {"tsuika.ttf": other}))) == {(PIECES[1][0], 2, "glyph")}


def test_one_dot_more_of_a_bitmap_is_told() -> None:
    other = bdf((*ROWS[:-2], "04000060", ROWS[-1]))
    assert found(proof(composed(FILES | {"gaiji.bdf": other}))) == {(PIECES[1][0], 2, "glyph")}


def test_a_private_character_of_no_file_is_told() -> None:
    half = {"gaiji.bdf": FILES["gaiji.bdf"], "shukutai.csv": FILES["shukutai.csv"]}
    assert found(proof(composed(FILES), half)) == {(PIECES[1][0], 2, "glyph")}


def test_what_was_degraded_without_approval_is_told() -> None:
    fonts_alone = {name: data for name, data in FILES.items() if name != "shukutai.csv"}
    assert found(proof(composed(FILES), fonts_alone)) == {(PIECES[2][0], 3, "text")}
    other = TABLE.replace("U+9AD8", "U+6A4B").encode()
    assert found(proof(composed(FILES | {"shukutai.csv": other}))) == {(PIECES[2][0], 3, "text")}


def test_other_bytes_than_the_pin_are_refused() -> None:
    with pytest.raises(Refused, match="様式の指定と違います"):
        Standard.of(lambda name: {**FILES, "form.toml": written(), "gaiji.bdf": bdf(code=0xE011)}[name])


def test_texts_of_the_form_itself_are_expected_degraded() -> None:
    form = form_with(fixed=f"{LOST}島屋")
    [(_, data)] = printed(PIECES, by=compile_form(form, fonts()))
    files = {**FILES, "form.toml": written(fixed=f"{LOST}島屋")}
    assert proofread([data], PIECES, Standard.of(files.__getitem__)).fine


def test_the_command_proofreads_with_the_same_files(tmp_path: object) -> None:
    from pathlib import Path

    from typer.testing import CliRunner

    folder = Path(str(tmp_path))
    assert compose(folder, *own_files(folder))[0] == 0
    arguments = [
        "press",
        "proofread",
        "--form",
        folder / "in",
        "--records",
        folder / "dummy.jsonl",
        "--json",
        folder / "out/000001.pdf",
    ]
    run = CliRunner()
    with_files = run.invoke(app, [*map(str, arguments), *own_files(folder)])
    assert (with_files.exit_code, json.loads(with_files.stdout)["characters"]["degraded"]["U+2EBF0"]["pieces"]) == (
        0,
        1,
    )
    without = run.invoke(app, [*map(str, arguments)])
    assert (without.exit_code, set(json.loads(without.stdout)["counts"])) == (5, {"glyph", "text"})


@example(place=315, changed=b"\n")  # a row that ends too early
@given(st.integers(0, 2000), st.binary(max_size=6))
def test_any_bytes_give_characters_or_a_refusal(place: int, changed: bytes) -> None:
    for name, data in FILES.items():
        at = place % len(data)
        spoilt = data[:at] + changed + data[at + len(changed) :]
        try:
            own = read_own(
                {},
                FILES.__getitem__,
                [] if name.endswith("csv") else [(name, spoilt)],
                (name, spoilt) if name.endswith("csv") else None,
            )
        except Refused as refusal:
            assert refusal.code == "proof-characters"  # noqa: PT017 -- characters are as right an answer
        else:
            own.degrade(NAME)
            own.draws(PRIVATE, truetype(), 2)
            own.draws(BITMAP, spoilt, 1)


@pytest.mark.parametrize("file", ["ipaexg.ttf", "ipamjm.ttf"])
def test_glyphs_and_outlines_are_those_that_harfbuzz_finds(file: str) -> None:
    fonts()
    data = (FONTS / file).read_bytes()
    face, mine = hb.Face(data), TrueType(data)
    font = hb.Font(face)
    rand = random.Random(1)
    for code in rand.sample(sorted(face.unicodes), 60):
        assert mine.number(chr(code)) == font.get_nominal_glyph(code)
    for selector in sorted(face.variation_selectors)[:3]:
        for code in sorted(face.variation_unicodes(selector))[:5]:
            number = mine.number(chr(code) + chr(selector))
            assert number in (0, font.get_variation_glyph(code, selector))  # 0: the usual glyph, which needs no entry
    numbers = rand.sample(range(1, face.glyph_count), 40)
    options = hb.SubsetInput()
    options.glyph_set.update(numbers)
    plan = hb.SubsetPlan(face, options)
    subset, moved = TrueType(bytes(plan.execute().blob.data)), plan.old_to_new_glyph_mapping
    assert [mine.shape(number) for number in numbers] == [subset.shape(moved[number]) for number in numbers]


def test_a_sequence_and_a_far_character_are_found_in_their_tables() -> None:
    font = TrueType(truetype())
    assert [font.number(text) for text in (PRIVATE, FAR, SEQUENCE, "\ue002")] == [2, 3, 4, 0]
    assert font.shape(2) == (((0, 0, True), (0, 800, True), (400, 800, True)),)
    assert font.shape(1) == ()
