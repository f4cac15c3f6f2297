"""Playbooks over JSON: the versions in force, the progress of a case, publishing a new version."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import (
    BooleanField,
    CharField,
    DateTimeField,
    IntegerField,
    ListField,
    ModelSerializer,
    SerializerMethodField,
    UUIDField,
)

from agencies.kernel.limits import TABLE_BYTES
from agencies.kernel.permissions import COORDINATOR
from agencies.kernel.shapes import READ_ONLY, Shape
from agencies.kernel.strict import Strict
from agencies.people.shapes import AgencyShape
from cases.controls.models import ViolationType
from cases.proceedings.access import reads_inside
from coordination.automation.playbooks.actions import publish_playbook
from coordination.automation.playbooks.models import Playbook
from coordination.automation.playbooks.progress import progress_of
from coordination.automation.playbooks.reading import COLUMNS, VersionDifference, as_table, compare, read_steps, rows_of
from coordination.workspace.case_page import CasePage

from .operations import Call, get, post
from .versions import require_version


class PlaybookRow(ModelSerializer[Playbook]):
    code = CharField(**READ_ONLY)
    name = CharField(source="violation_type.name", **READ_ONLY)

    class Meta:
        model = Playbook
        fields = ["code", "name", "version", "source", "published_at", "because"]


class PlaybookDetail(PlaybookRow):
    """`steps` are rows with the columns of the published table; `versions` are all versions."""

    steps = SerializerMethodField()
    versions = SerializerMethodField()

    class Meta(PlaybookRow.Meta):
        fields = [*PlaybookRow.Meta.fields, "steps", "versions"]

    def get_steps(self, playbook: Playbook) -> list[dict[str, str]]:
        _head, *rows = as_table(rows_of(playbook.steps.all()))
        return [dict(zip(COLUMNS, row, strict=True)) for row in rows]

    def get_versions(self, playbook: Playbook) -> list[int]:
        versions = Playbook.objects.filter(violation_type=playbook.violation_type_id)
        return list(versions.values_list("version", flat=True))


class LineShape(Shape):
    """One step; `task` is null before it is requested, `share_first` if no agency of its side shares the case."""

    step = CharField(source="step.code")
    name = CharField(source="step.name")
    group = CharField(source="step.group")
    mandatory = BooleanField(source="step.mandatory")
    task = UUIDField(source="task.pk", allow_null=True, default=None)
    state = CharField(source="task.state", allow_null=True, default=None)
    due_at = DateTimeField(source="task.due_at", allow_null=True, default=None)
    agency = AgencyShape(allow_null=True)
    share_first = BooleanField(source="unshared")


class ProgressShape(Shape):
    """A playbook in one proceeding; `newest` is the version in force."""

    proceeding = UUIDField(source="proceeding.pk")
    playbook = CharField(source="use.playbook.code")
    version = IntegerField(source="use.playbook.version")
    newest = IntegerField(source="use.newest")
    done = IntegerField()
    total = IntegerField()
    steps = LineShape(many=True, source="lines")


class PublishInput(Strict):
    """`steps` is the table as CSV text. `version`, or `If-Match`, is the version it was compared with, 0 if there is
    none yet; a dry run needs neither."""

    steps = CharField(max_length=TABLE_BYTES)
    version = IntegerField(min_value=0, max_value=30_000, required=False)
    because = CharField(max_length=1000)
    dry_run = BooleanField(required=False, default=False)


class PublishedShape(Shape):
    """Codes of the steps that differ, as `kind/step`; `version` is null for a dry run."""

    version = IntegerField(allow_null=True)
    added = ListField(child=CharField())
    removed = ListField(child=CharField())
    changed = ListField(child=CharField())


@get(
    "playbooks/",
    "read_playbooks",
    _("Playbooks in force"),
    _("The version in force of every playbook."),
    answers=[PlaybookRow],
)
def playbooks(call: Call) -> Any:
    return Playbook.objects.visible_to(call.actor).newest().select_related("violation_type")


@get(
    "playbooks/<slug:code>/",
    "read_playbook",
    _("One playbook"),
    _("The version in force with its steps."),
    answers=PlaybookDetail,
    tagged=True,
)
def playbook(call: Call, code: str) -> Any:
    """One playbook, by the code of its violation type."""
    found = get_object_or_404(playbooks(call), violation_type__code=code)
    call.tag(found.version)
    return found


def _compared(call: Call, code: str) -> tuple[ViolationType, int, Any, VersionDifference]:
    """The violation type, the version in force or 0, the sent rows, and their difference from that version."""
    violation = get_object_or_404(ViolationType, code=code)
    newest = Playbook.objects.newest().filter(violation_type=violation).first()
    version = newest.version if newest else 0
    if not call.given["dry_run"]:
        require_version(call.request, call.given, version)
    rows = read_steps(call.given["steps"])
    return violation, version, rows, compare(rows_of(newest.steps.all()) if newest else [], rows)


def _published(call: Call, code: str, made: str = "") -> Any:
    if not made:  # a dry run
        _violation, present, _rows, differs = _compared(call, code)
        call.tag(present)
        call.status = 200
        return _difference(None, differs)
    version = int(made)
    found = Playbook.objects.visible_to(call.actor).filter(
        violation_type__code=code, version__in=[version - 1, version]
    )
    rows = {one.version: rows_of(one.steps.all()) for one in found}
    if version not in rows:
        raise Http404
    call.headers["Location"] = call.request.build_absolute_uri(call.request.path)
    call.tag(version)
    return _difference(version, compare(rows.get(version - 1, []), rows[version]))


@post(
    "playbooks/<slug:code>/",
    "send_playbook",
    _("Publish a playbook"),
    _("Puts a new version into force, or with dry_run shows what it would change. For the coordinator."),
    permission=COORDINATOR,
    accepts=PublishInput,
    answers=PublishedShape,
    statuses=(200, 201),
    versioned=True,
    then=_published,
)
def publish(call: Call, code: str) -> list[Any]:
    violation, version, rows, _differs = _compared(call, code)
    if call.given["dry_run"]:
        return [code]
    because = call.given["because"]
    return [code, publish_playbook(violation, rows, actor=call.actor, version=version, because=because).version]


def _difference(version: int | None, differs: VersionDifference) -> dict[str, Any]:
    names = {"added": differs.added, "removed": differs.removed, "changed": [one.after for one in differs.changed]}
    answer = {name: [f"{row['kind']}/{row['code']}" for row in of_name] for name, of_name in names.items()}
    return {"version": version, **answer}


@get(
    "cases/<uuid:pk>/playbooks/",
    "read_progress",
    _("Progress of a case in its playbooks"),
    _("Every playbook of the proceedings whose contents the caller may read, step by step."),
    tag="playbooks",
    answers=[ProgressShape],
)
def progress(call: Call, pk: UUID) -> Any:
    """Progress of a case in its playbooks, for readers of the inside of its proceedings."""
    parts = CasePage(call.find("cases", pk), call.actor, {})
    inside = [one for one in parts.of["proceeding"] if reads_inside(call.actor, one)]
    return progress_of(parts.case, inside, parts.of["task"])
