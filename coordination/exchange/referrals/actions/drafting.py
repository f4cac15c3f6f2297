"""Drafting referrals."""

from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.journal.actions import Audience
from agencies.journal.transitions import Applied, CommonAnswers
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.actions import lock_case_for
from cases.casefile.models import Case
from cases.casefile.routing import suggest_receiver
from cases.controls.models import Offence
from cases.sharing.actions import agency_by_code
from coordination.exchange.letters.acting import record_begun

from ..models import Referral, may_file
from .transitions import hold_conclusion, may_hold, transition_referral

S, K = Referral.State, Referral.Kind


def draft_transfer(
    case: Case,
    *,
    actor: Actor,
    offence: str,
    receiver: str = "",
    overruled_because: str = "",
    team: Iterable[str] = (),
    parties: Iterable[str] = (),
    acts: Iterable[str] = (),
    **details: Any,
) -> Referral:
    """Drafts the criminal transfer of a case. Only the sender's agency sees a draft. `details` as in `request`."""
    named = offence_by_code(offence)
    routed = route(case, named, actor.own_agency, receiver, overruled_because)
    people = team_of(team, actor)
    with atomic():
        referral = draft(
            case,
            "draft_transfer",
            actor=actor,
            kind=K.CRIMINAL_TRANSFER,
            state=S.DRAFT_REPORT,
            offence=named,
            involves=[one.pk for one in people],
            **routed,
            **details,
        )
        referral.team.set(people)
        _set_parties_and_acts(referral, parties, acts)
        return referral


def request(case: Case, *, actor: Actor, verb: str, kind: str, receiver: str, **details: Any) -> Referral:
    """Drafts a request. Extra arguments are title and report, and what every action takes: time, paper, version."""
    to = agency_by_code(receiver, field="receiver")
    return draft(case, verb, actor=actor, kind=kind, state=S.DRAFT, receiver=to, **details)


# 协查: asks another agency for assistance. It need not share the case.
request_assistance = partial(request, verb="request_assistance", kind=K.ASSISTANCE)
# 线索移送: transfers findings to the competent agency. Once accepted they are a lead there.
transfer_lead = partial(request, verb="transfer_lead", kind=K.LEAD_TRANSFER)


def draft(
    case: Case,
    verb: str,
    *,
    actor: Actor,
    kind: str,
    state: str,
    receiver: Agency,
    involves: Iterable[UUID] = (),
    **columns: Any,
) -> Referral:
    """Drafts a referral that only its agency sees. `involves` are team members, none of whom may decide it later."""
    common = CommonAnswers.pop_from(columns)
    if receiver.pk == actor.agency_id and kind != K.CONVERSION:
        raise Invalid.field("receiver", "self", _("Choose an agency other than your own."))
    with atomic():
        case, at = lock_case_for(case, verb, actor=actor, version=common.version), common.resolve_time()
        referral = Referral.objects.create(
            case=case,
            kind=kind,
            state=state,
            state_since=at,
            sender_id=actor.own_agency,
            receiver=receiver,
            holder_id=actor.own_agency,
            drafter_id=actor.id,
            **columns,
        )
        if may_hold(referral):
            hold_conclusion(referral)
        record_begun(
            referral,
            "draft",
            actor=actor,
            at=at,
            audience=Audience("own"),
            involves=[actor.id, *involves] if actor.kind == "user" else involves,
            data={"kind": kind, "receiver": receiver.code, "paper": common.paper},
        )
        return referral


def edit_referral(
    referral: Referral,
    *,
    actor: Actor,
    receiver: str = "",
    offence: str = "",
    team: Iterable[str] | None = None,
    parties: Iterable[str] | None = None,
    acts: Iterable[str] | None = None,
    **given: Any,
) -> Applied[Referral]:
    changes: dict[str, Any] = {}
    if offence:
        changes["offence"] = offence_by_code(offence)
        given["offence"] = offence
    if receiver:
        given["receiver"] = receiver
    if referral.is_transfer and (offence or receiver):
        changes |= _rerouted(referral, changes.get("offence") or referral.offence, receiver, given)
    elif receiver:
        changes["receiver"] = agency_by_code(receiver, field="receiver")
    people = None if team is None else team_of(team, actor)
    with atomic():
        applied = transition_referral(
            referral, "edit", actor=actor, changes=changes, involves=[one.pk for one in people or []], **given
        )
        if people is not None:
            applied.thing.team.set(people)
        _set_parties_and_acts(applied.thing, parties, acts)
        return applied


def _rerouted(referral: Referral, offence: Offence | None, receiver: str, given: dict[str, Any]) -> dict[str, Any]:
    because = given.pop("overruled_because", referral.overruled_because)
    if offence is None:
        return {"receiver": police(receiver)}
    return route(referral.case, offence, referral.sender_id, receiver or referral.receiver.code, because)


def route(case: Case, offence: Offence, sender_id: int, receiver: str, because: str) -> dict[str, Any]:
    """The receiver and the routing row that suggests it. Another receiver needs a reason, which is kept and shown."""
    found = suggest_receiver(case, offence, sender=Agency.objects.get(pk=sender_id), day=times.today())
    if found is None:
        return {"receiver": police(receiver), "route": None, "suggested": None, "overruled_because": because}
    if found.is_named_people_only:
        detail = _("%(reason)s. Use “Draft confidential letter” on the case.")
        raise Invalid.field("offence", "supervisory", detail % {"reason": found.route.reason})
    kept = {"route": found.route, "suggested": found.agency}
    if found.agency is not None and receiver in ("", found.agency.code):
        return {**kept, "receiver": found.agency, "overruled_because": ""}
    chosen = police(receiver)
    if not because.strip():
        suggested = found.agency.name if found.agency else found.route.get_desk_display()
        data = {"agency": suggested, "reason": found.route.reason, "article": found.route.cited}
        detail = (
            _("Suggested agency: %(agency)s: %(reason)s (%(article)s). Give the reason for choosing another.") % data
        )
        raise Invalid.field("overruled_because", "required", detail)
    return {**kept, "receiver": chosen, "overruled_because": because}


def police(code: str) -> Agency:
    agency = agency_by_code(code, field="receiver")
    if not may_file(agency):
        raise Invalid.field("receiver", "notpolice", _("A suspected crime goes to an agency with police powers."))
    return agency


def offence_by_code(code: str) -> Offence:
    offence = Offence.objects.filter(code=code).first()
    if offence is None:
        raise Invalid.field("offence", "choice", _("There is no such offence."))
    return offence


def _set_parties_and_acts(referral: Referral, parties: Iterable[str] | None, acts: Iterable[str] | None) -> None:
    """Sets parties and acts. Naming none means all of the case."""
    if parties is not None:
        referral.parties.set(referral.case.parties.filter(pk__in=list(parties)))
    if acts is not None:
        referral.acts.set(referral.case.acts.filter(pk__in=list(acts)))


def team_of(ids: Iterable[str], actor: Actor) -> list[User]:
    return list(User.objects.filter(pk__in=list(ids), agency=actor.agency_id, is_active=True))
