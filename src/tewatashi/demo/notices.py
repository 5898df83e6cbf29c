"""Synthetic records of the other forms that ship: 納入通知書, 催告書, 資格情報のお知らせ, 高額療養費支給決定通知書, 医療費通知.

Households are those of extract_maker: real towns, people who do not exist. Sheet counts vary as they do in a ward: most
households are small, few are in arrears for years, a few see a doctor every week.
"""

from __future__ import annotations

import random
from bisect import bisect
from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from tewatashi.demo import people
from tewatashi.demo.household import Record, below, household, store_slip
from tewatashi.demo.towns import towns

_SHARES: Final = ("医療", "支援", "介護", "子ども")
_RATES: Final = ((0.0769, 49100), (0.0263, 16800), (0.0223, 17600), (0.0027, 1800))  # of income, yen a person
_YEARS: Final = (
    0.62,
    0.80,
    0.89,
    0.94,
    0.97,
    0.985,
    0.995,
)  # share of those in arrears for one year, for at most two, ...
_PLACES: Final = (
    ("見本大学病院", "外来"), ("見本大学病院", "入院"), ("見本内科クリニック", "外来"), ("サンプル皮膚科", "外来"), ("見本歯科医院", "歯科"),
    ("まちかど薬局　見本駅前店", "調剤"), ("見本中央薬局", "調剤"), ("見本整骨院", "柔整"), ("訪問看護ステーションみほん", "訪問看護"),
    ("医療法人社団見本会　サンプル総合リハビリテーション病院", "入院"),
)  # fmt: skip
_BANKS: Final = (
    ("見本銀行", "本店"),
    ("みほん信用金庫", "見本駅前支店"),
    ("ゆうちょ銀行", "〇〇八支店"),
    ("サンプル銀行", "東見本支店"),
)
_CLASSES: Final = ("区分ア", "区分イ", "区分ウ", "区分エ", "区分オ", "一般", "現役並みⅡ")
_MOST_MEMBERS: Final = 8
_MOST_LINES: Final = 60

Maker = Callable[[random.Random, Record, date], Record]


def records_of(form: str, households: int, seed: int, base_date: date) -> Iterator[Record]:
    """Records as text, item by item; dates as yyyymmdd; items that are empty may be left out."""
    chance = random.Random(seed)
    places = [*towns("東京都"), *towns("沖縄県"), *towns("北海道")]
    make = _MAKERS[form]
    number = 10**8 + below(chance, 10**8)
    for _ in range(households):
        number += 1 + below(chance, 60)
        record = household(chance, places[below(chance, len(places))])
        record |= {
            "通知書番号": f"{number:010d}", "基準日": f"{base_date:%Y%m%d}", "発送日": f"{base_date + timedelta(days=6):%Y%m%d}",
        }  # fmt: skip
        yield record | make(chance, record, base_date)


def _members(chance: random.Random, record: Record) -> list[tuple[str, str]]:
    """Names and kana of the insured; of a household that has a Japanese name, all by that name."""
    name, _, given = record["世帯主氏名"].partition("　")
    kana = record["世帯主カナ"].partition("　")[0]
    found = [] if record["世帯主区分"] == "擬制" else [(record["世帯主氏名"], record["世帯主カナ"])]
    while len(found) < min(int(record["被保険者数"]), _MOST_MEMBERS):
        other, other_kana = people.somebody(chance)
        if given and "　" in other:
            found.append((f"{name}　{other.partition('　')[2]}", f"{kana}　{other_kana.partition('　')[2]}"))
        else:
            found.append((other, other_kana))
    return found


def _rows(**columns: Sequence[str]) -> Record:
    """Items that come many times: 氏名=("甲", "乙") gives 氏名1 and 氏名2."""
    return {f"{name}{number}": value for name, values in columns.items() for number, value in enumerate(values, 1)}


def _year_of(day: date) -> int:
    return day.year if day.month >= 4 else day.year - 1


def _due(year: int, instalment: int) -> str:
    """The last day of the month: instalments 1 to 10 are those of June to March."""
    months = 5 + instalment
    in_year, month = year + (months - 1) // 12, (months - 1) % 12 + 1
    return f"{in_year}{month:02d}{monthrange(in_year, month)[1]}"


