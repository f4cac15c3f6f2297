"""Changes of the control law over JSON: the import of rows, with a dry run."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.limits import TABLE_BYTES
from agencies.kernel.permissions import CALENDAR, RULE_KEEPERS, actor_of
from agencies.kernel.strict import Strict
from cases.controls.tables import TABLES
from cases.rulechanges.actions import ProposedRows, draft_change, propose
from cases.rulechanges.effect import of_examples

from . import shapes
from .views import ListView, created, validated


class ImportInput(Strict):
    """Rows of one table as CSV, with the names of the columns in the first line. Without `dry_run` it needs `grounds`
    and `seen`, which the dry run returned."""

    table = serializers.ChoiceField(choices=list(TABLES))
    rows = serializers.CharField(max_length=TABLE_BYTES, trim_whitespace=False)
    dry_run = serializers.BooleanField(required=False, default=False)
    grounds = serializers.CharField(max_length=300, required=False)
    seen = serializers.CharField(max_length=80, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["dry_run"]:
            lacking = {name: [_("This field is required.")] for name in ("grounds", "seen") if not attrs.get(name)}
            if lacking:
                raise serializers.ValidationError(lacking, code="required")
        return attrs


class ChangedCellShape(shapes.Shape[Any]):
    column = serializers.CharField()
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)


class ChangedRowShape(shapes.Shape[Any]):
    table = serializers.ChoiceField(choices=list(TABLES))
    key = serializers.CharField()
    kind = serializers.ChoiceField(choices=["added", "changed", "ended"])
    cells = ChangedCellShape(many=True)


class ImportedShape(shapes.Shape[Any]):
    """The difference from the rows in force, and how many of the dated examples get another verdict. `id` is the draft,
    null after a dry run."""

    id = serializers.UUIDField(allow_null=True)
    base = serializers.IntegerField()
    seen = serializers.CharField()
    changes = ChangedRowShape(many=True)
    changed_examples = serializers.IntegerField()


class RuleChangesView(ListView):
    """The list, and importing rows as a draft, which a second person publishes."""

    resource = "rule-changes"
    permission = RULE_KEEPERS
    permissions = {"POST": CALENDAR}
    operations = {
        **ListView.operations,
        "POST": (
            "send",
            _("Import rows"),
            _("Imports rows of the control law as a draft, or with dry_run shows what they would change."),
        ),
    }

    @extend_schema(request=ImportInput, responses={200: ImportedShape, 201: ImportedShape})
    def post(self, request: Request) -> Response:
        given, actor = validated(ImportInput, request), actor_of(request)
        try:
            proposed = propose(given["table"], given["rows"])
        except Invalid as wrong:
            # The pointers of a file are those of the rows here.
            raise type(wrong)(
                [FieldError(one.pointer.replace("/file", "/rows", 1), one.code, one.detail) for one in wrong.errors]
            ) from wrong
        if given["dry_run"]:
            return Response(_answer(proposed, None))
        made = draft_change(
            actor=actor, table=given["table"], text=given["rows"], grounds=given["grounds"], seen=given["seen"]
        )
        return created(request, made, _answer(proposed, made.pk))

    def made_by(self, response: Response) -> list[str]:
        return [str(response.data["id"])] if response.data["id"] else []

    def again(self, request: Request, made: list[str], *args: Any, **kwargs: Any) -> Response:
        if not made:  # a dry run writes nothing
            return self.post(request)
        change = self.registered.find(actor_of(request), UUID(made[0]))
        given = validated(ImportInput, request)
        answer = _answer(propose(given["table"], given["rows"]), change.pk)
        return created(request, change, answer)


def _answer(found: ProposedRows, pk: UUID | None) -> dict[str, Any]:
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
    answer = {"id": pk, "base": found.base, "seen": found.digest, "changes": rows, "changed_examples": len(examples)}
    return dict(ImportedShape(answer).data)
