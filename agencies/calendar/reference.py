"""Loads published schedules, and the statutory festivals of years that have none yet."""

from datetime import date
from pathlib import Path

from agencies.kernel.reference import read_csv, upsert

from .models import CalendarDay

DATA = Path(__file__).parent / "data"


def load() -> dict[str, int]:
    """A provisional day never overwrites a confirmed one: an imported schedule outlives the next load."""
    published = [
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
    upsert(CalendarDay, published, key=("date",))
    confirmed = {day.year for day in CalendarDay.objects.filter(confirmed=True).values_list("date", flat=True)}
    festivals = [
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
    upsert(CalendarDay, festivals, key=("date",))
    return {"calendar days": CalendarDay.objects.count()}
