"""The tables of proceedings and of their lines. Clock codes as in `cases/clocks/data/clocks.csv`."""

from agencies.kernel.moves import Workflow

from ..models import Line, Proceeding, Suspect
from .administrative import ADMINISTRATIVE
from .common import lots_offered, lots_without_title, measure_kinds
from .criminal import CRIMINAL, SENDABLE
from .decision import DECISION, STARTS_AT, STARTS_IF
from .measure import ALL_ENDS, CUSTODY, ENDS, LIBERTY, measure_workflow_of
from .property import KIND_RULES, PROPERTY, TAKEN_OVER_AS
from .suspect import SUSPECT

__all__ = [
    "ADMINISTRATIVE",
    "ALL_ENDS",
    "CLOCK_BY_KIND",
    "CRIMINAL",
    "CUSTODY",
    "DECISION",
    "ENDS",
    "KIND_RULES",
    "LIBERTY",
    "OUTCOMES",
    "PROPERTY",
    "SENDABLE",
    "STARTS_AT",
    "STARTS_IF",
    "SUSPECT",
    "TAKEN_OVER_AS",
    "line_workflow_of",
    "lots_offered",
    "lots_without_title",
    "measure_kinds",
    "measure_workflow_of",
    "workflow_of",
]

# What the codes that differ by kind of proceeding mean.
CLOCK_BY_KIND = {
    "DECISION": {Proceeding.Kind.COMMERCE: "ADM_DECISION", Proceeding.Kind.CUSTOMS: "CUS_DECISION"},
    "DEFER_REPLY": {Proceeding.Kind.CUSTOMS: "CUS_PAY_DEFER"},
    "HEARING_HOLD": {Proceeding.Kind.CUSTOMS: "CUS_HEARING_HOLD"},
}

# The outcome a verb gives its proceeding; "decide" asks its lines.
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


def line_workflow_of(line: Line) -> Workflow:
    return SUSPECT if isinstance(line, Suspect) else DECISION
