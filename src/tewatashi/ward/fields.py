"""Form fields as office staff fill them in: digits of any width, dates in western or 令和 years, lists a line each."""

from __future__ import annotations

import unicodedata
from datetime import date, time
from typing import Any

from django import forms

from tewatashi.ward.days import day_of, time_of


class DayField(forms.CharField):
    """A day."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", "例: 2026-11-24、R8.11.24")
        super().__init__(max_length=20, **options)
        self.widget.attrs.update(inputmode="text", autocomplete="off", size=14)
        self.error_messages["required"] = f"{self.label}を入力してください。"

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return day_of(text)
        except ValueError:
            raise forms.ValidationError(f"{self.label}が日付ではありません。例のように入力してください。") from None


class TimeField(forms.CharField):
    """A time of the day."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", "例: 15:00、15時30分")
        super().__init__(max_length=10, **options)
        self.widget.attrs.update(autocomplete="off", size=8)
        self.error_messages["required"] = f"{self.label}を入力してください。"

    def clean(self, value: Any) -> time | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return time_of(text)
        except ValueError:
            raise forms.ValidationError(f"{self.label}が時刻ではありません。例のように入力してください。") from None


class NumberField(forms.CharField):
    """A whole number from 0; `type=number` would refuse full-width digits."""

    def __init__(self, *, unit: str = "", **options: Any) -> None:
        super().__init__(max_length=20, **options)
        self.unit = unit
        self.widget.attrs.update(inputmode="numeric", autocomplete="off", size=10)
        self.error_messages["required"] = f"{self.label}を入力してください。"

    def clean(self, value: Any) -> int | None:
        text = unicodedata.normalize("NFKC", super().clean(value)).replace(",", "").strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= 12):
            raise forms.ValidationError(f"{self.label}を数字で入力してください。")
        return int(text)


class LinesField(forms.CharField):
    """A list, one a line; empty lines don't count."""

    def __init__(self, *, rows: int = 8, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows, "spellcheck": "false"}), **options)
        self.error_messages["required"] = f"{self.label}を入力してください。"

    def clean(self, value: Any) -> list[str]:
        lines = (line.strip() for line in super().clean(value).splitlines())
        return list(dict.fromkeys(line for line in lines if line))


def text_field(label: str, *, rows: int = 1, **options: Any) -> forms.CharField:
    """A text that is not blank, with a Japanese message when it is."""
    most = options.pop("most", 500 if rows == 1 else 2000)
    size = {"size": min(most, 48), "autocomplete": "off"}
    widget = forms.TextInput(attrs=size) if rows == 1 else forms.Textarea(attrs={"rows": rows})
    messages = {"required": f"{label}を入力してください。"}
    return forms.CharField(label=label, max_length=most, widget=widget, error_messages=messages, **options)
