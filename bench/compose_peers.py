"""The engines that bench/compose.py measures, each setting bench/form for all records of a file.

    compose_peers.py ENGINE RECORDS TOWNS OUT [JOBS]

ReportLab draws the same texts, rules and boxes in the same fonts, the background as a shared form, the codes as rectangles
ready-made for each byte of their modules, appended to the page as they are: the least work that it can be given. pikepdf gets
content streams made by hand in plain Python, with the same codes, our fonts and our background. typst gets the codes as SVG,
and WeasyPrint too, whose background is its page's; it gets the three fonts as files. PDFKit gets codes and rules as operators, which it has no form to share in, and sets each string by its glyphs alone, without the
fonts' features, which take it longer than all the rest. None of them fits text into its box, and only typst and the browsers' kind know IVS.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import orjson

from tewatashi.press.form import BUILT_IN, Form, Text
from tewatashi.press.formfile import load_form

if TYPE_CHECKING:
    import numpy as np

    from tewatashi.press.fonts import Face

HERE = Path(__file__).parent
FORM, FONTS = HERE / "form", HERE.parent / ".tools/fonts"
FAMILIES = {"gothic": "IPAexGothic", "mincho": "IPAexMincho", "mj": "IPAmjMincho"}
DPI = 600
Strings = list[tuple[Text, list[str]]]


def main() -> None:
    engine, records, towns, out, *more = sys.argv[1:]
    ENGINES[engine](Path(records), Path(towns), Path(out), *more)


def ours(records: Path, towns: Path, out: Path, jobs: str) -> None:
    from tewatashi.press.compose import PIECES_PER_FILE
    from tewatashi.press.records import read_lines, shards
    from tewatashi.press.workers import Kit, compose_shards

    portions = shards(read_lines(records, load_form(FORM).items), PIECES_PER_FILE)
    for file, data in compose_shards(portions, Kit(FORM, FONTS, towns), int(jobs)):
        (out / f"{file.number:06d}.pdf").write_bytes(data)


def reportlab(records: Path, towns: Path, out: Path) -> None:
    from reportlab.lib.units import mm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    from tewatashi.press.fonts import pins

    form = load_form(FORM)
    side = form.sheets[0].front
    for pin in pins():
        pdfmetrics.registerFont(TTFont(pin.key, FONTS / pin.file))
    canvas = Canvas(
        str(out / "reportlab.pdf"), pagesize=(form.paper[0] * mm, form.paper[1] * mm), pageCompression=1, invariant=1,
        initialFontName="gothic",
    )  # fmt: skip

    def paint(texts: Strings) -> None:
        for text, strings in texts:
            style, area = text.style, text.area
            draw = {"right": canvas.drawRightString, "center": canvas.drawCentredString}.get(
                style.align, canvas.drawString
            )
            x = {"right": area.right, "center": area.x + area.width / 2}.get(style.align, area.x) * mm
            y = (form.paper[1] - area.y) * mm - style.size
            canvas.setFont(style.fonts[0], style.size)
            for each in strings:
                draw(x, y, each)
                y -= style.size * style.leading

    canvas.beginForm("background")
    for box in side.boxes:
        canvas.setFillGray(1 if box.fill is None else box.fill)
        area = box.area
        canvas.rect(
            area.x * mm, (form.paper[1] - area.bottom) * mm, area.width * mm, area.height * mm,
            stroke=box.thickness > 0, fill=box.fill is not None,
        )  # fmt: skip
    canvas.setFillGray(0)
    for line in side.lines:
        area, high = line.area, form.paper[1]
        canvas.setLineWidth(line.thickness * mm)
        canvas.line(area.x * mm, (high - area.y) * mm, area.right * mm, (high - area.bottom) * mm)
    paint([(text, read(())) for text, read in readers(form) if text.static])
    canvas.endForm()
    variable = [(text, read) for text, read in readers(form) if not text.static]
    code_of = codes(form, towns)
    for record in read_records(records):
        canvas.doForm("background")
        paint([(text, read(record)) for text, read in variable])
        canvas._code.append(code_of(record))
        canvas.showPage()
    canvas.save()


def pikepdf(records: Path, towns: Path, out: Path) -> None:
    import io

    from pikepdf import Dictionary, Name, Page, Pdf

    from tewatashi.press.compose import compose
    from tewatashi.press.records import Shard, pieces_of
    from tewatashi.press.workers import Kit

    program = Kit(FORM, FONTS, towns).program()
    sample = io.BytesIO()
    list(compose(islice(pieces_of(Shard(1, 0, records.read_bytes())), 500), program, lambda _: sample.write))
    pdf = Pdf.new()
    with Pdf.open(sample) as source:
        resources = pdf.copy_foreign(source.make_indirect(source.pages[0].Resources))
        box = list(source.pages[0].mediabox)
    draw = by_hand(program.form, program.fonts.faces, towns)
    for record in read_records(records):
        content = pdf.make_stream(draw(record))
        pdf.pages.append(Page(Dictionary(Type=Name.Page, MediaBox=box, Resources=resources, Contents=content)))
    pdf.save(out / "pikepdf.pdf")


def by_hand(form: Form, faces: tuple[Face, ...], towns: Path) -> Callable[[list[str]], bytes]:
    """A page's content stream as one would write it for this form: per text one template, glyph numbers by str.translate."""
    points = 72 / 25.4
    keys = [face.key for face in faces]
    variable = []
    for text, read in readers(form):
        if not text.static:
            font = keys.index(text.style.fonts[0])
            share = {"right": 1, "center": 0.5}.get(text.style.align, 0)
            y = (form.paper[1] - text.area.y) * points - text.style.size
            head = b"/F%d %g Tf 1 0 0 1 %%.2f %.2f Tm(%%b)Tj\n" % (2 * font, text.style.size, y)
            variable.append(
                (read, faces[font], text.style.size, text.area.x * points, text.area.width * points, share, head)
            )
    code_of = codes(form, towns)
    selectors = dict.fromkeys([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])

    def draw(record: list[str]) -> bytes:
        parts = [b"/B0 Do BT\n"]
        for read, face, size, x, width, share, head in variable:
            for string in read(record):
                plain = string.translate(selectors)
                em = sum(map(face.ems.__getitem__, plain)) if share else 0
                cids = plain.translate(face.plain).encode("utf-16-be", "surrogatepass")
                parts.append(head % (x + share * (width - em * size), cids))
        return b"".join([*parts, b"ET\n", code_of(record).encode()])

    return draw


