"""The list of running deadlines as a file: the same rows, in the same order, under the same filters."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.translation import gettext as _

from agencies.kernel.doors import CASE_READER, actor_of, page
from agencies.kernel.paging import page_of
from agencies.kernel.refusals import Invalid
from agencies.kernel.tables import Row, file_answer, moment_cell
from cases.clocks.actions import tell_export
from cases.clocks.filters import CLOCK_SORTS, DEFAULT_CLOCK_SORT

from .lists import Line, filtered, lines_of, listed, people_in

MOST = 5000


@page(CASE_READER)
def export_clocks(request: HttpRequest, form: str) -> HttpResponse:
    """Only by POST: who took what out is told to the journal."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    actor = actor_of(request)
    rows = listed(filtered(request.GET, actor), actor)
    sort = {"sort": request.GET.get("sort", "")}
    found = page_of(rows, sort, sorts=CLOCK_SORTS, default=DEFAULT_CLOCK_SORT, size=MOST)
    if found.next:
        raise Invalid.field("", "many", _("More than %(most)s rows. Narrow the filters first.") % {"most": MOST})
    lines = lines_of(found.items, people_in(clock.handled_by for clock in found.items))
    table = [_heads(), *(list(_cells(line)) for line in lines)]
    with transaction.atomic():
        tell_export(actor=actor, form=form, rows=len(lines), query=request.GET.urlencode())
    return file_answer(form, table, name="deadlines", title=_("Running deadlines"))


def _heads() -> Row:
    return [
        *(_("Deadline"), _("Lenient reading"), _("Provisional"), _("State"), _("What must be done"), _("Rule")),
        *(_("Kind"), _("Legal basis"), _("Who must act"), _("Handler"), _("Phone"), _("About"), _("Case no.")),
        _("Runs since"),
    ]


def _cells(line: Line) -> Iterator[Any]:
    clock, rule, handler = line.clock, line.clock.rule, line.handler
    seen: Any = clock  # annotated by the list
    yield from (moment_cell(clock.due_at), moment_cell(clock.breach_at), _("yes") if clock.provisional else "")
    yield from (clock.get_state_display(), rule.name, rule.code, rule.get_kind_display(), rule.cited)
    yield clock.organ.name if clock.organ else rule.get_owner_side_display()
    yield from (handler.name, handler.phone) if handler else ("", "")
    yield from (line.subject, clock.case.number if clock.case and seen.case_seen else "", moment_cell(clock.started_at))
