"""The chase desk: what is late, by organ, with whom to ring up, what was answered last, and the letter about it."""

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
from agencies.kernel.paging import PAGE_SIZE, Page, merged, merged_page, united_page
from agencies.organs.models import Agency
from agencies.people.models import User
from cases.clocks.models import Clock

from .access import sender
from .filters import LateFilter
from .late import Asked, key_of, kind_of, late_in_sight, may_chase, with_case
from .models import ChaseItem, ChaseLetter
from .shown import Thing

Contact = User | Post | None
LATE_SINCE = "late_since"


@dataclass(frozen=True)
class Chased:
    """What the reader knows of the letters about one thing: the last open one of his own organ or, without one, the
    last that he sees; and the last answer of any."""

    letter: ChaseLetter
    answered: ChaseLetter | None


@dataclass(frozen=True)
class Line(Thing):
    """One late thing on the desk."""

    organ: Agency
    contact: Contact
    late_by: timedelta
    chased: Chased | None
    may_send: bool
    may_press: bool

    @property
    def key(self) -> str:
        return key_of(self.row)

    @property
    def days(self) -> int:
        return self.late_by.days


@dataclass(frozen=True)
class Debtor:
    """One organ that is late: how many things since when, and who answers its telephone."""

    organ: Agency
    number: int
    oldest: datetime
    contact: Post | None
    may_send: bool


@dataclass(frozen=True)
class Addresses:
    """Organs that owe, and who sits at their desks now: looked up once for all of a page."""

    organs: Mapping[int, Agency]
    posts: Mapping[int, Post]

    @classmethod
    def of(cls, organs: Iterable[int], now: datetime) -> "Addresses":
        wanted = set(organs)
        return cls(Agency.objects.in_bulk(wanted), first_on_duty(wanted, now))


