"""Numbers, dates, names and forms of address on papers, in office style. Always in Chinese."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from agencies.organisations.models import Agency
from agencies.people.models import User

Fields = dict[str, str]


def contact(name: str, phone: str, person: User | None) -> Fields:
    return {name: person.name_zh, phone: person.phone} if person else {}


def signs_as(agency: Agency) -> str:
    """The name in which the agency acts: a bureau signs as its ministry."""
    return (agency.signs_as or agency).name_zh


def numbered(values: Iterable[str]) -> str:
    rows = list(values)
    return "；".join(f"{n}．{words}" for n, words in enumerate(rows, 1)) if len(rows) > 1 else "".join(rows)


def amount(number: Decimal) -> str:
    return f"{number.normalize():,f}"


def address(whom: str, agency: Agency) -> str:
    """How a letter speaks of itself and of its addressee: 我署, 你局; 我单位, 你单位 where the name ends otherwise."""
    last = signs_as(agency)[-1:]
    return whom + (last if last in "局厅署部院委关队" else "单位")


def day(when: date | None) -> str:
    """2026年11月24日, of a moment that in Shanghai; "" for None."""
    if when is None:
        return ""
    local = timezone.localtime(when) if isinstance(when, datetime) else when
    return f"{local.year}年{local.month}月{local.day}日"


def minute(moment: datetime | None) -> str:
    """2026年11月24日9时30分, in Shanghai."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return f"{day(moment)}{local.hour}时{local.minute:02}分"


def known(fields: Fields) -> Fields:
    return {name: value.strip() for name, value in fields.items() if value and value.strip()}
