"""Form fields that every site's forms share."""

from __future__ import annotations

from django import forms


class OfferedField(forms.ChoiceField):
    """A choice among what is offered; what was not is for the rules to refuse, with the requirement, not for a form."""

    def valid_value(self, value: str) -> bool:  # noqa: ARG002 -- Django's signature
        return True
