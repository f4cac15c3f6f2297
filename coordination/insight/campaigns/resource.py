"""The resource of campaigns."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel import columns
from agencies.kernel.action_fields import ActionForm, field_errors
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.facets import Facets
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.paging import Page
from agencies.kernel.permissions import CENTRE
from agencies.kernel.resource import Addition, Api, EmptyList, Listing, Resource, Summary
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen

from .access import drafts_campaigns
from .actions import ACTIONS, draft_campaign
from .filters import CampaignFilter
from .measures import MEASURES
from .models import Campaign
from .open_items import OpenSteps
from .page import page_parts
from .shapes import CampaignInput, CampaignShape, DraftedShape
from .standing import on_overview
from .work import WORK
from .workflow import CAMPAIGN as TABLE
from .workflow import PLAN


def _says(campaign: Campaign) -> Iterable[Phrase]:
    yield Phrase(_("Number"), campaign.number, "number")
    yield Phrase(_("Title"), campaign.title_zh, "name")
    yield Phrase(_("Title"), campaign.title_en, "name")
    yield Phrase(_("Purpose"), campaign.purpose)
    yield Phrase(_("Report"), campaign.report)


class CampaignList(Listing):
    filters = CampaignFilter
    sorts = {"starts": "starts_on", "ends": "ends_on", "updated": "updated_at"}
    default = "-starts"
    related = ("agency",)
    page = "campaigns"
    columns = (
        columns.title("campaign"),
        columns.plain("number", _("Number"), cell='<span class="cv-nowrap cv-mono">{{ row.number }}</span>'),
        columns.state(),
        columns.day("starts_on", _("First day"), sort="starts"),
        columns.day("ends_on", _("Last day"), sort="ends"),
        columns.choice("outcome", _("Outcome"), cell="{{ row.get_outcome_display|default:'–' }}"),
    )
    subtitle = _(
        "Goals over several months, the cases that count for them, and what each agency does. Taking part does not "
        "give access to a case."
    )
    empty = EmptyList(
        _("No campaign yet"),
        _("The coordination centre starts campaigns; participating agencies see them here."),
        "flag",
    )
    facets = ("state", "member")

    def shown(self, rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
        return rows.distinct()

    def context(self, facets: Facets, page: Page, actor: Actor) -> dict[str, Any]:
        return super().context(facets, page, actor) | {"drafts": drafts_campaigns(actor)}


def _draft(*, actor: Actor, **body: Any) -> Campaign:
    """Drafts a campaign whose fields are checked like those of the page. Raises Invalid."""
    form = ActionForm(PLAN, thing=None, actor=actor, data=body)
    if not form.is_valid():
        raise Invalid(field_errors(form))
    return draft_campaign(actor=actor, **form.given())


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
    listing=CampaignList(),
    page_parts=page_parts,
    measures=MEASURES,
    on_overview=on_overview,
    work=(WORK,),
    open_items=OpenSteps(),
    navigation=NavigationPage(group=Group.SUPERVISION, place=37, counts="campaign"),
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
    addition=Addition(
        words=_("Draft a campaign"),
        help=_("Drafts a campaign. Its goals are added by its actions before it is started."),
        accepts=CampaignInput,
        add=_draft,
        permission=CENTRE,
        answers=DraftedShape,
    ),
)
