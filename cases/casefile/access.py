"""Permission predicates of a case. They are pure; whether the actor sees the case at all is decided by `visible_to`."""

from agencies.kernel.actor import Actor, Role
from agencies.machines.models import ApiKey
from agencies.organisations.models import Agency, has_police_powers, is_antismuggling

from .choices import proceeding_kinds
from .models import Case, Handling


def lead_staff(actor: Actor, case: Case) -> bool:
    return actor.works_for(case.lead_id)


def lead_chief(actor: Actor, case: Case) -> bool:
    """Unit leads and the office holder of the lead agency."""
    return actor.leads(case.lead_id)


def offered_chief(actor: Actor, case: Case) -> bool:
    return actor.leads(case.lead_offered_to_id)


def contributor(actor: Actor, case: Case) -> bool:
    """Staff of an agency that shares the case with its contents."""
    return actor.is_staff and reads_contents(actor, case)


def superior(actor: Actor, case: Case) -> bool:
    """Staff of a superior agency that reads the case itself. The centre is not a superior agency."""
    return actor.is_superior and actor.line != Agency.Line.CENTRE and contributor(actor, case)


def subordinate(actor: Actor, case: Case) -> bool:
    """Staff of an agency that has a superior agency."""
    return actor.is_subordinate and actor.line != Agency.Line.CENTRE and contributor(actor, case)


def convener(actor: Actor, case: Case) -> bool:
    """Staff of an agency that reads the contents, or the centre's coordinator (DUR art. 4). They ask for opinions
    and call conferences.
    """
    return reads_contents(actor, case) and (actor.is_staff or actor.has_role(Role.COORDINATOR))


def designator(actor: Actor, case: Case) -> bool:
    """The centre's coordinator, who designates major cases."""
    return actor.has_role(Role.COORDINATOR) and reads_contents(actor, case)


def opener(actor: Actor, case: Case) -> bool:
    """Staff of an agency that conducts administrative proceedings and reads the contents. A criminal proceeding
    opens by filing instead.
    """
    return bool(proceeding_kinds(case, actor)) and contributor(actor, case)


def filer(actor: Actor, case: Case) -> bool:
    """Responsible persons, deputies included, of an agency with police powers, for a crime that it found itself (CPL
    art. 109, MPSP art. 178).
    """
    own = actor.is_responsible(actor.agency_id)
    return own and has_police_powers(actor.line, actor.agency_code) and contributor(actor, case)


def investigator(actor: Actor, case: Case) -> bool:
    """Public security and the anti-smuggling bureaux, which assist each other's investigations (MPSP art. 346)."""
    return has_police_powers(actor.line, actor.agency_code) and contributor(actor, case)


def not_police(actor: Actor, case: Case) -> bool:
    """Agencies without police powers, which cannot file a criminal case themselves."""
    return not has_police_powers(actor.line, actor.agency_code) and contributor(actor, case)


def procurator(actor: Actor, case: Case) -> bool:
    return actor.line == Agency.Line.PROCURATORATE and contributor(actor, case)


def bureau(actor: Actor, case: Case) -> bool:
    """An anti-smuggling bureau, the only agency with both capacities (Customs Law art. 4)."""
    return is_antismuggling(actor.agency_code) and contributor(actor, case)


def reads_contents(actor: Actor, case: Case) -> bool:
    """Whether the actor reads parties, items, shipments and reasons.

    A share of profile `status` does not include them. A restricted case shows them only to agencies that share it.
    """
    # Computed in Python: a page evaluates this for each verb and has fetched the shares once.
    own = [share for share in case.shares.all() if share.agency_id == actor.agency_id and share.ended_at is None]
    if any(share.profile != "status" for share in own):
        return actor.is_staff or actor.has_scope(ApiKey.Scope.CASES_READ)
    return actor.is_centre and case.handling != Handling.H3
