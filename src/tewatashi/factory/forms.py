"""The factory's forms: text in, the arguments of a service out. Rules are the core's."""

from __future__ import annotations

import unicodedata
from typing import Any, Final

from django import forms

from tewatashi.core.acts import KINDS
from tewatashi.core.contract import Standing
from tewatashi.core.custody import Confirmation, Report, Thing
from tewatashi.core.place import is_lockable
from tewatashi.factory.erasing import BY_HAND, METHODS
from tewatashi.sitekit.fields import OfferedField
from tewatashi.sitekit.models import User

DUTIES: Final = {"supervisor": "取扱責任者", "handler": "取扱者"}


class VersionForm(forms.Form):
    """The version that the person at the screen read; another one may have come meanwhile."""

    version = forms.IntegerField(min_value=0, max_value=10**9, widget=forms.HiddenInput)


class OpenForm(forms.Form):
    """The password as it stands on the paper."""

    password = forms.CharField(
        label="パスワード通知書のパスワード", max_length=200, strip=True,
        help_text="7組を、通知書のとおりに打ちます。全角でも小文字でもかまいません。組ごとに打ち間違いを確かめます。",
        error_messages={"required": "パスワードを入力してください。"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters", "size": 48}),
    )  # fmt: skip


class InsertForm(forms.Form):
    """What a scanner read off an insert."""

    code = forms.CharField(
        label="同封物に印刷されている版の記号", max_length=40,
        error_messages={"required": "版の記号を読み取ってください。"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "size": 24}),
    )  # fmt: skip


class RosterForm(forms.Form):
    """A duty, or none, for each account."""

    def __init__(self, accounts: list[User], standing: Standing, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = {person.id: person.duty for person in standing.proposed}
        choices = [("", "名簿に載せない"), *DUTIES.items()]
        for user in accounts:
            first = next((duty for duty in DUTIES if user.has_role(duty)), "")
            self.fields[f"duty_{user.username}"] = forms.ChoiceField(
                label=f"{user.display_name}（{user.username}・{user.employer}）", choices=choices, required=False,
                initial=listed.get(user.username, "" if listed else first),
            )  # fmt: skip

    def duties(self) -> dict[str, str]:
        """Account id -> duty, for those who have one."""
        return {name.removeprefix("duty_"): duty for name, duty in self.cleaned_data.items() if duty}


def _witness(standing: Standing, by: str, *, required: bool, label: str = "立会者") -> OfferedField:
    people = [(one.id, f"{one.name}（{DUTIES[one.duty]}）") for one in standing.people if one.id != by]
    first = [("", "選んでください" if required else "立会者なし")]
    return OfferedField(
        label=label,
        choices=[*first, *people],
        required=required,
        error_messages={"required": "立会者を選んでください。"},
    )


class DeliverForm(forms.Form):
    """To whom the load goes, and what it is."""

    to = forms.CharField(
        label="渡す相手（区の職員のID）",
        max_length=32,
        help_text="納品を受ける区の職員に確かめて入力します。はじめの値は、この案件を最後に扱った人です。",
        error_messages={"required": "渡す相手を入力してください。"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 20}),
    )
    content = forms.CharField(
        label="情報の内容",
        max_length=200,
        error_messages={"required": "情報の内容を入力してください。"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 48}),
    )


class EraseAllForm(forms.Form):
    """Everything at once. A witness stands for the paper, which no system can shred."""

    all = forms.CharField(widget=forms.HiddenInput, initial="1", required=False)

    def __init__(self, standing: Standing, by: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["witness"] = _witness(standing, by, required=False)
        self.fields[
            "witness"
        ].help_text = "選ぶと、パスワード通知書と破損紙も、この人の立会いで裁断したものとして記録します。スプールも、この人の立会いでプリンターから消したものとして記録します。"


class EraseForm(forms.Form):
    """One thing."""

    thing = forms.CharField(max_length=80, widget=forms.HiddenInput)

    def __init__(self, thing: Thing | None, standing: Standing, by: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"thing": thing.id if thing else ""}, auto_id=False, **kwargs)
        methods = BY_HAND.get(thing.what, ()) if thing else tuple(METHODS)
        if methods:
            self.fields["method"] = OfferedField(
                label="方法", choices=[(name, METHODS[name]) for name in methods], required=False
            )
            self.fields["witness"] = _witness(standing, by, required=False)


