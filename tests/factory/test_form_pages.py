"""The factory looks at the same forms as the ward; with Japan Post's table they bear the customer barcode."""

from __future__ import annotations

import pypdfium2
import pytest

from tests.factory.works import Works
from tewatashi.press.shipped import load_shipped_form, shipped_forms


def test_every_form_is_shown_with_the_fingerprint_that_the_ward_sees(works: Works) -> None:
    page = works.takahashi.page("/forms")
    assert all(load_shipped_form(name).fingerprint in page for name in shipped_forms())
    assert "帳票の様式と見本" in works.suzuki.page("/")


@pytest.mark.parametrize("sample", ["usual", "worst"])
def test_a_form_is_seen_before_there_is_data(works: Works, sample: str) -> None:
    answer = works.takahashi.get(f"/forms/saikoku/{sample}.pdf")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    document = pypdfium2.PdfDocument(answer.content)
    assert len(document) == (6 if sample == "usual" else 16)
    document.close()
