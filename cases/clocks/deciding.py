"""What a responsible person decides about an extension of a period."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.resource import Facts, OfficeDecision

from .access import HEADS, OFFICE
from .models import Clock, ClockApplication
from .texts import length


def _applied_for(clocks: QuerySet[Any]) -> QuerySet[Any]:
    """Periods that the office can still extend (not those extended already or by another agency), for which an officer
    applied. A period that ends without an application is late and needs its next step, not a decision."""
    pending = ClockApplication.objects.filter(outcome="").values("clock")
    found: QuerySet[Any] = clocks.extendable_by(HEADS).filter(pk__in=pending)  # type: ignore[attr-defined]  # a ClockQuerySet
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
    waits=_applied_for,
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
