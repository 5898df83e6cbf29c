"""The ward's acts on a 専用ページ利用通知書: kept when it is made, and handed over (FAC-LG-3)."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django import forms

from tewatashi.core.contract import Standing
from tewatashi.sitekit import acting, clock
from tewatashi.sitekit.fields import OfferedField
from tewatashi.sitekit.login_notices import notice_field
from tewatashi.ward.carried_forms import cabinet_field, roster_field
from tewatashi.ward.fields import DayField, text_field

_ROUTES: Final = (("hand", "手渡し"), ("registered-mail", "簡易書留"))


class KeepForm(forms.Form):
    """The number on the paper, whose account it tells, and the cabinet in which it lies."""

    def __init__(self, standing: Standing, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["notice"] = text_field("通知書の番号", most=20, help_text="紙に印字された文書番号。例: 通-G12")
        self.fields["account"] = roster_field("利用者（承認された名簿）", standing)
        self.fields["place"] = cabinet_field(standing)


class HandForm(forms.Form):
    """Which notice went to whom, how and when."""

    def __init__(self, standing: Standing, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["notice"] = notice_field(standing, "ward")
        self.fields["to"] = roster_field("渡した相手（承認された名簿）", standing)
        self.fields["route"] = OfferedField(label="渡し方", choices=_ROUTES, widget=forms.RadioSelect)
        self.fields["tracking"] = text_field(
            "簡易書留の引受番号", most=40, required=False, help_text="簡易書留のときだけ"
        )
        self.fields["on"] = DayField(label="渡した日")

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day > clock.now().date():
            raise forms.ValidationError("まだ来ていない日です。渡した日を入力してください。")
        return day


def keep(number: str, notice: str, account: str, place: str, by: str) -> None:
    """Record that a notice was made and lies in this cabinet."""
    body = {"contract": number, "notice": notice, "account": account, "place": place}
    acting.perform("login-notice-made", body, by=by)


def hand(number: str, said: dict[str, Any], by: str) -> None:
    """Record that a notice went to somebody: what HandForm asked."""
    acting.perform("login-notice-handed", {"contract": number, **said, "on": said["on"].isoformat()}, by=by)
