"""What a side draws beside texts and codes: on the page, out of the window, and the pictures the form names, in their term.

sendai-2020: a picture's pixels are those of the form's own file, and its term holds the notice's day.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final

from PIL import Image

from tewatashi.proofs.expected import Columns
from tewatashi.proofs.formtext import Box, FormText, ImagePlace, SideText
from tewatashi.proofs.printed import Drawn, Page
from tewatashi.proofs.sidecheck import Tell

_TOLERANCE: Final = 0.3  # mm


class DrawnCheck:
    """Of one side. read_file: a file of the form's folder; window: what of this side the envelope's may show, or None."""

    def __init__(self, form: FormText, side: SideText, window: Box | None, read_file: Callable[[str], bytes]) -> None:
        self._form, self._side, self._window, self._read_file = form, side, window, read_file
        self._known: dict[int, tuple[Drawn, tuple[tuple[str, str], ...]]] = {}

    def check(self, pages: Sequence[Page], columns: Columns, tell: Tell) -> None:
        wrong = {
            id(drawn): faults
            for drawn in {id(page.drawn): page.drawn for page in pages}.values()
            if (faults := self._wrong(drawn))
        }
        for row, page in enumerate(pages):
            for code, what in wrong.get(id(page.drawn), ()):
                tell.add(row, code, what)
            for odd in page.odd:
                tell.add(row, "page", f"印刷ファイルのページに、あるはずのないものがあります（{odd}）。")
        for place in self._side.images:
            self._check_picture(place, pages, columns, tell)

    def _wrong(self, drawn: Drawn) -> tuple[tuple[str, str], ...]:
        if id(drawn) not in self._known:
            self._known[id(drawn)] = drawn, tuple(self._faults(drawn))
        return self._known[id(drawn)][1]

    def _faults(self, drawn: Drawn) -> list[tuple[str, str]]:
        width, height = self._form.paper
        faults = [("page", f"あるはずのない命令があります（{odd}）。") for odd in drawn.odd]
        for box in (*drawn.boxes, *(box for _, box in drawn.pictures)):
            if not _within(box, (0, 0, width, height)):
                faults.append(("outside", "罫線や図が用紙からはみ出しています。"))
            elif self._window and _meets(box, self._window) and not self._own(box):
                faults.append(("window", "用紙が封筒の中で動くと、宛名でない罫線や図が窓から見えます。"))
        for digest, box in drawn.pictures:
            if not any(digest == self._digests[place.file] and _within(box, place.box) for place in self._side.images):
                faults.append(("picture", "様式にない画像、または様式の画像と違う画像が印字されています。"))
        return faults

    def _own(self, box: Box) -> bool:
        """Whether it belongs to the address block, or is a designer's whole page, which is judged when the form is read."""
        width, height = self._form.paper
        whole = box[2] - box[0] > width - 1 and box[3] - box[1] > height - 1
        return (whole and self._side.underlaid) or any(
            place.window and _within(box, place.box) for place in (*self._side.graphics, *self._side.images)
        )

    @cached_property
    def _digests(self) -> dict[str, bytes]:
        return {place.file: picture_digest(self._read_file(place.file)) for place in self._side.images}

    def _check_picture(self, place: ImagePlace, pages: Sequence[Page], columns: Columns, tell: Tell) -> None:
        there, days = columns.there(place), columns.values(place.day) if place.day else None
        for row, page in enumerate(pages):
            wanted = there is None or there[row]
            got = any(_within(box, place.box) for _, box in page.drawn.pictures)
            if wanted != got:
                what = "画像がありません。" if wanted else "あるはずのない画像があります。"
                tell.add(row, "picture", what, place)
            if wanted and place.valid and days and not place.valid[0] <= days[row] <= place.valid[1]:
                tell.add(row, "picture", "印影などの画像を使える期間の外の日付です。", place, (place.day,))


def picture_digest(png: bytes) -> bytes:
    """Of a PNG's pixels, as of a picture in a print file."""
    with Image.open(io.BytesIO(png)) as picture:
        bits = 1 if picture.mode == "1" else 8
        shape = f"{picture.width} {picture.height} {bits} "
        return hashlib.sha256(shape.encode() + picture.tobytes()).digest()


def _within(box: Box, outer: Box) -> bool:
    return (
        outer[0] - _TOLERANCE <= box[0] and outer[1] - _TOLERANCE <= box[1]
        and box[2] <= outer[2] + _TOLERANCE and box[3] <= outer[3] + _TOLERANCE
    )  # fmt: skip


def _meets(box: Box, other: Box) -> bool:
    return box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
