"""Why an item is late: one line of cause from what was recorded, for every page, API row and file that shows it.

Callers pass objects that the reader sees. What an agency does inside (who handles it, leave, a missing application for
an extension) is named to that agency and the centre; other readers learn what is waited for, and of their own
reminders. The number of queries does not depend on the number of rows; there is none if no row is late.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from agencies.duty.models import Absence
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.resource import RESOURCE_OF_KIND, resource_of
from agencies.kernel.work import Side
from agencies.organisations.models import Agency, agencies_by_id
from agencies.work.models import WorkItem
from cases.clocks.models import Clock, ClockApplication, ClockExtension, ExtensionStep
from coordination.exchange.reminders.late import CLOCK, REFERRAL, late_kinds
from coordination.exchange.reminders.models import Reminder, ReminderItem

ObjectKey = tuple[str, Any]  # kind and id of an object
RETURNED, FREE = "returned", "free"  # marks of an open item


@dataclass(frozen=True)
class ItemReminders:
    """The reminders of one item that the reader sees."""

    times: int
    last: datetime
    promised: date | None


@dataclass
class LatenessFacts:
    """What is known of late items, by the id of the object; periods also by the id of their subject. Each object has
    its open items before its tasks."""

    items: dict[UUID, list[Any]] = field(default_factory=dict)
    clocks: dict[UUID, Any] = field(default_factory=dict)
    reminded: dict[UUID, ItemReminders] = field(default_factory=dict)
    agencies: Mapping[int, Agency] = field(default_factory=dict)

    def item(self, pk: UUID, clock: Any | None) -> Any | None:
        """The open item with the missing step. An agency may owe a duty about an object on another agency's desk, as
        the issuer of a notice does; then the step of that desk is not what is late."""
        about = (pk, clock.subject_id) if clock else (pk,)
        rows = (row for one in about for row in self.items.get(one, ()))
        return next((row for row in rows if clock is None or row.agency_id == clock.owner_id), None)


@dataclass(frozen=True)
class LatenessCause:
    """One line, "" without a known cause, and the item of a reminder about it: the object itself or its late period,
    "" if the reader's own agency owes that."""

    words: str
    item: str


def causes(keys: Iterable[ObjectKey], actor: Actor, now: datetime | None = None) -> dict[ObjectKey, LatenessCause]:
    """Why each of these late objects is late. Callers leave out what is not late."""
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        return {}
    now = now or times.now()
    facts = _facts(wanted, actor, now)
    return {key: LatenessCause(_sentence(key, facts, actor, now), _item(key, facts, actor)) for key in wanted}


def causes_of(things: Iterable[Any], actor: Actor) -> dict[Any, str]:
    """The causes of the late ones among these objects or rows of the reminder desk, by id."""
    now = times.now()
    found = causes([_key_of(thing) for thing in things if _is_late(thing, now)], actor, now)
    return {pk: cause.words for (_kind, pk), cause in found.items() if cause.words}


def _key_of(thing: Any) -> ObjectKey:
    return resource_of(thing).kind, thing.pk


def _is_late(thing: Any, now: datetime) -> bool:
    if isinstance(thing, Clock):
        return thing.is_overdue(now)
    late_at = getattr(thing, "late_since", None) or getattr(thing, "breach_at", None) or getattr(thing, "due_at", None)
    return late_at is not None and late_at < now


def _item(key: ObjectKey, facts: LatenessFacts, actor: Actor) -> str:
    kind, pk = key
    if clock := facts.clocks.get(pk):
        return "" if clock.agency_id == actor.agency_id else f"{CLOCK}:{clock.pk}"
    return f"{kind}:{pk}" if kind in late_kinds() and kind != CLOCK else ""


# What is read ---------------------------------------------------------------------------------------------------------
def _facts(keys: list[ObjectKey], actor: Actor, now: datetime) -> LatenessFacts:
    clocks = _clocks(_overdue(keys, now))
    items: list[Any] = list(_open_items(keys, clocks))
    away = _leaves(items, now)
    for item in items:
        item.away = away.get(item.person_id)
    return LatenessFacts(
        items=_items(items, keys, clocks),
        clocks=clocks,
        reminded=_reminders(_letters(keys, clocks, actor), clocks),
        agencies=agencies_by_id({item.agency_id for item in items} | {clock.owner_id for clock in clocks.values()}),
    )


