"""外字 from the job's own files, 縮退 by the ward's own table, and nothing else in a character's place."""

from __future__ import annotations

import io
import json
import pickle
import re
import subprocess
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from tests.press.own_fonts import (
    BITMAP,
    BLANK,
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
from tests.press.test_compose import needs
from tewatashi.cli.main import app
from tewatashi.core.refused import Refused
from tewatashi.press.bdf import contours, read_bdf
from tewatashi.press.degrade import read_degraded
from tewatashi.press.gaiji import read_gaiji
from tewatashi.press.program import Program, compile_form

PIECE = "0" * 20
NAME = f"{PRIVATE}{FAR}{SEQUENCE}{BITMAP}子"
ADDRESS = f"東京都千代田区{PRIVATE}町1丁目2番3号"


def program(files: dict[str, bytes] | None = None) -> Program:
    return compile_form(form_with(files), fonts())


def page_of(name: str, address: str = ADDRESS, by: Program | None = None) -> bytes:
    [(_, data)] = printed([(PIECE, [name, address])], by=by or program())
    return data


def text_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    found = str(document[0].get_textpage().get_text_range())
    document.close()
    return found


def refusal_of(name: str, files: dict[str, bytes]) -> str:
    with pytest.raises(Refused) as refusal:
        page_of(name, "東京都", program(files))
    return str(refusal.value)


# ------------------------------------------------------------------------------------------------------- 外字


def test_private_characters_and_sequences_come_out_of_the_page_as_they_went_in() -> None:
    assert f"{NAME}　様" in text_of(page_of(NAME))
    assert f"千代田区{PRIVATE}町" in text_of(page_of(NAME))


@needs("pdftotext")
def test_pdftotext_reads_them_too(tmp_path: Path) -> None:
    (tmp_path / "file.pdf").write_bytes(page_of(NAME))
    done = subprocess.run(["pdftotext", "-raw", tmp_path / "file.pdf", "-"], capture_output=True, check=True)
    assert not done.stderr
    assert NAME in done.stdout.decode()


@needs("gs")
@needs("qpdf")
def test_ghostscript_and_qpdf_say_nothing(tmp_path: Path) -> None:
    (tmp_path / "file.pdf").write_bytes(page_of(NAME + LOST))
    for command in (["gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=nullpage"], ["qpdf", "--check"]):
        done = subprocess.run([*command, tmp_path / "file.pdf"], capture_output=True, text=True, check=True)
        assert not done.stderr + (done.stdout if command[0] == "gs" else "")


def test_each_is_drawn_by_the_wards_own_outline() -> None:
    with pikepdf.Pdf.open(io.BytesIO(page_of(NAME))) as pdf:
        own = [font for font in pdf.pages[0].Resources.Font.values() if "Gaiji" in str(font.BaseFont)]
        programs = [TTFont(io.BytesIO(font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes())) for font in own]
    drawn = {
        tuple(glyph.coordinates)
        for program in programs
        for glyph in map(program["glyf"].__getitem__, program.getGlyphOrder())
        if glyph.numberOfContours
    }
    source = TTFont(io.BytesIO(truetype()))
    assert {tuple(source["glyf"][name].coordinates) for name in "abc"} <= drawn


def test_a_bitmap_is_printed_dot_by_dot() -> None:
    data = page_of(BITMAP, "")
    document = pypdfium2.PdfDocument(data)
    dots = np.asarray(document[0].render(scale=32 / 12 * 4, grayscale=True).to_numpy())  # a dot is 4 × 4
    document.close()
    dots = dots.reshape(dots.shape[:2])
    left = 20 / 25.4 * 72 * 32 / 12
    inked = np.flatnonzero((dots[:, : int(left * 4 + 130)] < 128).any(axis=1))
    top = int(inked[0]) / 4
    for row, bits in enumerate(ROWS):
        for column in range(32):
            seen = dots[round((top + row + 0.5) * 4), round((left + column + 0.5) * 4)] < 128
            assert seen == bool(int(bits, 16) >> (31 - column) & 1), (row, column)


def test_an_outline_goes_round_every_dot_once() -> None:
    [bitmap] = read_bdf(bdf()).glyphs
    areas = []
    for contour in contours(bitmap):
        edges = zip(contour, [*contour[1:], contour[0]], strict=True)
        areas.append(sum(x2 * y1 - x1 * y2 for (x1, y1), (x2, y2) in edges) / 2)
    assert sum(areas) == sum(int(row, 16).bit_count() for row in ROWS)


@pytest.mark.parametrize(
    "names",
    [[NAME] * 12, [f"{NAME}{number}" for number in range(12)], [f"{LOST}{LOST_SEQUENCE}{n}" for n in range(12)]],
)
def test_many_at_once_give_the_same_bytes_as_one_by_one(names: list[str]) -> None:
    own = program()
    pieces = [(f"{number:020d}", [name, ADDRESS]) for number, name in enumerate(names)]
    fast, plain = own.ink(), own.ink()
    assert own.paint_many(pieces, 0, fast) == [own.paint(piece, values, 0, plain) for piece, values in pieces]
    assert (fast.used == plain.used).all()


def test_without_the_file_the_job_stops_and_lists_the_characters() -> None:
    refusal = refusal_of(NAME, {})
    for code in ("U+E000", "U+10DE92", "U+845B+U+E01EF", "U+E010"):
        assert code in refusal
    assert NAME not in refusal


def test_a_form_with_its_own_fonts_goes_to_another_process() -> None:
    form = pickle.loads(pickle.dumps(form_with()))
    pieces = [(PIECE, [NAME, LOST])]
    assert printed(pieces, by=compile_form(form, fonts())) == printed(pieces, by=program())


def test_a_slot_without_an_outline_is_no_character() -> None:
    assert "U+E001" in refusal_of(BLANK, FILES)


def test_a_pinned_font_goes_first() -> None:
    own = program()
    with_own, without = page_of("葛", "", own), page_of("葛", "", program({}))
    assert own.fonts.faces[-2].find("葛")
    assert _font_names(with_own) == _font_names(without)


def _font_names(data: bytes) -> list[str]:
    with pikepdf.Pdf.open(io.BytesIO(data)) as pdf:
        return [str(font.BaseFont) for font in pdf.pages[0].Resources.Font.values()]


@pytest.mark.parametrize(
    ("file", "data", "says"),
    [
        ("tsuika.ttf", truetype() + b"\0", "中身が指定と違います"),
        ("new.ttf", b"OTTO" + truetype()[4:], "この形式の外字ファイルは使えません"),
        ("new.ttf", truetype(2), "埋め込みを許さないフォントです"),
        ("new.ttf", truetype()[:400], "外字ファイルとして読めません"),
        ("new.bdf", bdf(registry="JISX0208.1983"), "外字ファイルとして読めません"),
        ("new.bdf", bdf(("XYZ",)), "外字ファイルとして読めません"),
        ("new.bdf", b"STARTFONT 2.1\n", "外字ファイルとして読めません"),
    ],
)  # fmt: skip
def test_what_is_no_font_of_the_ward_is_refused(file: str, data: bytes, says: str) -> None:
    with pytest.raises(Refused, match=re.escape(file)) as refusal:
        form_with({file: data})
    assert says in str(refusal.value)


@settings(max_examples=150)
@given(st.sampled_from([truetype(), bdf()]), st.integers(0, 3000), st.binary(max_size=9))
def test_any_changed_bytes_give_a_font_or_a_refusal(data: bytes, place: int, changed: bytes) -> None:
    place %= len(data)
    try:
        assert read_gaiji(data[:place] + changed + data[place + len(changed) :], "gaiji").texts
    except Refused as refusal:
        assert refusal.code == "gaiji"  # noqa: PT017 -- a font is as right an answer


# ------------------------------------------------------------------------------------------------------- 縮退


def test_an_approved_character_is_printed_and_counted() -> None:
    pieces = [(PIECE, [f"{LOST}木　{LOST_SEQUENCE}", "東京都"]), (PIECE, ["高木", "東京都"])]
    [(file, data)] = printed(pieces, by=program())
    assert "高木　辻　様" in text_of(data)
    assert (file.pieces, file.degraded) == (2, 1)


def test_without_its_row_a_character_stops_the_job() -> None:
    assert "U+2EBF0" in refusal_of(LOST, {})
    half = TABLE.splitlines(keepends=True)
    assert "U+8FBB+U+E01EE" in refusal_of(LOST_SEQUENCE, {"shukutai.csv": "".join(half[:2]).encode()})


def test_another_selector_is_another_character() -> None:
    assert "U+8FBB+U+E01ED" in refusal_of("辻\U000e01ed", FILES)


def test_a_sequence_that_a_font_has_stays_what_it_is() -> None:
    assert "辻\U000e0100" in text_of(page_of("辻\U000e0100", ""))


def test_texts_of_the_form_itself_are_degraded_too() -> None:
    own = compile_form(form_with(fixed=f"{LOST}島屋"), fonts())
    assert "高島屋" in text_of(page_of("森", "", own))


def test_a_character_that_a_font_has_is_never_degraded() -> None:
    with pytest.raises(Refused, match="縮退せずにそのまま印字します") as refusal:
        program({"shukutai.csv": TABLE.encode() + b"U+9AD9,U+9AD8,x,2026-10-01\n"})
    assert "U+9AD9" in str(refusal.value)


def test_an_own_font_makes_degrading_needless_and_refused() -> None:
    rows = b"from,to,approved_by,approved_on\nU+E000,U+9AD8,x,2026-10-01\n"
    assert "高" in text_of(page_of(PRIVATE, "", program({"shukutai.csv": rows})))
    with pytest.raises(Refused, match="そのまま印字"):
        program({"tsuika.ttf": FILES["tsuika.ttf"], "shukutai.csv": rows})


def test_degrading_to_what_no_font_has_is_refused() -> None:
    with pytest.raises(Refused, match="どのフォントにもありません"):
        program({"shukutai.csv": b"from,to,approved_by,approved_on\nU+2EBF0,U+E555,x,2026-10-01\n"})


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("from,to", "to,from", "列が違います"),
        ("U+9AD8", "高", "文字の書き方"),
        ("U+9AD8", "U+9AD8 U+9AD8", "一つの文字"),
        ("U+9AD8", "U+000A", "一つの文字"),
        ("U+9AD8", "U+2EBF0", "同じ文字"),
        ("U+9AD8", "U+8FBB U+E01EE", "また縮退されます"),
        ("U+8FBB U+E01EE,U+8FBB", "U+2EBF0,U+8FBB", "縮退が二つ"),
        ("区民課長", "　", "承認した人"),
        ("2026-10-01", "10月1日", "承認した日"),
        ("2026-10-01\nU+8FBB", "2026-10-01,x\nU+8FBB", "列の数"),
    ],
)  # fmt: skip
def test_a_row_that_approves_nothing_is_refused(old: str, new: str, says: str) -> None:
    with pytest.raises(Refused, match=says) as refusal:
        form_with({"shukutai.csv": TABLE.replace(old, new, 1).encode()})
    assert refusal.value.code == "degrade-table"


