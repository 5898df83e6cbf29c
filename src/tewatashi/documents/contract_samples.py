"""One of each paper that tells how a contract stands: what a ward's own template is tried with."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from tewatashi.documents.samples import HASH, NOW

_EVERY: Final[dict[str, Any]] = {
    "number": "R8-1-01", "issued": date(2026, 11, 24), "sender": "新宿区 医療保険年金課", "entry": HASH,
}  # fmt: skip
_OF: Final[dict[str, Any]] = {
    "contract": "R8-1", "task": "国民健康保険料督促状作成等業務", "contractor": "株式会社見本印刷", "version": 2,
}  # fmt: skip
_SHEET: Final[dict[str, Any]] = {
    **_EVERY, "year": "令和8年度（2026年度）", "contract": "R8-1", "subject": "国民健康保険料督促状作成等業務の委託について",
    "contractor": "株式会社見本印刷", "begins": date(2026, 4, 1), "ends": date(2027, 3, 31),
    "fields": [{"name": "保有課（担当課）", "text": "医療保険年金課"}, {"name": "登録業務の名称", "text": "国民健康保険"}],
}  # fmt: skip

CONTRACT_EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "outsourcing-sheet": _SHEET,
    "connection-sheet": _SHEET,
    "roster": {**_EVERY, **_OF, "people": [
        {"name": "鈴木 一郎", "id": "suzuki", "duty": "取扱責任者", "employer": "株式会社見本印刷", "training": "令和8年度",
         "pledged": date(2026, 4, 1), "lacks": ""},
        {"name": "高橋 三郎", "id": "takahashi", "duty": "取扱者", "employer": "株式会社見本印刷", "training": None,
         "pledged": None, "lacks": "今年度の研修・誓約書"},
    ]},
    "workflow": {**_EVERY, **_OF, "channel": "LGWAN 回線", "acknowledged": "令和8年11月24日（2026年）　鈴木 一郎", "steps": [
        {"name": "受領", "enforced": True, "ward": "送付データの送信", "toward": "乙へ"},
        {"name": "開封", "enforced": True, "ward": "パスワード通知書の受渡し", "toward": "乙へ"},
        {"name": "組版", "enforced": True, "ward": None, "toward": None},
        {"name": "校正", "enforced": False, "ward": None, "toward": None},
        {"name": "印字", "enforced": True, "ward": "引抜きの依頼", "toward": "乙へ"},
        {"name": "封入封緘", "enforced": True, "ward": None, "toward": None},
        {"name": "納品", "enforced": True, "ward": "納品の確認", "toward": "甲へ"},
        {"name": "消去", "enforced": True, "ward": "消去の検証", "toward": "甲へ"},
    ]},
    "emergency": {
        **_EVERY, **_OF, "ward": "新宿区 医療保険年金課", "accepted": True,
        "contacts": [
            {"name": "鈴木 一郎", "duty": "取扱責任者", "phone": "03-0000-0001"},
            {"name": "高橋 三郎", "duty": "取扱者", "phone": "03-0000-0002"},
        ],
        "procedure": "1 作業を止め、現場を保つ。\n2 取扱責任者が、直ちに区の責任者に電話で知らせる。\n3 書面で報告し、区の指示に従う。",
    },
}  # fmt: skip

_BOTH: Final[dict[str, Any]] = {
    "number": "安全管理-R8-国保-12-2026", "issued": date(2026, 11, 24), "sender": "見本区健康部", "entry": None, "contract": "R8-国保-12",
    "task": "国民健康保険料督促状作成等業務委託", "contractor": "見本印刷", "year": "令和8年度", "as_of": NOW, "size": 12345, "root": HASH,
}  # fmt: skip
_LINE: Final[dict[str, Any]] = {
    "id": "FAC-CD-3", "seed": "受託 CD-R(3) 納品完了後、データ媒体、パスワード通知書を返却", "means": "納品の後に、媒体と通知書が返っている。",
    "clauses": "11", "state": "不足", "due": "納品の確認から契約で定めた日数のうち", "evidence": "45 返却、48 返却",
    "open": "期限超過 令和8年11月20日（2026年）: R8-0413 媒体 R8-0413-M01の返却",
}  # fmt: skip

SAFEGUARD_EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "safeguards": {
        **_BOTH, "counts": [{"state": "守られている", "count": 35}, {"state": "不足", "count": 1}], "safeguards": [_LINE],
    },
    "handling-report": {
        **_BOTH, "to": "医療保険年金課",
        "people": [{"name": "鈴木 一郎", "duty": "取扱責任者", "training": "済", "pledge": "令和8年4月1日（2026年）"}],
        "jobs": [{"job": "R8-0413", "content": "督促状", "quantity": 12079, "state": "作業中", "received": date(2026, 11, 20),
                  "delivered": None, "erased": None}],
        "held": [{"job": "R8-0413", "thing": "開封データ", "quantity": 12079, "where": "保管庫", "since": NOW}],
        "trouble": "令和8年11月21日（2026年）9時00分 R8-0413 紛失（CL-8、台帳 412）", "overdue": "令和8年11月20日（2026年）: R8-0413 媒体の返却",
    },
}  # fmt: skip

BOX_EXAMPLE: Final[dict[str, Any]] = {
    "number": "箱-R8-0413", "issued": NOW.date(), "sender": "見本印刷株式会社", "entry": None, "job": "R8-0413",
    "task": "国民健康保険料督促状等作成業務委託", "content": "国民健康保険料督促状（令和8年11月20日現在）", "total": 1, "withdrawals": 2,
    "boxes": [{
        "box": 1, "handling": "普通", "area": "区内", "postal_class": "定形 25gまで", "discount": "郵便区内特別", "first": 1,
        "last": 400, "envelopes": 400, "pieces": 412,
    }],
}  # fmt: skip
