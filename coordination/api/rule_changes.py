"""Changes of the control law over JSON: the import of rows, with a dry run."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import BooleanField, CharField, ChoiceField, IntegerField, UUIDField, ValidationError

from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.limits import TABLE_BYTES
from agencies.kernel.permissions import CALENDAR
from agencies.kernel.shapes import Shape
from agencies.kernel.strict import Strict
from cases.controls.tables import TABLES
from cases.rulechanges.actions import ProposedRows, draft_change, propose
from cases.rulechanges.effect import of_examples

from .operations import Call, post


class ImportInput(Strict):
    """Rows of one table as CSV, with the names of the columns in the first line. Without `dry_run` it needs `grounds`
    and `seen`, which the dry run returned."""

    table = ChoiceField(choices=list(TABLES))
    rows = CharField(max_length=TABLE_BYTES, trim_whitespace=False)
    dry_run = BooleanField(required=False, default=False)
    grounds = CharField(max_length=300, required=False)
    seen = CharField(max_length=80, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["dry_run"]:
            lacking = {name: [_("This field is required.")] for name in ("grounds", "seen") if not attrs.get(name)}
            if lacking:
                raise ValidationError(lacking, code="required")
        return attrs


class ChangedCellShape(Shape):
    column = CharField()
    before = CharField()
    after = CharField()


class ChangedRowShape(Shape):
    table = ChoiceField(choices=list(TABLES))
    key = CharField()
    kind = ChoiceField(choices=["added", "changed", "ended"])
    cells = ChangedCellShape(many=True)


class ImportedShape(Shape):
    """The difference from the rows in force, and how many of the dated examples get another verdict. `id` is the draft,
    null after a dry run."""

    id = UUIDField(allow_null=True)
    base = IntegerField()
    seen = CharField()
    changes = ChangedRowShape(many=True)
    changed_examples = IntegerField()


def _proposed(given: dict[str, Any]) -> ProposedRows:
    try:
        return propose(given["table"], given["rows"])
    except Invalid as wrong:
        # The pointers of a file are those of the rows here.
        raise type(wrong)(
            [FieldError(one.pointer.replace("/file", "/rows", 1), one.code, one.detail) for one in wrong.errors]
        ) from wrong


def _imported(call: Call, pk: str = "") -> Any:
    change = call.find("rule-changes", pk) if pk else None
    if change is None:  # a dry run
        call.status = 200
    else:
        call.locate(change)
    return _difference(call.once.get("proposed") or _proposed(call.given), change)


@post(
    "rule-changes/",
    "send",
    _("Import rows"),
    _("Imports rows of the control law as a draft, or with dry_run shows what they would change."),
    permission=CALENDAR,
    accepts=ImportInput,
    answers=ImportedShape,
    statuses=(200, 201),
    then=_imported,
)
def import_rows(call: Call) -> list[Any]:
    """Imports rows as a draft, which a second person publishes."""
    given = call.given
    call.once["proposed"] = _proposed(given)
    if given["dry_run"]:
        return []
    made = draft_change(
        actor=call.actor, table=given["table"], text=given["rows"], grounds=given["grounds"], seen=given["seen"]
    )
    return [made.pk]


def _difference(found: ProposedRows, change: Any) -> dict[str, Any]:
    rows = [
        {
            "table": change.table.name,
            "key": change.key,
            "kind": change.kind,
            "cells": [{"column": str(label), "before": was, "after": now} for label, was, now in change.lines],
        }
        for change in found.changes
    ]
    examples = of_examples(found.old, found.new)["examples"]
    return {
        "id": change and change.pk,
        "base": found.base,
        "seen": found.digest,
        "changes": rows,
        "changed_examples": len(examples),
    }
