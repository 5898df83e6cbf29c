"""What a form is called: a contract and a job name it by its id, people by the title that is printed on it.

Not for the gateway, which loads nothing of the press.
"""

from __future__ import annotations

from functools import lru_cache

from tewatashi.core.refused import Refused
from tewatashi.sitekit.site_forms import form_names, load_site_form


@lru_cache(maxsize=64)
def form_title(form: str) -> str:
    """国民健康保険料督促状 for `tokusoku`; the id itself where the site has no such form, or none that can be read."""
    try:
        return load_site_form(form).title if form in form_names() else form
    except Refused:
        return form
