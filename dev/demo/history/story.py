"""One past matter while it is drawn: its time, events, rows and periods. Nothing is written before `write`."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import models

from agencies.journal.actions import READERS_OF_CASE, Audience
from agencies.journal.models import StateInterval
from cases.clocks.models import Breach, Clock
from dev.scale.chain import ChainedEvent, EventActor

from .book import Book, day_of
from .drawing import chance_of_lateness

# Kinds of which the time in each state is measured, at the desk where the object was.
MEASURED = frozenset({"lead", "proceeding", "referral", "task"})
MINUTE = timedelta(minutes=1)
OWN, STATUS = Audience("own"), Audience("status")


class StoryObject:
    """An object with a workflow, from its first event to its last."""

    def __init__(self, kind: str, pk: str) -> None:
        self.kind, self.id, self.state, self.version = kind, pk, "", 0
        self.since: datetime | None = None
        self.made: datetime | None = None
        self.moves = 0

    def columns(self) -> dict[str, Any]:
        """The columns that every object has."""
        return {
            **{"id": self.id, "version": self.version, "created_at": self.made, "updated_at": self.since},
            **{"state": self.state, "state_since": self.since},
        }


class Story:
    """The time passes from act to act; `at` is the last one."""

    def __init__(self, book: Book, serial: int, received: date) -> None:
        self.book, self.serial, self.rng = book, serial, book.rng
        self.at = self.latest = book.at_work(received)
        self.today = day_of(book.now)
        self.events: list[ChainedEvent] = []
        self.lead_events: list[ChainedEvent] = []  # the lead has a stream of its own
        self.rows: list[tuple[type[models.Model], dict[str, Any]]] = []
        self.streams: list[tuple[str, str, list[ChainedEvent]]] = []

    @property
    def is_over(self) -> bool:
        """Whether everything happened before today."""
        return self.latest < self.book.now - timedelta(days=1)

    def write(self) -> None:
        for model, columns in self.rows:
            self.book.put(model, **columns)
        for kind, subject, events in self.streams:
            self.book.stream(kind, subject, events)

    def row(self, model: type[models.Model], **columns: Any) -> None:
        self.rows.append((model, columns))

    # Time
    def wait(self, least: int, most: int) -> datetime:
        """Some days later, in office hours."""
        day = day_of(self.at + timedelta(days=self.rng.randint(least, most)))
        self.at = max(self.book.at_work(day), self.at + self.rng.randint(6, 40) * MINUTE)
        return self.at

    def soon(self) -> datetime:
        self.at += self.rng.randint(6, 40) * MINUTE
        return self.at

    def perform(self, code: str, start: datetime, agency: str) -> datetime:
        """The time of a duty that `agency` performs in time, or late as often as this agency does."""
        due = self.book.due(code, start)
        end, breach = due.due_at or start, due.breach_at or start
        if self.rng.random() < chance_of_lateness(agency, day_of(start), self.today):
            done = self.book.at_work(day_of(breach) + timedelta(days=self.rng.randint(1, 9)))
        else:
            done = self.book.at_work(day_of(start + (end - start) * self.rng.uniform(0.2, 0.9)))
            if done > end:
                done = start + (end - start) * 0.5
        self.at = max(done.replace(second=0, microsecond=0), self.at + self.rng.randint(6, 40) * MINUTE)
        return self.at

    # Acts
    def act(
        self,
        thing: StoryObject,
        verb: str,
        who: EventActor,
        to: str = "",
        *,
        audience: Audience = READERS_OF_CASE,
        desk: tuple[int, str | None] = (0, None),
        reason: str = "",
    ) -> datetime:
        """An act at the present time of the story. `desk` is the agency and person where the object was until now."""
        before, moved = thing.state, bool(to) and to != thing.state
        event = ChainedEvent(
            self.at.isoformat(),
            who,
            verb,
            thing.kind,
            thing.id,
            before,
            to or before,
            (),
            audience.visibility,
            audience.counterpart_id,
            reason,
        )
        (self.lead_events if thing.kind == "lead" else self.events).append(event)
        self.latest = max(self.latest, self.at)
        thing.version += 1
        thing.made = thing.made or self.at
        if moved:
            if before and thing.kind in MEASURED:
                self._leave(thing, *desk)
            thing.state, thing.since = to, self.at
        return self.at

    def _leave(self, thing: StoryObject, agency: int, person: str | None) -> None:
        thing.moves += 1
        self.row(
            StateInterval,
            object_kind=thing.kind,
            object_id=thing.id,
            number=thing.moves,
            state=thing.state,
            agency_id=agency,
            person_id=person,
            entered_at=thing.since,
            left_at=self.at,
        )

    def clock(
        self,
        code: str,
        thing: StoryObject,
        started: datetime,
        stopped: datetime,
        *,
        owner: int,
        case: str | None,
        partner: int | None = None,
    ) -> None:
        """A period that was stopped, with its breach if that was too late. Those of referrals are private."""
        rule, due = self.book.rule(code, started), self.book.due(code, started)
        pk = self.book.id()
        self.row(
            Clock,
            **{"id": pk, "version": 1, "created_at": started, "updated_at": stopped, "state": Clock.State.STOPPED},
            **{"state_since": started, "rule_id": rule.pk, "rule_kind": rule.kind, "case_id": case},
            **{"subject_kind": thing.kind, "subject_id": thing.id},
            **{"agency_id": owner, "holder_id": owner, "partner_id": partner},
            **{"proceeding_id": thing.id if thing.kind == "proceeding" else None},
            **{
                "private": thing.kind == "referral",
                "started_at": started,
                "due_at": due.due_at,
                "breach_at": due.breach_at,
            },
            **{"warn_by": due.warn_by or due.due_at, "provisional": due.provisional, "stopped_at": stopped},
        )
        if rule.kind == "duty" and due.breach_at is not None and stopped > due.breach_at:
            at = due.breach_at
            self.row(Breach, clock_id=pk, breached_at=at, raised_at=at, notified_at=at)
