"""Work items of leads."""

from collections.abc import Iterator

from agencies.kernel.work import DeskRow, Side, WorkRows
from cases.casefile.models import Handling
from cases.casefile.work import in_case

from .models import Lead


def rows(lead: Lead) -> Iterator[DeskRow]:
    """One row for the agency that has to triage the lead, or to settle the update of the source for its case."""
    to_triage = lead.state in (Lead.State.RECEIVED, Lead.State.TAKEN_UP)
    if not (to_triage or lead.has_open_news):
        return
    yield DeskRow(
        side=Side.DOES,
        agency_id=lead.agency_id,
        state=lead.state,
        person_id=lead.officer_id,
        free=lead.officer_id is None,
        due_at=lead.due_at if to_triage else None,
        breach_at=lead.breach_at if to_triage else None,
        since=lead.state_since,
        other_id=lead.source_agency_id,
        **({"restricted": lead.handling == Handling.H3} if to_triage else in_case(lead.case, lead.agency_id)),
    )


WORK = WorkRows(kind="lead", things=lambda: Lead.objects.waiting().select_related("case"), rows=rows)
