"""Which control rule might cover an item, and how it stood on a day. Suggestions; a person decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .models import ControlItem


@dataclass(frozen=True)
class RuleOnDate:
    """A candidate rule: why it was found and how it stood on the day asked."""

    item: ControlItem
    why: str  # "control_code" | "hs_code" | "words"
    status: str  # see ControlItem.status_on


def load_rules() -> list[ControlItem]:
    """All rules, under a hundred rows: one query serves every item of a page."""
    return list(ControlItem.objects.order_by("item_id"))


def rules_for(
    rules: Iterable[ControlItem], *, control_code: str, hs_code: str, description: str, day: date, most: int = 5
) -> list[RuleOnDate]:
    """Candidates for a described item, the surest first: control code, then HS, then words.

    HS decides neither control nor non-control (one HS code often holds both), so nothing here is a finding.
    """
    found = []
    for item in rules:
        why = _why(item, control_code, hs_code, description.casefold())
        if why:
            found.append(RuleOnDate(item, why, item.status_on(day)))
    order = {"control_code": 0, "hs_code": 1, "words": 2}
    return sorted(found, key=lambda rule: (order[rule.why], rule.item.item_id))[:most]


def _why(item: ControlItem, control_code: str, hs_code: str, text: str) -> str:
    if control_code and _stem(control_code) in [_stem(code.strip()) for code in item.control_code.split(";")]:
        return "control_code"
    if len(hs_code) >= 8 and hs_code in item.hs_codes.split(";"):
        return "hs_code"
    words = (*item.keywords_zh.split(";"), *item.keywords_en.split(";"))
    return "words" if any(word and word.casefold() in text for word in words) else ""


def _stem(code: str) -> str:
    """1C905.a.4 is a case of 1C905.a."""
    return ".".join(code.split(".")[:2])
