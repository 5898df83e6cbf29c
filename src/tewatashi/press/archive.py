"""What makes a print file PDF/A-2b (ISO 19005-2) beside what is on its pages: metadata, and the colours it is meant for.

A file says what it is in XMP without a date, and names the grey that its DeviceGray stands for by an ICC profile made here:
a Y of gamma 2.2 under D50, which is what a screen shows; a printer takes DeviceGray as it is.
"""

from __future__ import annotations

import struct
from html import escape
from typing import Final

from tewatashi.press.pdf import PdfWriter

PRODUCER: Final = "Tewatashi"
_GREY: Final = "Grey, gamma 2.2, D50"
_HEADER: Final = 128  # bytes of an ICC profile's header (ICC.1:2001-04, 6.1)
_D50: Final = (0.9642, 1.0, 0.8249)
_GAMMA: Final = 2.2
_XMP: Final = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<pdf:Producer>{producer}</pdf:Producer>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


def write_catalog_entries(writer: PdfWriter, title: str) -> bytes:
    """Writes metadata and output intent. Returned: what the catalogue says of them. title: without control characters."""
    xmp = _XMP.format(title=escape(title), producer=PRODUCER).encode()
    metadata = writer.stream(xmp, b"/Type/Metadata/Subtype/XML")
    profile = writer.stream(grey_profile(), b"/N 1")
    return (
        b"/Metadata %d 0 R/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(Custom)"
        b"/Info(%b)/DestOutputProfile %d 0 R>>]" % (metadata, _GREY.encode(), profile)
    )


def info(title: str) -> bytes:
    """The document information. No date and no count: nothing that differs between two runs over the same pieces."""
    return b"<</Title<FEFF%b>/Producer(%b)>>" % (title.encode("utf-16-be").hex().encode(), PRODUCER.encode())


def grey_profile() -> bytes:
    """An ICC profile (version 2.4, a display's) of one channel."""
    tags = {
        b"desc": b"desc\0\0\0\0%b%b\0" % (struct.pack(">I", len(_GREY) + 1), _GREY.encode()) + bytes(78),
        b"cprt": b"text\0\0\0\0No rights reserved\0",
        b"wtpt": b"XYZ \0\0\0\0" + _xyz(),
        b"kTRC": b"curv\0\0\0\0" + struct.pack(">IH", 1, round(_GAMMA * 256)),
    }
    index, data = struct.pack(">I", len(tags)), b""
    start = _HEADER + len(index) + 12 * len(tags)
    for name, tag in tags.items():
        index += struct.pack(">4sII", name, start + len(data), len(tag))
        data += tag + bytes(-len(tag) % 4)
    size = start + len(data)
    made = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)  # a profile has a date; this one is always the same
    header = struct.pack(">I4x4s4s4s4s12s4s", size, b"\2\x40\0\0", b"mntr", b"GRAY", b"XYZ ", made, b"acsp")
    return header.ljust(68, b"\0") + _xyz().ljust(_HEADER - 68, b"\0") + index + data


def _xyz() -> bytes:
    """D50 as s15Fixed16 numbers."""
    return struct.pack(">3i", *(round(each * 65536) for each in _D50))
