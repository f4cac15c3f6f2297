"""What the pages of a proceeding and of a decision show: all for their own agency, the status for others on the
case."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import QueryDict

from agencies.kernel.actor import Actor
from cases.casefile.steps import steps_of
from cases.clocks.models import Clock
from cases.clocks.texts import length, longest
from cases.clocks.workflow import steps_left

from .access import reads_inside
from .decision_page import DecisionPage
from .models import Decision, Measure, PartyLine, Proceeding, PropertyMeasure, Suspect, lines_of
from .standing import measure_counts


@dataclass(frozen=True)
class LineRow:
    """A party or suspect, its clocks, and the measures in force with theirs."""

    line: PartyLine
    clocks: list[Clock]
    measures: list[Measure]


@dataclass(frozen=True)
class MeasureRow:
    """A measure with its clocks, granted extensions, and those that the law still allows."""

    measure: PropertyMeasure
    clocks: list[Clock]
    used: list[str]
    left: list[str]


def proceeding_parts(matter: Proceeding, actor: Actor, params: QueryDict) -> dict[str, Any]:
    inside = reads_inside(actor, matter)
    lines = list(lines_of(matter).select_related("party", "proceeding__agency"))
    measures = _standing(lines)
    held = (
        list(matter.property_measures.select_related("proceeding__agency").prefetch_related("lots")) if inside else []
    )
    about = [*lines, *(one for several in measures.values() for one in several), *held]
    clocks = _clocks(matter, about, actor, with_extensions=bool(held))
    steps = steps_of([(matter, [matter.agency])], actor, case_id=matter.case_id)
    return {
        "inside": inside,
        "team": [person.name for person in matter.team.all()] if inside else [],
        "steps": steps[matter.pk],
        "joined": _joined(matter) if inside else [],
        "clocks": clocks[matter.pk],
        "lines": [_row(line, measures[line.pk], clocks) for line in lines] if inside else [],
        "property": [_measure_row(measure, clocks[measure.pk]) for measure in held],
        "held_counts": [] if inside else _held_counts(matter),
        "line_count": len(lines),
        "ended_count": sum(line.state in line.FATES for line in lines),
    }


def decision_parts(decision: Decision, actor: Actor, params: QueryDict) -> dict[str, Any]:
    """From notice to execution, for its own agency, and for the centre if it reads the contents."""
    agencies = [decision.proceeding.agency]
    steps = steps_of([(decision, agencies)], actor, case_id=decision.proceeding.case_id)
    return {"parts": DecisionPage(decision, actor), "steps": steps[decision.pk]}


def _held_counts(matter: Proceeding) -> list[tuple[str, int]]:
    """How many persons each measure holds, for other agencies on the case."""
    counted = measure_counts(matter) if matter.is_criminal else []
    return [(str(Measure.Kind(kind).label), count) for kind, count in counted]


def _joined(matter: Proceeding) -> list[tuple[bool, Proceeding]]:
    """Proceedings joined by a conversion within a bureau, and whether this one came out of it."""
    if not matter.agency.is_antismuggling:
        return []
    pair = Q(pk=matter.converted_from_id) | Q(converted_from=matter.pk)
    return [(one.pk == matter.converted_from_id, one) for one in Proceeding.objects.filter(pair).order_by("opened_at")]


def _row(line: PartyLine, measures: list[Measure], clocks: dict[UUID, list[Clock]]) -> LineRow:
    return LineRow(line, [*clocks[line.pk], *(clock for one in measures for clock in clocks[one.pk])], measures)


def _standing(lines: Iterable[PartyLine]) -> dict[UUID, list[Measure]]:
    """Measures in force by suspect, in one query."""
    found: dict[UUID, list[Measure]] = defaultdict(list)
    suspects = {line.pk: line for line in lines if isinstance(line, Suspect)}
    for measure in Measure.objects.standing().filter(suspect__in=suspects) if suspects else []:
        measure.suspect = suspects[measure.suspect_id]
        found[measure.suspect_id].append(measure)
    return found


def _measure_row(measure: PropertyMeasure, clocks: list[Clock]) -> MeasureRow:
    used = [length(one.length, one.step.unit) for clock in clocks for one in clock.extensions.all()]
    left = [
        longest(step)
        for clock in clocks
        for step in steps_left(clock.rule.extension_steps.all(), clock.extensions.all())
    ]
    return MeasureRow(measure, clocks, used, left)


def _clocks(
    matter: Proceeding, lines: Iterable[PartyLine | Measure | PropertyMeasure], actor: Actor, *, with_extensions: bool
) -> dict[UUID, list[Clock]]:
    """Running clocks of the proceeding, its lines and measures that the reader sees, nearest first.

    Extensions are prefetched only for measures on property.
    """
    subjects = [matter.pk, *(line.pk for line in lines)]
    visible = Clock.objects.visible_to(actor).running().filter(case=matter.case_id, subject_id__in=subjects)
    found: dict[UUID, list[Clock]] = defaultdict(list)
    related = visible.select_related("rule", "agency")
    if with_extensions:
        related = related.prefetch_related("rule__extension_steps", "extensions__step")
    for clock in related.order_by("due_at", "pk"):
        found[clock.subject_id].append(clock)
    return found
