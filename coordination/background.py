"""Long work (后台作业): which kinds there are, and the pages where whoever started one finds it again."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from agencies.kernel.doors import SIGNED_IN, actor_of, page
from agencies.kernel.paging import page_of
from agencies.runs.actions import cancel_run, continue_run
from agencies.runs.models import Run, RunRow
from agencies.runs.works import Work
from cases.clocks import recounting

from . import verifying

WORKS: dict[str, Work] = {
    verifying.KIND: verifying.WORK,
    recounting.KIND: recounting.WORK,
}
RUN_WORDS = {
    ("run", "start_run"): _("started work in the background"),
    ("run", "cancel_run"): _("stopped work in the background"),
    ("run", "continue_run"): _("let work in the background go on"),
}


@dataclass(frozen=True)
class Shown:
    """A run as its page tells it."""

    run: Run

    @property
    def work(self) -> Work:
        return WORKS[self.run.kind]

    @property
    def tone(self) -> str:
        return {"OPEN": "progress", "DONE": "good"}.get(self.run.state, "stopped")

    @property
    def icon(self) -> str:
        return {"OPEN": "hourglass-split", "DONE": "check-lg"}.get(self.run.state, "x-circle")

    @property
    def lines(self) -> Any:
        return self.work.told(self.run)

    @property
    def alarms(self) -> bool:
        return self.work.alarms(self.run)

    @property
    def started_from(self) -> str:
        return self.work.page(self.run)


@page(SIGNED_IN)
def runs(request: HttpRequest) -> HttpResponse:
    found = page_of(_visible(request), request.GET, sorts={"started": "created_at"}, default="-started")
    return render(request, "runs/runs.html", {"page": found, "rows": [Shown(run) for run in found.items]})


@page(SIGNED_IN)
def run(request: HttpRequest, pk: Any) -> HttpResponse:
    """How far it is, and what it refused, row by row."""
    shown = Shown(_find(request, pk))
    refused = shown.run.rows.filter(outcome=RunRow.REFUSED)
    rows = page_of(refused, request.GET, sorts={"row": "pk"}, default="row")
    named = shown.work.named(actor_of(request), [row.subject for row in rows.items]) if shown.work.named else {}
    listed = [(row, *named.get(row.subject, (str(row.subject), ""))) for row in rows.items]
    own = actor_of(request).id == str(shown.run.started_by_id)
    return render(request, "runs/run.html", {"shown": shown, "page": rows, "rows": listed, "own": own})


@page(SIGNED_IN)
def run_cancel(request: HttpRequest, pk: Any) -> HttpResponse:
    return _act(request, pk, cancel_run)


@page(SIGNED_IN)
def run_continue(request: HttpRequest, pk: Any) -> HttpResponse:
    return _act(request, pk, continue_run)


def _act(request: HttpRequest, pk: Any, action: Any) -> HttpResponse:
    found = _find(request, pk)
    if request.method == "POST":
        action(found, actor=actor_of(request))
    return redirect("run", found.pk)


def _visible(request: HttpRequest) -> Any:
    return Run.objects.visible_to(actor_of(request)).select_related("started_by", "organ")


def _find(request: HttpRequest, pk: Any) -> Run:
    found: Run | None = _visible(request).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