def _overdue(keys: list[ObjectKey], now: datetime) -> QuerySet[Clock]:
    """Late duties, with whether an extension is possible and was applied for."""
    periods = [pk for kind, pk in keys if kind == CLOCK]
    others = [pk for kind, pk in keys if kind != CLOCK]
    rows = Clock.objects.overdue(now).filter(Q(pk__in=periods) | Q(subject_id__in=others))
    return rows.select_related("rule", "agency", "holder").annotate(
        may_extend=Exists(ExtensionStep.objects.filter(rule=OuterRef("rule"))),
        applied=Exists(ClockApplication.objects.filter(clock=OuterRef("pk"))),
        extended=Exists(ClockExtension.objects.filter(clock=OuterRef("pk"))),
    )


def _open_items(keys: list[ObjectKey], clocks: Mapping[UUID, Any]) -> QuerySet[WorkItem]:
    """Open items of the objects and of the subjects of the periods. A step may outlast its referral, which then has no
    item of its own."""
    step = Q(side=Side.DOES) | Q(side=Side.PERIOD, kind=CLOCK)  # not the receipt that the issuer of a notice records
    objects = {pk for _kind, pk in keys} | {clock.subject_id for clock in clocks.values()}
    referrals = {pk for kind, pk in keys if kind == REFERRAL}
    referrals |= {clock.subject_id for clock in clocks.values() if clock.subject_kind == REFERRAL}
    about = Q(object_id__in=objects) | Q(matter_id__in=referrals, kind="task")
    return WorkItem.objects.filter(step, about, first=True)


def _leaves(items: Iterable[WorkItem], now: datetime) -> dict[UUID, Absence]:
    """The leave of the people of these items, by person; of several the one that ends last."""
    people = {item.person_id for item in items if item.person_id}
    found = Absence.objects.at(now).filter(person__in=people).select_related("person").order_by("until", "pk")
    return {absence.person_id: absence for absence in found}


def _letters(keys: list[ObjectKey], clocks: Mapping[UUID, Any], actor: Actor) -> QuerySet[ReminderItem]:
    """Letters between the reader's agency and another, for the centre all, about the objects or their periods."""
    about = {pk for _kind, pk in keys} | {clock.pk for clock in clocks.values()}
    items = ReminderItem.objects.filter(thing_id__in=about).exclude(letter__state=Reminder.State.WITHDRAWN)
    if not actor.is_centre:
        items = items.filter(Q(letter__sender_id=actor.agency_id) | Q(letter__agency_id=actor.agency_id))
    return items.select_related("letter")


def _clocks(rows: Iterable[Any]) -> dict[UUID, Any]:
    """By their ids and those of their subjects, longest late first."""
    found: dict[UUID, Any] = {}
    for clock in sorted(rows, key=lambda clock: (clock.breach_at, clock.pk)):
        found[clock.pk] = clock
        found.setdefault(clock.subject_id, clock)
    return found


def _items(rows: Iterable[Any], keys: list[ObjectKey], clocks: Mapping[UUID, Any]) -> dict[UUID, list[Any]]:
    ids = {pk for _kind, pk in keys} | {clock.subject_id for clock in clocks.values()}
    items: dict[UUID, list[Any]] = {}
    for row in sorted(rows, key=lambda row: (row.due_at, row.pk)):
        items.setdefault(row.object_id, []).insert(0, row)
        if row.kind == "task" and row.matter_id is not None and row.matter_id in ids:
            items.setdefault(row.matter_id, []).append(row)
    return items


def _reminders(rows: Iterable[Any], clocks: Mapping[UUID, Any]) -> dict[UUID, ItemReminders]:
    """By the id of the item or of its subject."""
    found: dict[UUID, list[Reminder]] = {}
    for item in sorted(rows, key=lambda item: (item.letter.sent_at, item.pk)):
        found.setdefault(item.thing_id, []).append(item.letter)
    reminded = {pk: _summed(letters) for pk, letters in found.items()}
    of_subjects = {pk: reminded[clock.pk] for pk, clock in clocks.items() if clock.pk in reminded}
    return of_subjects | reminded


