"""The ward's forms: text in, the body of an act out. Rules are the core's; a form only asks for what is well-formed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django import forms

from tewatashi.core.acts import CONNECTION_SHEET, OUTSOURCING_SHEET
from tewatashi.core.contract import PLACES, Contract, Standing
from tewatashi.core.custody import STEP_NAMES
from tewatashi.press.shipped import shipped_forms
from tewatashi.sitekit.fields import OfferedField
from tewatashi.sitekit.titles import form_title
from tewatashi.ward.fields import DayField, LinesField, NumberField, text_field
from tewatashi.ward.sheets import CONNECTION, OUTSOURCING, fitted, unfitted

CHANNELS: Final = (("lgwan", "LGWAN 回線"), ("disc", "CD-R 等の媒体"))
ROUTES: Final = (("hand", "手渡し"), ("registered-mail", "簡易書留"))
_FORM_IDS: Final = "、".join(f"{form_title(form)}は {form}" for form in shipped_forms())


class ContractForm(forms.Form):
    """A contract with its certificates, places and sheets."""

    contract = text_field("契約番号", most=20, help_text="例: R8-1")
    title = text_field("業務の名称")
    contractor = text_field("委託先の名称", help_text="名簿には、この名称の事業者の従業者だけを登録できます。")
    begins = DayField(label="契約の始期")
    ends = DayField(label="契約の終期")
    channel = forms.ChoiceField(
        label="データ授受方式", choices=CHANNELS, widget=forms.RadioSelect, initial="lgwan",
        error_messages={"required": "データ授受方式を選んでください。"},
    )  # fmt: skip
    privacy_mark_number = text_field("プライバシーマークの登録番号", required=False)
    privacy_mark_expires = DayField(label="プライバシーマークの有効期限", required=False)
    lgwan_asp_number = text_field("LGWAN-ASP の認証番号", required=False)
    lgwan_asp_expires = DayField(label="LGWAN-ASP の認証の有効期限", required=False)
    forms_ = LinesField(
        label="帳票（様式のID）",
        rows=3,
        help_text=f"1行に1つ。案件は、ここにある帳票についてだけ登録できます。{_FORM_IDS}",
        initial="tokusoku",
    )
    places = LinesField(
        label="個人情報を置いてよい場所",
        help_text="1行に1つ、「拠点/場所」。拠点は ward（区）、gateway（中継）、factory（委託先）。ここにない場所への移動は受け付けません。",
        initial="\n".join(PLACES),
    )
    erase_within_days = NumberField(label="納品から消去までの日数", initial="5")
    gateway_hold_days = NumberField(label="中継で保管してよい日数", initial="3")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # `forms` would hide the module in the class body; outside it is the field's name in the agreed form.
        self.fields["forms"] = self.fields.pop("forms_")
        self.order_fields(["contract", "title", "contractor", "begins", "ends", "forms"])
        for prefix, names, texts in _SHEETS:
            for n, name in enumerate(names, 1):
                required = prefix == "outsourcing"
                rows = 10 if "対策" in name else 2
                self.fields[f"{prefix}_{n}"] = text_field(name, rows=rows, initial=texts[name], required=required)

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        return [field for field in self if not field.name.startswith(("outsourcing_", "connection_"))]

    @property
    def outsourcing_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name.startswith("outsourcing_")]

    @property
    def connection_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name.startswith("connection_")]

    def clean_contract(self) -> str:
        number: str = self.cleaned_data["contract"]
        if "/" in number or not number.isprintable():
            raise forms.ValidationError("契約番号に「/」は使えません。")
        return number

    def body(self) -> dict[str, object]:
        """What the act `contract-made` says."""
        data = self.cleaned_data
        plain = (
            "contract",
            "title",
            "contractor",
            "channel",
            "forms",
            "places",
            "erase_within_days",
            "gateway_hold_days",
        )
        connection = self._sheet("connection", CONNECTION_SHEET)
        return {
            **{name: data[name] for name in plain},
            "begins": data["begins"].isoformat(),
            "ends": data["ends"].isoformat(),
            "privacy_mark": self._certificate("privacy_mark"),
            "lgwan_asp": self._certificate("lgwan_asp"),
            "outsourcing": self._sheet("outsourcing", OUTSOURCING_SHEET),
            "connection": connection if data["channel"] == "lgwan" and all(connection.values()) else None,
        }

    def _certificate(self, name: str) -> dict[str, str] | None:
        number, expires = self.cleaned_data[f"{name}_number"], self.cleaned_data[f"{name}_expires"]
        return {"number": number, "expires": expires.isoformat()} if number and expires else None

    def _sheet(self, prefix: str, names: tuple[str, ...]) -> dict[str, str]:
        data = self.cleaned_data
        said = {name: data[f"{prefix}_{n}"].replace("\r\n", "\n") for n, name in enumerate(names, 1)}
        return fitted(said, data["channel"], data["begins"], data["ends"])


_SHEETS: Final = (("outsourcing", OUTSOURCING_SHEET, OUTSOURCING), ("connection", CONNECTION_SHEET, CONNECTION))


def contract_initial(standing: Standing) -> dict[str, object]:
    """The contract as its form shows it: to renew a certificate, or to begin the next year from this one."""
    contract = standing.contract
    found: dict[str, object] = {
        "contract": contract.number, "title": contract.title, "contractor": contract.contractor,
        "begins": contract.begins.isoformat(), "ends": contract.ends.isoformat(), "channel": contract.channel,
        "forms": "\n".join(sorted(contract.forms)), "places": "\n".join(sorted(contract.places)),
        "erase_within_days": contract.erase_within_days, "gateway_hold_days": contract.gateway_hold_days,
    }  # fmt: skip
    for name, one in (("privacy_mark", contract.privacy_mark), ("lgwan_asp", contract.lgwan_asp)):
        if one is not None:
            found |= {f"{name}_number": one.number, f"{name}_expires": one.expires.isoformat()}
    sheets = (
        (contract.outsourcing, "outsourcing", OUTSOURCING_SHEET),
        (contract.connection or CONNECTION, "connection", CONNECTION_SHEET),
    )
    for registered, prefix, names in sheets:
        sheet = unfitted(registered, contract.channel, contract.begins, contract.ends)
        found |= {f"{prefix}_{n}": sheet[name] for n, name in enumerate(names, 1)}
    return found


class WorkflowForm(forms.Form):
    """The workflow's steps, in the order in which they are to be done."""

    steps = LinesField(
        label="工程（1行に1つ、行う順）", initial="\n".join(STEP_NAMES),
        help_text=f"システムが順番を守らせる工程: {'・'.join(STEP_NAMES)}。ほかの工程を加えることもできます。",
    )  # fmt: skip


