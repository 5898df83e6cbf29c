"""The papers of a contract as PDFs, filled from the ledger: the council's sheets, roster, workflow, emergency contacts.

Both sides print them, each from its own ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final, cast

from tewatashi.core import certificate
from tewatashi.core.acts import CONNECTION_SHEET, OUTSOURCING_SHEET
from tewatashi.core.contract import Contract, Standing
from tewatashi.core.custody import STEP_NAMES
from tewatashi.core.refused import Refused
from tewatashi.documents.contract_papers import render_contract_paper
from tewatashi.documents.wareki import era_day
from tewatashi.sitekit import acting, clock, ledger
from tewatashi.sitekit.fonts import fonts_folder
from tewatashi.sitekit.known_people import names_under
from tewatashi.sitekit.models import LedgerEntry
from tewatashi.sitekit.prepared import handed_in_of, people_of
from tewatashi.sitekit.templatetags.kit import fiscal_year

CHANNELS: Final = {"lgwan": "LGWAN 回線", "disc": "CD-R 等の媒体"}
_LABELS: Final = {
    "保有課": "保有課（担当課）", "処理させる情報項目": "委託に伴い事業者に処理させる情報項目（だれの、どのような項目か）",
    "記録媒体": "処理させる情報項目の記録媒体", "区が行う情報保護対策": "委託にあたり区が行う情報保護対策",
    "結合される情報項目": "結合される情報項目（だれの、どのような項目か）", "開始時期と期間": "結合の開始時期と期間",
    "開始時期及び期限": "委託の開始時期及び期限",
}  # fmt: skip
# What the ward does where a step of the contractor begins or ends, and which way something goes.
_OF_THE_WARD: Final = {
    "受領": {"lgwan": ("送付データの送信", "乙へ"), "disc": ("媒体の受渡し（鍵付きケース）", "乙へ")},
    "開封": {"lgwan": ("パスワード通知書の受渡し", "乙へ"), "disc": ("パスワード通知書の受渡し（別の日）", "乙へ")},
    "封入封緘": {"lgwan": ("引抜きの依頼", "乙へ"), "disc": ("引抜きの依頼", "乙へ")},
    "納品": {"lgwan": ("納品の確認", "甲へ"), "disc": ("納品の確認", "甲へ")},
    "消去": {"lgwan": ("消去の検証", "甲へ"), "disc": ("媒体の返却・消去の検証", "甲へ")},
}
Fields = dict[str, Any]


def sheets(contract: Contract) -> list[tuple[str, list[tuple[str, str]]]]:
    """Name and fields of the contract's sheets, the fields in the order of the paper: the ledger's is that of the alphabet."""
    found = [("業務委託", [(name, contract.outsourcing[name]) for name in OUTSOURCING_SHEET])]
    if contract.connection is not None:
        found.append(("外部結合", [(name, contract.connection[name]) for name in CONNECTION_SHEET]))
    return found


def paper(number: str, name: str, office: str) -> bytes:
    """The PDF of this paper, a key of PAPERS. Refused `paper-empty` while there is nothing to print."""
    if name not in PAPERS:
        raise _empty("そのような書類はありません。")
    standing = acting.known_standing(number)
    kind, fill = PAPERS[name]
    data = {
        "number": f"{number}-{_SHORT[name]}", "issued": clock.now().date(), "sender": standing.contract.contractor if name in _CONTRACTORS else office,
        "entry": _entry(number, kind), **fill(standing),
    }  # fmt: skip
    return render_contract_paper(name, data, fonts_folder(), clock.now())


def _entry(number: str, kind: str) -> str | None:
    """Hash of the last entry of this kind about the contract."""
    rows = LedgerEntry.objects.filter(contract=number, kind=kind).order_by("index")
    last = rows.last()
    return bytes(last.leaf_hash).hex() if last else None


def _sheet(standing: Standing, title: str, subject: str) -> Fields:
    contract = standing.contract
    found = dict(sheets(contract)).get(title)
    if found is None:
        raise _empty("この契約に、外部結合の届出はありません。")
    return {
        "year": fiscal_year(contract.fiscal_year), "contract": contract.number, "subject": f"{contract.title}{subject}",
        "contractor": contract.contractor, "begins": contract.begins, "ends": contract.ends,
        "fields": [
            *({"name": _LABELS.get(field, field), "text": text} for field, text in found),
            {"name": "委託先の認証と証書の写し", "text": "\n".join(_certificates(standing))},
        ],
    }  # fmt: skip


def _certificates(standing: Standing) -> Iterator[str]:
    """Each certificate with the copy that the ward holds of it, by the digest that stands in the ledger (WORK-6)."""
    for which, name in certificate.NAMES.items():
        found, copy = standing.contract.certificate(which), standing.copy(which)
        if found is not None:
            held = f"写しの SHA-256: {copy.sha256}" if copy else "写しは添付されていません"
            yield f"{name}　{found.number}　{era_day(found.expires)}まで\n{held}"


def _outsourcing(standing: Standing) -> Fields:
    return _sheet(standing, "業務委託", "の委託について")


def _connection(standing: Standing) -> Fields:
    return _sheet(standing, "外部結合", "に係る LGWAN-ASP サービス認定事業者との外部結合について")


def _common(standing: Standing) -> Fields:
    contract = standing.contract
    return {"contract": contract.number, "task": contract.title, "contractor": contract.contractor}


def _roster(standing: Standing) -> Fields:
    people = people_of(standing, clock.now().date())
    if not people:
        raise _empty("承認された名簿はまだありません。")
    return {**_common(standing), "version": standing.accepted, "people": [
        {
            "name": one.person.name, "id": one.person.id, "duty": one.duty, "employer": one.person.employer,
            "training": fiscal_year(one.year) if one.year else None, "pledged": one.pledged, "lacks": "・".join(one.lacks),
        }
        for one in people
    ]}  # fmt: skip


def _workflow(standing: Standing) -> Fields:
    if not standing.steps:
        raise _empty("業務フローはまだありません。")
    channel = standing.contract.channel
    return {
        **_common(standing), "version": standing.workflow, "channel": CHANNELS[channel],
        "acknowledged": _acknowledged(standing), "steps": [_step(step, channel) for step in standing.steps],
    }  # fmt: skip


def _step(step: str, channel: str) -> Fields:
    ward, toward = _OF_THE_WARD.get(step, {}).get(channel, (None, None))
    return {"name": step, "enforced": step in STEP_NAMES, "ward": ward, "toward": toward}


def _acknowledged(standing: Standing) -> str | None:
    if standing.acknowledged != standing.workflow:
        return None
    number = standing.contract.number
    told = [entry for _, entry in ledger.entries(kind="workflow-acknowledged", contract=number)][-1]
    said = cast("dict[str, Any]", told.body)
    at = datetime.fromisoformat(said.get("at", told.at)).astimezone(clock.JAPAN)
    return f"{era_day(at.date())}　{names_under(number).of(told.by, 'factory')}"


def _emergency(standing: Standing) -> Fields:
    one = handed_in_of(standing, "emergency")
    if one.version == 0:
        raise _empty("緊急連絡体制・対応手順は、まだ提出されていません。")
    return {
        **_common(standing), "version": one.version, "ward": " ".join(standing.contract.outsourcing["保有課"].split()),
        "accepted": not one.waits, "contacts": one.body["contacts"], "procedure": one.body["procedure"],
    }  # fmt: skip


def _empty(wrong: str) -> Refused:
    return Refused("paper-empty", wrong, do="契約の画面で状態を確かめてください。")


_CONTRACTORS: Final = frozenset({"roster", "emergency"})  # what it hands in; the others are the ward's
# The kind of act that a paper leads back to, and what fills it.
PAPERS: Final[dict[str, tuple[str, Callable[[Standing], Fields]]]] = {
    "outsourcing-sheet": ("contract-made", _outsourcing),
    "connection-sheet": ("contract-made", _connection),
    "roster": ("roster-accepted", _roster),
    "workflow": ("workflow-published", _workflow),
    "emergency": ("emergency-submitted", _emergency),
}
_SHORT: Final = {
    "outsourcing-sheet": "委託届", "connection-sheet": "結合届", "roster": "名簿", "workflow": "業務フロー", "emergency": "緊急連絡",
}  # fmt: skip
