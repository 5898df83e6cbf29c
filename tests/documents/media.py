"""One of each paper of media, as the ward and 見本印刷 would write them."""

from __future__ import annotations

from datetime import date, timedelta

from tests.documents.papers import HASH, NOW

_EVERY = {
    "number": "健医保第1043号",
    "issued": date(2026, 11, 24),
    "sender": "見本区健康部医療保険年金課",
    "entry": HASH,
}
_CONTENT = "国民健康保険料督促状（宛名情報、収納情報）"
_MADE = {
    "medium": "R8-0413-M01", "kind": "CD-R", "serial": "5108BA123456", "job": "R8-0413", "content": _CONTENT, "quantity": 12079,
    "made": NOW, "made_by": "佐藤 次郎", "place": "キャビネットA", "handed": None, "handed_to": None, "receipt": None, "returned": None,
    "ended": None, "how": None, "witness": None, "remarks": "",
}  # fmt: skip
_IN = {
    "at": NOW, "thing": "媒体 R8-0413-M01（CD-R）", "job": "R8-0413", "direction": "入", "quantity": 1, "reason": "区から受領、確認書 健医保第1042号",
    "by": "高橋 三郎", "witness": "鈴木 一郎", "left": 3,
}  # fmt: skip

EXAMPLES: dict[str, dict[str, object]] = {
    "medium-label": {
        **_EVERY, "medium": "R8-0413-M01", "kind": "CD-R", "job": "R8-0413", "contract": "R8-国保-12",
        "task": "国民健康保険料督促状作成等業務委託", "content": _CONTENT, "quantity": 12079, "unit": "件",
        "sealed": date(2026, 11, 24), "erase_by": date(2026, 12, 10), "sha256": HASH,
        "return_to": ["〒160-0000 見本区見本町一丁目4番1号", "見本区健康部医療保険年金課　電話 03-0000-0000"],
    },
    "media-register": {
        **_EVERY, "year": "令和8年度（2026年度）", "office": "医療保険年金課",
        "media": [
            {**_MADE, "medium": "R8-0398-M01", "job": "R8-0398", "handed": date(2026, 11, 4),
             "handed_to": "高橋 三郎（見本印刷）", "receipt": "健医保第987号", "returned": date(2026, 11, 18),
             "ended": date(2026, 11, 20), "how": "裁断", "witness": "田中 花子", "place": "廃棄"},
            {**_MADE, "medium": "R8-0405-M01", "serial": None, "job": "R8-0405", "ended": date(2026, 11, 21), "how": "裁断",
             "witness": "田中 花子", "place": "廃棄", "remarks": "書込み失敗"},
            _MADE,
        ],
    },
    "safe-book": {
        **_EVERY, "sender": "株式会社見本印刷", "place": "第1工場 金庫2", "keeper": "鈴木 一郎（取扱責任者）",
        "movements": [
            _IN,
            {**_IN, "at": NOW + timedelta(days=1), "direction": "出", "reason": "組版機で開封するため", "left": 2},
            {**_IN, "at": NOW + timedelta(days=1, hours=2), "reason": "開封を終え、戻した", "witness": None},
        ],
    },
}  # fmt: skip
