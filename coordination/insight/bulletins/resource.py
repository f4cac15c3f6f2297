"""The resource of bulletins."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel import columns
from agencies.kernel.actor import Actor
from agencies.kernel.facets import Facets
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.paging import Page
from agencies.kernel.permissions import CENTRE
from agencies.kernel.resource import Addition, Api, EmptyList, Listing, Notices, Resource, Summary
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen

from .access import drafts
from .actions import ACTIONS, draft_bulletin
from .filters import BulletinFilter
from .models import Bulletin
from .open_items import OpenBulletins
from .page import page_parts
from .shapes import BulletinInput, BulletinShape
from .work import WORK
from .workflow import BULLETIN as TABLE


def _texts(bulletin: Bulletin) -> Iterable[Phrase]:
    yield Phrase(_("Number"), bulletin.number, "number")
    yield Phrase(_("Title"), bulletin.title_zh, "name")
    yield Phrase(_("Title"), bulletin.title_en, "name")


class BulletinList(Listing):
    filters = BulletinFilter
    sorts = {"period": "first", "updated": "updated_at"}
    default = "-period"
    related = ("agency",)
    page = "bulletins"
    columns = (
        columns.title("bulletin"),
        columns.plain("number", _("Number"), cell="<span class=\"cv-nowrap\">{{ row.number|default:'–' }}</span>"),
        columns.choice("kind", _("Kind")),
        columns.day("first", _("First day"), sort="period"),
        columns.day("last", _("Last day")),
        columns.state(),
        columns.choice("distribution", _("Distribution")),
        columns.moment("issued_at", _("Issued on")),
    )
    subtitle = _(
        "The coordination centre reports on each week and month. Drafts are made on Mondays and on the first of the "
        "month; a second person issues them."
    )
    empty = EmptyList(
        _("No bulletin yet"),
        _("The first one is drafted after the end of this week."),
        "journal-text",
    )
    facets = ("kind", "state", "distribution")

    def words(self, thing: Bulletin, actor: Actor) -> str:
        return thing.title

    def context(self, facets: Facets, page: Page, actor: Actor) -> dict[str, Any]:
        return super().context(facets, page, actor) | {"drafts": actor.is_centre and drafts(actor, actor.own_agency)}


BULLETIN = Resource(
    name="bulletins",
    kind="bulletin",
    model=Bulletin,
    page="bulletin",
    label=_("Bulletin"),
    plural=_("Bulletins"),
    looks={
        "ISSUED": ("good", "check-circle"),
    },
    workflows=(TABLE,),
    actions=ACTIONS,
    related=("agency", "replaces"),
    is_corrected=False,  # it is withdrawn or replaced
    listing=BulletinList(),
    page_rows=lambda rows, actor: rows.select_related("agency__signs_as", "drafter", "issuer"),
    page_parts=page_parts,
    work=(WORK,),
    open_items=OpenBulletins(),
    navigation=NavigationPage(
        group=Group.SUPERVISION, place=32, counts="bulletin", counted_for=CENTRE, waiting="?waiting=1"
    ),
    summary=Summary(title=("title_zh", "title_en")),
    notices=Notices(in_hand=("drafter",)),
    search=Search(
        kinds=(
            SearchKind(
                name="bulletin",
                resource="bulletins",
                model=Bulletin,
                says=_texts,
                read_by=seen(Bulletin),
                page="bulletin",
                subject="pk",
            ),
        ),
    ),
    api=Api(
        row=("agency", "edition", "title_zh", "title_en", "created_at", "updated_at"),
        detail=("text_zh", "text_en", "cases", "content", "digest", "replaces", "remarks", "ending_reason"),
        shape=BulletinShape,
    ),
    addition=Addition(
        words=_("Draft a bulletin"),
        help=_("Drafts a bulletin about a week or a month. Its actions edit and submit it."),
        accepts=BulletinInput,
        add=draft_bulletin,
        permission=CENTRE,
    ),
)
