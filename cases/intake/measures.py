"""What leads contribute to the figures. A lead is a matter of its own, with the goods and routes that it reports."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from agencies.kernel.measures import (
    FactCollector,
    History,
    Label,
    MeasuredFact,
    MeasuredMatter,
    Measures,
    days_between,
    labels,
)
from cases.casefile.measures import materials_of, route_labels
from cases.casefile.models import Handling
from cases.controls.models import District

from .models import Lead, Revision

USED = (Lead.State.PROMOTED, Lead.State.ATTACHED)


def _facts(lead: Lead, history: History) -> Iterable[MeasuredFact]:
    found = FactCollector(lead.agency_id, labels(pair=f"{lead.source_agency_id}>{lead.agency_id}"))
    found.count("leads.received", lead.received_at)
    waits = lead.state in (Lead.State.RECEIVED, Lead.State.TAKEN_UP)
    done = None if waits else lead.state_since or lead.received_at
    found.stock("leads", lead.received_at, done, lead.officer_id)
    if done is not None:
        days = days_between(lead.received_at, done)
        found.count("leads.done", done, days=days, labelled=_closing(lead))
    if lead.state in USED:
        found.count("leads.received_used", lead.received_at)
    elif waits:
        found.count("leads.received_open", lead.received_at)
    else:
        found.count("leads.received_closed", lead.received_at, labelled=_closing(lead))
    found.stages("lead", history, present=lead if waits else None)
    return found.facts


def _closing(lead: Lead) -> frozenset[Label]:
    return labels(reason=f"lead.closing:{lead.closing}" if lead.closing else "")


def _about(matters: Collection[UUID]) -> Mapping[UUID, MeasuredMatter]:
    newest = Revision.objects.filter(lead=OuterRef("pk"), number=OuterRef("revision"))
    leads = Lead.objects.filter(pk__in=matters).annotate(content=Subquery(newest.values("content")[:1]))
    found = {}
    provinces = dict(District.objects.values_list("code", "province"))
    for lead in leads:
        content: Mapping[str, Any] = getattr(lead, "content", None) or {}
        found[lead.pk] = MeasuredMatter(_labels(content, provinces), restricted=lead.handling == Handling.H3)
    return found


def _labels(content: Mapping[str, Any], provinces: Mapping[str, str]) -> frozenset[Label]:
    shipments = content.get("shipments") or []
    minerals = {material for item in content.get("items") or [] for material in materials_of(item)}
    districts = [one.get("customs_district") for one in shipments]
    routes = [route_labels(one.get("route") or []) for one in shipments]
    of_districts = [provinces.get(one, "") for one in districts]
    return labels(mineral=minerals, district=districts, province=of_districts).union(*routes)


def _rows(matters: Collection[UUID]) -> QuerySet[Any]:
    return Lead.objects.filter(pk__in=matters)


MEASURES = Measures(
    rows=_rows,
    matter=lambda lead: lead.pk,
    facts=_facts,
    about=_about,
    restricted=lambda: Lead.objects.filter(handling=Handling.H3),
)
