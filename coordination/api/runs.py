"""Background work over JSON: exporting a list, bulk actions, and the result of either."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel.action_fields import ActionForm, field_errors
from agencies.kernel.actor import Actor
from agencies.kernel.errors import FieldError, Invalid, TransitionRefused, UnmetCondition
from agencies.kernel.paging import PAGE_SIZE, page_of
from agencies.kernel.permissions import CASE_READER, SIGNED_IN, STAFF, Permission, actor_of
from agencies.kernel.shapes import shown
from agencies.kernel.strict import Strict
from agencies.kernel.tables import TYPES
from agencies.runs.actions import cancel_run, continue_run
from agencies.runs.models import Run, RunRow
from agencies.runs.worker import work_at_once
from coordination.lists import bulk, export
from coordination.lists.bulk_actions import ACTS, BulkAct, acts_on
from coordination.lists.bulk_pages import PILES
from coordination.lists.listing import LISTS
from coordination.tooling.operation.background_jobs import WORKS, ShownRun, named_rows, undo_run

from . import shapes
from .schema import paging
from .views import ApiView, next_url, size_of, validated

QUERY = _("The filters and the order, as in the address of the list: state=OPENED&sort=number")
MOST_PICKED = 1_000
PAGES = [*LISTS, *bulk.PILES]


# Shapes --------------------------------------------------------------------------------------------------------------
class RunShape(shapes.Shape[Any]):
    """One run. `total` is null before its first step; `file` is the address of a finished export, valid for a day.
    `undo_until` says until when a bulk action or an import may be taken back as a whole, null if it may not."""

    id = serializers.UUIDField(source="run.pk")
    kind = serializers.ChoiceField(source="run.kind", choices=list(WORKS))
    words = serializers.CharField()
    state = serializers.ChoiceField(source="run.state", choices=Run.State.choices)
    total = serializers.IntegerField(source="run.total", allow_null=True)
    done = serializers.IntegerField(source="run.done")
    refused = serializers.IntegerField(source="run.refused")
    started_at = serializers.DateTimeField(source="run.created_at")
    ended_at = serializers.DateTimeField(source="run.ended_at", allow_null=True)
    why_stopped = serializers.CharField(source="run.why_stopped", allow_blank=True)
    undo_until = serializers.DateTimeField(allow_null=True)

    @shown(serializers.ListField(child=serializers.CharField()))
    def result(self, shown: ShownRun) -> list[str]:
        return [str(line) for line in shown.lines] if shown.run.state == Run.State.DONE else []

    @shown(serializers.CharField(allow_null=True))
    def file(self, shown: ShownRun) -> str | None:
        return reverse("api-runs-file", args=[shown.run.pk]) if shown.has_file else None

    @shown(serializers.CharField())
    def rows(self, shown: ShownRun) -> str:
        return reverse("api-runs-rows", args=[shown.run.pk])


class RunRowShape(shapes.Shape[Any]):
    """Result of one row: empty while it waits. `what` and `page` only while the caller may see it."""

    id = serializers.UUIDField(source="row.subject")
    resource = serializers.CharField(source="row.resource", allow_blank=True)
    outcome = serializers.CharField(source="row.outcome", allow_blank=True)
    why = serializers.CharField(source="row.said", allow_blank=True)
    what = serializers.CharField()
    page = serializers.CharField(allow_blank=True)


class ExportInput(Strict):
    list = serializers.ChoiceField(choices=list(LISTS))
    form = serializers.ChoiceField(choices=export.FORMS)
    query = serializers.CharField(max_length=2000, required=False, allow_blank=True, help_text=QUERY)


class PickedInput(Strict):
    """`noun` is required where rows are of several kinds: in queues and on the board."""

    id = serializers.UUIDField()
    version = serializers.IntegerField(min_value=1)
    resource = serializers.ChoiceField(choices=list(ACTS), required=False)


class BulkInput(Strict):
    """Either `rows`, each with the version that was read, or `all` with the number shown to the caller (`seen`)."""

    list = serializers.ChoiceField(choices=PAGES)
    action = serializers.ChoiceField(choices=sorted({name for acts in ACTS.values() for name in acts}))
    query = serializers.CharField(max_length=2000, required=False, allow_blank=True, help_text=QUERY)
    rows = PickedInput(many=True, required=False)
    all = serializers.BooleanField(required=False)
    seen = serializers.IntegerField(min_value=0, required=False)
    answers = serializers.DictField(
        required=False, help_text=_("The fields of the action: to (id of a colleague), due_at, reason.")
    )


# Starting ------------------------------------------------------------------------------------------------------------
class RunMade(ApiView):
    """Answers with the run that was started, stopped or continued."""

    def again(self, request: Request, made: list[str], *args: Any, **kwargs: Any) -> Response:
        return Response(RunShape(ShownRun(_find(request, UUID(made[0])))).data)


class ExportsView(RunMade):
    """Exports a list to a file: a small one is ready in the answer, a large one is made by the worker."""

    operations = {
        "POST": (
            "start",
            _("Export a list"),
            _("Exports a list as a file. The response is a run: read it until it is DONE, then fetch the file."),
        )
    }
    permission = CASE_READER
    resource = "exports"

    @extend_schema(request=ExportInput, responses={201: RunShape})
    def post(self, request: Request) -> Response:
        actor, body = actor_of(request), validated(ExportInput, request)
        listed, params = LISTS[body["list"]], QueryDict(body.get("query", ""))
        rows = listed.found(params, actor)
        count = export.count_of(rows)
        run = export.start_export(listed, rows, params, body["form"], actor=actor)
        return _started(run, at_once=count <= export.AT_ONCE)


class BulkView(RunMade):
    """Applies one action to many rows, each independently."""

    operations = {
        "POST": (
            "start",
            _("Bulk actions"),
            _("Applies one action to many rows. The response is a run; the result of each row is listed under `rows`."),
        )
    }
    permission = STAFF
    resource = "bulk"

    @extend_schema(request=BulkInput, responses={201: RunShape})
    def post(self, request: Request) -> Response:
        actor, body = actor_of(request), validated(BulkInput, request)
        picked, query = _picked(body), QueryDict(body.get("query", ""))
        fit = _fit(body["list"], query, actor)  # refuses a filter that the page does not have
        counts = {resource: len(some) for resource, some in picked.items()} if picked else bulk.counts_of(fit)
        act = acts_on(counts, actor).get(body["action"])
        if act is None:
            raise Invalid.field("action", "choice", gettext("This action is not available for all of these rows."))
        common: dict[str, Any] = {"actor": actor, "answers": _answers(act, body, actor), "query": query.urlencode()}
        bulk.refuse_absent(common["answers"], actor)
        if picked:
            run = bulk.start_on(body["list"], body["action"], picked, **common)
        else:
            run = _start_on_all(body, fit, common)
        return _started(run, at_once=(run.total or 0) <= bulk.AT_ONCE)


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


def _started(run: Run, *, at_once: bool) -> Response:
    if at_once:
        work_at_once(run, WORKS)
        run.refresh_from_db()
    where = reverse("api-runs-one", args=[run.pk])
    return Response(RunShape(ShownRun(run)).data, status=201, headers={"Location": where})


# Reading and controlling ---------------------------------------------------------------------------------------------
class RunView(ApiView):
    """Base of the views of runs: the caller's own, and for the auditor those of their agency."""

    permission: Permission = SIGNED_IN
    resource = "runs"


