"""Background jobs (后台作业): their kinds, and pages for the people who started them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.facets import FacetChoice
from agencies.kernel.paging import page_of
from agencies.kernel.permissions import SIGNED_IN, actor_of, page
from agencies.kernel.tables import CSV_TYPE, csv_file, csv_rows
from agencies.runs.actions import cancel_run, continue_run, record_result_download
from agencies.runs.job_types import JobType
from agencies.runs.models import Run, RunRow
from agencies.runs.worker import work_at_once
from cases.clocks import recounting
from cases.rulechanges import measuring
from cases.rulechanges.actions import EFFECT_RUN
from coordination.automation.imports import working as imports
from coordination.automation.routing import dry_run
from coordination.exchange.tasks import importing
from coordination.lists import bulk, export
from coordination.prevention.circulars import workflow as circulars
from coordination.prevention.circulars import writing

from .. import journal_verification

WORKS: dict[str, JobType] = {
    journal_verification.KIND: journal_verification.WORK,
    recounting.KIND: recounting.WORK,
    EFFECT_RUN: measuring.WORK,
    export.KIND: export.WORK,
    bulk.KIND: bulk.WORK,
    bulk.UNDO: bulk.UNDO_WORK,
    dry_run.KIND: dry_run.WORK,
    importing.KIND: importing.WORK,
    circulars.WRITES: writing.WORK,
    **imports.JOBS,
}
RESULT_ROWS = 500  # rows in a chunk of the file
RUN_WORDS = {
    ("run", "start_run"): _("started background work"),
    ("run", "cancel_run"): _("stopped background work"),
    ("run", "continue_run"): _("continued background work"),
    ("run", "take_result"): _("exported the result of background work"),
}


@dataclass(frozen=True)
class ShownRun:
    """A run as its page shows it."""

    run: Run

    @property
    def work(self) -> JobType:
        return WORKS[self.run.kind]

    @property
    def tone(self) -> str:
        return {"OPEN": "progress", "DONE": "good"}.get(self.run.state, "stopped")

    @property
    def icon(self) -> str:
        return {"OPEN": "hourglass-split", "DONE": "check-lg"}.get(self.run.state, "x-circle")

    @property
    def lines(self) -> Any:
        return self.work.result(self.run)

    @property
    def alarms(self) -> bool:
        return self.work.needs_attention(self.run)

    @property
    def words(self) -> str:
        return " · ".join(filter(None, (str(self.work.label), str(self.work.about(self.run)))))

    def outcome(self, row: RunRow) -> str:
        return str(self.work.outcomes.get(row.outcome, row.outcome)) if row.outcome else gettext("not yet")

    @property
    def has_file(self) -> bool:
        return self.run.kind == export.KIND and export.is_there(self.run)

    @property
    def undo_until(self) -> datetime | None:
        """Until when its starter may take it back."""
        return self.work.undo_until(self.run)

    @property
    def started_from(self) -> str:
        return self.work.page(self.run)


@page(SIGNED_IN)
def runs(request: HttpRequest) -> HttpResponse:
    found = page_of(_visible(request), request.GET, sorts={"started": "created_at"}, default="-started")
    return render(request, "runs/runs.html", {"page": found, "rows": [ShownRun(run) for run in found.items]})


@page(SIGNED_IN)
def run(request: HttpRequest, pk: Any) -> HttpResponse:
    """Shows progress and failed rows."""
    shown = ShownRun(_find(request, pk))
    distinguished, everything = bool(shown.work.outcomes), request.GET.get("rows") == "all"
    listed = shown.run.rows.all() if distinguished and everything else shown.run.rows.filter(outcome=RunRow.REFUSED)
    rows = page_of(listed, request.GET, sorts={"row": "pk"}, default="row")
    context = {
        "shown": shown,
        "page": rows,
        "rows": [
            (row, words, url, shown.outcome(row))
            for row, words, url in named_rows(shown, actor_of(request), rows.items)
        ],
        "own": _is_own(request, shown.run),
        "cuts": [
            FacetChoice(gettext("Refused"), "?", shown.run.refused, not everything),
            FacetChoice(gettext("All"), "?rows=all", shown.run.total, everything),
        ]
        if distinguished
        else [],
    }
    return render(request, "runs/run.html", context)


@page(SIGNED_IN)
def run_file(request: HttpRequest, pk: Any) -> HttpResponseBase:
    """Downloads the file of a run, for the person who started it. POST only, because the journal records it."""
    found = _find(request, pk)
    if found.kind != export.KIND or not _is_own(request, found):
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    return export.take_file(found, actor=actor_of(request))


@page(SIGNED_IN)
def run_result(request: HttpRequest, pk: Any) -> HttpResponseBase:
    """Downloads the result of each row, streamed from the database. POST only, like every download."""
    shown = ShownRun(_find(request, pk))
    if not shown.work.outcomes or not _is_own(request, shown.run):
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    actor = actor_of(request)
    record_result_download(shown.run, actor=actor)
    answer = StreamingHttpResponse(_result(shown, actor, get_language() or "en"), content_type=CSV_TYPE)
    answer["Content-Disposition"] = content_disposition_header(True, f"result-{shown.run.pk}.csv") or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _result(shown: ShownRun, actor: Actor, language: str) -> Iterator[bytes]:
    """In chunks, so that ten thousand rows are never in memory; the request's language no longer applies by then."""
    with override(language):
        yield csv_file([[gettext("Object"), gettext("Outcome history"), gettext("Why"), gettext("Address")]])
        rows = shown.run.rows.order_by("pk").iterator(chunk_size=RESULT_ROWS)
        while some := list(islice(rows, RESULT_ROWS)):
            named = named_rows(shown, actor, some)
            yield csv_rows([words, shown.outcome(row), row.said, url] for row, words, url in named)


