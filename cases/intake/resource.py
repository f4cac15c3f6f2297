"""Leads as a resource."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel import columns
from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import pick
from agencies.kernel.counting import count_up_to
from agencies.kernel.facets import FacetChoice, Facets, named
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.paging import Page
from agencies.kernel.permissions import INTAKE
from agencies.kernel.resource import Api, BriefChange, Column, Facts, Listing, Notices, Resource, Summary
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen
from agencies.kernel.sights import ByColumns
from agencies.kernel.texts import Text
from agencies.kernel.work import SightGround
from agencies.people.naming import handler_phrase
from cases.casefile.models import Severity
from cases.controls.countries import country_words, route_words
from cases.controls.words import VERDICTS

from . import desks, settling
from .actions import ACTIONS
from .filters import LeadFilter
from .labels import value_label
from .measures import MEASURES
from .models import Lead, LeadMark, LeadQuerySet
from .on_case import LeadsOnCase
from .open_items import OpenLeads
from .page import page_parts
from .reassigning import LeadReassignment
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
        yield Phrase(_("Licence number"), shipment.get("licence_no") or "", "number")
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


MOST_SYSTEMS = 12  # the largest sources; others are reached by the URL
FACETS = {
    "severity": ("severity",),
    "verdict": ("verdict",),
    "source_system": ("source_system", "source_system"),
    "agency": named("agency"),
}


def _chips(facets: Facets) -> list[FacetChoice]:
    """One chip per state: the inbox first, all leads last."""
    visible, params = facets.filters.queryset, facets.params
    chosen, inbox = params.getlist("state"), "to_triage" in params
    return [
        FacetChoice(_("To triage"), "?", count_up_to(visible.to_triage()), inbox),
        *(
            FacetChoice(label, f"?state={state}", count_up_to(visible.filter(state=state)), chosen == [state])
            for state, label in Lead.State.choices
        ),
        FacetChoice(_("All"), LeadList.everything, count_up_to(visible), not chosen and not inbox),
    ]


def _facets(facets: Facets, actor: Actor) -> Iterable[tuple[Text, list[FacetChoice]]]:
    system = "source_system"
    by_system = facets.by_row(system, *FACETS[system], label=partial(value_label, field=system))
    yield _("Deadline"), facets.ticks(overdue=_("Late"))
    yield _("Severity"), facets.by_choice("severity", "severity", Severity.choices)
    yield _("Control verdict"), facets.by_choice("verdict", "verdict", VERDICTS.items())
    yield _("Source system"), by_system[:MOST_SYSTEMS]
    if actor.is_centre:
        yield _("Agency"), facets.by_row("agency", *FACETS["agency"], label=pick)


class LeadList(Listing):
    filters = LeadFilter
    sorts = {"received": "received_at", "updated": "updated_at", "due": "due_order"}
    default = "-received"
    related = ("agency", "case", "officer")
    page = "leads"
    columns = (
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
    )
    start = "to_triage=1&sort=due"  # the inbox, nearest deadline first
    everything = "?sort=-received"

    def shown(self, rows: LeadQuerySet, actor: Actor) -> LeadQuerySet:
        return rows.with_news()

    def handling(self, thing: Lead, actor: Actor) -> str:
        return str(thing.handling)

    def words(self, thing: Lead, actor: Actor) -> str:
        return str(thing.title)

    def context(self, facets: Facets, page: Page, actor: Actor) -> dict[str, Any]:
        facets = replace(facets, columns=FACETS)
        return {
            "may_enter": INTAKE.allows(actor),
            "is_inbox": "to_triage" in facets.filters.active,
            "chips": _chips(facets),
            "chosen": facets.chosen("to_triage"),
            "facets": list(_facets(facets, actor)),
        }


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
    listing=LeadList(),
    page_rows=lambda rows, actor: rows.select_related("source_agency", "stands_for", "assigned_by"),
    page_parts=page_parts,
    contributes={"cases": {"ask_news": settling.ask_news}},
    reassign=LeadReassignment(),
    bulk=("take_up", "assign", "hand_over"),
    routed=ROUTED,
    work=(WORK,),
    open_items=OpenLeads(),
    navigation=NavigationPage(
        group=Group.MATTERS,
        place=21,
        key="l",
        counts="lead",
        counted_for=INTAKE,  # of work items, only leads wait for the desk of the centre
        waiting="?to_triage=1&agency={agency}&sort=due",
    ),
    on_case=LeadsOnCase(),
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
    about_company=lambda visible, numbers, actor: visible.filter(
        pk__in=LeadMark.objects.filter(key__in=numbers).values("lead")
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
