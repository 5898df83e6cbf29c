"""Names and houses of people who do not exist."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final, TypeVar

T = TypeVar("T")


def _pairs(text: str) -> list[tuple[str, str]]:
    """Names with their kana, as `name:kana` with a space between."""
    pairs = (pair.split(":") for pair in text.split())
    return [(name, kana) for name, kana in pairs]


_SURNAMES: Final = _pairs(
    "佐藤:サトウ 鈴木:スズキ 高橋:タカハシ 田中:タナカ 渡辺:ワタナベ 伊藤:イトウ 山本:ヤマモト 中村:ナカムラ 小林:コバヤシ 加藤:カトウ "
    "吉田:ヨシダ 山田:ヤマダ 佐々木:ササキ 山口:ヤマグチ 松本:マツモト 井上:イノウエ 木村:キムラ 林:ハヤシ 斎藤:サイトウ 清水:シミズ "
    "髙橋:タカハシ 髙田:タカダ 山﨑:ヤマザキ 﨑山:サキヤマ 宮﨑:ミヤザキ 濵田:ハマダ 𠮷田:ヨシダ 𠮷野:ヨシノ 葛\U000e0102西:カサイ 葛\U000e0102城:カツラギ "
    "辻\U000e0102:ツジ 辻\U000e0102本:ツジモト 祇\U000e0102園:ギオン 齋藤:サイトウ 邊見:ヘンミ 渡邉:ワタナベ 廣瀨:ヒロセ 德永:トクナガ 小鳥遊:タカナシ 勅使河原:テシガワラ "
    "長宗我部:チョウソカベ 五十嵐:イガラシ 東海林:ショウジ 野々村:ノノムラ 奈々瀬:ナナセ 喜屋武:キャン 具志堅:グシケン 仲村渠:ナカンダカリ 一:ニノマエ 王:オウ"
)
_GIVEN: Final = _pairs(
    "太郎:タロウ 花子:ハナコ 一郎:イチロウ 美咲:ミサキ 健:ケン 大輔:ダイスケ さくら:サクラ 陽菜:ヒナ 翔太:ショウタ 直子:ナオコ 誠:マコト 恵:メグミ "
    "奈々子:ナナコ 三四郎:サンシロウ 弥右衛門:ヤエモン 凜:リン 琥珀:コハク 莉々菜:リリナ 眞琴:マコト 昇龍:ショウリュウ ミツ:ミツ トメ:トメ ひかり:ヒカリ 宗一郎:ソウイチロウ"
)
_FOREIGN: Final = (
    ("NGUYEN THI HONG NHUNG", "グエン　ティ　ホン　ニュン"),
    (
        "MARIA DE LOURDES FERNANDES DOS SANTOS OLIVEIRA",
        "マリア　デ　ルルデス　フェルナンデス　ドス　サントス　オリベイラ",
    ),
    (
        "WICKRAMASINGHE ARACHCHIGE DON CHAMINDA PRIYANTHA",
        "ウィクラマシンハ　アーラッチゲ　ドン　チャミンダ　プリヤンタ",
    ),
    ("O'CONNOR PATRICK", "オコナー　パトリック"),
    ("SMITH-JONES ANNE MARIE", "スミス－ジョーンズ　アン　マリー"),
    ("KIM MINJUN", "キム　ミンジュン"),
    ("RAJAONARIMANANA ANDRIAMBOLOLONA HERINIAINA", "ラジャオナリマナナ　アンドリアンブルルナ　ヘリニアイナ"),
)
_WIDE: Final = str.maketrans("0123456789", "０１２３４５６７８９")
_HOUSES: Final = (
    "コーポ見本",
    "メゾン・ド・サンプル",
    "見本ハイツＡ棟",
    "サンプル第２ビル",
    "グランドメゾン見本台イーストタワー",
    "都営見本アパート",
)


def somebody(chance: random.Random) -> tuple[str, str]:
    """Name and kana."""
    if chance.random() < 0.08:
        return _one_of(_FOREIGN, chance)
    surname, surname_kana = _one_of(_SURNAMES, chance)
    given, given_kana = _one_of(_GIVEN, chance)
    return f"{surname}　{given}", f"{surname_kana}　{given_kana}"


def building(chance: random.Random) -> str:
    """方書: a house with a room, somebody else's house (様方), or nothing."""
    kind = chance.random()
    if kind < 0.45:
        return ""
    if kind < 0.52:
        return f"{_one_of(_SURNAMES, chance)[0]}様方"
    house, room = _one_of(_HOUSES, chance), f"{_one_of(range(1, 15), chance)}{_one_of(range(1, 12), chance):02d}"
    if kind < 0.68:
        return f"{house}{room}号室"
    if kind < 0.84:
        return f"{house}　{room}"
    return f"{house}{room.translate(_WIDE)}号"


def _one_of(values: Sequence[T], chance: random.Random) -> T:
    """Three times as fast as random.choice."""
    return values[int(chance.random() * len(values))]
