"""What stands on the labels of boxes: what the floor, the ward and the post office must see from outside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pypdfium2 import PdfDocument

from tests.documents.papers import NOW
from tests.documents.test_papers import fonts_of, text_of
from tewatashi.documents.box_papers import render_box_labels

FONTS = Path(__file__).parents[2] / ".tools" / "fonts"
pytestmark = pytest.mark.skipif(not (FONTS / "ipaexm.ttf").exists(), reason="run tools/fonts.py first")


def box(number: int, **changes: object) -> dict[str, object]:
    usual = {
        "box": number, "handling": "普通", "area": "区内", "postal_class": "定形 25gまで", "discount": "郵便区内特別",
        "first": number * 400 - 399, "last": number * 400, "envelopes": 400, "pieces": 412,
    }  # fmt: skip
    return usual | changes


def labels(*boxes: dict[str, object], **changes: Any) -> bytes:
    data = {
        "number": "箱-R8-0413", "issued": NOW.date(), "sender": "見本印刷株式会社", "entry": None, "job": "R8-0413",
        "task": "国民健康保険料督促状等作成業務委託", "content": "国民健康保険料督促状（令和8年11月20日現在）", "total": len(boxes),
        "withdrawals": 2, "boxes": list(boxes),
    }  # fmt: skip
    return render_box_labels(data | changes, FONTS, NOW)


def test_a_label_says_which_box_of_how_many_and_what_is_in_it() -> None:
    text = text_of(
        labels(
            box(1),
            box(2, area="区外", discount=None, handling="簡易書留", postal_class="定形外規格内 1kgまで", envelopes=7),
        )
    )
    for part in (
        "R8-0413",
        "1/2",
        "普通区内",
        "定形25gまで",
        "郵便区内特別",
        "400通",
        "412件",
        "1～400",
        "第2版まで反映",
        "見本印刷",
    ):
        assert part in text
    for part in ("2/2", "簡易書留区外", "定形外規格内1kgまで", "401～800", "7通"):
        assert part in text


def test_four_labels_are_on_a_page_with_every_font_embedded() -> None:
    pdf = labels(*(box(number) for number in range(1, 6)))
    assert len(PdfDocument(pdf)) == 2
    assert fonts_of(pdf)


def test_a_field_of_another_kind_is_our_bug() -> None:
    with pytest.raises(TypeError, match="pieces"):
        labels(box(1, pieces="412"))
