"""Leads and cases that name the same numbers, among those that the actor sees."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from agencies.kernel.actor import Actor
from cases.casefile.identifiers import normalize_identifier
from cases.casefile.models import Case, Identifier, Shipment

from .models import Lead, LeadMark

MOST = 10
DECLARATION = "DECL"


@dataclass(frozen=True)
class SimilarLead:
    """`numbers` are those that both leads name."""

    lead: Lead
    numbers: list[LeadMark]


@dataclass(frozen=True)
class SimilarCase:
    case: Case
    numbers: list[LeadMark]


@dataclass(frozen=True)
class SimilarToLead:
    leads: list[SimilarLead]
    cases: list[SimilarCase]


def find_similar(lead: Lead, actor: Actor) -> SimilarToLead:
    """Finds leads and cases with the same identifier or declaration number, in six queries.

    Numbers are compared without scheme, because sources name schemes differently.
    """
    marks = {mark.key: mark for mark in lead.marks.order_by("scheme", "key")}
    if not marks:
        return SimilarToLead([], [])
    leads, cases = _leads(lead, actor, marks), _cases(actor, marks)
    in_leads, in_cases = _shared_with_leads(leads, marks), _shared_with_cases(cases, marks)
    return SimilarToLead(
        [SimilarLead(one, _marks_in(in_leads[one.pk], marks)) for one in leads],
        [SimilarCase(one, _marks_in(in_cases[one.pk], marks)) for one in cases],
    )


def _leads(lead: Lead, actor: Actor, marks: Mapping[str, LeadMark]) -> list[Lead]:
    alike = Lead.objects.visible_to(actor).filter(marks__key__in=marks).exclude(pk=lead.pk).distinct()
    return list(alike.order_by("-received_at")[:MOST])


def _cases(actor: Actor, marks: Mapping[str, LeadMark]) -> list[Case]:
    # Matches are selected first: an OR over both tables would join all cases of the agency.
    by_identifier = Identifier.objects.filter(key__in=marks).order_by().values_list("party__case_id")
    declared = Shipment.objects.filter(declaration_no__in=_declared(marks)).order_by().values_list("case_id")
    alike = Case.objects.contents_visible_to(actor).filter(pk__in=by_identifier.union(declared))
    return list(alike.order_by("-updated_at")[:MOST])


def _declared(marks: Mapping[str, LeadMark]) -> list[str]:
    return [key for key, mark in marks.items() if mark.scheme == DECLARATION]


def _shared_with_leads(leads: list[Lead], marks: Mapping[str, LeadMark]) -> Mapping[UUID, set[str]]:
    named = LeadMark.objects.filter(lead__in=leads, key__in=marks)
    return _grouped(named.values_list("lead_id", "key"))


def _shared_with_cases(cases: list[Case], marks: Mapping[str, LeadMark]) -> Mapping[UUID, set[str]]:
    identifiers = Identifier.objects.filter(party__case__in=cases, key__in=marks)
    shipments = Shipment.objects.filter(case__in=cases, declaration_no__in=_declared(marks))
    declared = (
        (case, normalize_identifier(number)) for case, number in shipments.values_list("case_id", "declaration_no")
    )
    return _grouped([*identifiers.values_list("party__case_id", "key"), *declared])


def _grouped(pairs: Iterable[tuple[UUID, str]]) -> Mapping[UUID, set[str]]:
    keys: defaultdict[UUID, set[str]] = defaultdict(set)
    for thing, key in pairs:
        keys[thing].add(key)
    return keys


def _marks_in(keys: set[str], marks: Mapping[str, LeadMark]) -> list[LeadMark]:
    return [mark for key, mark in marks.items() if key in keys]