# ------------------------------------------------------------------------------------------------------------ 納入通知書


def _nonyu(chance: random.Random, record: Record, base_date: date) -> Record:
    year, members = _year_of(base_date), _members(chance, record)
    incomes = [10_000 * below(chance, 400) * (below(chance, 3) == 0) for _ in members]
    made: Record = {"賦課年度": str(year), "納付方法": "普通徴収"}
    total = 0
    for share, (rate, a_head) in zip(_SHARES, _RATES, strict=True):
        by_income, by_head = int(sum(incomes) * rate), a_head * len(members)
        off = 0 if sum(incomes) else by_head * 7 // 10
        amount = min(by_income + by_head - off, 660_000) // 10 * 10
        made |= {
            f"{share}所得割": str(by_income),
            f"{share}均等割": str(by_head),
            f"{share}軽減": str(off) if off else "",
        }
        made[f"{share}年額"] = str(amount)
        total += amount
    made["年間保険料"] = str(total)
    each = total // 10 // 100 * 100
    amounts = [total - 9 * each, *[each] * 9]
    days = [_due(year, number) for number in range(1, 11)]
    made |= _rows(期別=[f"第{n}期" for n in range(1, 11)], 納期限=days, 期別額=[str(amount) for amount in amounts])
    made |= _rows(
        氏名=[name for name, _ in members], 基礎額=[str(income) for income in incomes], 加入月数=["12"] * len(members),
        介護月数=["12" if below(chance, 2) else "" for _ in members],
    )  # fmt: skip
    if chance.random() < 0.3:
        return made | {"納付方法": "口座振替"}
    slips = [("全期前納", days[0], total), *((f"第{n}期", days[n - 1], amounts[n - 1]) for n in range(1, 5))]
    return made | _slips(chance, record, slips)


def _slips(chance: random.Random, record: Record, slips: Sequence[tuple[str, str, int]]) -> Record:
    made: Record = {}
    for number, (name, day, amount) in enumerate(slips, 1):
        made |= {
            f"納付期{number}": name, f"納付期限{number}": day, f"納付額{number}": str(amount),
            f"納付番号{number}": f"{record['通知書番号']}{number:04d}", f"確認番号{number}": f"{below(chance, 10**6):06d}",
            f"納付区分{number}": "201", f"収納代行{number}": store_slip(record["通知書番号"], day, amount),
            f"eLQR{number}": f"EL1300{record['通知書番号']}{number:02d}{day}{amount:011d}",
        }  # fmt: skip
    return made


# -------------------------------------------------------------------------------------------------------------- 催告書


def _saikoku(chance: random.Random, record: Record, base_date: date) -> Record:
    due = f"{base_date + timedelta(days=24):%Y%m%d}"
    years = 1 + bisect(_YEARS, chance.random())
    made: Record = {"指定期限": due}
    whole = 0
    for place in range(1, years + 1):
        year = _year_of(base_date) - place
        first = 1 + below(chance, 10)
        amounts = [10 * (200 + below(chance, 4000)) for _ in range(first, 11)]
        late = sum(amounts) * place * 8 // 1000 // 100 * 100
        total = sum(amounts) + late
        whole += total
        number = f"{int(record['通知書番号']) + place * 7:010d}"
        made |= {
            f"賦課年度{place}": str(year), f"相当年度{place}": str(year), f"賦課番号{place}": number,
            f"未納計{place}": str(sum(amounts)), f"督促手数料{place}": "0", f"延滞金{place}": str(late), f"合計額{place}": str(total),
            f"納付番号{place}": f"{number}0001", f"確認番号{place}": f"{below(chance, 10**6):06d}", f"納付区分{place}": "202",
            f"収納代行{place}": store_slip(number, due, total),
        }  # fmt: skip
        for row, (instalment, amount) in enumerate(zip(range(first, 11), amounts, strict=True), 1):
            made[f"期別{place}-{row}"] = f"第{instalment}期"
            made[f"納期限{place}-{row}"], made[f"未納額{place}-{row}"] = _due(year, instalment), str(amount)
    return made | {"滞納総額": str(whole)}


# ----------------------------------------------------------------------------------------------------------- 資格・給付


