"""The templates of bulletins: titles and texts in both languages, with figures bound to metrics."""

from datetime import date, timedelta
from pathlib import Path

from coordination.insight.metrics.months import next_month

from .models import Bulletin
from .placeholders import figures_in

K, D = Bulletin.Kind, Bulletin.Distribution
DATA = Path(__file__).parent / "data"


TITLES = {
    K.WEEKLY: {
        "title_zh": "关于{first}至{last}联合执法工作情况的周通报",
        "title_en": "Weekly bulletin on joint enforcement, {first} to {last}",
    },
    K.MONTHLY: {
        "title_zh": "关于{year}年{month}月联合执法工作情况的通报",
        "title_en": "Monthly bulletin on joint enforcement, {year}-{month:02}",
    },
}


def _text(*name: str) -> str:
    return (DATA / f"{'_'.join(name)}.txt").read_text(encoding="utf-8").strip()


# Kind and distribution → columns of a draft. Titles take the period; texts contain placeholders (`placeholders`).
TEMPLATES: dict[tuple[str, str], dict[str, str]] = {
    (kind, to): {**titles, "text_zh": _text(kind, to, "zh"), "text_en": _text(kind, to, "en")}
    for kind, titles in TITLES.items()
    for to in D
}


def filled(kind: str, first: date, last: date, distribution: str) -> dict[str, str]:
    """The columns of a new draft."""
    template, month = TEMPLATES[kind, distribution], {"year": first.year, "month": first.month}
    return template | {
        "title_zh": template["title_zh"].format(first=_chinese(first), last=_chinese(last), **month),
        "title_en": template["title_en"].format(first=first, last=last, **month),
    }


def undeclared(kind: str, *texts: str) -> list[str]:
    """The figures of the texts that the template of bulletins for publication does not have."""
    template = TEMPLATES[kind, D.OUTSIDE]
    declared = {one.key for one in figures_in(template["text_zh"], template["text_en"])}
    return [one.key for one in figures_in(*texts) if one.key not in declared]


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def period_of(kind: str, day: date) -> tuple[date, date]:
    """The week from Monday to Sunday, or the calendar month, that contains the day."""
    if kind == K.MONTHLY:
        first = day.replace(day=1)
        return first, next_month(first) - timedelta(days=1)
    first = day - timedelta(days=day.weekday())
    return first, first + timedelta(days=6)


def last_complete(kind: str, today: date) -> tuple[date, date]:
    """The latest period that has ended before today."""
    first, _last = period_of(kind, today)
    return period_of(kind, first - timedelta(days=1))
