"""Actions on findings of military end use: begin, record facts, conclude, and follow what changes on the case."""

from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from agencies.journal.actions import READERS_OF_CASE, Audience
from agencies.journal.transitions import TIME_OF_ACT, CommonAnswers, TransitionResult, apply_transition
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.resource import by_verb
from agencies.organisations.models import Agency
from cases.casefile.actions import lock_case_for, locked_case
from cases.casefile.following import FactCorrection
from cases.casefile.models import Case, Party, Shipment, ShipmentLeg
from cases.casefile.rows import PARTY, SHIPMENT
from cases.files.models import Attachment
from coordination.exchange.letters.acting import person_of, record_begun

from .models import EndUseFinding, FactAnswer
from .workflow import END_USE, refusal

S = EndUseFinding.State


def examine(case: Case, *, actor: Actor, party: str = "", shipment: str = "", **given: Any) -> EndUseFinding:
    """Begins a finding about a party, a shipment, or a shipment to a party. Raises Invalid if neither is named, one is
    not on the case, or there is a finding about the same."""
    common = CommonAnswers.pop_from(given)
    with locked_case(case.pk):
        case, at = lock_case_for(case, "examine_end_use", actor=actor, version=common.version), common.resolve_time()
        named = ((PARTY, party), (SHIPMENT, shipment))
        about = {kind.name: kind.find(case, row) if row else None for kind, row in named}
        if not any(about.values()):
            raise Invalid.field("party", "required", _("Name the end user or the shipment."))
        standing = EndUseFinding.objects.filter(case=case, **about).exclude(state=S.WITHDRAWN)
        if standing.exists():
            detail = _("There is a finding about this on the case. Record further facts in it.")
            raise Invalid.field("party", "double", detail)
        made = EndUseFinding.objects.create(
            case=case,
            **about,
            subject=" · ".join(str(one) for one in about.values() if one is not None)[:300],
            agency=Agency.objects.get(pk=actor.own_agency),
            state_since=at,
        )
        data = {"subject": made.subject, "paper": common.paper}
        record_begun(made, "begin", actor=actor, at=at, audience=READERS_OF_CASE, data=data)
        return made


def move_finding(finding: EndUseFinding, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[EndUseFinding]:
    """Applies one transition. The agency that concludes is notified of what others or the system do."""
    audience = Audience(notify=[finding.agency_id])
    with locked_case(finding.case_id):
        return apply_transition(finding, verb, actor=actor, audience=audience, **given)


def record_facts(
    finding: EndUseFinding,
    verb: str,
    *,
    actor: Actor,
    facts: Iterable[str],
    answer: str,
    source: str,
    file: str = "",
    **given: Any,
) -> TransitionResult[EndUseFinding]:
    """Records the same answer to some facts, from one source. After a conclusion (`change_facts`) the finding has to be
    read again. Raises Invalid if nothing changes."""
    chosen, said = sorted(facts), {"answer": answer, "source": source, "file_id": UUID(file) if file else None}
    with locked_case(finding.case_id):
        if file and not Attachment.objects.attached().filter(pk=file, case=finding.case_id, audience="case").exists():
            raise Invalid.field("file", "choice", _("There is no such row on this case."))
        was = {one.fact: one for one in finding.answers.filter(fact__in=chosen)}
        changed = [code for code in chosen if code not in was or _said(was[code]) != said]
        if not changed:
            raise Invalid.field("facts", "same", _("Nothing is changed."))
        before = [was[code] for code in changed if code in was]
        applied = move_finding(
            finding,
            verb,
            actor=actor,
            **{"facts": changed, "answer": answer, "source": source, "file": file},
            event_data={
                "changes": [
                    {"field": "facts", "was": [one.fact for one in before], "now": changed},
                    {"field": "answer", "was": sorted({one.answer for one in before}), "now": answer},
                    {"field": "source", "was": sorted({one.source for one in before}), "now": source},
                ]
            },
            **given,
        )
        who = {"agency_id": actor.own_agency, "person": person_of(actor), "at": applied.at}
        for code in changed:
            FactAnswer.objects.update_or_create(finding=finding, fact=code, defaults={**said, **who})
        return applied


def _said(one: FactAnswer) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("answer", "source", "file_id")}


def conclude(finding: EndUseFinding, *, actor: Actor, conclusion: str, **given: Any) -> TransitionResult[EndUseFinding]:
    """Records what an officer concludes, with reasons. Raises Invalid for what contradicts the facts."""
    with locked_case(finding.case_id):
        current = EndUseFinding.objects.get(pk=finding.pk)
        if current.possible_conclusions and conclusion not in current.possible_conclusions:
            raise Invalid.field("conclusion", "choice", refusal(current, actor))
        return move_finding(
            finding,
            "conclude",
            actor=actor,
            conclusion=conclusion,
            changes={"concluded_by": person_of(actor), "concluded_at": TIME_OF_ACT},
            event_data={
                "changes": [
                    {"field": "conclusion", "was": current.conclusion, "now": conclusion},
                    {"field": "because", "was": current.because, "now": given.get("because", "")},
                ]
            },
            **given,
        )


def follow_facts(correction: FactCorrection, *, actor: Actor) -> None:
    """Asks to read again what was concluded about a party or shipment that was put right on its case."""
    row = correction.row
    about = Q(pk=None)
    if isinstance(row, Party):
        about = Q(party=row)
    elif isinstance(row, Shipment | ShipmentLeg):
        about = Q(shipment=row.shipment if isinstance(row, ShipmentLeg) else row)
    for finding in EndUseFinding.objects.filter(about, state=S.CONCLUDED):
        move_finding(finding, "outdate", actor=SYSTEM)


ACTIONS = by_verb(
    move_finding,
    END_USE,
    **{verb: partial(record_facts, verb=verb) for verb in ("record_facts", "change_facts")},
    conclude=conclude,
)
