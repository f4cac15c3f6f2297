"""The reminder desk: late items by agency, contacts, last answers, and the letter about them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.http import QueryDict

from agencies.duty.lookups import Post, first_on_duty
from agencies.kernel import times
from agencies.kernel.actor import Actor, Role
from agencies.kernel.paging import PAGE_SIZE, Page, merged_page
from agencies.organisations.models import Agency, agencies_by_id
from agencies.people.models import User
from cases.clocks.models import Clock

from .access import sender
from .filters import LateFilter
from .late import key_of, kind_of, late_items, may_remind, subject_of, with_words
from .models import Reminder, ReminderItem
from .presentation import ItemSubject

Contact = User | Post | None
LATE_SINCE = "late_since"


@dataclass(frozen=True)
class VisibleReminders:
    """Letters about one item that the reader sees: the last open one of their own agency, else the last visible one;
    and the last answer of any."""

    letter: Reminder
    answered: Reminder | None


@dataclass(frozen=True)
class LateItem(ItemSubject):
    """A late item on the desk."""

    agency: Agency
    contact: Contact
    late_by: timedelta
    reminded: VisibleReminders | None
    may_send: bool
    may_perform: bool

    @property
    def key(self) -> str:
        return key_of(self.row)

    @property
    def days(self) -> int:
        return self.late_by.days


@dataclass(frozen=True)
class OwingAgency:
    """An agency with late items: how many, since when, and its telephone contact."""

    agency: Agency
    number: int
    oldest: datetime
    contact: Post | None
    may_send: bool


@dataclass(frozen=True)
class AgencyContacts:
    """Owing agencies and the people at their desks, looked up once for a page."""

    agencies: Mapping[int, Agency]
    posts: Mapping[int, Post]

    @classmethod
    def of(cls, agencies: Iterable[int], now: datetime) -> "AgencyContacts":
        wanted = set(agencies)
        return cls(agencies_by_id(wanted), first_on_duty(wanted, now))


@dataclass(frozen=True)
class ReminderDesk:
    """The desk of one reader under one set of filters."""

    actor: Actor
    params: QueryDict
    now: datetime

    @cached_property
    def filters(self) -> list[LateFilter]:
        """One filter set for each list; the values come from the form of the first. Raises Invalid."""
        found = [LateFilter(self.params, rows, actor=self.actor) for rows in late_items(self.actor, self.now)]
        _refused_if_wrong = found[0].qs
        return found

    @property
    def chosen(self) -> dict[str, Any]:
        data: dict[str, Any] = self.filters[0].form.cleaned_data
        return data

    def lists(self, *without: str) -> list[QuerySet[Any]]:
        """All lists, filtered, `without` some of the filters."""
        return [self._cut(one, without) for one in self.filters]

    def _cut(self, filters: LateFilter, without: tuple[str, ...]) -> QuerySet[Any]:
        rows: QuerySet[Any] = filters.queryset
        for name, value in self.chosen.items():
            if name not in without:
                rows = filters.filters[name].filter(rows, value)
        return rows

    def page(self, params: Mapping[str, Any], size: int = PAGE_SIZE) -> Page:
        """One page of late items with everything a row shows, longest overdue first."""
        return self._page(self.lists(), params, size)

    def oldest(self, most: int) -> list[LateItem]:
        """The longest overdue items, without filters."""
        return self.lines(self._page(late_items(self.actor, self.now), {}, most).items)

    def _page(self, lists: Iterable[QuerySet[Any]], params: Mapping[str, Any], size: int) -> Page:
        return merged_page([with_words(rows, self.actor) for rows in lists], params, column=LATE_SINCE, size=size)

    def counts(self) -> list[tuple[int, str, int, datetime]]:
        """(agency, resource, count, time of the oldest) under all filters except these two."""
        parts = [
            rows.order_by().values_list("debtor_id", "resource").annotate(number=Count("pk"), oldest=Min("late_since"))
            for rows in self.lists("agency", "resource")
        ]
        return list(parts[0].union(*parts[1:], all=True))

    def lines(self, rows: Iterable[Any], addresses: AgencyContacts | None = None) -> list[LateItem]:
        listed = list(rows)
        known = addresses or AgencyContacts.of({row.debtor_id for row in listed}, self.now)
        reminded = letters_about(listed, self.actor)
        handled = {row.pk: row.handled_by for row in listed if row.handled_by and _is_named(row, self.actor)}
        people = User.objects.in_bulk(set(handled.values()))
        named = {pk: people.get(person) for pk, person in handled.items()}
        return [self._late_item(row, known, named.get(row.pk), reminded.get(_key(row))) for row in listed]

    def _late_item(
        self, row: Any, known: AgencyContacts, person: User | None, reminded: VisibleReminders | None
    ) -> LateItem:
        own = reminded is not None and reminded.letter.is_open and reminded.letter.sender_id == self.actor.agency_id
        return LateItem(
            row=row,
            agency=known.agencies[row.debtor_id],
            contact=person or known.posts.get(row.debtor_id),
            late_by=self.now - row.late_since,
            reminded=reminded,
            may_send=not own and may_remind(self.actor, row),
            may_perform=own and reminded is not None and sender(self.actor, reminded.letter),
        )

    def debtors(self, counts: Iterable[tuple[int, str, int, datetime]], known: AgencyContacts) -> list[OwingAgency]:
        """Agencies under the resource filter, the one with most items first."""
        resource = self.chosen["resource"]
        found: dict[int, list[tuple[int, datetime]]] = {}
        for agency, about_what, number, oldest in counts:
            if not resource or about_what == resource:
                found.setdefault(agency, []).append((number, oldest))
        debtors = [
            OwingAgency(
                known.agencies[pk],
                sum(number for number, _oldest in parts),
                min(oldest for _number, oldest in parts),
                known.posts.get(pk),
                pk != self.actor.agency_id and self._sends_to_many,
            )
            for pk, parts in found.items()
        ]
        return sorted(debtors, key=lambda one: (-one.number, one.oldest, one.agency.pk))

    def total(self, counts: Iterable[tuple[int, str, int, datetime]]) -> int:
        agency, resource = self.chosen["agency"], self.chosen["resource"]
        return sum(
            number
            for debtor, about_what, number, _oldest in counts
            if (not agency or debtor == agency.pk) and (not resource or about_what == resource)
        )

    @property
    def _sends_to_many(self) -> bool:
        return self.actor.is_staff or self.actor.has_role(Role.COORDINATOR)

    def without_reminder_of(self, agency: Agency, most: int) -> list[str]:
        """Items for a new letter to this agency: all filtered items that the actor may remind of and that are in no
        open letter of their agency; oldest first, at most one letter's worth."""
        own = ReminderItem.objects.standing().filter(sender_id=self.actor.agency_id, thing_id=OuterRef("pk"))
        rows = [
            row
            for rows in self.lists("agency")
            for row in rows.filter(debtor_id=agency.pk).exclude(Exists(own)).order_by("late_since", "pk")[:most]
            if may_remind(self.actor, row)
        ]
        rows.sort(key=lambda row: (row.late_since, row.pk))
        return [key_of(row) for row in rows[:most]]