def typst(records: Path, towns: Path, out: Path) -> None:
    import typst as engine

    form = load_form(FORM)
    texts = "\n".join(f"  ({placed(text)})," for text in form.sheets[0].front.texts)
    source, strings = out / "page.typ", out / "strings.json"
    source.write_text(TYPST % (ruled(form), texts), "utf-8")
    code_of = codes(form, towns)
    pages = [
        [page, as_svg(code_of(record))]
        for page, record in zip(strings_of(records, form), read_records(records), strict=True)
    ]
    strings.write_bytes(orjson.dumps(pages))
    engine.compile(str(source), output=str(out / "typst.pdf"), root=str(out), font_paths=[str(FONTS)])
    source.unlink()
    strings.unlink()


TYPST = """
#set page(width: 210mm, height: 297mm, margin: 0mm, background: {
%s
})
#let texts = (
%s
)
#for (n, (page, code)) in json("strings.json").enumerate() {
  if n > 0 { pagebreak() }
  place(top + left, image(bytes(code), format: "svg", width: 210mm, height: 297mm))
  for (t, string) in texts.zip(page) {
    if string != "" {
      place(top + left, dx: t.x, dy: t.y, block(width: t.w, align(t.align, text(font: t.font, size: t.size, string))))
    }
  }
}
"""


def ruled(form: Form) -> str:
    side = form.sheets[0].front
    boxes = [
        f"place(top + left, dx: {box.area.x}mm, dy: {box.area.y}mm, rect(width: {box.area.width}mm, height: {box.area.height}mm,"
        f" stroke: {box.thickness}mm, fill: {'none' if box.fill is None else f'luma({box.fill * 100}%)'}))"
        for box in side.boxes
    ]
    lines = [
        f"place(top + left, dx: {line.area.x}mm, dy: {line.area.y}mm,"
        f" line(end: ({line.area.width}mm, {line.area.height}mm), stroke: {line.thickness}mm))"
        for line in side.lines
    ]
    return "\n".join(boxes + lines)


def as_svg(code: str) -> str:
    """Rectangles in dots from the lower left corner of an A4 sheet as one path of an SVG of the whole sheet."""
    numbers = [word for word in code.split()[7:] if word.isdigit()]
    bars = zip(*[map(int, numbers)] * 4, strict=False)
    path = "".join([f"M{x} {7016 - y}h{wide}v-{high}h-{wide}z" for x, y, wide, high in bars])
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4961 7016"><path d="{path}"/></svg>'


