"""The forms of what the factory hands in: lines and checkboxes in, the arguments of a service out."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any, Final

from django import forms

from tewatashi.core.contract import Standing
from tewatashi.factory.forms import DUTIES
from tewatashi.sitekit import clock

_MOST_CONTACTS: Final = 50
_BETWEEN: Final = re.compile(r"[、,，\t]")


class EmergencyForm(forms.Form):
    """Who is called, and what is done."""

    contacts = forms.CharField(
        label="緊急時の連絡先（1行に1人、連絡する順）", max_length=10_000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="氏名、役割、電話番号 を「、」で区切ります。例: 鈴木 一郎、取扱責任者、03-0000-0000",
        error_messages={"required": "連絡先を入力してください。"},
    )  # fmt: skip
    procedure = forms.CharField(
        label="事故・災害・トラブルのときの対応手順", max_length=4000, widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": "対応手順を入力してください。"},
    )  # fmt: skip

    def clean_contacts(self) -> list[dict[str, str]]:
        lines = [line.strip() for line in self.cleaned_data["contacts"].splitlines() if line.strip()]
        found = []
        for n, line in enumerate(lines, 1):
            parts = [part.strip() for part in _BETWEEN.split(line)]
            if len(parts) != 3 or not all(parts):
                raise forms.ValidationError(f"{n}行目を「氏名、役割、電話番号」の形で入力してください。")
            found.append({"name": parts[0], "duty": parts[1], "phone": unicodedata.normalize("NFKC", parts[2])})
        if len(found) > _MOST_CONTACTS:
            raise forms.ValidationError(f"連絡先は{_MOST_CONTACTS}人までです。")
        return found

    def clean_procedure(self) -> str:
        return "\n".join(self.cleaned_data["procedure"].splitlines())


class _OfferedPeople(forms.MultipleChoiceField):
    """People among those offered; somebody else is for the rules to refuse, with the requirement."""

    def valid_value(self, value: str) -> bool:  # noqa: ARG002 -- Django's signature
        return True


class _PeopleForm(forms.Form):
    """People of the accepted roster, each with a box to tick."""

    day_label = ""

    def __init__(self, standing: Standing, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"] = forms.CharField(
            label=self.day_label, max_length=10, initial=clock.now().date().isoformat(), help_text="例: 2026-11-24",
            error_messages={"required": f"{self.day_label}を入力してください。"},
            widget=forms.TextInput(attrs={"autocomplete": "off", "size": 14}),
        )  # fmt: skip
        self.fields["people"] = _OfferedPeople(
            label="対象者（承認された名簿の人）", widget=forms.CheckboxSelectMultiple,
            choices=[(one.id, f"{one.name}（{DUTIES[one.duty]}・{one.id}）") for one in standing.people],
            initial=[one.id for one in standing.people],
            error_messages={"required": "対象者を選んでください。"},
        )  # fmt: skip
        self.order_fields(["on", "people"])

    def clean_on(self) -> date:
        try:
            day = date.fromisoformat(unicodedata.normalize("NFKC", self.cleaned_data["on"]).strip())
        except ValueError:
            raise forms.ValidationError("日付ではありません。例のように入力してください。") from None
        if day > clock.now().date():
            raise forms.ValidationError("まだ来ていない日です。")
        return day


class TrainingForm(_PeopleForm):
    """A training: when, what about, who took part."""

    day_label = "研修を行った日"
    content = forms.CharField(
        label="研修の内容", max_length=500, help_text="個人情報の適正な管理、情報セキュリティ、個人情報保護条例の周知など",
        error_messages={"required": "研修の内容を入力してください。"}, widget=forms.TextInput(attrs={"size": 60, "autocomplete": "off"}),
    )  # fmt: skip


class PledgesForm(_PeopleForm):
    """Pledges signed on one day."""

    day_label = "署名した日"
