"""One of each paper of a contract, as the ward would print it."""

from __future__ import annotations

from datetime import date

from tests.documents.papers import HASH
from tewatashi.ward.sheets import CONNECTION, OUTSOURCING

_EVERY = {
    "number": "R8-1-01", "issued": date(2026, 11, 24), "sender": "新宿区 医療保険年金課", "entry": HASH,
}  # fmt: skip
_OF = {"contract": "R8-1", "task": "国民健康保険料督促状作成等業務", "contractor": "株式会社見本印刷", "version": 2}
_TERM = {
    "year": "令和8年度", "contract": "R8-1", "subject": "国民健康保険料督促状作成等業務の委託について",
    "contractor": "株式会社見本印刷", "begins": date(2026, 4, 1), "ends": date(2027, 3, 31),
}  # fmt: skip

EXAMPLES: dict[str, dict[str, object]] = {
    "outsourcing-sheet": {**_EVERY, **_TERM, "fields": [{"name": n, "text": t} for n, t in OUTSOURCING.items()]},
    "connection-sheet": {**_EVERY, **_TERM, "fields": [{"name": n, "text": t} for n, t in CONNECTION.items()]},
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