def _shikaku(chance: random.Random, record: Record, base_date: date) -> Record:
    sign, _, number = record["記号番号"].partition("-")
    members = _members(chance, record)
    born = [base_date - timedelta(days=365 + below(chance, 27_000)) for _ in members]
    old = [(base_date - day).days > 70 * 365.25 for day in born]
    since = [f"{max(day, date(2008, 4, 1) + timedelta(days=below(chance, 6000))):%Y%m%d}" for day in born]
    return {"記号": sign, "番号": number, "交付年月日": f"{base_date + timedelta(days=3):%Y%m%d}"} | _rows(
        枝番=[f"{place:02d}" for place in range(1, len(members) + 1)], 氏名=[name for name, _ in members],
        カナ=[kana for _, kana in members], 生年月日=[f"{day:%Y%m%d}" for day in born], 資格取得日=since, 適用開始日=since,
        負担割合=["23"[below(chance, 2)] + "割" if each else "" for each in old],
        発効期日=[f"{_year_of(base_date)}0801" if each else "" for each in old],
    )  # fmt: skip


def _treatments(chance: random.Random, record: Record, months: Sequence[str], count: int) -> Record:
    members = _members(chance, record)
    visits = sorted(below(chance, len(months)) for _ in range(count))
    places = [_PLACES[below(chance, len(_PLACES))] for _ in visits]
    whole = [10 * (150 + below(chance, 90_000 if kind == "入院" else 3_000)) for _, kind in places]
    return {"件数": str(count), "医療費合計": str(sum(whole)), "支払額合計": str(sum(yen * 3 // 10 for yen in whole))} | _rows(
        受診年月=[months[visit] for visit in visits], 氏名=[members[below(chance, len(members))][0] for _ in visits],
        医療機関=[name for name, _ in places], 区分=[kind for _, kind in places], 日数=[str(1 + below(chance, 9)) for _ in visits],
        医療費=[str(yen) for yen in whole], 支払額=[str(yen * 3 // 10) for yen in whole],
    )  # fmt: skip


def _iryohi(chance: random.Random, record: Record, base_date: date) -> Record:
    year = base_date.year - (base_date.month < 4)
    months = [f"令和{year - 2018}年{month}月" for month in range(1, 11)]
    count = min(1 + int(chance.expovariate(1 / 14)), _MOST_LINES)
    return {"対象期間": f"{months[0]}から{months[-1]}まで"} | _treatments(chance, record, months, count)


def _kogaku(chance: random.Random, record: Record, base_date: date) -> Record:
    seen = base_date - timedelta(days=100)
    month = f"令和{seen.year - 2018}年{seen.month}月"
    found = _treatments(chance, record, [month], 1 + below(chance, _MOST_MEMBERS))
    paid = [int(found[f"支払額{place}"]) + 21_000 for place in range(1, int(found["件数"]) + 1)]
    limit = min((35_400, 57_600, 82_430)[below(chance, 3)], sum(paid) - 1000)
    bank, branch = _BANKS[below(chance, len(_BANKS))]
    made = {item: value for item, value in found.items() if item.startswith(("氏名", "医療機関", "区分"))}
    made |= _rows(診療年月=[month] * len(paid), 自己負担額=[str(yen) for yen in paid])
    return made | {
        "診療年月": month, "申請年月日": f"{base_date - timedelta(days=30):%Y%m%d}", "決定年月日": f"{base_date:%Y%m%d}",
        "所得区分": _CLASSES[below(chance, len(_CLASSES))], "自己負担合計": str(sum(paid)), "自己負担限度額": str(limit),
        "支給決定額": str(sum(paid) - limit), "金融機関": bank, "支店": branch, "種目": "普通", "口座番号": f"****{below(chance, 1000):03d}",
        "口座名義": record["世帯主カナ"], "振込予定日": f"{base_date + timedelta(days=20):%Y%m%d}", "備考": "",
    }  # fmt: skip


_MAKERS: Final[dict[str, Maker]] = {
    "nonyu": _nonyu, "saikoku": _saikoku, "shikaku": _shikaku, "kogaku": _kogaku, "iryohi": _iryohi,
}  # fmt: skip
