"""Drafting referrals. Each kind begins with the same draft; its answers name rows of the case, people and agencies."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.journal.actions import Audience
from agencies.journal.transitions import CommonAnswers, TransitionResult
from agencies.kernel import times
from agencies.kernel.action_fields import ChoicesFor
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.texts import Text
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.actions import lock_case_for
from cases.casefile.choices import (
    administrative_agencies,
    investigating_agencies,
    police_agencies,
    procuratorates,
    supervised_agencies,
)
from cases.casefile.models import Case
from cases.casefile.routing import suggest_receiver
from cases.clocks.actions import start_clocks
from cases.controls.models import Offence
from cases.proceedings.models import Decision, Proceeding
from cases.sharing.actions import agency_by_code
from coordination.exchange.letters.acting import record_begun

from ..chosen import sendable_files, sendable_opinions
from ..models import Referral, may_file
from ..packages import is_as_sent
from ..workflow import workflow_of
from ..workflow.steps import STARTS_AS_DRAFT
from .transitions import hold_conclusion, may_hold, scope_of, transition_referral

S, K = Referral.State, Referral.Kind
# The agencies to which letters of a kind may go, and why to no other one. Other kinds go to every agency.
ADMINISTRATIVE = administrative_agencies, gettext_lazy("This agency conducts no administrative proceedings here.")
RECEIVERS: dict[str, tuple[ChoicesFor, Text]] = {
    K.COPY: (supervised_agencies, gettext_lazy("Copies go to the procuratorate and to public security.")),
    K.ECO_LEAD: (police_agencies, gettext_lazy("Leads of economic crime go to an agency of public security.")),
    K.IDENTITY: (investigating_agencies, gettext_lazy("Identity enquiries are made between police forces only.")),
    K.PROSECUTION: (procuratorates, gettext_lazy("A case is sent for prosecution to a procuratorate.")),
    **dict.fromkeys((K.ADMINISTRATIVE, K.REVERSE, K.OPINION, K.DEMAND), ADMINISTRATIVE),
}
DRAFTED = {
    "request_assistance": K.ASSISTANCE,  # 协查; the agency need not share the case
    "transfer_lead": K.LEAD_TRANSFER,  # 线索移送; once accepted it is a lead there
    "give_notice": K.NOTICE,  # 通报
    "send_copy": K.COPY,  # 抄送, without enclosures (高检会〔2006〕2号)
    "transfer_eco_lead": K.ECO_LEAD,  # 经侦线索, not a transfer of a suspected crime
    "enquire_identity": K.IDENTITY,  # 身份核查 (MPSP art. 353)
    "transfer_matter": K.ADMINISTRATIVE,  # 案件移送 (APL arts. 22–25, Customs Law 5)
    "return_matter": K.REVERSE,  # 反向移送: administrative liability without a crime (D310 arts. 10, 13; MPSP art. 186)
    "give_opinion": K.OPINION,  # 检察意见 after non-prosecution (CPL art. 177)
    "demand_transfer": K.DEMAND,  # of the agency that handles the case administratively (SPPR art. 557(3))
}
LISTS = ("team", "parties", "acts", "files", "opinions", "also_to")  # answers that name several rows


def draft(
    case: Case, verb: str, *, actor: Actor, kind: str, receiver: Agency, state: str = S.DRAFT, **answers: Any
) -> Referral:
    """Drafts a referral that only its agency sees. `answers` are its columns, the lists above, `origin` (the id of the
    proceeding it leaves), and what every action takes: time, paper, version.

    No member of its team may decide it later.
    """
    common = CommonAnswers.pop_from(answers)
    if receiver.pk == actor.agency_id and kind != K.CONVERSION:
        raise Invalid.field("receiver", "self", _("Choose an agency other than your own."))
    lists, origin = _pop_lists(answers, case, actor), answers.pop("origin", "")
    involved = [person.pk for person in lists.get("team", ())]
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
            origin=proceeding_of(case, origin) if origin else None,
            **answers,
        )
        _set_lists(referral, lists)
        if may_hold(referral):
            hold_conclusion(referral)
        start_clocks(
            STARTS_AS_DRAFT.get(kind, ()), referral, case_id=case.pk, holder_id=actor.own_agency, at=at, private=True
        )
        record_begun(
            referral,
            "draft",
            actor=actor,
            at=at,
            audience=Audience("own"),
            involves=[actor.id, *involved] if actor.is_person else involved,
            data={"kind": kind, "receiver": receiver.code, "paper": common.paper},
        )
        return referral


def draft_to(case: Case, *, actor: Actor, verb: str, kind: str, receiver: str, **answers: Any) -> Referral:
    """Drafts a referral of this kind to the agency with this code."""
    to = receiver_by_code(kind, receiver, case, actor)
    return draft(case, verb, actor=actor, kind=kind, receiver=to, **answers)


def draft_transfer(
    case: Case, *, actor: Actor, offence: str, receiver: str = "", overruled_because: str = "", **answers: Any
) -> Referral:
    """Drafts the criminal transfer of a case."""
    named = offence_by_code(offence)
    routed = _route(case, named, actor.own_agency, receiver, overruled_because)
    common: dict[str, Any] = {"kind": K.CRIMINAL_TRANSFER, "state": S.DRAFT_REPORT, "offence": named}
    return draft(case, "draft_transfer", actor=actor, **common, **routed, **answers)


def edit_referral(
    referral: Referral,
    *,
    actor: Actor,
    verb: str = "edit",
    receiver: str = "",
    offence: str = "",
    origin: str = "",
    parent: str = "",
    decision: str = "",
    **answers: Any,
) -> TransitionResult[Referral]:
    """Edits the draft. A copy can only be made of the sender's own documents on this case."""
    case, changes = referral.case, dict[str, Any]()
    recorded = {"receiver": receiver, "offence": offence, "origin": origin}
    answers |= {name: answer for name, answer in recorded.items() if answer}
    if offence:
        changes["offence"] = offence_by_code(offence)
    if origin:
        changes["origin"] = proceeding_of(case, origin)
    if parent:
        changes["parent"] = Referral.objects.get(pk=parent, case=case, sender=referral.sender_id)
    if decision:
        changes["decision"] = Decision.objects.get(
            pk=decision, proceeding__case=case, proceeding__agency=referral.sender_id
        )
    if referral.is_transfer and (offence or receiver):
        changes |= _rerouted(referral, changes.get("offence") or referral.offence, receiver, answers)
    elif receiver:
        changes["receiver"] = receiver_by_code(referral.kind, receiver, case, actor)
    lists = _pop_lists(answers, case, actor)
    with atomic():
        involved = [person.pk for person in lists.get("team", ())]
        applied = transition_referral(referral, verb, actor=actor, changes=changes, involves=involved, **answers)
        _set_lists(applied.thing, lists)
        return applied


