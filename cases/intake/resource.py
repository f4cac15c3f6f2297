"""Leads as a resource."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel import columns
from agencies.kernel.actor import Actor
from agencies.kernel.resource import Api, BriefChange, Column, Facts, Listing, Notices, Resource, Summary
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen
from agencies.kernel.sights import ByColumns
from agencies.kernel.work import SightGround
from agencies.people.naming import handler_phrase
from cases.controls.countries import country_words, route_words

from . import desks, settling
from .actions import ACTIONS
from .filters import DEFAULT_SORT, SORTS, LeadFilter
from .measures import MEASURES
from .models import Lead
from .on_case import ON_CASE
from .open_items import COUNTER, OPEN_ITEMS
from .reassigning import REASSIGN
from .routed import ROUTED
from .shapes import LeadShape
from .work import WORK
from .workflow import LEAD as TABLE

_VERDICT = "{% if row.verdict %}{% control_verdict row.verdict %}{% else %}–{% endif %}"
_HANDLER = (
    "{% agency row.agency %}{% if row.officer and row.agency_id == actor.agency_id %}"
    '<span class="cv-sub">{{ row.officer.name }}</span>{% endif %}'
)


def _officer(lead: Any, actor: Actor) -> str:
    """A person is named to their own agency only."""
    return lead.officer.name if lead.officer and lead.agency_id == actor.agency_id else ""


def _lead(lead: Lead) -> Iterable[Phrase]:
    yield Phrase(_("Title"), lead.title, "name")
    yield Phrase(_("Reference of the source"), lead.source_ref, "number")
    # Only the current revision can be found.
    yield from _report(lead.current.content)
    yield handler_phrase(lead.officer, lead.agency_id)


def _report(content: dict[str, Any]) -> Iterable[Phrase]:
    yield Phrase(_("Narrative"), content.get("narrative") or "")
    for party in content.get("parties", []):
        yield Phrase(_("Party"), party.get("name") or "", "name")
        yield Phrase(_("Country"), country_words(party.get("country") or ""))
        for identifier in party.get("identifiers", []):
            yield Phrase(_("Identifier"), identifier["value"], "number")
    for item in content.get("items", []):
        yield Phrase(_("Item"), item.get("description") or "", "name")
        yield Phrase(_("Declared as"), item.get("declared_as") or "", "name")
        yield Phrase(_("HS code"), item.get("hs_code") or "", "number")
        yield Phrase(_("Recipient"), item.get("recipient") or "")
    for shipment in content.get("shipments", []):
        yield Phrase(_("Declaration number"), shipment.get("declaration_no") or "", "number")
        yield Phrase(_("Port"), shipment.get("port") or "")
        yield Phrase(_("Route"), route_words(shipment.get("route") or ()))


L = Lead.State


def _reading(lead: Lead, actor: Actor) -> Facts:
    report = lead.newest.content
    parties = [str(party.get("name") or "") for party in report.get("parties", [])]
    items = [str(item.get("description") or item.get("declared_as") or "") for item in report.get("items", [])]
    return [
        (_("Source system"), f"{lead.source_label} {lead.source_ref}"),
        (_("Narrative"), report.get("narrative") or ""),
        (_("Parties"), "\n".join(filter(None, parties))),
        (_("Items"), "\n".join(filter(None, items))),
    ]


LEAD = Resource(
    name="leads",
    kind="lead",
    model=Lead,
    page="lead",
    label=_("Lead"),
    plural=_("Leads"),
    looks={
        "RECEIVED": ("neutral", "inbox"),
        "TAKEN_UP": ("info", "funnel"),
        "PROMOTED": ("good", "folder-plus"),
        "ATTACHED": ("good", "paperclip"),
        "CLOSED": ("stopped", "x-lg"),
    },
    measures=MEASURES,
    workflows=(TABLE,),
    actions={**ACTIONS, **settling.ACTIONS, **desks.ACTIONS},
    related=("agency", "case"),
    listing=Listing(
        filters=LeadFilter,
        sorts=SORTS,
        default=DEFAULT_SORT,
        related=("agency", "case", "officer"),
        page="leads",
        columns=(
            columns.plain("title", _("Lead"), cell="{% include 'intake/title_cell.html' %}"),
            columns.plain("source", _("Source system"), "source_label"),
            columns.plain("source_ref", _("Reference")),
            columns.state(_("Status")),
            columns.choice("severity", _("Severity"), cell="{% severity row.severity row.get_severity_display %}"),
            columns.choice("verdict", _("Control verdict"), cell=_VERDICT),
            columns.agency("agency", _("Agency"), cell=_HANDLER, page_heading=_("Handler")),
            Column("officer", _("Officer"), _officer),
            *columns.nearest_deadline(_("Deadline")),
            columns.moment("received_at", _("Received at"), sort="received"),
        ),
        handling=lambda lead, actor: str(lead.handling),
        words=lambda lead, actor: str(lead.title),
    ),
    contributes={"cases": {"ask_news": settling.ask_news}},
    reassign=REASSIGN,
    bulk=("take_up", "assign", "hand_over"),
    routed=ROUTED,
    work=(WORK,),
    open_items=OPEN_ITEMS,
    counter=COUNTER,
    on_case=ON_CASE,
    summary=Summary(title="title", sight=ByColumns(matter="pk", sees=SightGround.LEAD)),
    reading=_reading,
    changes=(
        BriefChange(
            key="new-leads",
            place=1,
            name=_("New"),
            definition=_("Leads received."),
            at="received_at",
            agencies=("agency_id",),
            shown="agency",
            words=lambda lead: lead.title,
            matter="pk",
        ),
        BriefChange(
            key="ended-leads",
            place=2,
            name=_("Ended"),
            definition=_("Leads turned into cases, attached to cases or closed."),
            at="state_since",
            agencies=("agency_id",),
            shown="agency",
            words=lambda lead: lead.title,
            cut=lambda rows: rows.filter(state__in=(L.PROMOTED, L.ATTACHED, L.CLOSED)),
            matter="pk",
        ),
    ),
    notices=Notices(in_hand=("officer",)),
    search=Search(
        kinds=(
            SearchKind(
                name="lead",
                resource="leads",
                model=Lead,
                says=_lead,
                read_by=seen(Lead),
                page="lead",
                subject="pk",
                at="received_at",
                related=("officer",),
                prefetch=("revisions",),
                agencies=("agency", "source_agency"),
            ),
        ),
    ),
    api=Api(
        row=(
            *("source_system", "report_type", "handling", "occurred_at", "occurred_precision", "revision", "case"),
            *("closing", "updated_at"),
        ),
        detail=("content", "flags"),
        shape=LeadShape,
    ),
)
