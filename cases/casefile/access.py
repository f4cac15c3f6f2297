"""Who may do what on a case. Pure predicates; seeing it at all is `visible_to`."""

from agencies.kernel.actor import Actor, Role
from agencies.organisations.models import Agency, has_police_powers, is_antismuggling

from .choices import proceeding_kinds
from .models import Case, Handling


def lead_staff(actor: Actor, case: Case) -> bool:
    return actor.works_for(case.lead_id)


def lead_chief(actor: Actor, case: Case) -> bool:
    """The lead agency's unit leads and office holder."""
    return actor.leads(case.lead_id)


def offered_chief(actor: Actor, case: Case) -> bool:
    return actor.leads(case.lead_offered_to_id)


def contributor(actor: Actor, case: Case) -> bool:
    """Staff of an agency that shares the case with its contents."""
    return actor.is_staff and reads_contents(actor, case)


def superior(actor: Actor, case: Case) -> bool:
    """An agency over others, which directs them about a case that it reads itself."""
    return actor.is_superior and actor.line != Agency.Line.CENTRE and contributor(actor, case)


def subordinate(actor: Actor, case: Case) -> bool:
    """An agency that has a superior to ask."""
    return actor.is_subordinate and actor.line != Agency.Line.CENTRE and contributor(actor, case)


def convener(actor: Actor, case: Case) -> bool:
    """Who asks the agencies of a case for their opinions, or calls them together: one of them, or the centre, which
    coordinates (DUR art. 4)."""
    return reads_contents(actor, case) and (actor.is_staff or actor.has_role(Role.COORDINATOR))


def opener(actor: Actor, case: Case) -> bool:
    """An agency that conducts administrative proceedings and shares the whole case; criminal ones open by filing."""
    return bool(proceeding_kinds(case, actor)) and contributor(actor, case)


def filer(actor: Actor, case: Case) -> bool:
    """Who decides on filing in an agency with police powers that came upon the crime itself (CPL art. 109)."""
    own = actor.agency_id is not None and actor.leads(actor.agency_id)
    return own and has_police_powers(actor.line, actor.agency_code) and contributor(actor, case)


def investigator(actor: Actor, case: Case) -> bool:
    """Public security and the anti-smuggling bureaux, which help each other's investigations (MPSP art. 346)."""
    return has_police_powers(actor.line, actor.agency_code) and contributor(actor, case)


def not_police(actor: Actor, case: Case) -> bool:
    """Whoever has found what only the police may file."""
    return not has_police_powers(actor.line, actor.agency_code) and contributor(actor, case)


def procurator(actor: Actor, case: Case) -> bool:
    return actor.line == Agency.Line.PROCURATORATE and contributor(actor, case)


def bureau(actor: Actor, case: Case) -> bool:
    """An anti-smuggling bureau, which alone has both capacities (Customs Law art. 4)."""
    return is_antismuggling(actor.agency_code) and contributor(actor, case)


def reads_contents(actor: Actor, case: Case) -> bool:
    """Parties, items, shipments and reasons: not with a share of profile `status`, never for a restricted case
    beyond the agencies that share it."""
    # In Python, not as a query: a page asks this for each of its verbs and has fetched the shares once.
    own = [share for share in case.shares.all() if share.agency_id == actor.agency_id and share.ended_at is None]
    if any(share.profile != "status" for share in own):
        return actor.is_staff
    return actor.is_centre and case.handling != Handling.H3


def system_only(actor: Actor, case: object) -> bool:
    return actor.is_system
