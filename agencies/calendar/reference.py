"""Loads the published schedules, and the statutory festivals of years without a published schedule."""

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

from agencies.kernel.bilingual import pick
from agencies.kernel.reference import read_csv, upsert

from .models import CalendarDay
from .workdays import ONE_DAY

DATA = Path(__file__).parent / "data"
FESTIVAL, IN_LIEU = "statutory festivals", "day in lieu of a statutory festival"


def load() -> dict[str, int]:
    """Loads the shipped files. Returns the number of calendar days.

    A provisional day never overwrites a confirmed one. A shipped schedule never overwrites a year imported later.
    """
    published = _published()
    shipped = {row["source"] for row in published}
    imported = CalendarDay.objects.filter(confirmed=True).exclude(source__in=shipped).values_list("date", flat=True)
    own_years = {day.year for day in imported}
    upsert(CalendarDay, [row for row in published if row["date"].year not in own_years], key=("date",))
    confirmed = {day.year for day in CalendarDay.objects.filter(confirmed=True).values_list("date", flat=True)}
    # A published schedule names the days in lieu, perhaps others than were assumed.
    CalendarDay.objects.filter(confirmed=False, date__year__in=confirmed).delete()
    upsert(CalendarDay, _festivals(confirmed), key=("date",))
    return {"calendar days": CalendarDay.objects.count()}


def shipped_days() -> list[CalendarDay]:
    """The days of the shipped files, unsaved: what `load` stores in an empty database."""
    published = _published()
    festivals = _festivals({row["date"].year for row in published if row["confirmed"]})
    return [CalendarDay(**row) for row in (*published, *festivals)]


def holiday_names() -> dict[str, str]:
    """The name of each festival in the reader's language, by the name that is stored."""
    rows = read_csv(DATA / "statutory_festivals.csv")
    return {row["holiday_en"]: pick(row["holiday_zh"], row["holiday_en"]) for row in rows}


def _published() -> list[dict[str, Any]]:
    return [
        {
            "date": date.fromisoformat(row["date"]),
            "kind": row["override"],
            "holiday": row["holiday"],
            "source": row["source"],
            "document_no": row["document_no"],
            "confirmed": row["confirmed"] == "1",
        }
        for row in read_csv(DATA / "calendar.csv")
    ]


def _festivals(confirmed: Collection[int]) -> list[dict[str, Any]]:
    """Days off of the years that are not confirmed: statutory festivals on weekdays, and for each festival on a weekend
    a day in lieu.

    The law grants it on a working day (全国年节及纪念日放假办法 art. 6), and the schedule names which; until then it is
    the next one.
    """
    rows = {date.fromisoformat(row["date"]): row["holiday_en"] for row in read_csv(DATA / "statutory_festivals.csv")}
    festivals = {day: name for day, name in rows.items() if day.year not in confirmed}
    found = {day: (name, FESTIVAL) for day, name in festivals.items() if day.weekday() < 5}
    for day, name in festivals.items():
        if day.weekday() >= 5:
            while day.weekday() >= 5 or day in found:
                day += ONE_DAY
            found[day] = name, IN_LIEU
    return [
        {
            "date": day,
            "kind": CalendarDay.Kind.DAY_OFF,
            "holiday": name,
            "source": f"{what}; schedule not yet published",
            "confirmed": False,
        }
        for day, (name, what) in sorted(found.items())
    ]
