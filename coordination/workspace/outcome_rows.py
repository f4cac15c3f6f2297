"""Text of an outcome as of today: the action and its agency, a ground as a code, and the number of the case if the
sender's agency shares it. Never a name, an amount or a reason, which belong to the case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from agencies.journal.models import later_corrections
from agencies.kernel.actor import Actor
from agencies.kernel.texts import Text
from agencies.organisations.models import Agency
from agencies.people.timeline import entries, sentences
from cases.casefile.models import Case
from coordination.messaging.outcomes.actions import mark_outcomes_seen
from coordination.messaging.outcomes.models import Outcome, OutcomeQuerySet, shared_with

MOST = 200  # of one lead; in practice there are fewer


@dataclass(frozen=True)
class OutcomeLine:
    """One outcome in words. `case` is None unless the reader's agency shares it."""

    id: UUID
    outcome: Outcome
    code: str
    sentence: Text
    agency: Agency | None
    ground: str
    case: Case | None
    happened_at: datetime
    notified_at: datetime
    changed_at: datetime
    annulled: bool
    corrected_to: datetime | None


def lines_of(rows: Iterable[Outcome], actor: Actor) -> list[OutcomeLine]:
    """Texts for a reader who may see all of these rows. The number of queries is constant."""
    listed = list(rows)
    timeline = entries([_event(one) for one in listed], actor, sentences())
    named = {case for one in listed if (case := _case_of(one)) is not None}
    cases = Case.objects.in_bulk(shared_with(actor.agency_id, named)) if named else {}
    return [
        OutcomeLine(
            one.pk,
            one,
            one.code,
            entry.sentence,
            entry.agency,
            one.ground,
            cases.get(_case_of(one)),
            entry.happened_at,
            one.notified_at,
            one.changed_at,
            entry.annulled,
            entry.corrected_to,
        )
        for one, entry in zip(listed, timeline, strict=True)
    ]


def _event(one: Any) -> Any:
    one.event.later_annulled, one.event.later_at = one.later_annulled, one.later_at
    return one.event


def _case_of(one: Outcome) -> UUID | None:
    """The case of the outcome, or the case that the lead became."""
    return one.case_id or (one.lead.case_id if one.lead and one.event.verb in ("promote", "attach") else None)


def readable(rows: OutcomeQuerySet) -> OutcomeQuerySet:
    """Adds everything that the texts need."""
    return rows.select_related("event__note", "event__stream", "lead", "referral").annotate(
        **later_corrections("event_id")
    )


def lines_about(thing: Any, actor: Actor, *, seeing: bool = True) -> list[OutcomeLine]:
    """Outcomes of a lead or referral for its sender, in order; with `seeing`, marks them as seen now.

    A person sees what a page shows. A machine confirms what it has processed.
    """
    rows = Outcome.objects.visible_to(actor).about(thing)
    found = list(readable(rows).order_by("notified_at", "event_id")[:MOST])
    if seeing and any(one.seen_at is None for one in found):
        mark_outcomes_seen(rows.exclude(event__actor_id=actor.id), actor=actor)
    return lines_of(found, actor)
