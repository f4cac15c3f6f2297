"""Work items of reminders: who owes a reply, and which people of that agency see what the letter is about."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from agencies.kernel.work import FOR_GOOD, DeskRow, Side, SightGround, WorkRows
from cases.casefile.models import Case, Handling
from cases.casefile.work import in_case
from cases.clocks.models import Clock, ClockQuerySet
from cases.intake.models import Lead
from cases.proceedings.work import people_behind_all
from cases.sharing.work import last_day
from coordination.exchange.letters.work import in_hand

from .late import CLOCK, LEAD
from .models import Reminder, ReminderItem
from .sight import ItemSight, seen_items


def rows(reminder: Reminder) -> Iterator[DeskRow]:
    """The reminded agency owes a reply, and sees the letter while it sees one of its items. `restricted`: not every
    reader of the centre sees what the letter is about."""
    seen = seen_items(reminder, reminder.agency_id, reminder.agency.code)
    cases = _cases(seen)
    days = [_last_day(one, cases, reminder.agency_id) for one in seen]
    until = max(filter(None, days), default=None)
    walls = {one.held.wall_id for one, day in zip(seen, days, strict=True) if day}
    case = _case_for_centre(seen, cases)
    yield in_hand(
        reminder,
        reminder.agency_id,
        reminder.handler_id,
        other_id=reminder.sender_id,
        until=until,
        wall_id=_wall(reminder, walls),
        **(in_case(case, reminder.agency_id) if case else {"restricted": True}),
    )
    if len(walls) > 1 and None not in walls:
        for person in people_behind_all(wall for wall in walls if wall):
            yield DeskRow(side=Side.HIDDEN, agency_id=reminder.agency_id, state="", person_id=person, first=False)


def _cases(seen: Sequence[ItemSight]) -> Mapping[UUID, Case]:
    ids = {pk for one in seen for pk in (one.case_id, one.held.matter_id) if pk}
    return Case.objects.prefetch_related("shares").in_bulk(ids)


def _last_day(one: ItemSight, cases: Mapping[UUID, Case], agency_id: int) -> date | None:
    """The last day on which the agency sees the item; None if it does not, or if that is not known."""
    if one.held.sees == SightGround.ALWAYS:
        return FOR_GOOD
    matter = one.held.matter_id
    if matter and one.held.sees == SightGround.LEAD:
        return FOR_GOOD if Lead.objects.filter(pk=matter, agency=agency_id).exists() else None
    case = cases.get(matter) if matter else None
    return last_day(case, agency_id, contents=one.held.sees == SightGround.CONTENTS) if case else None


def _case_for_centre(seen: Sequence[ItemSight], cases: Mapping[UUID, Case]) -> Case | None:
    """A case by which every reader of the centre sees the letter, or else one by which some do."""
    found = [cases[one.case_id] for one in seen if one.case_id]
    return min(found, key=lambda case: (case.handling == Handling.H3, case.pk), default=None)


def _wall(reminder: Reminder, walls: set[UUID | None]) -> UUID | None:
    """The wall before the letter. If its items are behind several, the letter itself names those whom all of them
    hide."""
    if None in walls or not walls:
        return None
    return next(iter(walls)) if len(walls) == 1 else reminder.pk


def letters_on_cases(ids: Iterable[UUID]) -> set[UUID]:
    """Unanswered letters about periods of these cases."""
    return _letters_about(Clock.objects.filter(case_id__in=ids))


def letters_on_leads(ids: Iterable[UUID]) -> Mapping[str, set[UUID]]:
    """Unanswered letters about periods of these leads, which another agency may hold now."""
    return {"reminder": _letters_about(Clock.objects.filter(subject_kind=LEAD, subject_id__in=ids))}


def _letters_about(clocks: ClockQuerySet) -> set[UUID]:
    items = ReminderItem.objects.filter(kind=CLOCK, thing_id__in=clocks.values("pk"), letter__state=Reminder.State.SENT)
    return set(items.values_list("letter_id", flat=True))


WORK = WorkRows(
    kind="reminder",
    things=lambda: (
        Reminder.objects.filter(state=Reminder.State.SENT).select_related("agency").prefetch_related("items")
    ),
    rows=rows,
)