def _summed(letters: list[Reminder]) -> ItemReminders:
    promised = [letter.expected_on for letter in letters if letter.expected_on]
    return ItemReminders(
        times=sum(1 + letter.repeats for letter in letters),
        last=max(letter.reminded_at or letter.sent_at for letter in letters),
        promised=promised[-1] if promised else None,
    )


def _reads_inside(agency_id: int, actor: Actor) -> bool:
    return actor.is_centre or agency_id == actor.agency_id


# What is said ---------------------------------------------------------------------------------------------------------
def _sentence(key: ObjectKey, facts: LatenessFacts, actor: Actor, now: datetime) -> str:
    clock = facts.clocks.get(key[1])
    item = facts.item(key[1], clock)
    if item:
        parts = _waiting(item, facts.agencies[item.agency_id], actor, now)
    elif clock:
        parts = _not_performed(clock, facts.agencies[clock.owner_id], actor)
    else:
        return ""  # it has ended
    if clock and _reads_inside(clock.owner_id, actor) and _not_extended(clock):
        parts.append(gettext("an extension was not applied for"))
    if reminded := facts.reminded.get(key[1]):
        parts += _reminded(reminded)
    return gettext("; ").join(parts)


def _waiting(item: Any, agency: Agency, actor: Actor, now: datetime) -> list[str]:
    """The step that is missing, since when, and who is away."""
    inside = _reads_inside(item.agency_id, actor)
    if inside and item.returned:
        return [gettext("returned on %(day)s and not revised since") % {"day": _day(item.since)}, *_leave(item)]
    if inside and item.free and item.kind in ("task", "lead"):
        return [gettext("unclaimed since %(day)s") % {"day": _day(item.since)}]
    days: int = (now - item.since).days if item.since else 0
    words = {"what": awaited_step(item.kind, item.state, agency.name), "days": days}
    if not days:
        return [gettext("waiting for %(what)s") % words, *(_leave(item) if inside else [])]
    waited = ngettext("waiting %(days)d day for %(what)s", "waiting %(days)d days for %(what)s", days)
    return [waited % words, *(_leave(item) if inside else [])]


def _not_performed(clock: Any, agency: Agency, actor: Actor) -> list[str]:
    """A duty without an open item of its agency, for the agencies that it concerns."""
    if not actor.is_centre and actor.agency_id not in (clock.owner_id, clock.holder_id, clock.partner_id):
        return []
    words = {"duty": clock.rule.name, "agency": agency.name}
    return [gettext("“%(duty)s” not performed by %(agency)s") % words]


def awaited_step(kind: str, state: str, agency: str) -> str:
    """What is missing of an open item in this state, after "waiting for"."""
    declared = RESOURCE_OF_KIND[kind].open_items
    words = declared.awaited.get(state) if declared else None
    return str(words or gettext("the next step of %(agency)s")) % {"agency": agency}


def missing_step(kind: str, state: str, agency: str, *, mark: str = "") -> str:
    """Why items of this kind and state are late, without what differs between them; "" if nothing is awaited in this
    state. `mark` is RETURNED or FREE; callers leave it out for readers outside the agency and the centre."""
    if mark == RETURNED:
        return gettext("returned and not revised since")
    if mark == FREE and kind in ("task", "lead"):
        return gettext("unclaimed")
    declared = RESOURCE_OF_KIND[kind].open_items
    if declared is None or state not in declared.awaited:
        return ""
    return gettext("waiting for %(what)s") % {"what": awaited_step(kind, state, agency)}


def _leave(item: Any) -> list[str]:
    """For readers inside only."""
    if not item.away:
        return []
    named = {"name": item.away.person.name, "day": _day(item.away.until)}
    return [gettext("%(name)s is on leave until %(day)s") % named]


def _not_extended(clock: Any) -> bool:
    return bool(clock.may_extend and not clock.applied and not clock.extended)


def _reminded(reminded: ItemReminders) -> list[str]:
    words = {"times": reminded.times, "day": _day(reminded.last)}
    parts = [
        ngettext("reminded on %(day)s", "reminded %(times)d times, last on %(day)s", reminded.times) % words,
    ]
    if reminded.promised:
        parts.append(gettext("promised for %(day)s") % {"day": _day(reminded.promised)})
    return parts


def _day(moment: datetime | date | None) -> str:
    if moment is None:
        return ""
    day = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    return date_format(day, gettext("j M") if day.year == times.today().year else "Y-m-d")
