"""The chase desk: what is late, by organ, with whom to ring up, what was answered last, and the letter about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.duty.lookups import Post, first_on_duty
from agencies.kernel.actor import Actor, Role
from agencies.organs.models import Agency
from agencies.people.models import User
from cases.casefile.models import Case
from cases.clocks.models import Clock
from cases.clocks.words import about
from coordination.tasks.models import Task

from .access import sender
from .actions import kind_of
from .filters import LateFilter
from .late import late_in_sight, may_chase
from .models import ChaseItem, ChaseLetter

RELATED: dict[Any, tuple[str, ...]] = {Clock: ("rule", "case", "organ", "holder"), Task: ("case", "organ", "asked_by")}
Contact = User | Post | None


@dataclass(frozen=True)
class Chased:
    """What the reader knows of the letters about one thing: the last open one of his own organ or, without one, the
    last that he sees; and the last answer of any."""

    letter: ChaseLetter
    answered: ChaseLetter | None


@dataclass(frozen=True)
class Line:
    """One late thing."""

    row: Any
    key: str  # as a letter names it
    about: str | Promise
    basis: str
    contact: Contact
    late_by: timedelta
    chased: Chased | None
    may_send: bool
    may_press: bool

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
class Desk:
    """One reader's desk under one set of filters."""

    actor: Actor
    params: QueryDict
    now: datetime

    @cached_property
    def filters(self) -> list[LateFilter]:
        """One for each list, with one form between them: what names an organ is looked up once. Raises Invalid."""
        first, second = (
            LateFilter(self.params, rows, actor=self.actor) for rows in late_in_sight(self.actor, self.now)
        )
        _refused_if_wrong = first.qs
        second._form = first.form
        return [first, second]

    @property
    def chosen(self) -> dict[str, Any]:
        told: dict[str, Any] = self.filters[0].form.cleaned_data
        return told

    def lists(self, *without: str) -> list[QuerySet[Any]]:
        """Both lists as the filters cut them, `without` some of these."""
        return [self._cut(one, without) for one in self.filters]

    def _cut(self, filters: LateFilter, without: tuple[str, ...]) -> QuerySet[Any]:
        rows: QuerySet[Any] = filters.queryset
        for name, value in self.chosen.items():
            if name not in without:
                rows = filters.filters[name].filter(rows, value)
        return rows

    def shown_lists(self) -> list[QuerySet[Any]]:
        """The rows with what a line shows of them."""
        seen = Exists(Case.objects.visible_to(self.actor).filter(pk=OuterRef("case_id")))
        return [rows.select_related(*RELATED[rows.model]).annotate(case_seen=seen) for rows in self.lists()]

    def counts(self) -> list[tuple[int, str, int, datetime]]:
        """(organ, what it is about, how many, since when the oldest) under all filters but these two."""
        parts = [
            rows.order_by()
            .annotate(debtor=F("organ_id"))
            .values_list("debtor", "noun")
            .annotate(number=Count("pk"), oldest=Min("late_since"))
            for rows in self.lists("organ", "noun")
        ]
        return list(parts[0].union(*parts[1:], all=True))

    def lines(self, rows: Iterable[Any]) -> list[Line]:
        listed = list(rows)
        chased = letters_about(listed, self.actor)
        people = User.objects.in_bulk({row.handled_by for row in listed if row.handled_by})
        named = {row.pk: people.get(row.handled_by) for row in listed if _is_named(row, self.actor)}
        on_duty = first_on_duty({row.organ_id for row in listed if not named.get(row.pk)}, self.now)
        return [
            self._line(row, named.get(row.pk) or on_duty.get(row.organ_id), chased.get(_key(row))) for row in listed
        ]

    def _line(self, row: Any, contact: Contact, chased: Chased | None) -> Line:
        own = chased is not None and chased.letter.is_open and chased.letter.sender_id == self.actor.organ_id
        return Line(
            row=row,
            key=f"{kind_of(row)}:{row.pk}",
            about=about(row) if isinstance(row, Clock) else _("Task"),
            basis=row.rule.cited if isinstance(row, Clock) else "",
            contact=contact,
            late_by=self.now - row.late_since,
            chased=chased,
            may_send=not own and may_chase(self.actor, row),
            may_press=own and chased is not None and sender(self.actor, chased.letter),
        )

    def debtors(self, counts: Iterable[tuple[int, str, int, datetime]]) -> list[Debtor]:
        """The organs under the filter of what it is about, the one with most on top."""
        noun = self.chosen["noun"]
        found: dict[int, list[tuple[int, datetime]]] = {}
        for organ, about_what, number, oldest in counts:
            if not noun or about_what == noun:
                found.setdefault(organ, []).append((number, oldest))
        organs, posts = Agency.objects.in_bulk(found), first_on_duty(found, self.now)
        debtors = [
            Debtor(
                organs[pk],
                sum(number for number, _oldest in parts),
                min(oldest for _number, oldest in parts),
                posts.get(pk),
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
            for row in rows.filter(organ=organ).exclude(Exists(own)).order_by("late_since", "pk")[:most]
            if may_chase(self.actor, row)
        ]
        rows.sort(key=lambda row: (row.late_since, row.pk))
        return [f"{kind_of(row)}:{row.pk}" for row in rows[:most]]


def _key(row: Any) -> tuple[str, UUID]:
    return kind_of(row), row.pk


def _is_named(row: Any, actor: Actor) -> bool:
    """Who does a task is known in his organ, and to the centre, which rings up; who asked for it rings the desk."""
    return isinstance(row, Clock) or actor.is_centre or row.organ_id == actor.organ_id


def letters_about(rows: Iterable[Any], actor: Actor) -> Mapping[tuple[str, UUID], Chased]:
    """For each thing what was written and answered about it; one query, however many."""
    keys = {_key(row) for row in rows}
    if not keys:
        return {}
    seen = ChaseLetter.objects.visible_to(actor).values("pk")
    items = ChaseItem.objects.filter(
        Q(kind="clock", thing_id__in=[pk for kind, pk in keys if kind == "clock"])
        | Q(kind="task", thing_id__in=[pk for kind, pk in keys if kind == "task"]),
        letter__in=seen,
    )
    letters: dict[tuple[str, UUID], list[ChaseLetter]] = {}
    for item in items.select_related("letter__sender").order_by("letter__sent_at", "pk"):
        letters.setdefault((item.kind, item.thing_id), []).append(item.letter)
    return {key: _chased(found, actor) for key, found in letters.items()}


def _chased(letters: list[ChaseLetter], actor: Actor) -> Chased:
    own = [one for one in letters if one.is_open and one.sender_id == actor.organ_id]
    answered = [one for one in letters if one.answered_at is not None]
    return Chased(
        letter=(own or [one for one in letters if one.is_open] or letters)[-1],
        answered=max(answered, key=lambda one: one.answered_at or timezone.now()) if answered else None,
    )
