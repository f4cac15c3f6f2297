"""Triage of leads: they become a case, are attached to one, or are closed."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.journal.actions import StreamKey
from agencies.journal.transitions import TransitionResult, apply_transition, resolve_time
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.resource import ActionTable
from agencies.kernel.work import atomic, touch
from cases.casefile.actions import create_item, create_party, create_shipment, lock_case, move_case, stream_of
from cases.casefile.correcting import hide_row
from cases.casefile.models import Case, CaseTechnique, Item, Party, Shipment
from cases.clocks.actions import start_clocks, stop_clocks
from cases.controls.models import Technique, ViolationType
from cases.proceedings.models import Decision, Suspect
from cases.sharing.actions import open_case

from .models import Content, Contribution, Lead
from .receiving import lead_stream
from .report_files import carry_files, withdraw_files

OFF_CASE: dict[str, Any] = {"case": None, "settled_revision": None, "asked_revision": None}


def move_lead(
    lead: Lead, verb: str, *, actor: Actor, also: Iterable[StreamKey] = (), **given: Any
) -> TransitionResult[Lead]:
    with atomic():
        applied = apply_transition(lead, verb, actor=actor, streams=[lead_stream(lead.pk), *also], **given)
        stop_clocks(applied.transition.stops, applied.thing, case_id=None, at=applied.at)
        holder_id = applied.thing.agency_id
        start_clocks(applied.transition.starts, applied.thing, case_id=None, holder_id=holder_id, at=applied.at)
        return applied


def take_up_lead(lead: Lead, *, actor: Actor, **common: Any) -> TransitionResult[Lead]:
    return move_lead(lead, "take_up", actor=actor, changes={"officer_id": actor.id}, **common)


def promote_lead(
    lead: Lead,
    *,
    actor: Actor,
    title: str,
    handling: str,
    violation_types: Iterable[str] = (),
    carry: Iterable[str] | None = None,
    happened_at: datetime | None = None,
    reason: str = "",
    **common: Any,
) -> TransitionResult[Lead]:
    """Creates a case of the lead's agency from the lead, with the chosen rows (`carry`; None: all)."""
    at = resolve_time(happened_at, paper=common.get("paper", ""), not_before=lead.state_since)
    with atomic():
        content = lead.revisions.get(number=lead.revision).content
        case = open_case(
            lead=lead.agency,
            actor=actor,
            title=title,
            title_en=common.get("title_en", ""),
            handling=handling,
            opened_at=at,
            reason=reason,
            summary=content.get("narrative", ""),
            severity=lead.severity,
        )
        case.violation_types.set(ViolationType.objects.filter(code__in=list(violation_types)))
        _contribute(lead, case, content, carry)
        carry_files(lead, case, actor=actor)
        return move_lead(
            lead,
            "promote",
            actor=actor,
            title=title,
            handling=handling,
            reason=reason,
            happened_at=at,
            changes={"case": case, "officer_id": lead.officer_id or actor.id, "settled_revision": lead.revision},
            **common,
        )


def undo_promotion(lead: Lead, *, actor: Actor, reason: str, **common: Any) -> TransitionResult[Lead]:
    """Takes the promotion back: the case is closed as opened in error, its rows are hidden, and the lead is triaged
    again.
    """
    with atomic():
        case = lock_case(lead.case_id) if lead.case_id else None
        also = [stream_of(case.pk)] if case else []
        applied = move_lead(lead, "undo_promotion", actor=actor, reason=reason, changes=OFF_CASE, also=also, **common)
        _withdraw(lead, reason=reason)
        if case:
            move_case(case, "void", actor=SYSTEM, reason=reason, happened_at=max(applied.at, case.opened_at))
        return applied


def void_promotion(lead: Lead, *, reason: str) -> TransitionResult[Lead]:
    """Takes back a lead that an import made a case: both are closed as entered in error. The lead gives its number
    back, so that the case may be imported again."""
    number = f"{lead.source_ref[:180]} #{str(lead.pk)[:8]}"
    with atomic():
        case = lock_case(Lead.objects.values_list("case_id", flat=True).get(pk=lead.pk))
        changes = {**OFF_CASE, "closing": Lead.Closing.MISTAKE, "source_ref": number}
        applied = move_lead(lead, "void", actor=SYSTEM, reason=reason, changes=changes, also=[stream_of(case.pk)])
        _withdraw(lead, reason=reason)
        move_case(case, "void", actor=SYSTEM, reason=reason)
        return applied


def attach_lead(
    lead: Lead, *, actor: Actor, case: str, carry: Iterable[str] | None = None, **common: Any
) -> TransitionResult[Lead]:
    """Attaches the lead to a case whose contents the actor reads."""
    target = Case.objects.contents_visible_to(actor).filter(pk=case).first()
    if target is None:
        raise Invalid.field("case", "choice", _("There is no such case."))
    with atomic():
        _refuse_closed(lock_case(target.pk))
        applied = move_lead(
            lead,
            "attach",
            actor=actor,
            case=str(target.pk),
            also=[stream_of(target.pk)],
            changes={"case": target, "settled_revision": lead.revision, **_kept_by(lead, target, actor)},
            **common,
        )
        _contribute(lead, target, lead.revisions.get(number=lead.revision).content, carry)
        if actor.is_staff:  # the centre keeps no files of a case
            carry_files(lead, target, actor=actor)
        raise_handling(applied.thing)
        return applied


