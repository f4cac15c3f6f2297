"""Calendar files (RFC 5545) of deadlines."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils import timezone

OCTETS = 75  # of a line without its end (section 3.1)
ESCAPED = re.compile(r"[\\;,]")
SHANGHAI = (
    "BEGIN:VTIMEZONE",
    "TZID:Asia/Shanghai",
    "BEGIN:STANDARD",
    "DTSTART:19910915T010000",
    "TZOFFSETFROM:+0900",
    "TZOFFSETTO:+0800",
    "TZNAME:CST",
    "END:STANDARD",
    "END:VTIMEZONE",
)


@dataclass(frozen=True)
class CalendarEvent:
    """An event without duration. `uid` stays the same when the event moves."""

    uid: str
    summary: str
    at: datetime
    url: str


def icalendar_text(events: Iterable[CalendarEvent], now: datetime) -> str:
    """Returns the file as text, with times in Asia/Shanghai."""
    begin = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Dual-use Enforcement Coordination//Deadlines//EN", *SHANGHAI)
    lines = [*begin, *(line for event in events for line in _event(event, now)), "END:VCALENDAR"]
    return "".join(f"{fold(line)}\r\n" for line in lines)


def escape(text: str) -> str:
    """Returns a value of the type TEXT (section 3.3.11)."""
    return re.sub(r"\r\n?|\n", r"\\n", ESCAPED.sub(r"\\\g<0>", text))


def fold(line: str) -> str:
    """Returns the line in parts of at most 75 octets of UTF-8; each but the first begins with a space (section 3.1)."""
    parts, size = [""], 0
    for letter in line:
        length = len(letter.encode())
        if size + length > OCTETS:
            parts.append(" ")
            size = 1
        parts[-1] += letter
        size += length
    return "\r\n".join(parts)


def _event(event: CalendarEvent, now: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escape(event.uid)}"
    yield f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;TZID=Asia/Shanghai:{timezone.localtime(event.at):%Y%m%dT%H%M%S}"
    yield f"SUMMARY:{escape(event.summary)}"
    yield f"URL:{event.url}"
    yield "END:VEVENT"
