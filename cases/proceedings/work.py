"""Work items of proceedings, of decisions to take, and of the clocks that run about them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from agencies.kernel.work import Decider, DeskRow, Side, WorkRows
from agencies.organisations.models import of_antismuggling
from agencies.work.models import WorkItem
from cases.casefile.work import in_case
from cases.clocks.models import Clock, PeriodKind
from cases.clocks.models import Side as Owner
from cases.sharing.work import last_day

from .models import WALL, Decision, Measure, Proceeding, PropertyMeasure, Suspect

# The subjects of clocks that are or belong to a proceeding.
SUBJECTS = tuple(model.clock_kind for model in (Proceeding, Decision, Suspect, Measure, PropertyMeasure))
FILED_NEXT = (Proceeding.State.VERIFY, Proceeding.State.WARN)  # a unit lead files the case or decides not to
ACTED_ON = (
    PeriodKind.DUTY,
    PeriodKind.VALIDITY,
)  # open until an act, even if late; other clocks are over when they pass


def rows(proceeding: Proceeding) -> Iterator[DeskRow]:
    """One row for the agency of the proceeding, while it sees the case."""
    yield DeskRow(
        side=Side.DOES,
        agency_id=proceeding.agency_id,
        state=proceeding.state,
        person_id=proceeding.handler_id,
        free=proceeding.handler_id is None,
        decides=Decider.LEAD if proceeding.state in FILED_NEXT else Decider.NONE,
        due_at=proceeding.due_at,
        breach_at=proceeding.breach_at,
        since=proceeding.state_since,
        matter_id=proceeding.pk,
        until=last_day(proceeding.case, proceeding.agency_id, contents=False),
        **in_case(proceeding.case, proceeding.agency_id),
    )


def decision_rows(decision: Decision) -> Iterator[DeskRow]:
    """One row for the responsible person, who decides after review and discussion."""
    inside = decision.proceeding
    yield DeskRow(
        side=Side.DECIDES,
        agency_id=inside.agency_id,
        state=decision.state,
        decides=Decider.HEAD,
        due_at=decision.due_at,
        breach_at=decision.breach_at,
        since=decision.state_since,
        matter_id=inside.pk,
        **in_case(inside.case, inside.agency_id),
    )


def reviewed() -> QuerySet[Any]:
    waiting: QuerySet[Any] = Decision.objects.filter(state=Decision.State.REVIEW)
    return waiting.select_related("proceeding__case")


def clock_rows(clock: Any) -> Iterator[DeskRow]:
    """A row for a party's period, for which the agency waits, or for an agency's duty, assigned to the handler of the
    proceeding."""
    common: dict[str, Any] = {
        "state": clock.state,
        "since": clock.started_at,
        "due_at": clock.due_at,
        "matter_id": clock.proceeding_id,
        "wall_id": clock.proceeding_id if clock.private else None,
    }
    if clock.agency_id is None and clock.rule.owner_side == Owner.PARTY:
        until = None if clock.rule.kind in ACTED_ON else clock.due_at
        yield DeskRow(
            side=Side.PARTY,
            agency_id=clock.holder_id,
            breach_at=until,
            **common,
            **in_case(clock.case, clock.holder_id),
        )
    inside = clock.conducted_by
    if clock.rule.kind == PeriodKind.DUTY and clock.agency_id is not None and clock.agency_id == inside:
        yield DeskRow(
            side=Side.PERIOD,
            agency_id=inside,
            breach_at=clock.breach_at,
            person_id=clock.handled_by,
            free=clock.handled_by is None,
            **common,
            **in_case(clock.case, inside),
        )


def clocks() -> QuerySet[Any]:
    """Running clocks of parties and duties in proceedings, with the proceeding, its agency and its handler."""
    inside = Q(rule_kind=PeriodKind.DUTY, proceeding_id__isnull=False)
    wanted = Clock.objects.running().filter(inside | Q(rule__owner_side=Owner.PARTY, agency=None))
    of = Proceeding.objects.filter(pk=OuterRef("proceeding_id")).order_by()
    return wanted.select_related("rule", "case").annotate(
        conducted_by=Subquery(of.values("agency")), handled_by=Subquery(of.values("handler"))
    )


def clocks_of_subjects(ids: Iterable[UUID]) -> Mapping[str, Iterable[UUID]]:
    """Clocks about these subjects. Only clocks about a proceeding or a part of one have rows."""
    return {"clock": Clock.objects.filter(subject_id__in=ids).values_list("pk", flat=True)}


def around_proceedings(ids: Iterable[UUID]) -> Mapping[str, Iterable[UUID]]:
    """Clocks of these proceedings, because their rows contain the handler of the proceeding; and all proceedings of
    bureaus on the same cases, because their handlers decide from whom a wall hides them."""
    kept = WorkItem.objects.filter(kind="clock", matter_id__in=ids)
    behind = bureaus().filter(case__proceedings__in=list(ids)).distinct()
    return {
        "clock": list(kept.values_list("object_id", flat=True)),
        WALL: list(behind.values_list("pk", flat=True)),
    }


# Walls ---------------------------------------------------------------------------------------------------------------
def bureaus() -> QuerySet[Any]:
    """Proceedings, also closed ones, of agencies with an administrative and a criminal capacity."""
    return Proceeding.objects.filter(of_antismuggling("agency"))


def walls() -> QuerySet[Any]:
    """The same with all proceedings of their cases and the people who handle them."""
    beside = Prefetch("case__proceedings", Proceeding.objects.prefetch_related("team"))
    return bureaus().select_related("case").prefetch_related(beside)


def wall_rows(proceeding: Proceeding) -> Iterator[DeskRow]:
    """A row for each person from whom the proceeding is hidden: `ProceedingQuerySet.walled_off_from` for everyone."""
    same = [one for one in proceeding.case.proceedings.all() if one.agency_id == proceeding.agency_id]
    other_side = _people(one for one in same if one.is_criminal != proceeding.is_criminal)
    pair = (proceeding.pk, proceeding.converted_from_id)
    joined = _people(one for one in same if one.pk in pair or one.converted_from_id == proceeding.pk)
    for person in other_side - joined:
        yield DeskRow(side=Side.HIDDEN, agency_id=proceeding.agency_id, state="", person_id=person, first=False)


def _people(proceedings: Iterable[Proceeding]) -> set[UUID]:
    handled = [(one.handler_id, *(person.pk for person in one.team.all())) for one in proceedings]
    return {person for people in handled for person in people if person}


def people_behind_all(ids: Iterable[UUID]) -> set[UUID]:
    """The people from whom each of these proceedings is hidden."""
    hidden = [{row.person_id for row in wall_rows(one) if row.person_id} for one in walls().filter(pk__in=set(ids))]
    return set.intersection(*hidden) if hidden else set()


WORK = WorkRows(
    kind="proceeding",
    things=lambda: Proceeding.objects.open().select_related("case").prefetch_related("case__shares"),
    rows=rows,
)
CLOCK_WORK = WorkRows(kind="clock", things=clocks, rows=clock_rows)
WALL_WORK = WorkRows(kind=WALL, things=walls, rows=wall_rows)
DECISION_WORK = WorkRows(kind="decision", things=reviewed, rows=decision_rows)
