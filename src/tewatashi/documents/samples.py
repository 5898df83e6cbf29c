"""One of each paper, as the ward and 見本印刷 would write them: what a ward's own template is tried with."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any, Final

NOW: Final = datetime(2026, 11, 24, 14, 5, tzinfo=timezone(timedelta(hours=9)))
HASH: Final = "5d41402abc4b2a76b9719d911017c592" * 2
_EVERY: Final[dict[str, Any]] = {
    "number": "健医保第1042号",
    "issued": date(2026, 11, 24),
    "to": "株式会社見本印刷　取扱責任者　鈴木 一郎",
    "sender": "新宿区健康部医療保険年金課　取扱責任者　田中 花子",
    "job": "R8-0413",
    "task": "国民健康保険料督促状作成等業務委託",
    "entry": HASH,
}
_CONTENT: Final = "国民健康保険料督促状（宛名情報、収納情報）"

EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "handover": {
        **_EVERY, "occasion": "納品", "at": NOW, "place": "医療保険年金課 受渡し窓口", "route": "手渡し",
        "ward_handler": "佐藤 次郎", "contractor_handler": "高橋 三郎", "content": _CONTENT, "quantity": 12034,
        "unit": "通", "withdrawn": 45, "medium": None, "sha256": None, "remarks": "段ボール箱 25 箱（封印番号 1 から 25 まで）",
        "answer": None,
    },
    "password-notice": {
        **_EVERY, "about": "送付データ", "parcel": "01234567", "content": _CONTENT, "route": "手渡し",
        "password": "K7QMA-W2XRT-P9HVC-4NDJE-T6YKB-H3MPF-C8WQX", "ending": "返却", "return_by": date(2026, 12, 10), "return_within": 14,
    },
    "login-notice": {
        **_EVERY, "person": "高橋 三郎", "role": "取扱者", "address": "https://tewatashi.asp.example.jp/",
        "account": "takahashi", "password": "M4TX-9KQP-W7HD", "route": "簡易書留", "tracking": "123-45-67890-1", "valid_until": NOW + timedelta(days=14),
    },
    "receipt": {
        **_EVERY, "to": "新宿区健康部医療保険年金課　取扱責任者　田中 花子", "sender": "株式会社見本印刷　取扱責任者　鈴木 一郎",
        "at": NOW, "handler": "高橋 三郎", "content": _CONTENT, "quantity": 12079, "unit": "件",
        "parcel": "0123456789abcdef0123456789abcdef", "size": 48213456, "sha256": HASH, "route": "LGWAN回線",
    },
    "delivery-note": {
        **_EVERY, "to": "新宿区健康部医療保険年金課　取扱責任者　田中 花子", "sender": "株式会社見本印刷　取扱責任者　鈴木 一郎",
        "at": NOW, "content": _CONTENT, "base_date": date(2026, 11, 20), "items": [
            {"name": "封入封緘した通知書", "quantity": 12034, "unit": "通", "remarks": ""},
            {"name": "引抜き品", "quantity": 45, "unit": "通", "remarks": "引抜きの依頼 第2版まで"},
        ], "deliverer": "高橋 三郎（takahashi）", "receiver": "佐藤 次郎（sato）", "confirmation": "R8-0413-K03",
    },
    "return-note": {
        **_EVERY, "to": "新宿区健康部医療保険年金課　取扱責任者　田中 花子", "sender": "株式会社見本印刷　取扱責任者　鈴木 一郎",
        "name": "媒体", "thing": "R8-0413-M01", "serial": "5108BA123456", "quantity": 1, "unit": "枚", "content": _CONTENT,
        "delivered": date(2026, 11, 19), "at": NOW, "brought_by": "高橋 三郎（takahashi）", "received_by": "佐藤 次郎（sato）",
        "confirmation": "R8-0413-K04",
    },
    "binder": {
        **_EVERY, "to": None, "form": "国民健康保険料督促状", "base_date": date(2026, 11, 20), "contractor": "株式会社見本印刷", "channel": "CD-R 等の媒体",
        "state": "終了", "parts": [{"title": "データ授受確認書（提供）", "number": "R8-0413-K01", "page": 3}],
        "steps": [{"name": "作成・暗号化", "at": NOW}, {"name": "消去の検証", "at": None}],
        "counts": [{"name": "組版", "value": 12079, "expected": 12079, "differs": False}, {"name": "破損", "value": 3, "expected": None, "differs": True}],
        "things": [{"name": "媒体 R8-0413-M01", "site": "区", "place": "―", "quantity": "1 枚", "born": NOW, "ended": NOW, "how": "切断"}],
        "acts": [{"entry": 31, "at": NOW, "name": "媒体の受渡し", "site": "区", "by": "佐藤 次郎", "said": "媒体 R8-0413-M01　相手 高橋 三郎", "leaf": "5d41402a"}],
        "verified": {"at": NOW, "ids": 12079, "found": 0, "unread": 0, "report": HASH},
    },
    "letters": {
        **_EVERY, "taken": 12, "records": [
            {"seq": 31, "kind": "納品の確認", "job": "R8-0413", "at": NOW},
            {"seq": 32, "kind": "台帳の検証点", "job": "―", "at": NOW},
        ],
    },
    "erasure-report": {
        **_EVERY, "to": "新宿区長", "sender": "株式会社見本印刷　取扱責任者　鈴木 一郎",
        "delivered": date(2026, 11, 19),
        "things": [
            {"name": "受領した送付データ", "place": "工場 保管庫1", "quantity": "1 個", "method": "鍵の破棄", "at": NOW, "by": "高橋 三郎"},
            {"name": "開封データ", "place": "工場 組版機", "quantity": "12,079 件", "method": "鍵の破棄", "at": NOW, "by": "高橋 三郎"},
            {"name": "印刷用ファイル", "place": "工場 印刷機1 スプール", "quantity": "25 個", "method": "上書き消去", "at": NOW, "by": "高橋 三郎"},
            {"name": "破損した用紙", "place": "工場 裁断室", "quantity": "31 枚", "method": "裁断", "at": NOW, "by": "鈴木 一郎"},
        ],
        "statement": "上記のほかに、業務に係る個人情報の複製はありません。", "implementer": "高橋 三郎（取扱者）",
        "witness": "鈴木 一郎（取扱責任者）",
        "scan": {"at": NOW + timedelta(days=1), "ids": 12079, "found": 0, "unread": 0, "report": HASH},
    },
}  # fmt: skip

_MEDIA: Final[dict[str, Any]] = {
    "number": "健医保第1043号",
    "issued": date(2026, 11, 24),
    "sender": "見本区健康部医療保険年金課",
    "entry": HASH,
}
_MADE: Final[dict[str, Any]] = {
    "medium": "R8-0413-M01", "kind": "CD-R", "serial": "5108BA123456", "job": "R8-0413", "content": _CONTENT, "quantity": 12079,
    "made": NOW, "made_by": "佐藤 次郎", "place": "キャビネットA", "handed": None, "handed_to": None, "receipt": None, "returned": None,
    "ended": None, "how": None, "witness": None, "remarks": "",
}  # fmt: skip
_IN: Final[dict[str, Any]] = {
    "at": NOW, "thing": "媒体 R8-0413-M01（CD-R）", "job": "R8-0413", "direction": "入", "quantity": 1, "reason": "区から受領、確認書 健医保第1042号",
    "by": "高橋 三郎", "witness": "鈴木 一郎", "left": 3,
}  # fmt: skip

MEDIA_EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "medium-label": {
        **_MEDIA, "medium": "R8-0413-M01", "kind": "CD-R", "job": "R8-0413", "contract": "R8-国保-12",
        "task": "国民健康保険料督促状作成等業務委託", "content": _CONTENT, "quantity": 12079, "unit": "件",
        "sealed": date(2026, 11, 24), "erase_by": date(2026, 12, 10), "sha256": HASH,
        "return_to": ["〒160-0000 見本区見本町一丁目4番1号", "見本区健康部医療保険年金課　電話 03-0000-0000"],
    },
    "media-register": {
        **_MEDIA, "year": "令和8年度（2026年度）", "office": "医療保険年金課",
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
        **_MEDIA, "sender": "株式会社見本印刷", "place": "第1工場 金庫2", "keeper": "鈴木 一郎（取扱責任者）",
        "movements": [
            _IN,
            {**_IN, "at": NOW + timedelta(days=1), "direction": "出", "reason": "組版機で開封するため", "left": 2},
            {**_IN, "at": NOW + timedelta(days=1, hours=2), "reason": "開封を終え、戻した", "witness": None},
        ],
    },
}  # fmt: skip
