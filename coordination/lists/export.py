"""Exports a list to a file (导出): all visible rows that match the filters, marked with person and time.

A small file is made at once, a large one by the worker in parts. The file becomes invalid once its maker may no longer
read all of it, is given to no other person, and is deleted after a day.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid, TransitionRefused, UnmetCondition
from agencies.kernel.facets import NOT_FILTERS, Facets
from agencies.kernel.tables import TYPES, Row, moment_cell, write_file
from agencies.kernel.texts import Text
from agencies.kernel.work import atomic
from agencies.organisations.actions import agency_stream
from agencies.organisations.models import Agency
from agencies.people.naming import reader_named
from agencies.runs.actions import start_run, store_rows
from agencies.runs.job_types import JobType, StepResult
from agencies.runs.models import Run

from .listing import LISTS, ResourceList

Answer = TypeVar("Answer", bound=HttpResponseBase)
KIND = "export"
FORMS = tuple(TYPES)
AT_ONCE = 1_000  # rows that are made while the reader waits
MOST = 50_000  # more would be a copy of the register instead of a list to read
ROWS = 500  # of one part; limits the memory for a long list
KEPT = timedelta(days=1)
WHOLE, OUTSIDE, GONE = "whole", "outside", "gone"  # results of a row: how much of it the file contains


def export_at_once(
    listed: ResourceList, rows: QuerySet[Any], params: QueryDict, form: str, *, actor: Actor
) -> HttpResponse:
    things = list(listed.shown(rows, actor))
    file = BytesIO()
    table = _table(listed, _lines(listed, things, actor), actor, params, highest_handling(listed, things, actor))
    write_file(form, table, file, title=str(listed.title))
    record_export(listed, form, len(things), params, actor=actor)
    return marked(HttpResponse(file.getvalue()), listed, form)


def count_of(rows: QuerySet[Any]) -> int:
    """Raises Invalid if there are more than a file may hold."""
    count = rows.order_by().values("pk")[: MOST + 1].count()
    if count > MOST:
        detail = _("A file holds at most %(most)s rows. Narrow the filters first.") % {"most": f"{MOST:,}"}
        raise Invalid.field("", "many", detail)
    return count


def start_export(listed: ResourceList, rows: QuerySet[Any], params: QueryDict, form: str, *, actor: Actor) -> Run:
    """Stores the ids of the rows now; contents are read when written, with the permissions of that time."""
    given = {"list": listed.name, "form": form, "query": _filters_of(params).urlencode()}
    with atomic():
        run = start_run(KIND, actor=actor, given=given)
        store_rows(run, rows)
    return run


def record_export(listed: ResourceList, form: str, rows: int, params: QueryDict, *, actor: Actor) -> None:
    """Records the export: by whom, how many rows, which filters (without their values)."""
    key = agency_stream(Agency.objects.get(pk=actor.own_agency))
    fields = [listed.name, *sorted(_filters_of(params))]
    with atomic():
        record_event(
            key,
            actor=actor,
            action=Action(
                "export_list",
                "agency",
                key.subject,
                fields=fields,
                data={"list": listed.name, "form": form, "rows": rows},
            ),
            audience=Audience(Event.Visibility.OWN),
        )


def marked(answer: Answer, listed: ResourceList, form: str) -> Answer:
    """Adds the headers of a download that proxies and browsers must not cache."""
    name = f"{listed.name}-{timezone.localtime(times.now()):%Y%m%d-%H%M}.{form}"
    answer["Content-Type"] = TYPES[form]
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


# Table ---------------------------------------------------------------------------------------------------------------
def _table(listed: ResourceList, lines: Iterable[Row], actor: Actor, params: QueryDict, highest: str) -> Iterator[Row]:
    yield [_("Handling code"), *listed.heads(), _("System id")]
    yield from lines
    yield from _marks(listed, actor, params, highest)


def _lines(listed: ResourceList, things: Sequence[Any], actor: Actor) -> Iterator[Row]:
    """The last cell is the id that pages and API use."""
    for thing, cells in zip(things, listed.cells(things, actor), strict=True):
        yield [listed.handling(thing, actor), *cells, str(thing.pk)]


def highest_handling(listed: ResourceList, things: Iterable[Any], actor: Actor) -> str:
    return max((listed.handling(thing, actor) for thing in things), default="")


def _marks(listed: ResourceList, actor: Actor, params: QueryDict, highest: str) -> Iterator[Row]:
    """Below the rows, so that programs find the headings in the first line."""
    yield []
    maker = {**reader_named(actor), "when": moment_cell(times.now())}
    yield [_("Exported by %(who)s (%(agency)s), %(when)s. The live list may have changed since.") % maker]
    chosen = [str(one.label) for one in Facets(listed.cut(params, actor), params).chosen()]
    yield [_("List: %(list)s") % {"list": listed.title}, *(chosen or [_("without filters")])]
    if highest:
        yield [_("Highest handling code: %(code)s") % {"code": highest}]


def _filters_of(params: QueryDict) -> QueryDict:
    """The filters without display parameters; the order is kept by the stored rows."""
    kept = params.copy()
    for name in NOT_FILTERS:
        kept.pop(name, None)
    return kept


# In the worker -------------------------------------------------------------------------------------------------------
def _step(run: Run, actor: Actor) -> StepResult:
    """One part; the last step joins them. Writing a part twice gives the same part."""
    listed = LISTS[run.given["list"]]
    rows = list(run.rows.filter(outcome="").order_by("pk")[:ROWS])
    if not rows:
        return _put_together(run, listed, actor)
    seen = {thing.pk: thing for thing in listed.seen(actor).filter(pk__in=[row.subject for row in rows])}
    things = [seen[row.subject] for row in rows if row.subject in seen]
    part = _parts(run) / f"{rows[0].pk:020}"
    part.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part.write_text("".join(f"{_stored(row)}\n" for row in _lines(listed, things, actor)), encoding="utf-8")
    for outcome in (WHOLE, OUTSIDE, GONE):
        ids = [row.pk for row in rows if _outcome(listed, seen.get(row.subject), actor) == outcome]
        run.rows.filter(pk__in=ids).update(outcome=outcome)
    highest = max(run.found.get("highest", ""), highest_handling(listed, things, actor))
    found = {**run.found, "highest": highest, "parts": run.found.get("parts", 0) + 1}
    return StepResult(done=len(rows), refused=len(rows) - len(things), found=found)


def _outcome(listed: ResourceList, thing: Any, actor: Actor) -> str:
    if thing is None:
        return GONE
    return WHOLE if listed.inside(thing, actor) else OUTSIDE


def _put_together(run: Run, listed: ResourceList, actor: Actor) -> StepResult:
    folder, form = _parts(run), run.given["form"]
    parts = sorted(folder.iterdir()) if folder.exists() else []
    if len(parts) != run.found.get("parts", 0):
        return StepResult(ended=True, found={**run.found, "swept": True})
    params = QueryDict(run.given["query"])
    path = path_of(run)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_suffix(".new")
    with unfinished.open("wb") as file:
        table = _table(listed, _parts_read(parts), actor, params, run.found.get("highest", ""))
        write_file(form, table, file, title=str(listed.title), folder=path.parent)
    unfinished.chmod(0o600)
    unfinished.replace(path)
    transaction.on_commit(partial(shutil.rmtree, folder, ignore_errors=True))
    return StepResult(ended=True, found={**run.found, "digest": digest_of(path), "size": path.stat().st_size})


TYPED: dict[str, Callable[[str], Any]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "Decimal": Decimal,
}


def _stored(row: Row) -> str:
    """A row as a line of JSON in which dates, times and numbers keep their type."""
    return json.dumps(list(row), ensure_ascii=False, default=lambda cell: {type(cell).__name__: str(cell)})


def _parts_read(parts: Iterable[Path]) -> Iterator[Row]:
    def typed(cell: dict[str, str]) -> Any:
        ((kind, text),) = cell.items()
        return TYPED.get(kind, str)(text)

    for part in parts:
        with part.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line, object_hook=typed)


def path_of(run: Run) -> Path:
    return Path(settings.EXPORTS_DIR) / f"{run.pk}.{run.given['form']}"


def _parts(run: Run) -> Path:
    return Path(settings.EXPORTS_DIR) / f"{run.pk}.parts"


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# Download ------------------------------------------------------------------------------------------------------------
def take_file(run: Run, *, actor: Actor) -> FileResponse:
    """The file, for its maker. Raises TransitionRefused if it is unfinished, deleted, changed, or no longer
    readable."""
    if not is_there(run):
        raise TransitionRefused([UnmetCondition("gone", _("This file is no longer kept. Export the list again."))])
    listed, path = LISTS[run.given["list"]], path_of(run)
    if digest_of(path) != run.found["digest"]:
        raise TransitionRefused(
            [UnmetCondition("digest", _("The stored file has changed: its digest differs. Export it again."))]
        )
    if not _still_read(run, listed, actor):
        path.unlink(missing_ok=True)
        detail = _("You may no longer read some of this file, so it is invalid. Export the list again.")
        raise TransitionRefused([UnmetCondition("sight", detail)])
    record_export(listed, run.given["form"], run.done - run.refused, QueryDict(run.given["query"]), actor=actor)
    return marked(FileResponse(path.open("rb")), listed, run.given["form"])


def is_there(run: Run) -> bool:
    is_fresh = run.ended_at is not None and run.ended_at > times.now() - KEPT
    return run.state == Run.State.DONE and is_fresh and "digest" in run.found and path_of(run).exists()


def _still_read(run: Run, listed: ResourceList, actor: Actor) -> bool:
    """Whether the actor may still read every row as far as the file contains it; checked for all rows again."""
    left = {outcome: run.rows.filter(outcome=outcome).count() for outcome in (WHOLE, OUTSIDE)}
    for outcome, count in left.items():
        subjects = run.rows.filter(outcome=outcome).values("subject")
        rows = listed.seen(actor).filter(pk__in=subjects).prefetch_related(None).order_by()
        seen = sum(outcome == OUTSIDE or listed.inside(row, actor) for row in rows.iterator(chunk_size=ROWS))
        if seen != count:
            return False
    return True


def sweep_exports(now: datetime | None = None) -> int:
    """Deletes files and parts that are older than a day. Returns their number."""
    folder, before, swept = Path(settings.EXPORTS_DIR), (now or times.now()) - KEPT, 0
    for path in folder.iterdir() if folder.exists() else ():
        if times.file_time(path) < before:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            swept += 1
    return swept


def _result(run: Run) -> list[Text]:
    if run.found.get("swept"):
        return [_("Parts of it were deleted before it was finished. Export the list again.")]
    rows = run.done - run.refused
    lines = [ngettext("%(count)s row was written.", "%(count)s rows were written.", rows) % {"count": f"{rows:,}"}]
    if run.refused:
        gone = ngettext(
            "%(count)s row is left out: you may no longer read it.",
            "%(count)s rows are left out: you may no longer read them.",
            run.refused,
        )
        lines.append(gone % {"count": f"{run.refused:,}"})
    return [*lines, f"SHA-256: {run.found['digest']}"]


def _page(run: Run) -> str:
    return f"{LISTS[run.given['list']].url}?{run.given['query']}"


WORK = JobType(
    label=gettext_lazy("Export a list"),
    step=_step,
    result=_result,
    page=_page,
    needs_attention=lambda run: bool(run.found.get("swept")),
    about=lambda run: LISTS[run.given["list"]].title,
)
