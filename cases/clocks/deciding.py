"""What a responsible person decides about an extension of a period."""

from datetime import timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.resource import Facts, OfficeDecision

from .access import HEADS, OFFICE
from .counting import end_of
from .models import Clock, ClockApplication
from .texts import length

# A period is listed this long before its end, for office holders who may extend it: time enough to read, and not too
# early.
EXTEND_WITHIN = timedelta(days=7)


def _ending_soon(clocks: QuerySet[Any]) -> QuerySet[Any]:
    """Periods that the office can still extend (not those extended already or by another agency): near their end, or
    with an application. The limit is a whole day, so that the compiled query holds for the day."""
    extendable: Any = clocks.extendable_by(HEADS)  # type: ignore[attr-defined]  # a ClockQuerySet
    applied = ClockApplication.objects.filter(outcome="").values("clock")
    found: QuerySet[Any] = extendable.filter(Q(due_at__lte=end_of(times.today() + EXTEND_WITHIN)) | Q(pk__in=applied))
    return found


def _clock_facts(clock: Clock) -> Facts:
    facts: Facts = [(_("Legal basis"), clock.rule.cited), (_("Effect of expiry"), clock.rule.on_end)]
    waiting = clock.application
    if waiting is None:
        return [*facts, (_("Applied for"), _("No application has been made."))]
    wanted = f"{length(waiting.length, waiting.step.unit)}, {waiting.step.ground} ({waiting.step.cited})"
    return [*facts, (_("Applied for"), wanted), (_("Applicant"), waiting.applicant.name)]


def _clock_texts(clock: Clock) -> Facts:
    waiting = clock.application
    reason: Facts = [(_("Reason of the application"), waiting.reason)] if waiting else []
    return [*reason, (_("How it may be extended"), clock.rule.extension)]


PENDING = Prefetch(
    "applications",
    queryset=ClockApplication.objects.filter(outcome="").select_related("step", "applicant"),
    to_attr="pending_applications",
)
DECISION = OfficeDecision(
    words=lambda clock: _("Extension of a period"),
    article=lambda clock: "",
    verbs=("extend", "revise", "refuse"),
    waits=_ending_soon,
    of_agencies=lambda rows, agencies: rows.filter(Q(agency__in=agencies) | Q(agency=None, holder__in=agencies)),
    agency="owner",
    case="case",
    related=("rule", "case", "agency", "holder"),
    prefetched=(PENDING,),
    read_to_decide=("rule__extension_steps", "extensions__step"),
    title=lambda clock: clock.rule.name,
    prepared_by=lambda clock: clock.application.applicant if clock.application else None,
    facts=_clock_facts,
    texts=_clock_texts,
    office=OFFICE,
    has_work=False,
)
