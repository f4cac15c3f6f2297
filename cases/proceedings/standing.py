"""Status of suspects: their measures and when these end, the next duty, and the outcome.

Shared by the page, the file and the API. The number of queries does not depend on the number of persons.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Least
from django.utils.translation import gettext as _

from agencies.kernel.filtering import NEVER
from cases.clocks.models import Clock, ClockExtension, ExtensionStep, PeriodKind
from cases.clocks.texts import longest
from cases.clocks.workflow import steps_left

from .models import REVIEWS, TRIALS, Measure, Proceeding, Suspect
from .workflow import ALL_ENDS, ENDS

# Stages of a whole proceeding. An extension of a stage extends the custody in it.
STAGES = (*REVIEWS.values(), "CRM_SUPPLEMENT", *TRIALS.values())


@dataclass(frozen=True)
class HeldMeasure:
    """One measure in force with its end clock, its granted extensions and those that the law still allows."""

    measure: Measure
    end: Clock | None
    granted: int
    left: list[ExtensionStep]

    @property
    def extensions_left(self) -> str:
        return ", ".join(longest(step) for step in self.left) or "–"


@dataclass(frozen=True)
class PersonStatus:
    """One row of the page. `duty` is the next duty about this person, owed by any agency."""

    suspect: Suspect
    held: list[HeldMeasure]
    duty: Clock | None

    @property
    def at_liberty(self) -> bool:
        """Whether no measure is in force before the outcome. After the judgment others know where the person is."""
        return not self.held and self.suspect.is_person and self.suspect.state not in Suspect.FATES

    @property
    def fate(self) -> str:
        """The outcome, or the judgment of first instance."""
        line = self.suspect
        parts = [line.get_state_display()] if line.state in Suspect.FATES else []
        parts += [line.get_nonprosecution_display(), line.get_verdict_display(), line.get_sentence_display()]
        if line.sentence_months:
            parts.append(_("%(number)s months") % {"number": line.sentence_months})
        if line.suspended_months:
            parts.append(_("suspended for %(number)s months") % {"number": line.suspended_months})
        if line.fine_cny is not None:
            parts.append(_("fine of CNY %(fine)s") % {"fine": f"{line.fine_cny:,.0f}"})
        if line.set_off_cny is not None:
            parts.append(_("of which CNY %(fine)s set off") % {"fine": f"{line.set_off_cny:,.0f}"})
        return ", ".join(str(part) for part in parts if part)


def with_next_dates(suspects: QuerySet[Suspect]) -> QuerySet[Any]:
    """Annotates `ends_order` and `duty_order` for sorting and filtering; rows without a date come last.

    Suspects and measures are separate subqueries with a minimum: for a combined ordered query PostgreSQL would scan all
    clocks for each suspect.
    """
    measures = Measure.objects.standing().filter(suspect=OuterRef(OuterRef("pk"))).values("pk")
    running = Clock.objects.running().filter(due_at__isnull=False)
    # The kind precedes the id in the index.
    of_measures = running.filter(subject_kind=Measure.clock_kind, subject_id__in=measures)
    of_suspect = running.filter(subject_kind=Suspect.clock_kind, subject_id=OuterRef("pk"))
    owed = Q(rule_kind=PeriodKind.DUTY) | Q(rule__earlier_days__gt=0)
    return suspects.annotate(
        ends_order=_least(of_measures.filter(rule__code__in=ALL_ENDS)),
        duty_order=Least(_least(of_suspect.filter(owed)), _least(of_measures.filter(owed))),
    )


def _least(clocks: QuerySet[Clock]) -> Coalesce:
    least = clocks.order_by().values(of_all=Value(1)).annotate(least=Min("due_at")).values("least")
    return Coalesce(Subquery(least), Value(NEVER))


def person_statuses(suspects: Sequence[Suspect]) -> list[PersonStatus]:
    """Rows for these suspects, in their order."""
    measures = _measures(suspects)
    clocks = _clocks(suspects, [one for several in measures.values() for one in several])
    return [_standing(suspect, measures[suspect.pk], clocks) for suspect in suspects]


def _measures(suspects: Sequence[Suspect]) -> dict[UUID, list[Measure]]:
    by_id = {suspect.pk: suspect for suspect in suspects}
    found: dict[UUID, list[Measure]] = defaultdict(list)
    for measure in Measure.objects.standing().filter(suspect__in=list(by_id)):
        measure.suspect = by_id[measure.suspect_id]
        found[measure.suspect_id].append(measure)
    return found


def _clocks(suspects: Iterable[Suspect], measures: Iterable[Measure]) -> dict[UUID, list[Clock]]:
    """Running clocks with their extensions, soonest first."""
    subjects = {suspect.pk for suspect in suspects} | {measure.pk for measure in measures}
    proceedings = {suspect.proceeding_id for suspect in suspects}
    stages = Q(subject_id__in=proceedings, rule__code__in=STAGES)
    running = Clock.objects.running().filter(Q(subject_id__in=subjects) | stages).order_by("due_at", "pk")
    granted = Prefetch("extensions", ClockExtension.objects.select_related("step"))
    found: dict[UUID, list[Clock]] = defaultdict(list)
    for clock in running.select_related("rule", "agency").prefetch_related(granted, "rule__extension_steps"):
        found[clock.subject_id].append(clock)
    return found


def _standing(suspect: Suspect, measures: list[Measure], clocks: dict[UUID, list[Clock]]) -> PersonStatus:
    held = [_held(measure, clocks) for measure in measures]
    about = [*clocks[suspect.pk], *(clock for measure in measures for clock in clocks[measure.pk])]
    # A request due before the end of custody counts as a duty: if it is missed, the person must be released.
    duties = [
        clock for clock in about if (clock.rule.kind == PeriodKind.DUTY or clock.rule.earlier_days) and clock.due_at
    ]
    return PersonStatus(suspect, held, min(duties, key=lambda clock: clock.due_at or NEVER, default=None))


def _held(measure: Measure, clocks: dict[UUID, list[Clock]]) -> HeldMeasure:
    own = [clock for clock in clocks[measure.pk] if clock.rule.code in ENDS[Measure.Kind(measure.kind)]]
    stages = [*clocks[measure.suspect_id], *clocks[measure.suspect.proceeding_id]] if measure.is_custody else []
    end = next(iter(own), None)
    if end is None:
        return HeldMeasure(measure, None, 0, [])
    extended = next((stage for stage in stages if stage.rule.code == end.rule.follows), end)
    granted = extended.extensions.all()
    return HeldMeasure(measure, end, len(granted), steps_left(extended.rule.extension_steps.all(), granted))


def measure_counts(proceeding: Proceeding) -> list[tuple[str, int]]:
    """How many persons each measure holds. Other agencies on the case see only this."""
    standing = Measure.objects.standing().filter(suspect__proceeding=proceeding).exclude(kind=Measure.Kind.TECHNICAL)
    rows = standing.order_by().values_list("kind").annotate(persons=Count("suspect", distinct=True))
    found = dict(rows)
    return [(kind, found[kind]) for kind in Measure.Kind.values if kind in found]
