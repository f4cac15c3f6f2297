"""One meaning of late for one reader: what home, queues, the list of cases, the pages of cases and supervision say is
compared."""

from collections.abc import Iterator
from typing import Any

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.resource import RESOURCE_OF_KIND
from agencies.work.models import WorkItem
from agencies.work.reading import DeskReader
from cases.casefile.due import set_nearest, with_nearest
from cases.casefile.filters import CaseFilter
from cases.casefile.models import Case
from coordination.exchange.reminders.late import late_kinds
from coordination.workspace.case_page import CasePage
from coordination.workspace.waiting import queue

QUEUES = ("work_late", "overdue")


def disagreements(actor: Actor) -> Iterator[str]:
    """What the pages of this reader say differently."""
    now = times.now()
    visible = Case.objects.visible_to(actor)
    listed = set(CaseFilter({"overdue": "1"}, visible, actor=actor).qs.values_list("pk", flat=True))
    rows: set[Any] = set()
    for key in QUEUES:
        rows |= set(queue(key, DeskReader(actor, now)).exclude(case_id=None).values_list("case_id", flat=True))
    for case in set_nearest(list(with_nearest(visible, actor))):
        late = (case.breach_at or now) < now
        on_page = _late_on_page(case, actor, now)
        if (case.pk in listed) != late:
            yield f"{case.number}: the filter and the column of the list"
        if case.pk in rows and not late:
            yield f"{case.number}: late work on home, and not in the list"
        if bool(on_page) != late:
            yield f"{case.number}: late on its page {bool(on_page)}, in the list {late}"
        elif late and min(on_page) != case.breach_at:
            yield f"{case.number}: late since {min(on_page)} on its page, since {case.breach_at} in the list"


def _late_on_page(case: Case, actor: Actor, now: Any) -> list[Any]:
    parts = CasePage(case, actor, {})
    # A private duty of a court or procuratorate is owed by no agency in the system, and only the page shows it.
    owed = [clock for clock in parts.pending if clock.agency_id or not clock.private]
    since = [clock.breach_at for clock in owed if clock.is_overdue(now)]
    since += [task.due_at for task in parts.of["task"] if task.is_open and task.due_at and task.due_at < now]
    items = WorkItem.objects.visible_to(actor).filter(case_id=case.pk, breach_at__lt=now)
    since += [item.breach_at for item in items if item.side in ("does", "awaits", "period")]
    for kind, late in late_kinds().items():
        if not late.case:  # of an exporter
            continue
        rows = late.late(late.rows_of(RESOURCE_OF_KIND[kind].model, actor), now).filter(**{late.case: case})
        since += rows.values_list(late.since, flat=True)
    return since
