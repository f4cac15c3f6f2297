"""Numbers with units and days, in the spellings of people. The API takes plain numbers and ISO 8601 days alone."""

import re
from decimal import Decimal
from typing import Any
from unicodedata import normalize

from django import forms
from django.utils.translation import gettext_lazy as _

from . import times

UNITS: dict[str, dict[str, Decimal]] = {
    "kg": {
        **dict.fromkeys(("kg", "千克", "公斤", "kilograms"), Decimal(1)),
        **dict.fromkeys(("t", "吨", "公吨", "tonne", "tonnes"), Decimal(1000)),
        **dict.fromkeys(("g", "克", "grams"), Decimal("0.001")),
    },
    "CNY": dict.fromkeys(("cny", "rmb", "元", "人民币", "元人民币", "yuan", "¥"), Decimal(1)),
}
"""Spellings of units, in small letters → how many of the unit of the field one of them is."""
TENS = {"万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12, "million": 10**6, "billion": 10**9}
NUMBER = r"(?P<number>[+-]?(?:[0-9]{1,3}(?:[, ][0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)"
EXAMPLES = {
    "kg": _("Enter a weight such as 3.9 t, 3.9吨 or 3900."),
    "CNY": _("Enter a sum in yuan such as 20万元, 1.2亿 or 200,000."),
}
MOST_CHARACTERS = 28  # as many digits as decimals are exact with


def read_quantity(text: str, unit: str) -> tuple[Decimal, str] | None:
    """The quantity in the unit of the field, and the unit as typed ("" if none was). None for anything else."""
    units = "|".join(sorted(map(re.escape, UNITS[unit]), key=len, reverse=True))
    tens = "|".join(sorted(TENS, key=len, reverse=True))
    pattern = rf"(?P<before>¥|cny|rmb|人民币)?\s*{NUMBER}\s*(?P<tens>{tens})?\s*(?P<unit>{units})?"
    found = re.fullmatch(pattern, normalize("NFKC", text).strip().casefold())
    if found is None or len(text) > MOST_CHARACTERS or (found["before"] and found["before"] not in UNITS[unit]):
        return None
    typed = found["unit"] or found["before"] or ""
    number = Decimal(re.sub("[, ]", "", found["number"]))
    return number * TENS.get(found["tens"] or "", 1) * UNITS[unit].get(typed, Decimal(1)), typed


class QuantityField(forms.DecimalField):
    """Returns the quantity in `unit`, kg or CNY."""

    def __init__(self, *, unit: str, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(min_value=0, max_digits=18, decimal_places=4, widget=widget, **kwargs)
        self.unit = unit

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        found = read_quantity(value, self.unit)
        if found is None:
            raise forms.ValidationError(EXAMPLES[self.unit], "invalid")
        return super().to_python(format(found[0].normalize(), "f"))


def settle_currency(form: forms.Form, cleaned: dict[str, Any]) -> None:
    """A value in yuan (20万元) has the currency CNY. An error names another currency beside it."""
    found = read_quantity(str(form.data.get(form.add_prefix("value"), "")), "CNY")
    if found is None or not found[1]:
        return
    if str(cleaned.get("currency") or "CNY").upper() != "CNY":
        form.add_error("currency", _("The value is in yuan. Enter CNY here, or the value without “%s”.") % found[1])
    else:
        cleaned["currency"] = "CNY"


DAY_FORMATS = [
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"),
    *("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y"),
]
COMPACT_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
DAY_OF_THIS_YEAR = re.compile(r"([0-9]{1,2})(?:[-/.]|月)([0-9]{1,2})日?")


def day_input() -> forms.DateInput:
    """A day, in the form in which browsers send it."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day in a usual spelling; one without a year is of this year."""

    default_error_messages = {"invalid": _("Enter a day such as 2026-11-03, 2026年11月3日, 3 Nov 2026 or 11-3.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=day_input(), input_formats=DAY_FORMATS, **kwargs)

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str):
            return super().to_python(value)
        text = re.sub(r"\s*([年月日])\s*", r"\1", normalize("NFKC", value).strip())
        if compact := COMPACT_DAY.fullmatch(text):
            text = "-".join(compact.groups())
        elif short := DAY_OF_THIS_YEAR.fullmatch(text):
            text = "-".join((str(times.today().year), *short.groups()))
        return super().to_python(text)
