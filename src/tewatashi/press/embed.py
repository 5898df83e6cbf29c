"""Fonts at the end of a file: the glyphs its pages used, embedded once, with the text each of them stands for.

Pages address glyphs by CIDs that never depend on the file (press.fonts); what is renumbered is the font program alone,
by hb-subset, and a CIDToGIDMap leads from the one to the other (ISO 32000-1, 9.7.4.2).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

import numpy as np
import uharfbuzz as hb

from tewatashi.press.fonts import Face, FontSet, Glyph
from tewatashi.press.pdf import PdfWriter

Used = np.ndarray[Any, np.dtype[np.bool_]]

_PLANES: Final = 2
_LEVEL: Final = 6
# What a PDF reader takes from an embedded TrueType program are outlines, metrics and hints (9.9, table 126).
_DROPPED: Final = ("BASE", "GDEF", "GPOS", "GSUB", "OS/2", "VORG", "cmap", "gasp", "name", "post", "vhea", "vmtx")
_SYMBOLIC: Final = 4


def font_name(font: int) -> bytes:
    """How a page calls the font 2 x index of the face + plane."""
    return b"F%d" % font


def fonts_in(fonts: FontSet) -> int:
    """How many PDF fonts a set makes: two planes a face."""
    return _PLANES * len(fonts.faces)


def write_fonts(writer: PdfWriter, fonts: FontSet, used: Used) -> bytes:
    """Embeds what was used and returns the font resource dictionary. used: by font and CID, whether it is shown."""
    entries: list[bytes] = []
    for index, face in enumerate(fonts.faces):
        planes = [np.flatnonzero(cids).tolist() for cids in used[_PLANES * index : _PLANES * (index + 1)]]
        glyphs = [Glyph(plane, cid) for plane, cids in enumerate(planes) for cid in cids]
        if not glyphs:
            continue
        descriptor, numbers = _write_program(writer, face, glyphs)
        for plane, cids in enumerate(planes):
            if cids:
                number = _write_font(writer, face, descriptor, [Glyph(plane, cid) for cid in cids], numbers)
                entries.append(b"/%b %d 0 R" % (font_name(_PLANES * index + plane), number))
    return b"<<%b>>" % b"".join(entries)


def _write_program(writer: PdfWriter, face: Face, glyphs: Iterable[Glyph]) -> tuple[bytes, Mapping[int, int]]:
    """The subset with its descriptor. Returned: 'descriptor reference + name' entries, old to new glyph numbers."""
    wanted = {face.number(glyph) for glyph in glyphs}
    program, numbers = _subset(face, wanted)
    name = b"%b+%b" % (_tag(face, wanted), face.name.encode("ascii"))
    file = writer.stream(program, b"/Length1 %d" % len(program), level=_LEVEL)
    box = b" ".join(b"%d" % edge for edge in face.box)
    descriptor = writer.object(
        b"<</Type/FontDescriptor/FontName/%b/Flags %d/FontBBox[%b]/ItalicAngle 0/Ascent %d/Descent %d/CapHeight %d"
        b"/StemV 80/FontFile2 %d 0 R>>" % (name, _SYMBOLIC, box, face.ascent, face.descent, face.ascent, file)
    )
    return b"/BaseFont/%b/FontDescriptor %d 0 R" % (name, descriptor), numbers


def _subset(face: Face, wanted: Iterable[int]) -> tuple[bytes, Mapping[int, int]]:
    options = hb.SubsetInput()
    options.glyph_set.update(wanted)
    options.drop_table_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in _DROPPED)
    plan = hb.SubsetPlan(face.hb_face, options)
    return bytes(plan.execute().blob.data), dict(plan.old_to_new_glyph_mapping)


def _tag(face: Face, wanted: Iterable[int]) -> bytes:
    """Six letters that differ where the subsets do (9.6.4), from their content so that the same subset has the same."""
    digest = hashlib.sha256(f"{face.name} {sorted(wanted)}".encode()).digest()
    return bytes(ord("A") + byte % 26 for byte in digest[:6])


def _write_font(
    writer: PdfWriter, face: Face, program: bytes, glyphs: Sequence[Glyph], numbers: Mapping[int, int]
) -> int:
    places = np.zeros(glyphs[-1].cid + 1, ">u2")
    for glyph in glyphs:
        places[glyph.cid] = numbers[face.number(glyph)]
    cid_to_gid = writer.stream(places.tobytes(), level=_LEVEL)
    to_unicode = writer.stream(_to_unicode(face, glyphs), level=_LEVEL)
    descendant = writer.object(
        b"<</Type/Font/Subtype/CIDFontType2%b/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        b"/DW 1000/W[%b]/CIDToGIDMap %d 0 R>>" % (program, _widths(face, glyphs), cid_to_gid)
    )
    base = program.partition(b"/FontDescriptor")[0]
    return writer.object(
        b"<</Type/Font/Subtype/Type0%b/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
        % (base, descendant, to_unicode)
    )


def _widths(face: Face, glyphs: Sequence[Glyph]) -> bytes:
    """Ranges of CIDs of one width that isn't the default of a full em; unused CIDs between may lie in a range."""
    widths = [(glyph.cid, round(1000 * face.em(glyph), 3)) for glyph in glyphs]
    ranges = [(width, [cid for cid, _ in group]) for width, group in groupby(widths, lambda pair: pair[1])]
    return b" ".join(b"%d %d %g" % (cids[0], cids[-1], width) for width, cids in ranges if width != 1000)


def _to_unicode(face: Face, glyphs: Sequence[Glyph]) -> bytes:
    """The text of each CID in UTF-16BE: outside the BMP and with variation selector where the record had it so."""
    lines = [b"<%04X><%b>\n" % (glyph.cid, face.text(glyph).encode("utf-16-be").hex().encode()) for glyph in glyphs]
    blocks = [lines[start : start + 100] for start in range(0, len(lines), 100)]  # at most 100 a block (CMap spec.)
    mapped = b"".join(b"%d beginbfchar\n%bendbfchar\n" % (len(block), b"".join(block)) for block in blocks)
    return (
        b"/CIDInit/ProcSet findresource begin 12 dict begin begincmap\n"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n/CMapName/Adobe-Identity-UCS def\n"
        b"/CMapType 2 def\n1 begincodespacerange <0000><FFFF> endcodespacerange\n%bendcmap\n"
        b"CMapName currentdict/CMap defineresource pop end end\n" % mapped
    )
