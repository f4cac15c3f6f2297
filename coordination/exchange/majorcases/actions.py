"""Actions on major cases. Their events are in the journal of the case."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from agencies.journal.actions import Audience
from agencies.journal.transitions import TIME_OF_ACT, CommonAnswers, TransitionResult, apply_transition
from agencies.kernel.actor import Actor
from agencies.kernel.errors import TransitionRefused, UnmetCondition
from agencies.kernel.work import atomic, touch
from cases.casefile.actions import lift_holds, lock_case_for, locked_case, place_hold
from cases.casefile.models import Case, Hold
from cases.clocks.actions import pass_clocks, start_clocks, stop_clocks
from cases.sharing import actions as sharing
from coordination.exchange.letters.acting import person_of, record_begun

from .models import MajorCase, ProgressEntry
from .workflow import RESULT, WEEKLY


def mark_major(case: Case, *, actor: Actor, number: str, designation_reason: str, **given: Any) -> MajorCase:
    """挂牌督办: designates a case. Its lead agency owes progress every week, and the case is not closed meanwhile."""
    common = CommonAnswers.pop_from(given)
    at = common.resolve_time()
    with atomic():
        case = lock_case_for(case, "mark_major", actor=actor, version=common.version)
        if MajorCase.objects.open().filter(case=case).exists():
            raise TransitionRefused([UnmetCondition("marked", _("It is a major case already."))])
        mark = MajorCase.objects.create(
            case=case,
            number=number,
            designation_reason=designation_reason,
            designated_by=person_of(actor),
            designated_at=at,
            state_since=at,
        )
        place_hold(case.pk, Hold.Verb.CLOSE, because=Hold.Because.MAJOR, agency_id=case.lead_id, source=mark.pk)
        start_clocks([WEEKLY, RESULT], mark, case_id=case.pk, holder_id=case.lead_id, at=at, fresh=True)
        audience = Audience(counterpart_id=case.lead_id, notify=[case.lead_id])
        data = {"number": number, "paper": common.paper}
        record_begun(mark, "mark", actor=actor, at=at, audience=audience, reason=designation_reason, data=data)
        return mark


def transition_mark(mark: MajorCase, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[MajorCase]:
    """Applies one transition, and stops and starts the internal periods of its row."""
    with locked_case(mark.case_id) as case:
        other = [case.lead_id] if actor.agency_id != case.lead_id else []
        applied = apply_transition(mark, verb, actor=actor, audience=Audience(notify=other), **given)
        line = applied.transition
        stop_clocks(line.stops, applied.thing, case_id=case.pk, at=applied.at)
        start_clocks(line.starts, applied.thing, case_id=case.pk, holder_id=case.lead_id, at=applied.at)
        return applied


def report_progress(mark: MajorCase, *, actor: Actor, text: str, **given: Any) -> TransitionResult[MajorCase]:
    """Records what was done since the last entry. The next entry is due a week later."""
    with atomic():
        applied = transition_mark(mark, "report_progress", actor=actor, text=text, **given)
        ProgressEntry.objects.create(mark=applied.thing, author=person_of(actor), at=applied.at, text=text)
        touch("major_case", mark.pk)
        return applied


def end_mark(mark: MajorCase, *, actor: Actor, **given: Any) -> TransitionResult[MajorCase]:
    """解除挂牌: removes the mark with a coded outcome. The case may then be closed."""
    with atomic():
        applied = transition_mark(mark, "end", actor=actor, changes={"ended_at": TIME_OF_ACT}, **given)
        lift_holds(mark.pk)
        return applied


def accept_lead(case: Case, *, actor: Actor, **given: Any) -> TransitionResult[Case]:
    """Accepts the lead. The week of a major case that has begun passes to the new lead agency."""
    with atomic():
        applied = sharing.accept_lead(case, actor=actor, **given)
        lead = applied.thing.lead_id
        for mark in MajorCase.objects.open().filter(case=case):
            pass_clocks(mark, case_id=case.pk, to=lead)
            Hold.objects.filter(source=mark.pk, lifted_at=None).update(agency_id=lead)
        return applied


ACTIONS: dict[str, Callable[..., Any]] = {"report_progress": report_progress, "end": end_mark}