def test_the_specs_example_is_a_table() -> None:
    spec = (Path(__file__).parents[2] / "docs/spec/characters.md").read_text("utf-8")
    rows = read_degraded(spec.partition("```csv\n")[2].partition("```")[0].encode(), "shukutai.csv")
    assert [row.codes for row in rows] == [("U+2EBF0", "U+9AD8"), ("U+8FBB U+E01EE", "U+8FBB")]


@given(st.one_of(st.binary(max_size=80), st.text(max_size=60).map(lambda text: (TABLE + text).encode())))
def test_any_bytes_give_a_table_or_a_refusal(data: bytes) -> None:
    try:
        assert all(row.approved_by for row in read_degraded(data, "shukutai.csv"))
    except Refused as refusal:
        assert refusal.code == "degrade-table"  # noqa: PT017 -- a table is as right an answer


# ------------------------------------------------------------------------------------------------------- held on to


def test_another_table_or_font_is_another_form() -> None:
    later = TABLE.replace("2026-10-01", "2026-11-01").encode()
    own, other = form_with(), form_with(FILES | {"shukutai.csv": later})
    assert own.fingerprint == form_with().fingerprint != other.fingerprint
    assert form_with({}).fingerprint not in {own.fingerprint, other.fingerprint}


def compose(tmp_path: Path, *options: str) -> tuple[int, dict[str, object]]:
    fonts()
    folder = tmp_path / "in"
    folder.mkdir(exist_ok=True)
    (folder / "form.toml").write_bytes(written({}))
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    records = tmp_path / "dummy.jsonl"
    records.write_text(json.dumps({"氏名": NAME + LOST, "住所": ADDRESS}, ensure_ascii=False) + "\n", "utf-8")
    arguments = [
        "--form",
        folder,
        "--records",
        records,
        "--out",
        tmp_path / "out",
        "--fonts",
        FONTS,
        "--jobs",
        1,
        "--json",
    ]
    done = CliRunner().invoke(app, ["press", "compose", *map(str, arguments), *options])
    return done.exit_code, json.loads(done.stdout)


