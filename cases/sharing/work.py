"""Until when an agency sees a case, which its work items hold."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from agencies.kernel.work import FOR_GOOD
from agencies.work.models import WorkItem
from cases.casefile.models import Case

from .models import Share

SHARE = "share"  # touched with the ids of the cases whose shares changed


def last_day(case: Case, agency_id: int, *, contents: bool) -> date | None:
    """The last day on which the agency sees the case, or its contents; None if it does not see it. The day may be
    over."""
    for share in case.shares.all():
        if share.agency_id == agency_id and share.ended_at is None:
            return None if contents and share.profile == Share.Profile.STATUS else share.until or FOR_GOOD
    return None


def items_on_cases(ids: Iterable[UUID]) -> Mapping[str, set[UUID]]:
    """The objects on these cases that have work items, by kind."""
    found: dict[str, set[UUID]] = defaultdict(set)
    for kind, pk in WorkItem.objects.filter(case_id__in=ids).values_list("kind", "object_id"):
        found[kind].add(pk)
    return found
