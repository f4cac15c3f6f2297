"""Data of the page of a decision: progress, amounts owed, assessments, and the range of the fine."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from cases.clocks.models import Clock

from .models import Assessment, Decision, Payment, ProceduralStep, Remedy
from .payment import AmountsOwed, amount_owed
from .penalties import Judgement, judge_fine
from .powers import ground_label
from .range_texts import RangeRow, range_rows
from .ranges import range_for_rule, ranges_for

STEP_LABELS = {
    "serve_notice": _("Pre-penalty notice served"),
    "hear_party": _("Statement and defence"),
    "waive_statement": _("Statement waived"),
    "request_hearing": _("Hearing requested"),
    "waive_hearing": _("Hearing waived"),
    "notify_hearing": _("Notice of the hearing served"),
    "withdraw_hearing": _("Request for a hearing withdrawn"),
    "hold_hearing": _("Hearing held"),
    "serve": _("Decision served"),
}


@dataclass(frozen=True)
class DecisionPage:
    """One party's decision for a reader who may see it. Each part is queried once."""

    line: Decision
    actor: Actor

    @cached_property
    def clocks(self) -> list[Clock]:
        running = Clock.objects.visible_to(self.actor).running().about(self.line)
        return list(running.select_related("rule", "agency").order_by("due_at", "pk"))

    @cached_property
    def ranges(self) -> list[RangeRow]:
        return range_rows(ranges_for(self.line))

    @cached_property
    def judged(self) -> Judgement | None:
        """The fine compared with the range of its provision; None if no fine or provision is recorded."""
        if self.line.fine_cny is None or not self.line.basis_rule:
            return None
        allowed = range_for_rule(self.line, self.line.basis_rule)
        return judge_fine(self.line.fine_cny, allowed) if allowed else None

    @cached_property
    def owed(self) -> AmountsOwed:
        return amount_owed(self.line)

    @cached_property
    def payments(self) -> list[Payment]:
        return list(self.line.payments.all())

    @cached_property
    def procedural_steps(self) -> list[tuple[ProceduralStep, Any]]:
        """What was served, stated, waived or heard, of every notice."""
        return [(step, STEP_LABELS[step.verb]) for step in self.line.procedural_steps.all()]

    @cached_property
    def remedies(self) -> list[Remedy]:
        return list(self.line.remedies.all())

    @cached_property
    def assessments(self) -> list[Assessment]:
        return list(self.line.assessments.select_related("assessed_by"))

    @property
    def ground(self) -> str:
        return ground_label(self.line.ground_kind) if self.line.ground_kind else ""