def _key(row: Any) -> tuple[str, UUID]:
    return kind_of(row), row.pk


def _is_named(row: Any, actor: Actor) -> bool:
    """The handler is shown within the owing agency and to the centre, which telephones. Another agency telephones the
    desk."""
    return isinstance(row, Clock) or actor.is_centre or row.debtor_id == actor.agency_id


def letters_about(rows: Iterable[Any], actor: Actor) -> Mapping[tuple[str, UUID], VisibleReminders]:
    """Letters and answers about each of these visible items, in one query."""
    listed = list(rows)
    # The rows are visible, so each makes its letters visible; what else is in a letter need not be checked.
    about = {subject_of(kind_of(row), getattr(row, "subject_kind", "")) for row in listed}
    seen = Reminder.objects.visible_to(actor, about).values("pk")
    items = ReminderItem.objects.filter(thing_id__in=[row.pk for row in listed], letter__in=seen)
    letters: dict[tuple[str, UUID], list[Reminder]] = {}
    for item in items.select_related("letter__sender").order_by("letter__sent_at", "pk"):
        letters.setdefault((item.kind, item.thing_id), []).append(item.letter)
    return {key: _reminded(found, actor) for key, found in letters.items()}


def _reminded(letters: list[Reminder], actor: Actor) -> VisibleReminders:
    own = [one for one in letters if one.is_open and one.sender_id == actor.agency_id]
    answered = [one for one in letters if one.answered_at is not None]
    return VisibleReminders(
        letter=(own or [one for one in letters if one.is_open] or letters)[-1],
        answered=max(answered, key=lambda one: one.answered_at or times.now()) if answered else None,
    )


def new_at_desk(actor: Actor, params: QueryDict, since: datetime, acts: QuerySet[Any]) -> list[QuerySet[Any]]:
    """Items that became late since then, which is not an action, and those with new letters or answers."""
    done_to = acts.filter(object_kind="reminder").values("object_id")
    letters = Reminder.objects.visible_to(actor).filter(pk__in=done_to)
    about = ReminderItem.objects.filter(letter__in=letters.values("pk")).values("thing_id")
    new = Q(late_since__gt=since) | Q(pk__in=about)
    return [rows.order_by().filter(new) for rows in ReminderDesk(actor, params, times.now()).lists()]
