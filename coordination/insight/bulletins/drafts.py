"""The templates of bulletins: titles and texts in both languages, with figures bound to metrics."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from .models import Bulletin
from .placeholders import figures_in

K, D = Bulletin.Kind, Bulletin.Distribution
DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Template:
    """`title_zh` and `title_en` take the period; the texts contain placeholders (`placeholders`)."""

    title_zh: str
    title_en: str
    text_zh: str
    text_en: str


TITLES = {
    K.WEEKLY: (
        "关于{first}至{last}联合执法工作情况的周通报",
        "Weekly bulletin on joint enforcement, {first} to {last}",
    ),
    K.MONTHLY: (
        "关于{year}年{month}月联合执法工作情况的通报",
        "Monthly bulletin on joint enforcement, {year}-{month:02}",
    ),
}


def _text(*name: str) -> str:
    return (DATA / f"{'_'.join(name)}.txt").read_text(encoding="utf-8").strip()


TEMPLATES = {
    (kind, to): Template(*titles, *(_text(kind, to, language) for language in ("zh", "en")))
    for kind, titles in TITLES.items()
    for to in D
}


def filled(kind: str, first: date, last: date, distribution: str) -> dict[str, str]:
    """The columns of a new draft."""
    template = TEMPLATES[K(kind), D(distribution)]
    in_chinese = {"first": _chinese(first), "last": _chinese(last), "year": first.year, "month": first.month}
    in_english = {**in_chinese, "first": first.isoformat(), "last": last.isoformat()}
    return {
        "title_zh": template.title_zh.format(**in_chinese),
        "title_en": template.title_en.format(**in_english),
        "text_zh": template.text_zh,
        "text_en": template.text_en,
    }


def undeclared(kind: str, *texts: str) -> list[str]:
    """The figures of the texts that the template of bulletins for publication does not have."""
    template = TEMPLATES[K(kind), D.OUTSIDE]
    declared = {one.key for one in figures_in(template.text_zh, template.text_en)}
    return [one.key for one in figures_in(*texts) if one.key not in declared]


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def period_of(kind: str, day: date) -> tuple[date, date]:
    """The week from Monday to Sunday, or the calendar month, that contains the day."""
    if kind == K.MONTHLY:
        first = day.replace(day=1)
        return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    first = day - timedelta(days=day.weekday())
    return first, first + timedelta(days=6)


def last_complete(kind: str, today: date) -> tuple[date, date]:
    """The latest period that has ended before today."""
    first, _last = period_of(kind, today)
    return period_of(kind, first - timedelta(days=1))
