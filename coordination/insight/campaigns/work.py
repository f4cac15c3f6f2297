"""Work items of campaigns: the steps that participating agencies still have to do."""

from collections.abc import Iterator

from agencies.kernel.work import DeskRow, Side, WorkRows
from cases.clocks.counting import end_of

from .models import Campaign, CampaignStep


def rows(campaign: Campaign) -> Iterator[DeskRow]:
    """One item for each agency with open steps, due with the first of them. The centre does its own on the page."""
    first: dict[int, CampaignStep] = {}
    for step in campaign.steps.all():  # in the order of their days
        if step.done_on is None and step.agency_id != campaign.agency_id:
            first.setdefault(step.agency_id, step)
    for agency_id, step in first.items():
        yield DeskRow(
            side=Side.DOES,
            agency_id=agency_id,
            state=campaign.state,
            free=True,
            due_at=end_of(step.due_on),
            breach_at=end_of(step.due_on),
            since=campaign.started_at,
            other_id=campaign.agency_id,
        )


WORK = WorkRows(kind="campaign", things=lambda: Campaign.objects.running().prefetch_related("steps"), rows=rows)
