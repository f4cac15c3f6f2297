"""Handling codes belong to the source: lowering one, or sharing H2 and above, needs the originating agency's consent.

Its lead or office holder consents, by performing the action or by confirming the request of another person. A transfer,
a return and a designation that the law orders need none.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from agencies.kernel.actor import Actor
from agencies.kernel.workflow import SecondPerson
from agencies.organisations.models import Agency

from .models import Case, Handling


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
    """Agencies that have to consent to sharing an H2 case with an agency that does not share it yet."""
    chosen = Agency.objects.select_related("agency").filter(code=str(answers.get("agency") or "")).first()
    target = chosen.agency if chosen else None
    if target is None or case.handling < Handling.H2 or case.shares.live().filter(agency=target).exists():
        return []
    return to_be_asked([one for one in originators(case, Handling.H1) if one != target], actor)


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
