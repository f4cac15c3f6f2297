"""Actions on visits: plan one on a case, then join, hold or cancel it."""

from datetime import datetime
from typing import Any

from agencies.journal.actions import Audience
from agencies.journal.transitions import CommonAnswers, TransitionResult, apply_transition
from agencies.kernel.actor import Actor
from agencies.kernel.resource import by_verb
from agencies.kernel.work import atomic
from cases.casefile.actions import lock_case_for, locked_case
from cases.casefile.models import Case
from cases.sharing.actions import agency_by_code
from coordination.exchange.letters.acting import person_of, record_begun, refuse_past

from .models import Visit
from .workflow import VISIT


def plan_visit(case: Case, *, actor: Actor, partner: str, title: str, due_at: datetime, **given: Any) -> Visit:
    """Plans a visit that another agency on the case joins."""
    other, common = agency_by_code(partner, field="partner"), CommonAnswers.pop_from(given)
    at = common.resolve_time()
    refuse_past(due_at, at)
    with atomic():
        case = lock_case_for(case, "plan_visit", actor=actor, version=common.version)
        visit: Visit = Visit.objects.create(
            case=case, agency_id=actor.own_agency, partner=other, title=title, due_at=due_at, state_since=at
        )
        audience = Audience("pair", counterpart_id=other.pk, notify=[other.pk])
        record_begun(visit, "plan", actor=actor, at=at, audience=audience, data={"title": title})
        return visit


def move_visit(visit: Visit, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Visit]:
    """Applies one transition and notifies the other agency."""
    other = visit.partner_id if actor.agency_id == visit.agency_id else visit.agency_id
    audience = Audience("pair", counterpart_id=other, notify=[other])
    if verb == "join":
        given["changes"] = given.get("changes", {}) | {"handler": person_of(actor)}
    with locked_case(visit.case_id):
        return apply_transition(visit, verb, actor=actor, audience=audience, **given)


ACTIONS = by_verb(move_visit, VISIT)
