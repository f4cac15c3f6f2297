"""The proof that nothing stalls: for each state of each table who is responsible, by when, and the way out if they stay
silent.

Referrals prove it from their own tables (`dev.no_stall.referrals`). For all other tables, periods are
read from the table; what no table says is in the `waits.csv` of the noun's folder, with its article or marked as an
internal setting.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps

from agencies.kernel.reference import read_csv
from agencies.kernel.resource import RESOURCES
from agencies.kernel.texts import Text
from agencies.kernel.workflow import Workflow

OF_REFERRALS = "referrals"
# Names in the tables for a rule that depends on the matter.
RULES = {
    "DECISION": ("ADM_DECISION", "CUS_DECISION"),
    "HEARING_HOLD": ("CUS_HEARING_HOLD",),
    "STATEMENT": ("ADM_DEFENCE", "CUS_DEFENCE"),
}


@dataclass(frozen=True)
class WaitingState:
    """One state that is not final. `responsible`, `period` and `way_out` are "" where the proof fails."""

    table: str
    state: str
    label: Text
    responsible: str
    period: str
    way_out: str


def tables() -> Iterator[Workflow]:
    for name, resource in RESOURCES.items():
        if name != OF_REFERRALS:
            yield from resource.workflows


def open_states(workflow: Workflow) -> list[str]:
    """The states that the table reaches and does not end in."""
    lines = workflow.transitions.values()
    reached = {state for line in lines for state in (*line.sources, line.to) if state}
    return [state for state in workflow.states.values if state in reached and state not in workflow.final]


def written_waits() -> dict[tuple[str, str], dict[str, str]]:
    """The rows of the `waits.csv` of all nouns, by table and state."""
    labels = {resource.model._meta.app_label for resource in RESOURCES.values()}
    files = [path for label in sorted(labels) if (path := Path(apps.get_app_config(label).path, "waits.csv")).exists()]
    return {(row["table"], row["state"]): row for path in files for row in read_csv(path)}


def waits() -> Iterator[WaitingState]:
    """One row for each open state of each table but those of referrals."""
    written = written_waits()
    for workflow in tables():
        for state in open_states(workflow):
            row = written.get((workflow.name, state), {})
            period = ", ".join(_started(workflow, state)) or row.get("period", "")
            cells = (row.get("responsible", ""), period, row.get("way_out", ""))
            yield WaitingState(workflow.name, state, workflow.states(state).label, *cells)


def _started(workflow: Workflow, state: str) -> list[str]:
    """The rules whose periods begin with the state."""
    codes = [code for line in workflow.transitions.values() if line.to == state for code in line.starts]
    return list(dict.fromkeys(rule for code in codes for rule in RULES.get(code, (code,))))
