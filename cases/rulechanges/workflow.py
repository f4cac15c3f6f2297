"""Workflow of a change of the control law: one person imports rows, a second one confirms the publication."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON, ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, SecondPerson, Visibility, Workflow, transition
from cases.controls.models import RulebookVersion
from cases.controls.tables import TABLES

from .access import imports_rules
from .models import RuleChange

S = RuleChange.State
step = partial(transition, by=imports_rules, visibility=Visibility.OWN)


def in_force() -> int:
    """The number of the newest version."""
    return RulebookVersion.objects.order_by("-number").values_list("number", flat=True).first() or 0


def still_matches(change: RuleChange, actor: Actor) -> UnmetCondition | None:
    if change.base == in_force():
        return None
    detail = gettext(
        "Other rows are in force since this was compared (version %(base)s, now %(now)s). Import the rows again."
    )
    return UnmetCondition("base", detail % {"base": change.base, "now": in_force()})


def _rests(change: RuleChange, answers: Mapping[str, Any], actor: Actor) -> list[str]:
    return [gettext("every verdict of the control law")]


def _before(change: RuleChange, answers: Mapping[str, Any]) -> dict[str, Any]:
    return {"change": change.version, "in_force": in_force()}


TABLE = ActionField("table", _("Table"), choices=[(t.name, t.label) for t in TABLES.values()])
ROWS = ActionField(
    "rows",
    _("Rows as CSV"),
    kind="table",
    of_new=True,
    help=_("Rows to add or to change, with the names of the columns in the first line. Other rows stay."),
)

# fmt: off
TRANSITIONS = {
    "import_rows": step(S.DRAFT,                 fields=(TABLE, ROWS), needs=(still_matches,)),
    "publish":     step(S.DRAFT, to=S.PUBLISHED, fields=(NOTE,), needs=(still_matches,), second=SecondPerson(_rests, _before, kind="rules")),
    "withdraw":    step(S.DRAFT, to=S.WITHDRAWN, fields=(REASON,)),
}
# fmt: on

LABELS = {
    "draft": Labels(_("Import rows"), _("drafted a change of the control law")),
    "import_rows": Labels(_("Add the rows of another table"), _("added rows to the change of the control law")),
    "publish": Labels(_("Publish the change"), _("published a change of the control law"), "primary"),
    "withdraw": Labels(_("Withdraw the change"), _("withdrew a change of the control law"), "danger"),
}

RULE_CHANGE = Workflow("rule change", S, TRANSITIONS, LABELS, final=frozenset({S.PUBLISHED, S.WITHDRAWN}))