class ClaimForm(forms.Form):
    """The report of the erasure."""

    statement = forms.CharField(
        label="報告の文", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        initial="上記のすべての複製を消去し、残存のないことを確かめました。",
        error_messages={"required": "報告の文を入力してください。"},
    )  # fmt: skip

    def __init__(self, standing: Standing, by: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["witness"] = _witness(standing, by, required=True)

    def clean_statement(self) -> str:
        return " ".join(self.cleaned_data["statement"].split())


class MoveForm(forms.Form):
    """Where a thing is now: a place of the contract, or a person."""

    def __init__(self, standing: Standing, things: list[Thing], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [name for name in sorted(standing.places) if name.startswith("factory/")]
        self.fields["thing"] = OfferedField(
            label="物", choices=[(thing.id, f"{thing.what}（{thing.quantity:,}）") for thing in things],
            error_messages={"required": "物を選んでください。"},
        )  # fmt: skip
        self.fields["place"] = OfferedField(
            label="置き場所", required=False, choices=[("", "－"), *((one, one.partition("/")[2]) for one in places)]
        )
        self.fields["hand"] = OfferedField(
            label="または、持つ人",
            required=False,
            choices=[("", "－"), *((one.id, one.name) for one in standing.people)],
        )


class ArriveForm(forms.Form):
    """The case as it stands here, and the safe into which the medium goes."""

    case = forms.CharField(
        label="鍵付きケースの番号", max_length=60, help_text="届いたケースの番号を読んで入力します。",
        error_messages={"required": "ケースの番号を入力してください。"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 16}),
    )  # fmt: skip
    intact = forms.ChoiceField(
        label="ケースと媒体の状態", choices=[("yes", "施錠されており、異常なし"), ("no", "異常あり")], widget=forms.RadioSelect,
        error_messages={"required": "状態を選んでください。"},
    )  # fmt: skip

    def __init__(self, standing: Standing, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [one for one in sorted(standing.places) if one.startswith("factory/") and is_lockable(one)]
        self.fields["place"] = OfferedField(
            label="しまった金庫", choices=[(one, one.partition("/")[2]) for one in places],
            error_messages={"required": "金庫を選んでください。"},
        )  # fmt: skip


class CountersignForm(forms.Form):
    """One record of the ward, and what the factory says to it."""

    agrees = forms.ChoiceField(
        label="確認の結果", choices=[("yes", "記載のとおり"), ("no", "相違あり")], widget=forms.RadioSelect,
        error_messages={"required": "確認の結果を選んでください。"},
    )  # fmt: skip
    note = forms.CharField(
        label="相違の内容", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="相違があるときは、何がどう違うかを書きます。区の記録は書き換わらず、相違として並べて残ります。",
    )  # fmt: skip

    def __init__(self, waiting: list[Confirmation], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["confirmation"] = OfferedField(
            label="確認書", choices=[(one.number, f"{one.number}　{KINDS[one.kind].name}") for one in waiting],
            error_messages={"required": "確認書を選んでください。"},
        )  # fmt: skip
        self.order_fields(["confirmation"])

    def clean_note(self) -> str:
        return " ".join(self.cleaned_data["note"].split())


class LoseForm(forms.Form):
    """What is missing, and what is known of it."""

    statement = forms.CharField(
        label="いつ、どこで、どのようになくなったか", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "状況を入力してください。"},
    )  # fmt: skip

    def __init__(self, things: list[Thing], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["thing"] = OfferedField(
            label="物", choices=[(one.id, f"{one.what} {one.number}（{one.quantity:,}）") for one in things],
            error_messages={"required": "物を選んでください。"},
        )  # fmt: skip
        self.order_fields(["thing"])

    def clean_statement(self) -> str:
        return " ".join(self.cleaned_data["statement"].split())


SCAN_EVENTS: Final = {
    "hand": "封入した",
    "spoil": "破損した",
    "withdraw": "引き抜いた",
    "pull": "列から外した",
    "recheck": "読み直した",
    "stop": "停止",
    "start": "再開",
}


class ScanForm(forms.Form):
    """One scan. A scanner types its digits in whatever width the keyboard stands at."""

    event = forms.ChoiceField(choices=list(SCAN_EVENTS.items()))
    front = forms.CharField(max_length=64, required=False)
    back = forms.CharField(max_length=64, required=False)

    def clean_front(self) -> str:
        return _digits(self.cleaned_data["front"])

    def clean_back(self) -> str:
        return _digits(self.cleaned_data["back"])


def _digits(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


class HandReportForm(forms.Form):
    """Which report's medium or notice went to whom of the ward, and when."""

    to = forms.CharField(
        label="渡した相手（区の職員のID）", max_length=32, help_text="受け取った区の職員に確かめて入力します。",
        error_messages={"required": "渡した相手を入力してください。"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 20}),
    )  # fmt: skip
    on = forms.DateField(
        label="渡した日", input_formats=["%Y-%m-%d"], help_text="例: 2026-11-24",
        error_messages={"required": "渡した日を入力してください。", "invalid": "渡した日が日付ではありません。例のように入力してください。"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 14}),
    )  # fmt: skip

    def __init__(self, reports: list[Report], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["report"] = OfferedField(
            label="報告データ", choices=[(one.short, f"{one.short}　{one.content}") for one in reports],
            error_messages={"required": "報告データを選んでください。"},
        )  # fmt: skip
        self.order_fields(["report"])
