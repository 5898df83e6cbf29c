"""The forms of clauses, consents and copies of certificates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from tewatashi.core.clauses import ClauseSet
from tewatashi.core.contract import Category, Standing
from tewatashi.sitekit.fields import OfferedField
from tewatashi.sitekit.titles import form_title
from tewatashi.ward.certificates import NAMES
from tewatashi.ward.fields import LinesField, text_field


class ClausesForm(forms.Form):
    """Which set, and what the contract binds to."""

    binds = LinesField(
        label="遵守を義務づける条例・規程", rows=5, help_text="1行に1つ。契約書に明記するものです。",
    )  # fmt: skip

    def __init__(self, sets: Mapping[str, ClauseSet], standing: Standing, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = standing.clauses
        first = next((name for name, one in sets.items() if now and one.title == now.title), next(iter(sets)))
        self.fields["set"] = OfferedField(
            label="特記事項", choices=[(name, f"{one.title}（{len(one.clauses)}項）") for name, one in sets.items()],
            initial=first, widget=forms.RadioSelect, error_messages={"required": "特記事項を選んでください。"},
        )  # fmt: skip
        self.fields["binds"].initial = "\n".join(now.binds if now else sets[first].binds)
        self.order_fields(["set", "binds"])


class PlaceForm(forms.Form):
    """A further place for personal data."""

    site = forms.ChoiceField(
        label="拠点", choices=[("factory", "委託先"), ("ward", "区"), ("gateway", "中継")],
        error_messages={"required": "拠点を選んでください。"},
    )  # fmt: skip
    place = text_field(
        "場所の名称",
        most=40,
        help_text="例: 金庫3。鍵のかかる場所は「キャビネット」「金庫」「鍵付」で始まる名称にします。",
    )
    reason = text_field("承諾する理由", most=500)

    def clean_place(self) -> str:
        name: str = self.cleaned_data["place"]
        if "/" in name or any(map(str.isspace, name)):
            raise forms.ValidationError("場所の名称に「/」と空白は使えません。")
        return name


class CategoryForm(forms.Form):
    """A forbidden category, and the form whose items may belong to it."""

    reason = text_field("承諾する理由", most=500)

    def __init__(self, standing: Standing, shipped: tuple[Category, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        forbidden = standing.clauses.forbidden if standing.clauses else shipped
        self.fields["form"] = OfferedField(
            label="帳票", choices=[(one, form_title(one)) for one in sorted(standing.contract.forms)],
            error_messages={"required": "帳票を選んでください。"},
        )  # fmt: skip
        self.fields["category"] = OfferedField(
            label="収集禁止事項", choices=[(one.name, one.name) for one in forbidden],
            error_messages={"required": "事項を選んでください。"},
        )  # fmt: skip
        self.order_fields(["form", "category", "reason"])


class CertificateForm(forms.Form):
    """Which certificate the file is a copy of."""

    def __init__(self, standing: Standing, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        registered = [(which, standing.contract.certificate(which)) for which in NAMES]
        self.fields["which"] = OfferedField(
            label="認証", choices=[(which, f"{NAMES[which]}　{one.number}") for which, one in registered if one],
            error_messages={"required": "認証を選んでください。"},
        )  # fmt: skip