def placed(text: Text) -> str:
    area, style = text.area, text.style
    align = style.align if style.align in ("center", "right") else "left"
    return f'x: {area.x}mm, y: {area.y}mm, w: {area.width}mm, align: {align}, font: "{FAMILIES[style.fonts[0]]}", size: {style.size}pt'


def weasyprint(records: Path, towns: Path, out: Path) -> None:
    from weasyprint import HTML

    form = load_form(FORM)
    styles = "".join(css(number, text) for number, text in enumerate(form.sheets[0].front.texts))
    code_of = codes(form, towns)
    pages = (
        "<section>"
        + as_svg(code_of(record))
        + "".join(f'<p class="t{place}">{string}</p>' for place, string in enumerate(page) if string)
        + "</section>"
        for page, record in zip(strings_of(records, form), read_records(records), strict=True)
    )
    document = f"<style>{WEB_SHEET}{web_fonts()}{web_rules(form)}{styles}</style>{''.join(pages)}"
    HTML(string=document).write_pdf(out / "weasyprint.pdf")


WEB_SHEET = """
@page { size: A4; margin: 0 }
section { position: relative; height: 297mm; page-break-after: always }
p { position: absolute; margin: 0 }
svg { position: absolute; left: 0; top: 0; width: 210mm; height: 297mm }
"""


def web_fonts() -> str:
    from tewatashi.press.fonts import pins

    return "".join(
        f"@font-face{{font-family:{FAMILIES[pin.key]};src:url({(FONTS / pin.file).resolve().as_uri()})}}\n"
        for pin in pins()
    )


