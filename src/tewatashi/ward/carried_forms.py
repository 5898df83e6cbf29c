"""The forms of media and password notices: who, where, which and when. Rules are the core's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django import forms

from tewatashi.core.contract import Standing
from tewatashi.core.custody import Report, Thing
from tewatashi.sitekit.clock import JAPAN
from tewatashi.sitekit.fields import OfferedField
from tewatashi.ward.carried import cabinets
from tewatashi.ward.fields import DayField, NumberField, TimeField, text_field

_DUTIES: Final = {"supervisor": "取扱責任者", "handler": "取扱者"}
METHODS: Final = (("cut", "切断"), ("crushed", "破砕"), ("melted", "溶解"))
_UNCHOSEN: Final = ("", "選んでください")


def roster_field(label: str, standing: Standing) -> OfferedField:
    """Somebody on the accepted roster."""
    people = [(one.id, f"{one.name}（{_DUTIES[one.duty]}）") for one in standing.people]
    return OfferedField(label=label, choices=people, error_messages={"required": f"{label}を選んでください。"})


def cabinet_field(standing: Standing, label: str = "保管した場所（鍵のかかる場所）", **options: Any) -> OfferedField:
    """A place of the ward with a lock that the contract lists."""
    choices = [(place, place.partition("/")[2]) for place in cabinets(standing)]
    return OfferedField(
        label=label, choices=choices, error_messages={"required": "保管した場所を選んでください。"}, **options
    )


def _thing_field(things: Iterable[Thing]) -> OfferedField:
    choices = [(thing.id, f"{thing.what} {thing.number or thing.parcel}") for thing in things]
    return OfferedField(label="物", choices=choices, error_messages={"required": "物を選んでください。"})


def _witness_field(staff: list[tuple[str, str]]) -> OfferedField:
    return OfferedField(
        label="立会者（区の職員）", choices=[_UNCHOSEN, *staff], error_messages={"required": "立会者を選んでください。"}
    )


class KeepForm(forms.Form):
    """The cabinet of a password notice."""

    def __init__(self, standing: Standing, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = cabinet_field(standing)


class MakeMediumForm(forms.Form):
    """The blank disc, and the cabinet in which it lies once it is burnt."""

    serial = text_field(
        "媒体の製造番号", most=60, required=False, help_text="盤面の内周に印字された番号。ないときは空欄にします。"
    )

    def __init__(self, standing: Standing, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = cabinet_field(standing)
        self.fields["place"].help_text = "パスワード通知書とは別の場所（区 CD-R(1)）"


class HandMediumForm(forms.Form):
    """Who carries the medium, who has the case's key, and when it is to be there."""

    def __init__(self, standing: Standing, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"] = roster_field("渡した相手（承認された名簿）", standing)
        self.fields["case"] = text_field("鍵付きケースの番号", most=40)
        self.fields["key_holder"] = roster_field("ケースの鍵を持つ人", standing)
        self.fields["key_holder"].help_text = "ケースを運ぶ人とは別の人"
        self.fields["on"] = DayField(label="渡した日")
        self.fields["expected_on"] = DayField(label="到着の予定日")
        self.fields["expected_at"] = TimeField(label="到着の予定時刻")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        day, hour, on = data.pop("expected_on", None), data.pop("expected_at", None), data.get("on")
        if day is not None and hour is not None:
            data["expected"] = datetime.combine(day, hour, JAPAN)
        if day is not None and on is not None and day < on:
            raise forms.ValidationError("到着の予定が、渡した日より前です。")
        return data


class TakeBackForm(forms.Form):
    """What came back, who brought it, and where it was put."""

    def __init__(self, standing: Standing, things: Iterable[Thing], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["thing"] = _thing_field(things)
        self.fields["quantity"] = NumberField(label="数量", initial="1")
        self.fields["brought_by"] = roster_field("持ってきた人（承認された名簿）", standing)
        self.fields["place"] = cabinet_field(standing)
        self.fields["on"] = DayField(label="返却を受けた日")


class DestroyForm(forms.Form):
    """How a medium was destroyed, and before whom."""

    def __init__(self, things: Iterable[Thing], staff: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["thing"] = _thing_field(things)
        self.fields["method"] = OfferedField(label="方法", choices=METHODS)
        self.fields["serial"] = text_field(
            "媒体の製造番号", most=60, required=False, help_text="壊す現物の盤面から読みます。ないときは空欄にします。"
        )
        self.fields["witness"] = _witness_field(staff)


class ShredForm(forms.Form):
    """Which notice was shredded, and before whom."""

    def __init__(self, things: Iterable[Thing], staff: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["thing"] = _thing_field(things)
        self.fields["witness"] = _witness_field(staff)


class MoveForm(forms.Form):
    """Where a thing is now: a cabinet of the contract, or somebody of the ward."""

    def __init__(
        self, standing: Standing, things: Iterable[Thing], staff: list[tuple[str, str]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["thing"] = _thing_field(things)
        self.fields["place"] = cabinet_field(standing, "置き場所", required=False)
        self.fields["place"].choices = [("", "－"), *self.fields["place"].choices]
        self.fields["hand"] = OfferedField(label="または、持つ人", choices=[("", "－"), *staff], required=False)


class LoseForm(forms.Form):
    """What is missing, since when, and what is known of it."""

    def __init__(self, things: Iterable[Thing], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["thing"] = _thing_field(things)
        self.fields["on"] = DayField(label="なくなった日（分かった日）")
        self.fields["statement"] = text_field("いつ、どこで、どのようになくなったか", rows=3, most=500)

    def clean_statement(self) -> str:
        return " ".join(self.cleaned_data["statement"].split())


class OpenReportForm(forms.Form):
    """Which report, and the password as it stands on its notice."""

    def __init__(self, reports: Iterable[Report], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["named"] = OfferedField(
            label="報告データ", choices=[(one.short, f"{one.short}　{one.content}") for one in reports],
            error_messages={"required": "報告データを選んでください。"},
        )  # fmt: skip
        self.fields["typed"] = text_field(
            "パスワード通知書のパスワード", most=200, help_text="7組を、通知書のとおりに打ちます。"
        )