@dataclass(frozen=True)
class Desk:
    """One reader's desk under one set of filters."""

    actor: Actor
    params: QueryDict
    now: datetime

    @cached_property
    def filters(self) -> list[LateFilter]:
        """One for each list, with one form between them: what names an organ is looked up once. Raises Invalid."""
        first, *others = (
            LateFilter(self.params, rows, actor=self.actor) for rows in late_in_sight(self.actor, self.now)
        )
        _refused_if_wrong = first.qs
        for other in others:
            other._form = first.form
        return [first, *others]

    @property
    def chosen(self) -> dict[str, Any]:
        told: dict[str, Any] = self.filters[0].form.cleaned_data
        return told

    def lists(self, *without: str) -> list[QuerySet[Any]]:
        """All lists as the filters cut them, `without` some of these."""
        return [self._cut(one, without) for one in self.filters]

    def _cut(self, filters: LateFilter, without: tuple[str, ...]) -> QuerySet[Any]:
        rows: QuerySet[Any] = filters.queryset
        for name, value in self.chosen.items():
            if name not in without:
                rows = filters.filters[name].filter(rows, value)
        return rows

    def page(self, params: Mapping[str, Any], size: int = PAGE_SIZE) -> Page:
        """Late things with what a line shows of them, the longest first: the periods, and in one statement all else."""
        clocks, *asked = self.lists()
        about = with_case(clocks, self.actor).select_related("rule", "case")
        pages = [
            merged_page([about], params, column=LATE_SINCE, size=size),
            united_page(asked, params, column=LATE_SINCE, unite=self._united, size=size),
        ]
        return merged(pages, column=LATE_SINCE, size=size)

    def _united(self, lists: list[QuerySet[Any]], most: int) -> list[Asked]:
        rows = Asked.read(lists, self.actor, LATE_SINCE, "debtor_id", "handled_by", "is_owed")
        return [Asked(*row) for row in rows.order_by(LATE_SINCE, "pk")[:most]]

    def counts(self) -> list[tuple[int, str, int, datetime]]:
        """(organ, what it is about, how many, since when the oldest) under all filters but these two."""
        parts = [
            rows.order_by().values_list("debtor_id", "noun").annotate(number=Count("pk"), oldest=Min("late_since"))
            for rows in self.lists("organ", "noun")
        ]
        return list(parts[0].union(*parts[1:], all=True))

    def lines(self, rows: Iterable[Any], addresses: Addresses | None = None) -> list[Line]:
        listed = list(rows)
        known = addresses or Addresses.of({row.debtor_id for row in listed}, self.now)
        chased = letters_about(listed, self.actor)
        people = User.objects.in_bulk({row.handled_by for row in listed if row.handled_by})
        named = {row.pk: people.get(row.handled_by) for row in listed if _is_named(row, self.actor)}
        return [self._line(row, known, named.get(row.pk), chased.get(_key(row))) for row in listed]

    def _line(self, row: Any, known: Addresses, person: User | None, chased: Chased | None) -> Line:
        own = chased is not None and chased.letter.is_open and chased.letter.sender_id == self.actor.organ_id
        return Line(
            row=row,
            organ=known.organs[row.debtor_id],
            contact=person or known.posts.get(row.debtor_id),
            late_by=self.now - row.late_since,
            chased=chased,
            may_send=not own and may_chase(self.actor, row),
            may_press=own and chased is not None and sender(self.actor, chased.letter),
        )

    def debtors(self, counts: Iterable[tuple[int, str, int, datetime]], known: Addresses) -> list[Debtor]:
        """The organs under the filter of what it is about, the one with most on top."""
        noun = self.chosen["noun"]
        found: dict[int, list[tuple[int, datetime]]] = {}
        for organ, about_what, number, oldest in counts:
            if not noun or about_what == noun:
                found.setdefault(organ, []).append((number, oldest))
        debtors = [
            Debtor(
                known.organs[pk],
                sum(number for number, _oldest in parts),
                min(oldest for _number, oldest in parts),
                known.posts.get(pk),
                pk != self.actor.organ_id and self._sends_to_many,
            )
            for pk, parts in found.items()
        ]
        return sorted(debtors, key=lambda one: (-one.number, one.oldest, one.organ.pk))

    def total(self, counts: Iterable[tuple[int, str, int, datetime]]) -> int:
        organ, noun = self.chosen["organ"], self.chosen["noun"]
        return sum(
            number
            for debtor, about_what, number, _oldest in counts
            if (not organ or debtor == organ.pk) and (not noun or about_what == noun)
        )

    @property
    def _sends_to_many(self) -> bool:
        return self.actor.is_staff or self.actor.has_role(Role.COORDINATOR)

    def unchased_of(self, organ: Agency, most: int) -> list[str]:
        """What a letter to this organ would be about: all under the filters that is the actor's to chase and stands in
        no open letter of his organ, the oldest first, as far as one letter goes."""
        own = ChaseItem.objects.standing().filter(sender_id=self.actor.organ_id, thing_id=OuterRef("pk"))
        rows = [
            row
            for rows in self.lists("organ")
            for row in rows.filter(debtor_id=organ.pk).exclude(Exists(own)).order_by("late_since", "pk")[:most]
            if may_chase(self.actor, row)
        ]
        rows.sort(key=lambda row: (row.late_since, row.pk))
        return [key_of(row) for row in rows[:most]]


def _key(row: Any) -> tuple[str, UUID]:
    return kind_of(row).name, row.pk


def _is_named(row: Any, actor: Actor) -> bool:
    """Who does a task is known in his organ, and to the centre, which rings up; who asked for it rings the desk. So it
    is with whatever one organ asked of another."""
    return isinstance(row, Clock) or actor.is_centre or row.debtor_id == actor.organ_id


def letters_about(rows: Iterable[Any], actor: Actor) -> Mapping[tuple[str, UUID], Chased]:
    """For each thing what was written and answered about it; one query, however many."""
    keys = {_key(row) for row in rows}
    if not keys:
        return {}
    seen = ChaseLetter.objects.visible_to(actor).values("pk")
    named = Q()
    for name in {kind for kind, _pk in keys}:
        named |= Q(kind=name, thing_id__in=[pk for kind, pk in keys if kind == name])
    items = ChaseItem.objects.filter(named, letter__in=seen)
    letters: dict[tuple[str, UUID], list[ChaseLetter]] = {}
    for item in items.select_related("letter__sender").order_by("letter__sent_at", "pk"):
        letters.setdefault((item.kind, item.thing_id), []).append(item.letter)
    return {key: _chased(found, actor) for key, found in letters.items()}


def _chased(letters: list[ChaseLetter], actor: Actor) -> Chased:
    own = [one for one in letters if one.is_open and one.sender_id == actor.organ_id]
    answered = [one for one in letters if one.answered_at is not None]
    return Chased(
        letter=(own or [one for one in letters if one.is_open] or letters)[-1],
        answered=max(answered, key=lambda one: one.answered_at or times.now()) if answered else None,
    )
