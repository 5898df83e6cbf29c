"""What a form is called: a contract and a job name it by its id, people by the title that is printed on it.

Not for the gateway, which loads nothing of the press.
"""

from __future__ import annotations

from functools import lru_cache

from tewatashi.press.shipped import load_shipped_form, shipped_forms


@lru_cache(maxsize=64)
def form_title(form: str) -> str:
    """国民健康保険料督促状 for `tokusoku`; the id itself where the press has no such form."""
    return load_shipped_form(form).title if form in shipped_forms() else form
