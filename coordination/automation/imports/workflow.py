"""Workflow of an import."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import REASON
from agencies.kernel.actor import Actor
from agencies.kernel.errors import ActionError, UnmetCondition
from agencies.kernel.workflow import Labels, SecondPerson, Visibility, Workflow, automatic, condition, transition

from .access import importer
from .colleagues import colleagues_of
from .kinds import KINDS
from .mapping import check_mapping
from .models import Import, Outcome

S = Import.State
step = partial(transition, by=importer, visibility=Visibility.OWN)
follows = partial(automatic, visibility=Visibility.OWN)


def columns_are_assigned(imported: Import, actor: Actor) -> UnmetCondition | None:
    try:
        check_mapping(KINDS[imported.kind], imported.headings, imported.mapping, imported.fixed)
    except ActionError:
        return UnmetCondition("columns", str(_("Not every required column is assigned yet.")))
    return None


@condition("running", _("The work is still running."))
def has_stopped(imported: Import) -> bool:
    return imported.run is None or not imported.run.is_open


@condition("rows", _("No row can be taken over. Correct the table and import it again."))
def has_rows(imported: Import) -> bool:
    return bool(to_take(imported))


@condition("deleted", _("The rows of this table are no longer kept. Import the table again."))
def keeps_rows(imported: Import) -> bool:
    return imported.rows_deleted_at is None


@condition("rows", _("This import made nothing that could be withdrawn, or its rows are no longer kept."))
def made_something(imported: Import) -> bool:
    return imported.rows.filter(outcome__in=(Outcome.NEW, Outcome.REOPENED), undone="").exists()


def to_take(imported: Import) -> int:
    """The rows that the check did not refuse."""
    checked: Mapping[str, int] = imported.found.get("checked", {})
    return sum(number for outcome, number in checked.items() if outcome != Outcome.REFUSED)


def _rests(imported: Import, answers: Mapping[str, Any], actor: Actor) -> list[str]:
    if not KINDS[imported.kind].needs_second_person:
        return []
    rows = to_take(imported)
    return [ngettext("%(rows)d row of a table", "%(rows)d rows of a table", rows) % {"rows": rows}]


def _before(imported: Import, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The version too: a table that was checked anew with other columns is another one."""
    return {"found": imported.found, "version": imported.version}


def has_second_person(imported: Import, actor: Actor) -> UnmetCondition | None:
    """A kind that needs a second person takes one of the same agency."""
    kind = KINDS[imported.kind]
    if not kind.needs_second_person or colleagues_of(actor).exists():
        return None
    detail = gettext("A second unit lead or responsible person of your agency confirms it, and none is appointed.")
    return UnmetCondition("second_person", detail)


# fmt: off
TRANSITIONS = {
    "take":    step(S.CHECKED,                         to=S.TAKING,    needs=(keeps_rows, has_rows, has_second_person), second=SecondPerson(_rests, _before, kind="import")),
    "check":   step(S.UPLOADED, S.CHECKED,             to=S.CHECKING,  needs=(keeps_rows, columns_are_assigned)),
    "resume":  step(S.CHECKING, S.TAKING, S.UNDOING,                   needs=(has_stopped,)),
    "undo":    step(S.TAKEN,                           to=S.UNDOING,   fields=(REASON,), needs=(made_something, has_second_person), second=SecondPerson(_rests, _before, kind="import")),
    "discard": step(S.UPLOADED, S.CHECKING, S.CHECKED, to=S.DISCARDED, needs=(has_stopped,)),
    "end_check": follows(S.CHECKING,                   to=S.CHECKED),
    "end_take":  follows(S.TAKING,                     to=S.TAKEN),
    "end_undo":  follows(S.UNDOING,                    to=S.UNDONE),
}
# fmt: on

LABELS = {
    "upload": Labels(_("Import a table"), _("uploaded a table")),
    "export_rows": Labels(_("Save the rows"), _("saved rows of an import as a file")),
    "check": Labels(_("Check the rows"), _("had the rows of a table checked"), "primary"),
    "take": Labels(_("Take the rows over"), _("had the rows of a table taken over"), "primary"),
    "resume": Labels(_("Continue"), _("continued the work on a table"), "primary"),
    "undo": Labels(_("Undo the import"), _("had the import of a table undone"), "danger"),
    "discard": Labels(_("Discard the import"), _("discarded a table that was not taken over"), "danger"),
    "end_check": Labels(_("Checked"), _("the rows of a table were checked")),
    "end_take": Labels(_("Taken over"), _("the rows of a table were taken over")),
    "end_undo": Labels(_("Undone"), _("the import of a table was undone")),
}

IMPORT = Workflow("import", S, TRANSITIONS, LABELS, final=frozenset({S.UNDONE, S.DISCARDED}))
