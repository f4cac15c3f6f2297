"""Background work over JSON: exporting a list, bulk actions, and the result of either."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateTimeField,
    DictField,
    IntegerField,
    ListField,
    UUIDField,
)

from agencies.kernel.action_fields import ActionForm, field_errors
from agencies.kernel.actor import Actor
from agencies.kernel.errors import FieldError, Invalid, TransitionRefused, UnmetCondition
from agencies.kernel.paging import PAGE_SIZE, page_of
from agencies.kernel.permissions import SIGNED_IN, STAFF
from agencies.kernel.shapes import Shape, shown
from agencies.kernel.strict import Strict
from agencies.kernel.tables import TYPES
from agencies.kernel.texts import Text
from agencies.runs.actions import cancel_run, continue_run
from agencies.runs.models import Run, RunRow
from agencies.runs.worker import work_at_once
from coordination.lists import bulk, export
from coordination.lists.bulk_actions import ACTS, BulkAct, acts_on
from coordination.lists.bulk_pages import PILES
from coordination.lists.listing import LISTS
from coordination.tooling.operation.background_jobs import WORKS, ShownRun, named_rows, undo_run

from . import shapes
from .operations import Call, get, post
from .schema import paging

QUERY = _("The filters and the order, as in the address of the list: state=OPENED&sort=number")
MOST_PICKED = 1_000
PAGES = [*LISTS, *bulk.PILES]


# Shapes --------------------------------------------------------------------------------------------------------------
class RunShape(Shape):
    """One run. `total` is null before its first step; `file` is the address of a finished export, valid for a day.
    `undo_until` says until when a bulk action or an import may be taken back as a whole, null if it may not."""

    id = UUIDField(source="run.pk")
    kind = ChoiceField(source="run.kind", choices=list(WORKS))
    words = CharField()
    state = ChoiceField(source="run.state", choices=Run.State.choices)
    total = IntegerField(source="run.total", allow_null=True)
    done = IntegerField(source="run.done")
    refused = IntegerField(source="run.refused")
    started_at = DateTimeField(source="run.created_at")
    ended_at = DateTimeField(source="run.ended_at", allow_null=True)
    why_stopped = CharField(source="run.why_stopped")
    undo_until = DateTimeField(allow_null=True)

    @shown(ListField(child=CharField()))
    def result(self, shown: ShownRun) -> list[str]:
        return [str(line) for line in shown.lines] if shown.run.state == Run.State.DONE else []

    @shown(CharField(allow_null=True))
    def file(self, shown: ShownRun) -> str | None:
        return reverse("api-runs-file", args=[shown.run.pk]) if shown.has_file else None

    @shown(CharField())
    def rows(self, shown: ShownRun) -> str:
        return reverse("api-runs-rows", args=[shown.run.pk])


class RunRowShape(Shape):
    """Result of one row: empty while it waits. `what` and `page` only while the caller may see it."""

    id = UUIDField(source="row.subject")
    resource = CharField(source="row.resource")
    outcome = CharField(source="row.outcome")
    why = CharField(source="row.said")
    what = CharField()
    page = CharField()


class ExportInput(Strict):
    list = ChoiceField(choices=list(LISTS))
    form = ChoiceField(choices=export.FORMS)
    query = CharField(max_length=2000, required=False, allow_blank=True, help_text=QUERY)


class PickedInput(Strict):
    """`noun` is required where rows are of several kinds: in queues and on the board."""

    id = UUIDField()
    version = IntegerField(min_value=1)
    resource = ChoiceField(choices=list(ACTS), required=False)


class BulkInput(Strict):
    """Either `rows`, each with the version that was read, or `all` with the number shown to the caller (`seen`)."""

    list = ChoiceField(choices=PAGES)
    action = ChoiceField(choices=sorted({name for acts in ACTS.values() for name in acts}))
    query = CharField(max_length=2000, required=False, allow_blank=True, help_text=QUERY)
    rows = PickedInput(many=True, required=False)
    all = BooleanField(required=False)
    seen = IntegerField(min_value=0, required=False)
    answers = DictField(
        required=False, help_text=_("The fields of the action: to (id of a colleague), due_at, reason.")
    )


# Starting ------------------------------------------------------------------------------------------------------------
def run(call: Call, pk: UUID | str) -> ShownRun:
    return ShownRun(_found(call, pk))


def _found(call: Call, pk: Any) -> Run:
    found: Run = get_object_or_404(Run.objects.visible_to(call.actor), pk=pk)
    return found


@post(
    "exports/",
    "start",
    _("Export a list"),
    _("Exports a list as a file. The response is a run: read it until it is DONE, then fetch the file."),
    accepts=ExportInput,
    answers=RunShape,
    statuses=(201,),
    then=run,
)
def export_list(call: Call) -> list[Any]:
    """Exports a list to a file: a small one is ready in the answer, a large one is made by the worker."""
    body = call.given
    listed, params = LISTS[body["list"]], QueryDict(body.get("query", ""))
    rows = listed.found(params, call.actor)
    count = export.count_of(rows)
    run = export.start_export(listed, rows, params, body["form"], actor=call.actor)
    return _started(call, run, at_once=count <= export.AT_ONCE)


@post(
    "bulk/",
    "start",
    _("Bulk actions"),
    _("Applies one action to many rows. The response is a run; the result of each row is listed under `rows`."),
    permission=STAFF,
    accepts=BulkInput,
    answers=RunShape,
    statuses=(201,),
    then=run,
)
def act_on_rows(call: Call) -> list[Any]:
    """Applies one action to many rows, each independently."""
    actor, body = call.actor, call.given
    picked, query = _picked(body), QueryDict(body.get("query", ""))
    fit = _fit(body["list"], query, actor)  # refuses a filter that the page does not have
    counts = {resource: len(some) for resource, some in picked.items()} if picked else bulk.counts_of(fit)
    act = acts_on(counts, actor).get(body["action"])
    if act is None:
        raise Invalid.field("action", "choice", gettext("This action is not available for all of these rows."))
    common: dict[str, Any] = {"actor": actor, "answers": _answers(act, body, actor), "query": query.urlencode()}
    bulk.refuse_absent(common["answers"], actor)
    name, action = body["list"], body["action"]
    run = bulk.start_on(name, action, picked, **common) if picked else _start_on_all(body, fit, common)
    return _started(call, run, at_once=(run.total or 0) <= bulk.AT_ONCE)


def _picked(body: Mapping[str, Any]) -> dict[str, dict[UUID, int]]:
    """Raises Invalid unless exactly one of rows and all was chosen."""
    rows = body.get("rows", [])
    if bool(rows) == bool(body.get("all")) or len(rows) > MOST_PICKED:
        detail = gettext("Give 1 to %(most)s rows, or choose all matching rows.") % {"most": MOST_PICKED}
        raise Invalid.field("rows", "choice", detail)
    listed = LISTS.get(body["list"])
    picked: dict[str, dict[UUID, int]] = {}
    for place, row in enumerate(rows):
        resource = row.get("resource") or (listed.resource if listed else "")
        if not resource or (listed and resource != listed.resource):
            raise Invalid([FieldError(f"/rows/{place}/noun", "choice", gettext("State the kind of this row."))])
        picked.setdefault(resource, {})[row["id"]] = row["version"]
    return picked


def _fit(name: str, query: QueryDict, actor: Actor) -> dict[str, QuerySet[Any]]:
    if name in LISTS:
        return {LISTS[name].resource: LISTS[name].found(query, actor)}
    return {resource: rows for resource, rows in PILES[name](query, actor).items() if resource in ACTS}


def _answers(act: BulkAct, body: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    form = ActionForm(act.fields, thing=None, actor=actor, strict=True, data=body.get("answers", {}))
    if not form.is_valid():
        raise Invalid(FieldError(f"/answers{one.pointer}", one.code, one.detail) for one in field_errors(form))
    return form.given()


def _start_on_all(body: Mapping[str, Any], fit: dict[str, QuerySet[Any]], common: dict[str, Any]) -> Run:
    try:
        return bulk.start_on_all(body["list"], body["action"], fit, seen=body.get("seen", 0), **common)
    except bulk.SelectionGrew as more:
        detail = gettext("%(count)s rows match now: send this number in “seen” with the request.") % {
            "count": more.count
        }
        raise TransitionRefused([UnmetCondition("grown", detail)]) from more


def _started(call: Call, run: Run, *, at_once: bool) -> list[Any]:
    if at_once:
        work_at_once(run, WORKS)
    call.headers["Location"] = reverse("api-runs-one", args=[run.pk])
    return [run.pk]


# Reading and controlling: the caller's own runs, and for the auditor those of their agency ----------------------------
@get("runs/", "list", _("List"), _("The caller's runs, newest first."), permission=SIGNED_IN, answers=[RunShape])
def runs(call: Call) -> Any:
    return [ShownRun(run) for run in Run.objects.visible_to(call.actor).order_by("-created_at", "pk")[:PAGE_SIZE]]


get("runs/<uuid:pk>/", "read", _("Read one"), _("The progress of a run."), permission=SIGNED_IN, answers=RunShape)(run)


class RunRowsShape(shapes.PageShape):
    results = RunRowShape(many=True)


@get(
    "runs/<uuid:pk>/rows/",
    "rows",
    _("Results by row"),
    _("The result of each row of a run."),
    permission=SIGNED_IN,
    query=(
        OpenApiParameter("outcome", str, description=_("Only rows with this result, such as refused.")),
        *paging(),
    ),
    answers=RunRowsShape,
)
def rows_of(call: Call, pk: UUID) -> Any:
    shown, outcome = ShownRun(_found(call, pk)), call.query.get("outcome", "")
    known = {RunRow.REFUSED, *shown.work.outcomes}
    if outcome and outcome not in known:
        detail = gettext("Choose one of: %(names)s.") % {"names": ", ".join(sorted(known))}
        raise Invalid.field("outcome", "choice", detail)
    rows = shown.run.rows.filter(outcome=outcome) if outcome else shown.run.rows.all()
    found = page_of(rows, call.query, sorts={"row": "pk"}, default="row", size=call.size)
    named = named_rows(shown, call.actor, found.items)
    return call.paged(found, [{"row": row, "what": words, "page": url} for row, words, url in named])


def _steers(step: Callable[..., Any], name: str, *texts: Text) -> None:
    """Declares the steering of a run by a function, which returns another run if it starts one."""

    @post(f"runs/<uuid:pk>/{name}/", name, *texts, permission=SIGNED_IN, tag="runs", answers=RunShape, then=run)
    def steered(call: Call, pk: UUID) -> list[Any]:
        run = _found(call, pk)
        return [(step(run, actor=call.actor) or run).pk]


_steers(cancel_run, "cancel", _("Stop"), _("Stops a run between two rows; completed rows remain valid."))
_steers(continue_run, "continue", _("Continue"), _("Continues a run from where it stopped."))
_steers(
    *(undo_run, "undo", _("Undo")),
    _(
        "Takes a bulk action back within a minute of its end, or an import of tasks as long as no task was "
        "touched; answers with the run that does so."
    ),
)


@post(
    "runs/<uuid:pk>/file/",
    "file",
    _("Download the file"),
    _(
        "The file of a finished export, for the person who requested it; invalid once that person "
        "may no longer read all of it."
    ),
    permission=SIGNED_IN,
    files=tuple(TYPES.values()),
    harmless=True,  # it creates nothing; every download is recorded in the journal
)
def file(call: Call, pk: UUID) -> HttpResponseBase:
    """A POST, because every export is recorded in the journal."""
    found = _found(call, pk)
    if found.kind != export.KIND or str(found.started_by_id) != call.actor.id:
        raise Http404
    return export.take_file(found, actor=call.actor)
