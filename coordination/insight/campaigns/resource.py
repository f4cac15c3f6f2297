"""The resource of campaigns."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from agencies.kernel import columns
from agencies.kernel.resource import Api, Listing, Resource, Summary
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen

from .actions import ACTIONS
from .filters import DEFAULT_SORT, SORTS, CampaignFilter
from .measures import MEASURES
from .models import Campaign
from .open_items import COUNTER, OPEN_ITEMS
from .shapes import CampaignShape
from .work import WORK
from .workflow import CAMPAIGN as TABLE


def _says(campaign: Campaign) -> Iterable[Phrase]:
    yield Phrase(_("Number"), campaign.number, "number")
    yield Phrase(_("Title"), campaign.title_zh, "name")
    yield Phrase(_("Title"), campaign.title_en, "name")
    yield Phrase(_("Purpose"), campaign.purpose)
    yield Phrase(_("Report"), campaign.report)


CAMPAIGN = Resource(
    name="campaigns",
    kind="campaign",
    model=Campaign,
    page="campaign",
    label=_("Campaign"),
    plural=_("Campaigns"),
    workflows=(TABLE,),
    actions=ACTIONS,
    related=("agency",),
    is_corrected=False,  # a running campaign is changed by its own table
    listing=Listing(
        filters=CampaignFilter,
        sorts=SORTS,
        default=DEFAULT_SORT,
        related=("agency",),
        page="campaigns",
        columns=(
            columns.title("campaign"),
            columns.plain("number", _("Number"), cell='<span class="cv-nowrap cv-mono">{{ row.number }}</span>'),
            columns.state(),
            columns.day("starts_on", _("First day"), sort="starts"),
            columns.day("ends_on", _("Last day"), sort="ends"),
            columns.choice("outcome", _("Outcome"), cell="{{ row.get_outcome_display|default:'–' }}"),
        ),
    ),
    measures=MEASURES,
    work=(WORK,),
    open_items=OPEN_ITEMS,
    counter=COUNTER,
    summary=Summary(title=("title_zh", "title_en")),
    search=Search(
        kinds=(
            SearchKind(
                name="campaign",
                resource="campaigns",
                model=Campaign,
                says=_says,
                read_by=seen(Campaign),
                page="campaign",
                subject="pk",
            ),
        ),
    ),
    api=Api(
        row=("agency", "title_zh", "title_en", "created_at", "updated_at"),
        detail=(
            *("purpose", "members", "materials", "techniques", "countries", "opened_from", "opened_until"),
            *("started_at", "ended_at", "report", "goals", "steps", "case_count", "cases"),
        ),
        shape=CampaignShape,
    ),
)