class RunsView(RunView):
    operations = {"GET": ("list", _("List"), _("The caller's runs, newest first."))}

    @extend_schema(responses=RunShape(many=True))
    def get(self, request: Request) -> Response:
        runs = Run.objects.visible_to(actor_of(request)).order_by("-created_at", "pk")[:PAGE_SIZE]
        return Response(RunShape([ShownRun(run) for run in runs], many=True).data)


class RunOneView(RunView):
    operations = {"GET": ("read", _("Read one"), _("The progress of a run."))}

    @extend_schema(responses=RunShape)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(RunShape(ShownRun(_find(request, pk))).data)


class RunRowsShape(shapes.PageShape):
    results = RunRowShape(many=True)


class RunRowsView(RunView):
    operations = {"GET": ("rows", _("Results by row"), _("The result of each row of a run."))}

    query = (
        OpenApiParameter("outcome", str, description=_("Only rows with this result, such as refused.")),
        *paging(),
    )

    @extend_schema(responses=RunRowsShape)
    def get(self, request: Request, pk: UUID) -> Response:
        shown, outcome = ShownRun(_find(request, pk)), request.query_params.get("outcome", "")
        known = {RunRow.REFUSED, *shown.work.outcomes}
        if outcome and outcome not in known:
            detail = gettext("Choose one of: %(names)s.") % {"names": ", ".join(sorted(known))}
            raise Invalid.field("outcome", "choice", detail)
        rows = shown.run.rows.filter(outcome=outcome) if outcome else shown.run.rows.all()
        found = page_of(rows, request.query_params, sorts={"row": "pk"}, default="row", size=size_of(request))
        results = [
            {"row": row, "what": words, "page": url}
            for row, words, url in named_rows(shown, actor_of(request), found.items)
        ]
        following = next_url(request, after=found.next)
        return Response(RunRowsShape({"results": results, "next": following}).data)


class RunStepView(RunMade, RunView):
    """Steers a run with `step`, a function that returns another run if it starts one."""

    step: Callable[..., Any]

    @extend_schema(request=None, responses=RunShape)
    def post(self, request: Request, pk: UUID) -> Response:
        run = _find(request, pk)
        read = self.step(run, actor=actor_of(request)) or run
        return Response(RunShape(ShownRun(_find(request, read.pk))).data)


class RunCancelView(RunStepView):
    operations = {"POST": ("cancel", _("Stop"), _("Stops a run between two rows; completed rows remain valid."))}
    step = staticmethod(cancel_run)


class RunContinueView(RunStepView):
    operations = {"POST": ("continue", _("Continue"), _("Continues a run from where it stopped."))}
    step = staticmethod(continue_run)


class RunUndoView(RunStepView):
    operations = {
        "POST": (
            "undo",
            _("Undo"),
            _(
                "Takes a bulk action back within a minute of its end, or an import of tasks as long as no task was "
                "touched; answers with the run that does so."
            ),
        )
    }
    step = staticmethod(undo_run)


class RunFileView(RunView):
    """A POST, because every export is recorded in the journal."""

    operations = {
        "POST": (
            "file",
            _("Download the file"),
            _(
                "The file of a finished export, for the person who requested it; invalid once that person "
                "may no longer read all of it."
            ),
        )
    }
    files = tuple(TYPES.values())
    harmless = True  # it creates nothing; every download is recorded in the journal

    @extend_schema(request=None, responses={(200, kind): OpenApiTypes.BINARY for kind in TYPES.values()})
    def post(self, request: Request, pk: UUID) -> HttpResponseBase:
        actor, found = actor_of(request), _find(request, pk)
        if found.kind != export.KIND or str(found.started_by_id) != actor.id:
            raise Http404
        return export.take_file(found, actor=actor)


def _find(request: Request, pk: UUID) -> Run:
    found: Run | None = Run.objects.visible_to(actor_of(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