def web_rules(form: Form) -> str:
    """Rules and boxes as one picture behind each page."""
    side = form.sheets[0].front
    boxes = "".join(
        f'<rect x="{box.area.x}" y="{box.area.y}" width="{box.area.width}" height="{box.area.height}" stroke="black"'
        f' stroke-width="{box.thickness}" fill="{grey(box.fill)}"/>'
        for box in side.boxes
    )
    lines = "".join(
        f'<line x1="{line.area.x}" y1="{line.area.y}" x2="{line.area.right}" y2="{line.area.bottom}" stroke="black"'
        f' stroke-width="{line.thickness}"/>'
        for line in side.lines
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 210 297">{boxes}{lines}</svg>'
    return f"section{{background:url('data:image/svg+xml,{quote(svg)}')}}\n"


def grey(fill: float | None) -> str:
    return "none" if fill is None else f"rgb({','.join([str(round(fill * 255))] * 3)})"


def css(number: int, text: Text) -> str:
    area, style = text.area, text.style
    align = style.align if style.align in ("center", "right") else "left"
    return (
        f".t{number}{{left:{area.x}mm;top:{area.y}mm;width:{area.width}mm;text-align:{align};"
        f"font:{style.size}pt {FAMILIES[style.fonts[0]]}}}\n"
    )


def pdfkit(records: Path, towns: Path, out: Path) -> None:
    import subprocess

    form = load_form(FORM)
    texts = [
        [text.area.x, text.area.y, text.area.width, text.style.align, text.style.fonts[0], text.style.size]
        for text in form.sheets[0].front.texts
    ]
    code_of = codes(form, towns)
    given = out / "pdfkit.json"
    given.write_bytes(
        orjson.dumps(
            {
                "texts": texts,
                "pages": list(strings_of(records, form)),
                "codes": list(map(code_of, read_records(records))),
                "rules": by_operators(form),
                "fonts": str(FONTS),
            }
        )
    )
    subprocess.run(["node", HERE / "pdfkit.cjs", given, out / "pdfkit.pdf"], check=True)
    given.unlink()


def by_operators(form: Form) -> str:
    """Rules and boxes of the page as PDF operators."""
    side, high, mm = form.sheets[0].front, form.paper[1], 72 / 25.4
    boxes = [
        f"{1 if box.fill is None else box.fill:g} g {box.thickness * mm:g} w {box.area.x * mm:.2f} {(high - box.area.bottom) * mm:.2f}"
        f" {box.area.width * mm:.2f} {box.area.height * mm:.2f} re {('f', 'B')[box.thickness > 0]}"
        for box in side.boxes
    ]
    lines = [
        f"{line.thickness * mm:g} w {line.area.x * mm:.2f} {(high - line.area.y) * mm:.2f} m"
        f" {line.area.right * mm:.2f} {(high - line.area.bottom) * mm:.2f} l S"
        for line in side.lines
    ]
    return "\n".join(["q", *boxes, *lines, "Q"])


def read_records(path: Path) -> Iterator[list[str]]:
    """As our engine has them: the values, then what BUILT_IN names."""
    with path.open("rb") as lines:
        for line in lines:
            record = orjson.loads(line)
            piece = record["piece"]
            yield [*record["v"], piece, "0", "1", "1", f"{piece}0111"]


def places_of(form: Form) -> dict[str, int]:
    return {name: place for place, name in enumerate((*form.items, *BUILT_IN))}


def readers(form: Form) -> list[tuple[Text, Callable[..., list[str]]]]:
    """Each text with a function from a record to its lines; none where its conditions don't hold."""
    from tewatashi.press.paint import reader, test

    places = places_of(form)

    def lines_of(text: Text) -> Callable[..., list[str]]:
        paragraphs = [reader(paragraph, places) for paragraph in text.paragraphs]
        tests = [test(condition, places) for condition in text.when]
        return lambda record: [read(record) for read in paragraphs] if all(holds(record) for holds in tests) else []

    return [(text, lines_of(text)) for text in form.sheets[0].front.texts]


def strings_of(records: Path, form: Form) -> Iterator[list[str]]:
    """The texts of each page, empty where their conditions don't hold."""
    texts = readers(form)
    return (["\n".join(read(record)) for _, read in texts] for record in read_records(records))


def codes(form: Form, towns_file: Path) -> Callable[[list[str]], str]:
    """The four codes of a record as rectangles in dots, encoded by zint in its quickest way."""
    import numpy as np
    import zint

    from tewatashi.press.codes import gs1_128
    from tewatashi.press.codes.address import address_number
    from tewatashi.press.codes.towns import Towns

    towns = Towns.from_file(towns_file)
    places = places_of(form)
    postcode, address, building, digits, payload = (
        places[name] for name in ("郵便番号", "住所", "方書", "収納代行", "eL-QR")
    )

    def rows(symbology: object, text: str, count: int, columns: int, **options: int) -> np.ndarray:
        symbol = zint.Symbol()
        symbol.symbology = symbology
        for name, value in options.items():
            setattr(symbol, name, value)
        symbol.encode(text)
        return np.asarray(symbol.encoded_data)[:count, : (columns + 7) // 8]

    def drawn(modules: np.ndarray, x: int, y: int, wide: int, high: int) -> str:
        return "".join(
            [
                byte_bars(x, y, wide, high, row, column, byte)
                for row, line in enumerate(modules.tolist())
                for column, byte in enumerate(line)
                if byte
            ]
        )

    kinds = zint.Symbology

    def of(record: list[str]) -> str:
        rest = towns.after_town(record[postcode], record[address])
        parts = [
            drawn(rows(kinds.DATAMATRIX, record[-1], 16, 16, option_2=4), 4550, 6700, 10, 10),
            drawn(
                rows(kinds.QRCODE, record[payload], 37, 37, option_1=2, option_2=5, option_3=4 << 8), 2100, 1600, 12, 12
            ),
        ]
        if rest is not None:
            number = address_number(f"{rest} {record[building]}")[:13]
            parts.append(drawn(rows(kinds.JAPANPOST, record[postcode] + number, 3, 133), 500, 5700, 11, 22))
        if record[digits]:
            whole = gs1_128.complete(record[digits])
            parts.append(drawn(rows(kinds.GS1_128, f"[91]{whole[2:]}", 1, 288), 3350, 1800, 4, 264))
        return f"q .12 0 0 .12 0 0 cm {''.join(parts)}f Q"

    return of


@cache
def byte_bars(x: int, y: int, wide: int, high: int, row: int, column: int, byte: int) -> str:
    """The dark runs of eight modules; zint packs the leftmost lowest."""
    bars = ""
    place = 0
    while byte >> place:
        length = 0
        while byte >> place + length & 1:
            length += 1
        if length:
            bars += f"{x + (8 * column + place) * wide} {y - row * high} {length * wide} {high} re "
        place += length or 1
    return bars


ENGINES = {
    "ours": ours, "reportlab": reportlab, "pikepdf": pikepdf, "typst": typst, "weasyprint": weasyprint, "pdfkit": pdfkit,
}  # fmt: skip

if __name__ == "__main__":
    main()