class JobForm(forms.Form):
    """A job under one of the contracts."""

    contract = OfferedField(label="契約", error_messages={"required": "契約を選んでください。"})
    form = OfferedField(label="帳票", error_messages={"required": "帳票を選んでください。"})
    base_date = DayField(label="基準日", help_text="抽出の基準日。この日でないデータは受け付けません。例: R8.11.20")
    declared = NumberField(label="予定件数")
    deliver_by = DayField(label="納品の期限")
    erase_by = DayField(label="消去の期限")

    def __init__(self, contracts: Iterable[Contract], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = list(contracts)
        self.fields["contract"].choices = [(one.number, f"{one.number} {one.title}") for one in offered]
        forms_ = sorted(frozenset().union(*(one.forms for one in offered)))
        self.fields["form"].choices = [(form, f"{form_title(form)}（{form}）") for form in forms_]


class NoticeForm(forms.Form):
    """How, to whom and when the password notice was handed over."""

    route = OfferedField(
        label="渡し方",
        choices=ROUTES,
        widget=forms.RadioSelect,
        error_messages={"required": "渡し方を選んでください。"},
    )
    to = OfferedField(label="渡した相手（承認された名簿）", error_messages={"required": "相手を選んでください。"})
    tracking = text_field("簡易書留の引受番号", most=40, required=False, help_text="簡易書留のときだけ")
    on = DayField(label="渡した日")

    def __init__(self, standing: Standing, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        duties = {"supervisor": "取扱責任者", "handler": "取扱者"}
        people = [(person.id, f"{person.name}（{duties[person.duty]}）") for person in standing.people]
        self.fields["to"].choices = people
        if standing.contract.channel == "disc":  # in person alone, so that there is nothing to track (WARD-CD-2)
            self.fields["route"].choices = ROUTES[:1]
            self.fields["tracking"].widget = forms.HiddenInput()


class ReasonForm(forms.Form):
    """Why a parcel is voided."""

    reason = text_field("取り消す理由", most=200)


class WithdrawForm(forms.Form):
    """Notice numbers to withdraw."""

    numbers = forms.CharField(
        label="通知書番号（1行に1件）", widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
        strip=False, help_text="全角の数字も使えます。", error_messages={"required": "通知書番号を入力してください。"},
    )  # fmt: skip


class DeliveryForm(forms.Form):
    """What was counted at the counter."""

    quantity = NumberField(label="数えた通知書の数（通）")
    withdrawn = NumberField(label="数えた引抜き品の数（通）")


class SendBackForm(forms.Form):
    """Why a proof is not approved."""

    reason = forms.CharField(
        label="差し戻す理由", max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="どの頁の何を直すかを書きます。委託先に届きます。", error_messages={"required": "差し戻す理由を入力してください。"},
    )  # fmt: skip

    def clean_reason(self) -> str:
        return " ".join(self.cleaned_data["reason"].split())
