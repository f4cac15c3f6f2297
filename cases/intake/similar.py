"""Leads and cases that name the same numbers. Only what the reader may see; a foreign hit stays unseen here."""

from dataclasses import dataclass

from django.db.models import Q

from agencies.kernel.actor import Actor
from cases.casefile.models import Case

from .models import Lead

MOST = 10


@dataclass(frozen=True)
class Similar:
    leads: list[Lead]
    cases: list[Case]


def similar_to(lead: Lead, actor: Actor) -> Similar:
    """Same identifier or same declaration number (three queries)."""
    marks = list(lead.marks.values_list("scheme", "key"))
    keys = [key for _, key in marks]
    declared = [key for scheme, key in marks if scheme == "DECL"]
    if not keys:
        return Similar([], [])
    leads = Lead.objects.visible_to(actor).filter(marks__key__in=keys).exclude(pk=lead.pk).distinct()
    named = Q(parties__identifiers__key__in=keys) | Q(shipments__declaration_no__in=declared)
    cases = Case.objects.contents_visible_to(actor).filter(named).distinct()
    return Similar(list(leads.order_by("-received_at")[:MOST]), list(cases.order_by("-updated_at")[:MOST]))
