"""The past of an imported case, of which no one is notified: its agency knows it."""

from django.db.models import Max, Q, QuerySet

from agencies.journal.models import Delivery, Event, Stream
from agencies.kernel import times
from cases.casefile.models import Case
from cases.clocks.raising import raise_missed_before
from cases.intake.models import Lead
from coordination.automation.escalation.actions import pass_over_rungs


def pass_over(case: Case, lead: Lead) -> None:
    """Records missed duties and reached rungs without notifying anyone, and settles the news of the own agency.

    An agency to which a referral goes is notified as of every late record. Called in the transaction of the import.
    """
    raise_missed_before(case.pk)
    pass_over_rungs(case.pk)
    news = Delivery.objects.filter(event__in=events_of(case, lead), agency_id=case.lead_id, done_at=None)
    news.update(done_at=times.now())


def events_of(case: Case, lead: Lead | None) -> QuerySet[Event]:
    """The events of the case and of the entry of the register from which it came."""
    streams = Q(stream__kind=Stream.Kind.CASE, stream__subject=case.pk)
    if lead is not None:
        streams |= Q(stream__kind=Stream.Kind.LEAD, stream__subject=lead.pk)
    return Event.objects.filter(streams)


def last_event(case: Case, lead: Lead) -> int:
    found: int = events_of(case, lead).aggregate(last=Max("pk"))["last"]
    return found
