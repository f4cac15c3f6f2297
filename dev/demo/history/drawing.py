"""What past matters are about, and when: a rising trend with a season, and one agency that falls behind."""

import random
from bisect import bisect
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import TypeVar

T = TypeVar("T")

# Leads received in each of the twelve months before today, oldest first. The demonstration's own matters are of the
# last two.
MONTHS = (26, 29, 32, 35, 39, 42, 46, 50, 55, 60, 52, 24)
# Factor by calendar month: little at Spring Festival and in August, most in spring and autumn.
SEASON = {1: 0.9, 2: 0.55, 3: 1.15, 4: 1.2, 5: 1.15, 6: 1.0, 7: 0.9, 8: 0.7, 9: 1.15, 10: 1.1, 11: 1.2, 12: 1.0}
DAYS_IN_MONTH = 30.4
BEHIND = "GACC_ASB"  # the agency that falls behind
USUALLY_LATE = 0.06
LONGEST_TRIAGE = timedelta(days=24)


@dataclass(frozen=True)
class Goods:
    """`declared` as which goods they were declared; `kg` and `price` (CNY a kilogram) at most."""

    zh: str
    en: str
    declared: str
    declared_en: str
    hs_code: str
    kg: int
    price: int
    weight: int


GOODS = (
    Goods("锑锭", "antimony", "锡锭", "tin", "8110101000", 24_000, 160, 30),
    Goods("镓", "gallium", "铝粒", "aluminium", "8112929010", 900, 2_600, 18),
    Goods("锗锭", "germanium", "硅片", "silicon", "8112921000", 400, 9_000, 12),
    Goods("镝铁合金", "dysprosium alloy", "普通合金", "plain alloy", "7202999100", 6_000, 1_900, 12),
    Goods("铽", "terbium", "氧化铝", "alumina", "2805302100", 300, 7_500, 6),
    Goods("铋锭", "bismuth", "铅锭", "lead", "8106101000", 20_000, 70, 8),
    Goods("钼粉", "molybdenum powder", "铁粉", "iron powder", "8102100000", 9_000, 380, 6),
    Goods("钐钴磁粉", "samarium-cobalt powder", "磁性材料", "magnetic material", "7202999100", 3_000, 520, 5),
    Goods("碲锭", "tellurium", "硒", "selenium", "2804500000", 2_000, 610, 3),
)
# District and port with their share of the matters.
PLACES: tuple[tuple[str, str, int], ...] = (
    *(("5300", "深圳蛇口", 22), ("2200", "上海洋山", 16), ("7200", "友谊关", 14), ("3100", "宁波北仑", 11)),
    *(("5100", "广州南沙", 9), ("4200", "青岛前湾", 8), ("3700", "厦门海沧", 6), ("8600", "昆明磨憨", 6)),
    *(("0200", "天津新港", 5), ("0900", "大连大窑湾", 3), ("9400", "霍尔果斯", 2)),
)
ROUTES: tuple[tuple[tuple[str, ...], int], ...] = (
    *((("CHN", "VNM", "USA"), 22), (("CHN", "THA", "USA"), 14), (("CHN", "MYS", "USA"), 9)),
    *((("CHN", "KOR", "JPN"), 12), (("CHN", "HKG", "JPN"), 10), (("CHN", "HKG", "USA"), 10)),
    *((("CHN", "MEX", "USA"), 7), (("CHN", "JPN"), 8), (("CHN", "DEU"), 5), (("CHN", "IND"), 3)),
)
TECHNIQUES: tuple[tuple[str, int], ...] = (
    *(("MISNAME", 30), ("MISHS", 16), ("TRANSSHIP", 20), ("SPLIT", 10), ("CONCEAL", 10), ("EXPRESS", 6)),
    *(("BYPASS", 4), ("UNDERVALUE", 4)),
)
VIOLATIONS = {
    "TRANSSHIP": "third_country_transshipment",
    "CONCEAL": "concealment",
    "EXPRESS": "parcels",
    "BYPASS": "undeclared_export",
}


def pick(rng: random.Random, *weighted: tuple[T, int]) -> T:
    """One of (thing, weight)."""
    sums = list(accumulate(weight for _thing, weight in weighted))
    return weighted[bisect(sums, rng.random() * sums[-1])][0]


def days_of_receipt(today: date) -> list[date]:
    """The day of each lead, oldest first, spread evenly within each month."""
    days, due = [], 0.0
    for age in range(round(len(MONTHS) * DAYS_IN_MONTH), 0, -1):
        day = today - timedelta(days=age)
        month = len(MONTHS) - 1 - int((age - 1) / DAYS_IN_MONTH)
        due += MONTHS[max(0, month)] * SEASON[day.month] / DAYS_IN_MONTH
        while due >= 1:
            due -= 1
            # A lead takes up to this long to be decided, if it is late.
            days.append(min(day, today - LONGEST_TRIAGE))
    return days


def chance_of_lateness(agency: str, day: date, today: date) -> float:
    """Few periods are missed, except at the agency that falls behind, where they are more with each month."""
    if agency != BEHIND:
        return USUALLY_LATE
    months = max(0.0, 8 - (today - day).days / DAYS_IN_MONTH)
    return min(0.75, USUALLY_LATE + 0.1 * months)
