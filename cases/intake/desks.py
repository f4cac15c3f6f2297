"""The agency of a lead: the centre assigns, an agency returns, a superior acts for one that does not sign in."""

from typing import Any

from agencies.journal.actions import Audience
from agencies.journal.transitions import TransitionResult
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.work import atomic, touch
from agencies.organisations.models import Agency, nearest_desk
from agencies.runs.one_by_one import deferred_keys, process_each
from cases.sharing.actions import agency_by_code

from .actions import move_lead
from .models import Lead

HOLDER = "holder of lead"  # touched when another agency holds a lead: letters about it change desks


def assign_lead(lead: Lead, *, actor: Actor, agency: str, **common: Any) -> TransitionResult[Lead]:
    """The centre assigns the lead to an agency, whose triage period begins."""
    target = agency_by_code(agency)
    if target.pk == lead.agency_id:
        raise Invalid.field("agency", "choice", target.name)
    return _pass_on(lead, "assign", target, actor=actor, assigned_by=lead.agency, agency=target.code, **common)


def return_lead(lead: Lead, *, actor: Actor, **common: Any) -> TransitionResult[Lead]:
    """Returns an assigned lead to the centre, with a reason."""
    centre = lead.assigned_by or lead.agency
    return _pass_on(lead, "return_lead", centre, actor=actor, assigned_by=None, **common)


@atomic
def _pass_on(
    lead: Lead, verb: str, target: Agency, *, actor: Actor, assigned_by: Agency | None, **given: Any
) -> TransitionResult[Lead]:
    desk = nearest_desk(target)
    stands_for = None if desk == target else target
    columns = {"agency": desk, "stands_for": stands_for, "assigned_by": assigned_by, "officer": None}
    audience = Audience(counterpart_id=desk.pk, notify=[desk.pk])
    touch(HOLDER, lead.pk)
    return move_lead(lead, verb, actor=actor, changes=columns, audience=audience, **given)


def place_leads() -> int:
    """Passes waiting leads of agencies that do not sign in to their nearest superior that does, and back when they do
    again. Returns how many moved.
    """

    def place(lead: Lead) -> bool:
        with atomic():
            meant = lead.stands_for or lead.agency
            if nearest_desk(meant) == lead.agency:
                return False
            verb = "place" if lead.case_id is None else "place_news"
            _pass_on(lead, verb, meant, actor=SYSTEM, assigned_by=lead.assigned_by)
            if lead.case_id is not None:
                touch("case", lead.case_id)  # another agency holds the news now
            return True

    waiting = Lead.objects.misplaced().exclude(pk__in=deferred_keys("intake.place"))
    related = waiting.select_related("agency", "stands_for", "assigned_by")
    return sum(process_each("intake.place", related, place, key=lambda lead: lead.pk))


ACTIONS = {"assign": assign_lead, "return_lead": return_lead}
