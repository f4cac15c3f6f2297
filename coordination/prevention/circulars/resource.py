"""Circulars as a resource."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel import columns
from agencies.kernel.action_fields import ActionForm, field_errors
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.facets import CountedList, Facets
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.paging import Page
from agencies.kernel.permissions import STAFF
from agencies.kernel.resource import Addition, Api, Column, EmptyList, Facts, Listing, Notices, Resource, Summary
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen
from agencies.kernel.sights import ByColumns
from coordination.prevention.acting import PreventionReassignment

from .actions import ACTIONS, EXPORTER_ACTIONS, begin
from .filters import CircularFilter
from .models import Circular, CircularQuerySet
from .open_items import OpenCirculars
from .page import page_parts
from .shapes import CircularInput, CircularShape
from .starts import STARTS
from .work import WORK
from .workflow import CIRCULAR as TABLE
from .workflow import LABELS, NEW


def _number(key: str, heading: Any) -> Column:
    return Column(
        key,
        heading,
        lambda row, actor: getattr(row, key),
        f'<span class="cv-num">{{{{ row.{key} }}}}</span>',
        kind="number",
    )


class CircularList(Listing):
    filters = CircularFilter
    sorts = {"updated": "updated_at", "sent": "sent_at"}
    default = "-updated"
    related = ("agency", "handler")
    deferred = ("text", "remark")
    page = "circulars"
    columns = (
        columns.title("circular", _("Subject")),
        columns.choice("kind", _("Kind")),
        columns.state(),
        _number("addressed", _("Addressees")),
        _number("written", _("Letters written")),
        columns.agency("agency", _("Agency")),
        columns.moment("sent_at", _("Sent on"), sort="sent"),
    )
    subtitle = _("One text of your agency for many exporters. Each gets a letter of its own, with its own course.")
    empty = EmptyList(
        _("No circular yet"), _("Begin one, then choose its addressees in the list of exporters."), "envelope"
    )
    facets = ("state", "kind", "agency")
    chips_label = _("Circulars")

    def shown(self, rows: CircularQuerySet, actor: Actor) -> QuerySet[Circular]:
        return rows.counted()

    def chips(self, visible: CircularQuerySet, actor: Actor) -> Iterable[CountedList]:
        yield _("Open"), "open=1", visible.open()
        yield _("All"), "", visible

    def context(self, facets: Facets, page: Page, actor: Actor) -> dict[str, Any]:
        return super().context(facets, page, actor) | {"writes": STAFF.allows(actor)}


def _says(circular: Circular) -> Iterable[Phrase]:
    yield Phrase(_("Subject"), circular.title, "name")
    yield Phrase(_("Text for the exporters"), circular.text)
    yield Phrase(_("Internal remark"), circular.remark, agency_id=circular.agency_id)


def _reading(circular: Circular, actor: Actor) -> Facts:
    return [
        (_("Text for the exporters"), circular.text),
        (_("Addressees"), str(circular.addressees.count())),
        (_("Internal remark"), circular.remark if actor.agency_id == circular.agency_id else ""),
    ]


def _begin(*, actor: Actor, **body: Any) -> Circular:
    """Begins a circular whose fields are checked like those of the page. Raises Invalid."""
    form = ActionForm(NEW, thing=None, actor=actor, data=body)
    if not form.is_valid():
        raise Invalid(field_errors(form))
    return begin(actor=actor, **form.given())


CIRCULAR = Resource(
    name="circulars",
    kind="circular",
    model=Circular,
    page="circular",
    label=_("Circular"),
    plural=_("Circulars"),
    looks={
        "READ": ("info", "check-circle"),
        "SENDING": ("progress", "hourglass-split"),
        "SENT": ("good", "check-lg"),
    },
    workflows=(TABLE,),
    actions=ACTIONS,
    related=("agency", "handler"),
    is_corrected=False,  # its letters are revoked and written again
    adds={"exporters": STARTS},
    contributes={"exporters": EXPORTER_ACTIONS},
    sentences={("circular", verb): LABELS[verb].sentence for verb in ("begin", "address")},
    listing=CircularList(),
    navigation=NavigationPage(group=Group.PREVENTION, place=405, counts="circular", waiting="?open=1"),
    page_parts=page_parts,
    summary=Summary(title="title", sight=ByColumns(own={"agency_id": ""})),
    reading=_reading,
    notices=Notices(in_hand=("handler",)),
    reassign=PreventionReassignment(),
    bulk=("assign", "hand_over"),
    work=(WORK,),
    open_items=OpenCirculars(),
    search=Search(
        kinds=(
            SearchKind(
                name="circular",
                resource="circulars",
                model=Circular,
                says=_says,
                read_by=seen(Circular),
                page="circular",
                subject="pk",
                agencies=("agency",),
            ),
        )
    ),
    api=Api(
        row=("addressed", "written", "created_at", "updated_at"),
        detail=("text", "remark", "venue", "due_at", "to_revise", "reason", "campaign"),
        shape=CircularShape,
    ),
    addition=Addition(
        words=_("New circular"),
        help=_("Drafts a circular of the caller's agency, without addressees."),
        accepts=CircularInput,
        add=_begin,
        permission=STAFF,
    ),
)
