"""One of each paper, as the ward and 見本印刷 would write them."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

NOW = datetime(2026, 11, 24, 14, 5, tzinfo=timezone(timedelta(hours=9)))
HASH = "5d41402abc4b2a76b9719d911017c592" * 2
_EVERY = {
    "number": "健医保第1042号",
    "issued": date(2026, 11, 24),
    "to": "株式会社見本印刷　取扱責任者　鈴木 一郎",
    "sender": "新宿区健康部医療保険年金課　取扱責任者　田中 花子",
    "job": "R8-0413",
    "task": "国民健康保険料督促状作成等業務委託",
    "entry": HASH,
}
_CONTENT = "国民健康保険料督促状（宛名情報、収納情報）"

EXAMPLES: dict[str, dict[str, object]] = {
    "handover": {
        **_EVERY, "occasion": "納品", "at": NOW, "place": "医療保険年金課 受渡し窓口", "route": "手渡し",
        "ward_handler": "佐藤 次郎", "contractor_handler": "高橋 三郎", "content": _CONTENT, "quantity": 12034,
        "unit": "通", "withdrawn": 45, "medium": None, "sha256": None, "remarks": "段ボール箱 25 箱（封印番号 1 から 25 まで）",
        "answer": None,
    },
    "password-notice": {
        **_EVERY, "parcel": "0123456789abcdef0123456789abcdef", "content": _CONTENT, "route": "手渡し",
        "password": "K7QMA-W2XRT-P9HVC-4NDJE-T6YKB-H3MPF-C8WQX", "return_by": date(2026, 12, 10), "entry": None,
    },
    "login-notice": {
        **_EVERY, "person": "高橋 三郎", "role": "取扱者", "address": "https://tewatashi.asp.example.jp/",
        "account": "takahashi", "password": "M4TX-9KQP-W7HD", "route": "簡易書留", "valid_until": NOW + timedelta(days=14),
    },
    "receipt": {
        **_EVERY, "to": "新宿区健康部医療保険年金課　取扱責任者　田中 花子", "sender": "株式会社見本印刷　取扱責任者　鈴木 一郎",
        "at": NOW, "handler": "高橋 三郎", "content": _CONTENT, "quantity": 12079, "unit": "件",
        "parcel": "0123456789abcdef0123456789abcdef", "size": 48213456, "sha256": HASH, "route": "LGWAN回線",
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
