"""Work items of leads."""

from collections.abc import Iterator

from agencies.kernel.work import Row, Side, Work
from cases.casefile.models import Handling

from .models import Lead


def rows(lead: Lead) -> Iterator[Row]:
    """One row for the agency that has to triage the lead."""
    if lead.state not in (Lead.State.RECEIVED, Lead.State.TAKEN_UP):
        return
    yield Row(
        side=Side.DOES,
        agency_id=lead.agency_id,
        state=lead.state,
        person_id=lead.officer_id,
        free=lead.officer_id is None,
        due_at=lead.due_at,
        breach_at=lead.breach_at,
        since=lead.state_since,
        other_id=lead.source_agency_id,
        restricted=lead.handling == Handling.H3,
    )


WORK = Work(kind="lead", things=lambda: Lead.objects.to_triage(), rows=rows)