def change_returned(
    referral: Referral, *, actor: Actor, receiver: str = "", **answers: Any
) -> TransitionResult[Referral] | Referral:
    """Changes a letter that came back. Raises Invalid if it stays as it was.

    With another addressee it is a new letter, and the returned one is withdrawn: each agency sees what it was sent.
    """
    with atomic():
        if receiver not in ("", referral.receiver.code):
            return _begin_anew(referral, actor=actor, receiver=receiver, **answers)
        applied = edit_referral(referral, actor=actor, verb="change", **answers)
        if is_as_sent(applied.thing):
            raise Invalid.field("", "same", _("Nothing is changed."))
        return applied


def _begin_anew(returned: Referral, *, actor: Actor, receiver: str, **answers: Any) -> Referral:
    """Withdraws the returned letter and drafts it to another agency, with the answers in place of what it said."""
    common = asdict(CommonAnswers.pop_from(answers))
    reason = _("Sent to another agency instead.")
    workflow_of(returned).check("change", actor, returned)
    withdrawn = transition_referral(returned, "withdraw", actor=actor, ending_reason=reason, **common)
    verb = next(verb for verb, kind in DRAFTED.items() if kind == returned.kind)
    rows = {name: [str(pk) for pk in named] for name, named in scope_of(returned).items()}
    said = {name: getattr(returned, name) for name in ("title", "report", "enclosures", "ground")}
    said |= {"origin": str(returned.origin_id or ""), **rows, **answers}
    when = {"happened_at": withdrawn.at, "paper": common["paper"]}
    return draft_to(returned.case, actor=actor, verb=verb, kind=returned.kind, receiver=receiver, **when, **said)


def _rerouted(referral: Referral, offence: Offence | None, receiver: str, answers: dict[str, Any]) -> dict[str, Any]:
    because = answers.pop("overruled_because", referral.overruled_because)
    if offence is None:
        return {"receiver": police(receiver)}
    return _route(referral.case, offence, referral.sender_id, receiver or referral.receiver.code, because)


def _route(case: Case, offence: Offence, sender_id: int, receiver: str, because: str) -> dict[str, Any]:
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


# What answers name ---------------------------------------------------------------------------------------------------
def receiver_by_code(kind: str, code: str, case: Case, actor: Actor) -> Agency:
    """The agency with this code, if letters of this kind may go there. Raises Invalid."""
    if kind in RECEIVERS:
        offered, refusal = RECEIVERS[kind]
        if code not in dict(offered(case, actor)):
            raise Invalid.field("receiver", "choice", str(refusal))
    return agency_by_code(code, field="receiver")


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


def proceeding_of(case: Case, pk: str, field: str = "origin") -> Proceeding:
    found: Proceeding | None = Proceeding.objects.filter(case=case, pk=pk).first()
    if found is None:
        raise Invalid.field(field, "choice", _("No such proceeding on this case."))
    return found


def _pop_lists(answers: dict[str, Any], case: Case, actor: Actor) -> dict[str, list[Any]]:
    """Takes the answers that name several rows out of the answers."""
    return {name: list(_rows(name, answers.pop(name), case, actor)) for name in LISTS if name in answers}


def _rows(name: str, ids: Iterable[str], case: Case, actor: Actor) -> Iterable[Any]:
    if name == "also_to":
        return [agency_by_code(code, field=name) for code in ids]
    if name == "team":
        return User.objects.filter(pk__in=list(ids), agency=actor.agency_id, is_active=True)
    if name == "files":
        return sendable_files(case, actor).filter(pk__in=list(ids))
    if name == "opinions":
        return sendable_opinions(case, actor).filter(pk__in=list(ids))
    rows: Iterable[Any] = getattr(case, name).filter(pk__in=list(ids))
    return rows


def _set_lists(referral: Referral, lists: dict[str, list[Any]]) -> None:
    """Naming no party or act means all of the case, naming no file or opinion none."""
    for name, rows in lists.items():
        getattr(referral, name).set(rows)