def own_files(tmp_path: Path) -> list[str]:
    return [
        "--gaiji",
        f"{tmp_path}/tsuika.ttf",
        "--gaiji",
        f"{tmp_path}/gaiji.bdf",
        "--degrade",
        f"{tmp_path}/shukutai.csv",
    ]


def test_the_command_takes_a_jobs_own_files(tmp_path: Path) -> None:
    code, about = compose(tmp_path, *own_files(tmp_path))
    assert (code, about["degraded"]) == (0, 1)
    assert f"{NAME}高　様" in text_of((tmp_path / "out/000001.pdf").read_bytes())
    assert about["form"] != form_with({}).fingerprint


def test_checking_a_form_names_its_files(tmp_path: Path) -> None:
    for name, data in {**FILES, "form.toml": written()}.items():
        (tmp_path / name).write_bytes(data)
    done = CliRunner().invoke(app, ["form", "check", "--form", str(tmp_path), "--json"])
    about = json.loads(done.stdout)
    assert (done.exit_code, about["degraded"]) == (0, 2)
    assert about["gaiji"] == {name: digest(data) for name, data in FILES.items() if "csv" not in name}


def test_the_command_lists_what_is_missing(tmp_path: Path) -> None:
    code, about = compose(tmp_path)
    assert (code, about["code"]) == (4, "glyph-missing")
    assert "U+10DE92" in str(about["found"])
