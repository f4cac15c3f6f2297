"""Columns of work items that come from the case, and the objects whose rows a change of the case affects."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q

from agencies.work.models import WorkItem

from .models import Case, Handling


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