def named_rows(shown: ShownRun, actor: Actor, rows: list[RunRow]) -> list[tuple[RunRow, str, str]]:
    """Rows with title and address, as far as the reader may see them today."""
    values = shown.work.row_labels(shown.run, actor, [row.subject for row in rows]) if shown.work.row_labels else {}
    return [(row, *values.get(row.subject, (str(row.subject), ""))) for row in rows]


def _is_own(request: HttpRequest, run: Run) -> bool:
    return actor_of(request).id == str(run.started_by_id)


@page(SIGNED_IN)
def run_cancel(request: HttpRequest, pk: Any) -> HttpResponse:
    return _act(request, pk, cancel_run)


@page(SIGNED_IN)
def run_continue(request: HttpRequest, pk: Any) -> HttpResponse:
    return _act(request, pk, continue_run)


@page(SIGNED_IN)
def run_undo(request: HttpRequest, pk: Any) -> HttpResponse:
    """Takes the run back and opens the run that does so."""
    found = _find(request, pk)
    if request.method != "POST":
        return redirect("run", found.pk)
    return redirect("run", undo_run(found, actor_of(request)).pk)


def undo_run(run: Run, actor: Actor) -> Run:
    """Starts the run that takes this one back, and processes a few rows at once. Raises Forbidden, TransitionRefused,
    and Http404 for work that cannot be taken back.
    """
    start = WORKS[run.kind].undo
    if start is None:
        raise Http404
    back = start(run, actor)
    if (back.total or 0) <= bulk.AT_ONCE:
        work_at_once(back, WORKS)
    return back


def _act(request: HttpRequest, pk: Any, action: Any) -> HttpResponse:
    found = _find(request, pk)
    if request.method == "POST":
        action(found, actor=actor_of(request))
    return redirect("run", found.pk)


def _visible(request: HttpRequest) -> Any:
    return Run.objects.visible_to(actor_of(request)).select_related("started_by", "agency")


def _find(request: HttpRequest, pk: Any) -> Run:
    found: Run | None = _visible(request).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
