"""Control rules that may cover an item, with their status on a day. These are suggestions; a person decides."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from .models import ControlItem
from .reference import control_items


@dataclass(frozen=True)
class RuleOnDate:
    """A candidate rule, why it was found, and its status on the day."""

    item: ControlItem
    why: str  # "control_code" | "hs_code" | "words"
    status: str  # see ControlItem.status_on


SUREST_FIRST = {"control_code": 0, "hs_code": 1, "words": 2}


@cache
def load_rules() -> list[ControlItem]:
    """All rules, read once per process. There are fewer than a hundred, they change only with a release, and every
    case page needs them.
    """
    return control_items()


def rules_for(
    rules: Iterable[ControlItem], *, control_code: str, hs_code: str, description: str, day: date, most: int = 5
) -> list[RuleOnDate]:
    """Returns candidates for an item: by control code, then HS code, then the longest matching keyword.

    An HS code decides nothing, because one code often covers controlled and other goods.
    """
    found = []
    for item in rules:
        word = longest_keyword(item, description)
        why = _why(item, control_code, hs_code, word)
        if why:
            found.append((SUREST_FIRST[why], -len(word), item.item_id, RuleOnDate(item, why, item.status_on(day))))
    return [rule for *_order, rule in sorted(found, key=lambda row: row[:3])][:most]


def longest_keyword(item: ControlItem, description: str) -> str:
    """Returns the longest keyword of the rule in the text, "" if there is none: 氧化锑 is more specific than 锑.

    English keywords match whole words: erbium is not in terbium.
    """
    text = description.casefold()
    chinese = [word for word in item.keywords_zh.split(";") if word and word.casefold() in text]
    english = [
        word
        for word in item.keywords_en.split(";")
        if word and re.search(rf"\b{re.escape(word.casefold())}(s|es)?\b", text)
    ]
    return max([*chinese, *english], key=len, default="")


def _why(item: ControlItem, control_code: str, hs_code: str, word: str) -> str:
    if control_code and _stem(control_code) in [_stem(code.strip()) for code in item.control_code.split(";")]:
        return "control_code"
    if len(hs_code) >= 8 and hs_code in item.hs_codes.split(";"):
        return "hs_code"
    return "words" if word else ""


def _stem(code: str) -> str:
    """1C905.a.4 belongs to 1C905.a."""
    return ".".join(code.split(".")[:2])
