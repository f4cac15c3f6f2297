"""The workflows of proceedings and of their lines. Clock codes are those of `cases/clocks/data/clocks.csv`."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from agencies.kernel.workflow import Workflow

from ..models import Proceeding
from . import decision
from .administrative import ADMINISTRATIVE
from .audit import WINDOW, release_of_goods
from .common import lots_offered, lots_without_title, measure_kinds, measures_refused
from .criminal import CRIMINAL, SENDABLE
from .decision import DECISION, STARTS_IF
from .decision_conditions import STATEMENT_RULES
from .measure import (
    ALL_ENDS,
    CUSTODY,
    ENDS,
    HELD_APPEAL,
    HELD_BY_STAGE,
    HELD_SUPPL,
    LATER_LIMITS,
    LIBERTY,
    measure_workflow_of,
)
from .property import KIND_RULES, PROPERTY, TAKEN_OVER_AS, period_of
from .suspect import SUSPECT

# Rules that differ by kind of proceeding.
CLOCK_BY_KIND = {
    "DECISION": {Proceeding.Kind.COMMERCE: "ADM_DECISION", Proceeding.Kind.CUSTOMS: "CUS_DECISION"},
    "DEFER_REPLY": {Proceeding.Kind.CUSTOMS: "CUS_PAY_DEFER"},
    "HEARING_HOLD": {Proceeding.Kind.CUSTOMS: "CUS_HEARING_HOLD"},
    "STATEMENT": STATEMENT_RULES,
}

# Clocks that started before the act that records them.
STARTS_AT: Mapping[str, Callable[[Any], datetime | None]] = {**decision.STARTS_AT, WINDOW: release_of_goods}

# The outcome that a verb sets on its proceeding; "decide" derives it from the lines.
OUTCOMES = {
    "warn": Proceeding.Outcome.WARNED,
    "reject": Proceeding.Outcome.NOT_FILED,
    "drop": Proceeding.Outcome.NO_CASE,
    "transfer": Proceeding.Outcome.TRANSFERRED,
    "convert": Proceeding.Outcome.TRANSFERRED,
    "give_over": Proceeding.Outcome.HANDED_ON,
    "not_prosecute": Proceeding.Outcome.NOT_PROSECUTED,
    "judge": Proceeding.Outcome.JUDGED,
    "withdraw": Proceeding.Outcome.WITHDRAWN,
    "hand_on": Proceeding.Outcome.HANDED_ON,
}


def workflow_of(proceeding: Proceeding) -> Workflow:
    return CRIMINAL if proceeding.is_criminal else ADMINISTRATIVE
