"""Which control rule might cover an item, and how it stood on a day. Suggestions; a person decides."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from .models import ControlItem
from .reference import control_items


@dataclass(frozen=True)
class RuleOnDate:
    """A candidate rule: why it was found and how it stood on the day asked."""

    item: ControlItem
    why: str  # "control_code" | "hs_code" | "words"
    status: str  # see ControlItem.status_on


SUREST_FIRST = {"control_code": 0, "hs_code": 1, "words": 2}


@cache
def load_rules() -> list[ControlItem]:
    """All rules, under a hundred, read once a process: they change with the product's file alone, never while it runs,
    and every case page asks for all of them with all their words."""
    return control_items()


def rules_for(
    rules: Iterable[ControlItem], *, control_code: str, hs_code: str, description: str, day: date, most: int = 5
) -> list[RuleOnDate]:
    """Candidates for a described item, the surest first: control code, then HS, then the longest word that fits.

    HS decides neither control nor non-control (one HS code often holds both), so nothing here is a finding.
    """
    found = []
    for item in rules:
        word = longest_keyword(item, description)
        why = _why(item, control_code, hs_code, word)
        if why:
            found.append((SUREST_FIRST[why], -len(word), item.item_id, RuleOnDate(item, why, item.status_on(day))))
    return [rule for *_order, rule in sorted(found, key=lambda row: row[:3])][:most]


def longest_keyword(item: ControlItem, description: str) -> str:
    """The longest keyword of the rule that stands in the text: 氧化锑 says more than 锑. "" if none does.

    English words count whole: erbium is not in terbium.
    """
    text = description.casefold()
    chinese = [word for word in item.keywords_zh.split(";") if word and word.casefold() in text]
    english = [
        word for word in item.keywords_en.split(";")
        if word and re.search(rf"\b{re.escape(word.casefold())}(s|es)?\b", text)
    ]  # fmt: skip
    return max([*chinese, *english], key=len, default="")


def _why(item: ControlItem, control_code: str, hs_code: str, word: str) -> str:
    if control_code and _stem(control_code) in [_stem(code.strip()) for code in item.control_code.split(";")]:
        return "control_code"
    if len(hs_code) >= 8 and hs_code in item.hs_codes.split(";"):
        return "hs_code"
    return "words" if word else ""


def _stem(code: str) -> str:
    """1C905.a.4 is a case of 1C905.a."""
    return ".".join(code.split(".")[:2])
