"""Handling codes belong to the source: to lower one or disclose H2 and above needs the originating agency's consent.

Its lead or office holder consents, by performing the action or by confirming the request of another person. Sharing
the case discloses it, and so does a request, a lead, a notice or a copy to another agency. A transfer, a return and a
designation that the law orders need none, and neither does a file that a reader downloads for their own agency.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from agencies.kernel.actor import Actor
from agencies.kernel.workflow import SecondPerson
from agencies.organisations.models import Agency

from .models import CONTENTS, Case, Handling


def originators(case: Case, above: str) -> list[Agency]:
    """Agencies whose leads on the case have a handling code above this one, the strictest first. A code that no lead
    gave is the lead agency's own.
    """
    leads = case.leads.filter(handling__gt=above).select_related("source_agency").order_by("-handling", "received_at")
    found = list(dict.fromkeys(lead.source_agency for lead in leads))
    return found or ([case.lead] if case.handling > above else [])


def to_be_asked(agencies: Iterable[Agency], actor: Actor) -> list[Agency]:
    """Those for which the actor cannot consent."""
    return [agency for agency in agencies if not actor.leads(agency.pk)]


def for_lowering(case: Case, answers: Mapping[str, Any], actor: Actor) -> list[Agency]:
    """Agencies that have to consent to the chosen handling code: those that gave a stricter one."""
    chosen = str(answers.get("handling") or case.handling)
    if chosen >= case.handling:
        return []
    strict = case.leads.filter(handling__gt=chosen).exists()
    return to_be_asked(originators(case, chosen), actor) if strict else []


def for_sharing(case: Case, answers: Mapping[str, Any], actor: Actor) -> list[Agency]:
    """Agencies that have to consent to sharing an H2 case with the chosen agency."""
    chosen = Agency.objects.select_related("agency").filter(code=str(answers.get("agency") or "")).first()
    return for_disclosing(case, [chosen.agency] if chosen and chosen.agency else [], actor)


def for_disclosing(case: Case, receivers: Iterable[Agency], actor: Actor) -> list[Agency]:
    """Agencies that have to consent before contents of an H2 case reach agencies that do not read them yet."""
    if case.handling < Handling.H2:
        return []
    readers = set(case.shares.live().filter(profile__in=CONTENTS).values_list("agency_id", flat=True))
    given = originators(case, Handling.H1)
    asked = [one for target in receivers if target.pk not in readers for one in given if one != target]
    return to_be_asked(dict.fromkeys(asked), actor)


def _names(agencies: Iterable[Agency]) -> list[str]:
    return [agency.name for agency in agencies]


def consent(needed: Any, before: Any) -> SecondPerson:
    """The consent of every agency that `needed(object, answers, actor)` returns."""
    return SecondPerson(
        rests=lambda thing, answers, actor: _names(needed(thing, answers, actor)),
        before=before,
        kind="consent",
        asks=needed,
    )


def handling_before(thing: Any, answers: Mapping[str, Any]) -> dict[str, Any]:
    return {"handling": thing.handling}


TO_LOWER = consent(for_lowering, handling_before)
TO_SHARE = consent(for_sharing, handling_before)
