"""Transfer assessments, and the effect of transfers on the decisions of the transferring agency."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from agencies.journal.transitions import TransitionResult
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.work import atomic

from .actions import move_line
from .models import Assessment, Decision
from .untreated import untreated_sums
from .workflow.decision import IMPOSED


def assess_transfer(
    line: Decision, *, actor: Actor, assessed: str, reason: str, **given: Any
) -> TransitionResult[Decision]:
    """移送评估: records the conclusion with reasons, and the sums known today."""
    with atomic():
        applied = move_line(line, "assess_transfer", actor=actor, assessed=assessed, reason=reason, **given)
        sums = untreated_sums(line)
        Assessment.objects.create(
            decision=line,
            conclusion=assessed,
            reasons=reason,
            verdict=sums.verdict,
            weight_kg=sums.weight_kg,
            value_cny=sums.value_cny,
            assessed_by_id=actor.id,
            assessed_at=applied.at,
        )
        return applied


def record_transfer_return(
    case_id: UUID, agency_id: int, *, at: datetime, parties: Iterable[UUID] = (), acts: Iterable[UUID] = ()
) -> None:
    """The police did not file, or returned the matter: the agency may punish again (D310 arts. 10, 13)."""
    standing = Assessment.objects.filter(conclusion=Assessment.Conclusion.TRANSFER, came_back_at=None)
    lines = _lines(case_id, agency_id, parties, acts)
    standing.filter(decision__in=lines.values("pk"), assessed_at__lte=at).update(came_back_at=at)


def note_late_transfer(
    case_id: UUID, agency_id: int, *, at: datetime, parties: Iterable[UUID] = (), acts: Iterable[UUID] = ()
) -> None:
    """If a penalty was imposed before a late transfer, police and procuratorate get a copy within ten days
    (高检会〔2006〕2号).
    """
    imposed = [Decision.Result.PENALTY, Decision.Result.MITIGATED]
    late = _lines(case_id, agency_id, parties, acts).filter(result__in=imposed, state__in=IMPOSED)
    for line in late.select_related("proceeding", "party").order_by("pk"):
        move_line(line, "transfer_late", actor=SYSTEM, happened_at=max(at, line.state_since or at))


def _lines(case_id: UUID, agency_id: int, parties: Iterable[UUID], acts: Iterable[UUID]) -> Any:
    """Without parties or acts, all lines of the agency on the case."""
    lines = Decision.objects.filter(proceeding__case=case_id, proceeding__agency=agency_id)
    if named := list(parties):
        lines = lines.filter(party__in=named)
    if about := list(acts):
        lines = lines.filter(Q(act=None) | Q(act__in=about))
    return lines


LINE_ACTIONS = {"assess_transfer": assess_transfer}
