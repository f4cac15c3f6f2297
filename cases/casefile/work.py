"""Columns of work items that come from the case, and the objects whose rows a change of the case affects."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from agencies.kernel.work import DeskRow, Side, WorkRows
from agencies.work.models import WorkItem

from .models import Case, Determination, Handling
from .source_news import WITH_NEWS, news_elsewhere


def in_case(case: Case | None, agency_id: int) -> dict[str, Any]:
    """Returns the columns of this agency's row that come from the case."""
    if case is None:
        return {}
    return {
        "case_id": case.pk,
        "led": case.lead_id == agency_id,
        "restricted": case.handling == Handling.H3,
    }


def items_of_cases(ids: Iterable[UUID]) -> Mapping[str, Iterable[UUID]]:
    """Returns the objects whose rows have another lead agency or handling code than their case, by kind."""
    found: dict[str, set[UUID]] = defaultdict(set)
    for pk, lead, handling in Case.objects.filter(pk__in=ids).values_list("pk", "lead_id", "handling"):
        wrong = Q(led=True) & ~Q(agency_id=lead) | Q(led=False, agency_id=lead)
        wrong |= Q(restricted=handling != Handling.H3)
        for kind, thing in WorkItem.objects.filter(wrong, case_id=pk).values_list("kind", "object_id"):
            found[kind].add(thing)
    return found


def rows(case: Case) -> Iterator[DeskRow]:
    """The lead agency decides on determinations about which the rules changed: those who determined, if of it. It asks
    other agencies for the news of their sources, and then waits for them."""
    if case.state == Case.State.CLOSED:
        return
    changed = Determination.objects.with_changed_rules().filter(case=case)
    people = {one.decided_by_id if one.agency_id == case.lead_id else None for one in changed}
    held = news_elsewhere([case.pk]).get(case.pk, {})
    if not all(held.values()):
        people.add(None)
    for place, person in enumerate(sorted(people, key=str)):
        yield DeskRow(
            side=Side.DOES,
            agency_id=case.lead_id,
            state=case.state,
            person_id=person,
            free=person is None,
            first=place == 0,
            **in_case(case, case.lead_id),
        )
    if asked := sorted(agency for agency, is_asked in held.items() if is_asked):
        yield DeskRow(
            side=Side.AWAITS,
            agency_id=case.lead_id,
            state=case.state,
            other_id=asked[0],
            **in_case(case, case.lead_id),
        )


def _cases() -> QuerySet[Case]:
    changed = Determination.objects.filter(changed_in__isnull=False)
    news = Case.objects.filter(WITH_NEWS)
    return Case.objects.open().filter(Q(pk__in=changed.values("case")) | Q(pk__in=news.values("pk")))


WORK = WorkRows(kind="case", things=_cases, rows=rows)
