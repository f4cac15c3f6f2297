"""Entries of watch lists as a resource."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.facets import Facets
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.paging import Page
from agencies.kernel.resource import Api, Listing, Resource, Summary
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen
from cases.casefile.identifiers import scheme_label

from .access import IMPORTERS
from .actions import ACTIONS
from .filters import ListingFilter
from .models import Listing as Entry
from .page import page_parts
from .shapes import ListingShape
from .workflow import LISTING as TABLE


def _listing(listing: Entry) -> Iterable[Phrase]:
    for name in listing.names:
        yield Phrase(_("Name"), name, "name")
    for scheme, value in listing.identifiers:
        yield Phrase(scheme_label(scheme), value, "number")
    for address in listing.addresses:
        yield Phrase(_("Address"), address)
    yield Phrase(_("Entry"), listing.code, "number")


class ListingList(Listing):
    filters = ListingFilter
    sorts = {"code": "code", "updated": "updated_at"}
    default = "code"
    related = ("owner",)
    page = "listings"
    facets = ("watch_list", "state")
    start = "standing=1"  # entries that count today or later

    def context(self, facets: Facets, page: Page, actor: Actor) -> dict[str, Any]:
        shown = super().context(facets, page, actor)
        shown["facets"].append((_("Validity"), facets.ticks(standing=_("Valid today or later"))))
        is_filtered = bool(set(facets.filters.active) - {"standing"})
        return {**shown, "is_filtered": is_filtered, "keeps": IMPORTERS.allows(actor)}


LISTING = Resource(
    name="listings",
    kind="listing",
    model=Entry,
    page="listing",
    label=_("Entry of a watch list"),
    plural=_("Watch lists"),
    looks={
        "LISTED": ("review", "flag"),
    },
    workflows=(TABLE,),
    actions=ACTIONS,
    related=("owner__agency",),
    is_corrected=False,  # an entry gets a new version
    listing=ListingList(),
    navigation=NavigationPage(group=Group.LOOK_UP, place=61),
    page_parts=page_parts,
    summary=Summary(title="code"),
    search=Search(
        kinds=(
            SearchKind(
                name="listing",
                resource="listings",
                model=Entry,
                says=_listing,
                read_by=seen(Entry),
                page="listing",
                subject="pk",
                only=~Q(state=Entry.State.REPLACED),
            ),
        ),
    ),
    api=Api(
        row=(
            *("watch_list", "code", "number", "name_zh", "name_en", "aliases", "identifiers", "country", "document"),
            *("document_date", "effective_from", "effective_to", "end_document", "meaning_zh", "meaning_en"),
            *("origins", "transits", "destinations", "materials", "verdict_from", "owner", "created_at", "updated_at"),
            *("addresses", "suspended_from", "suspended_until"),
        ),
        shape=ListingShape,
    ),
)
