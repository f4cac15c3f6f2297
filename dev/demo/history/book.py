"""Writes the rows and chained events of past matters in bulk, and counts their periods by the rules."""

import json
import random
import uuid
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.utils import timezone

from agencies.calendar.workdays import load_calendar
from agencies.journal.models import Event, Stream
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.clocks.counting import Due, count
from cases.clocks.law import rules_on
from cases.clocks.models import PeriodRule
from dev.scale.chain import ChainedEvent, Chains, EventActor
from dev.scale.loading import NULL, Loader, Shape, next_id

SHANGHAI = ZoneInfo("Asia/Shanghai")
OPENING, OFFICE_MINUTES = time(9, 0), 8 * 60


class Book:
    """What the matters of one load share: the people, the law, the calendar, and what is still to be written.

    The same day draws the same matters.
    """

    def __init__(self, now: datetime) -> None:
        self.now = now.astimezone(UTC).replace(microsecond=0)
        self.rng = random.Random(f"history {self.now:%Y-%m-%d}")  # noqa: S311 - invented data, drawn alike each time
        self.work = load_calendar()
        self.agencies = {agency.code: agency for agency in Agency.objects.filter(is_agency=True)}
        users = User.objects.filter(is_demo=True).select_related("agency")
        self.people = {user.username: user for user in users}
        self.loader = Loader()
        self.chains = Chains(self.loader, first_stream=next_id(Stream), first_event=next_id(Event))
        self._shapes: dict[tuple[type[models.Model], tuple[str, ...]], Shape] = {}
        self._rules: dict[tuple[str, int, int], PeriodRule] = {}

    def id(self) -> str:
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def who(self, username: str) -> EventActor:
        user = self.people[username]
        return EventActor(str(user.pk), user.name_zh, user.agency_id, user.agency.name_zh)

    def put(self, model: type[models.Model], **columns: Any) -> None:
        """Adds a row. Columns by attribute name; those not named have their default."""
        names = tuple(columns)
        shape = self._shapes.get((model, names))
        if shape is None:
            shape = self._shapes[model, names] = Shape(model, *names)
        self.loader.add(shape, shape.row(*(_text(value) for value in columns.values())))

    def stream(self, kind: str, subject: str, events: list[ChainedEvent]) -> None:
        salts = iter(lambda: f"{self.rng.getrandbits(128):032x}", "")
        self.chains.write(kind, subject, sorted(events, key=lambda event: event.at), salts)

    # Time
    def at_work(self, day: date) -> datetime:
        """A minute of office hours on this day, or on the next working day."""
        opening = datetime.combine(self.work.next_workday(day), OPENING, SHANGHAI)
        return (opening + timedelta(minutes=self.rng.randrange(OFFICE_MINUTES))).astimezone(UTC)

    def rule(self, code: str, at: datetime) -> PeriodRule:
        key = (code, at.year, at.month)
        if key not in self._rules:
            self._rules[key] = rules_on([code], at)[0]
        return self._rules[key]

    def due(self, code: str, start: datetime) -> Due:
        return count(self.rule(code, start).period, start, self.work)


def day_of(at: datetime) -> date:
    return timezone.localtime(at).date()


def _text(value: Any) -> str:
    match value:
        case None:
            return NULL
        case bool():
            return "t" if value else "f"
        case datetime():
            return value.isoformat()
        case list() | dict():
            return json.dumps(value, ensure_ascii=False)
        case Decimal() | int() | date():
            return str(value)
    return str(value)