def _kept_by(lead: Lead, case: Case, actor: Actor) -> dict[str, Any]:
    """Who follows the news of an attached lead: its officer; if the centre attached it, the case's lead agency."""
    if actor.is_staff:
        return {"officer_id": lead.officer_id or actor.id}
    return {"agency_id": case.lead_id, "officer": None, "stands_for": None}


def raise_handling(lead: Lead) -> None:
    """Raises the handling code of the lead's case to that of the lead. A lower one needs the source's consent."""
    case = Case.objects.get(leads=lead)
    if case.handling < lead.handling:
        reason = f"{lead.source_label} {lead.source_ref}"
        move_case(case, "raise_handling", actor=SYSTEM, handling=lead.handling, reason=reason)


def detach_lead(lead: Lead, *, actor: Actor, **common: Any) -> TransitionResult[Lead]:
    """Detaches the lead and withdraws its rows from the case, except those that a proceeding uses."""
    case_id = lead.case_id
    with atomic():
        if case_id:
            _refuse_closed(lock_case(case_id))
        also = [stream_of(case_id)] if case_id else []
        applied = move_lead(lead, "detach", actor=actor, changes=OFF_CASE, also=also, **common)
        _withdraw(lead, reason=common.get("reason", ""))
        if case_id:
            touch("case", case_id)  # the lead agency no longer waits for its news
        return applied


def _refuse_closed(case: Case) -> None:
    """A closed case is not changed."""
    if case.state == Case.State.CLOSED:
        raise TransitionRefused.because("case", _("The case is closed. Its lead agency can reopen it."))


def close_lead(lead: Lead, *, actor: Actor, **given: Any) -> TransitionResult[Lead]:
    return move_lead(lead, "close", actor=actor, changes={"officer_id": lead.officer_id or actor.id}, **given)


def reopen_lead(lead: Lead, *, actor: Actor, **common: Any) -> TransitionResult[Lead]:
    return move_lead(lead, "reopen", actor=actor, changes={"closing": "", "officer_id": actor.id}, **common)


MAKERS: dict[str, Callable[[Case, Content], Any]] = {
    "parties": create_party,
    "items": create_item,
    "shipments": create_shipment,
}
KINDS = {"parties": Contribution.Row.PARTY, "items": Contribution.Row.ITEM, "shipments": Contribution.Row.SHIPMENT}
ROWS: dict[str, Any] = {Contribution.Row.PARTY: Party, Contribution.Row.ITEM: Item, Contribution.Row.SHIPMENT: Shipment}


def _contribute(lead: Lead, case: Case, content: Content, carry: Iterable[str] | None) -> None:
    wanted = None if carry is None else set(carry)
    conduct_on = timezone.localtime(lead.occurred_at).date() if lead.occurred_at else None
    for part, make in MAKERS.items():
        for n, content_row in enumerate(content.get(part, [])):
            pointer = f"/{part}/{n}"
            if wanted is not None and pointer not in wanted:
                continue
            given = {**content_row, "conduct_on": conduct_on} if part == "items" else with_source(lead, content_row)
            row = make(case, given)
            Contribution.objects.create(
                lead=lead, case=case, revision=lead.revision, pointer=pointer, row_kind=KINDS[part], row_id=row.pk
            )
    suspect_techniques(lead, case, content.get("techniques", []))


def with_source(lead: Lead, row: Content) -> Content:
    """The row with the report as the source of legs that name none."""
    named = {"source": f"{lead.source_label} {lead.source_ref}"}
    return {**row, "legs": [{**named, **leg} for leg in row["legs"]]} if "legs" in row else row


def suspect_techniques(lead: Lead, case: Case, codes: Iterable[str]) -> None:
    """Adds techniques that the source names; what was found about them on the case stays."""
    named = {"source": f"{lead.source_label} {lead.source_ref}"}
    for technique in Technique.objects.filter(code__in=list(codes)):
        CaseTechnique.objects.get_or_create(case=case, technique=technique, defaults=named)


def take_over_files(lead: Lead, *, actor: Actor, **common: Any) -> TransitionResult[Lead]:
    """Attaches to the case what the source sent after the lead was made one or attached to it."""
    with atomic():
        case = lock_case(lead.case_id) if lead.case_id else None
        also = [stream_of(case.pk)] if case else []
        applied = move_lead(lead, "take_over_files", actor=actor, also=also, **common)
        if case:
            carry_files(lead, case, actor=actor)
        return applied


def _withdraw(lead: Lead, *, reason: str) -> None:
    withdraw_files(lead, reason=reason)
    for given in lead.contributions.filter(withdrawn_at=None):
        row = ROWS[given.row_kind].objects.filter(pk=given.row_id).first()
        in_use = given.row_kind == Contribution.Row.PARTY and (
            Decision.objects.filter(party=given.row_id).exists() or Suspect.objects.filter(party=given.row_id).exists()
        )
        if not in_use:
            if row is not None:
                hide_row(row)
            Contribution.objects.filter(pk=given.pk).update(withdrawn_at=times.now())


def _open_from(lead: Lead, **given: Any) -> Case | None:
    """`promote_lead` for pages and API, which continue with the case."""
    return promote_lead(lead, **given).thing.case


ACTIONS: ActionTable = {
    "take_up": take_up_lead,
    "put_back": partial(move_lead, verb="put_back", changes={"officer": None}),
    "promote": _open_from,
    "attach": attach_lead,
    "take_over_files": take_over_files,
    "undo_promotion": undo_promotion,
    "detach": detach_lead,
    "close": close_lead,
    "reopen": reopen_lead,
}
