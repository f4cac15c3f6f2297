"""Loads the published schedules, and the statutory festivals of years without a published schedule."""

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

from agencies.kernel.reference import read_csv, upsert

from .models import CalendarDay

DATA = Path(__file__).parent / "data"


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
    upsert(CalendarDay, _festivals(confirmed), key=("date",))
    return {"calendar days": CalendarDay.objects.count()}


def shipped_days() -> list[CalendarDay]:
    """The days of the shipped files, unsaved: what `load` stores in an empty database."""
    published = _published()
    festivals = _festivals({row["date"].year for row in published if row["confirmed"]})
    return [CalendarDay(**row) for row in (*published, *festivals)]


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
    """Statutory festivals on weekdays of the years that are not confirmed."""
    return [
        {
            "date": day,
            "kind": CalendarDay.Kind.DAY_OFF,
            "holiday": row["holiday_en"],
            "source": "statutory festivals; schedule not yet published",
            "confirmed": False,
        }
        for row in read_csv(DATA / "statutory_festivals.csv")
        if (day := date.fromisoformat(row["date"])).year not in confirmed and day.weekday() < 5
    ]
