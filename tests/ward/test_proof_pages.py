"""Two proofs, page by page: what differs is boxed, whatever it is; what is the same is not."""

from __future__ import annotations

from io import BytesIO

import pikepdf
from PIL import Image

from tewatashi.ward.proof_pages import compare, picture

A4 = (595, 842)


def pdf(*pages: bytes, size: tuple[int, int] = A4) -> bytes:
    """Pages with these content streams."""
    out = BytesIO()
    with pikepdf.new() as document:
        for content in pages:
            page = document.add_blank_page(page_size=size)
            page.Contents = document.make_stream(content)
        document.save(out)
    return out.getvalue()


def square(x: int, y: int) -> bytes:
    """Ten points wide, from the lower left corner."""
    return b"%d %d 10 10 re f\n" % (x, y)


def test_the_same_pages_have_no_box() -> None:
    same = pdf(square(100, 100), square(200, 300))
    assert all(page.same for page in compare(same, same))


def test_what_came_and_what_went_is_boxed_at_its_place() -> None:
    before, after = pdf(square(100, 742)), pdf(square(300, 742))
    [page] = compare(before, after)
    assert len(page.boxes) == 2
    assert not page.same
    [gone, come] = page.places
    assert gone.startswith("左から34mm・上から32mm")
    assert come.startswith("左から106mm・上から32mm")


def test_what_lies_together_has_one_box() -> None:
    [page] = compare(pdf(b""), pdf(square(100, 100) + square(112, 100) + square(100, 112)))
    assert len(page.boxes) == 1


def test_a_page_more_or_less_and_another_size_are_differences() -> None:
    one, two = pdf(square(1, 1)), pdf(square(1, 1), b"")
    assert [(page.same, page.in_old, page.in_new) for page in compare(one, two)] == [
        (True, True, True), (False, False, True),
    ]  # fmt: skip
    assert [page.in_new for page in compare(two, one)] == [True, False]
    assert not compare(one, pdf(square(1, 1), size=(595, 900)))[0].same


def test_a_picture_has_its_boxes_in_red_and_a_page_that_is_not_there_has_none() -> None:
    before, after = pdf(b""), pdf(square(100, 100))
    [page] = compare(before, after)
    data = picture(after, 1, page.boxes)
    assert data is not None
    image = Image.open(BytesIO(data)).convert("RGB")
    left, top, _, _ = page.boxes[0]
    red, green, _ = image.getpixel((left, top))  # type: ignore[misc]
    assert red > 150 > 60 > green
    assert picture(after, 2) is None
    assert picture(after, 0) is None
