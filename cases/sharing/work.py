"""Until when an agency sees a case, which its work items hold."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from django.db.models import CharField, Exists, ExpressionWrapper, OuterRef, Q

from agencies.kernel.actor import Actor
from agencies.kernel.work import FOR_GOOD, Sees
from agencies.work.models import WorkItem, WorkItemQuerySet
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


def shared_with(actor: Actor, rows: WorkItemQuerySet) -> WorkItemQuerySet:
    """Rows whose case the agency sees now, and its contents where the row asks for them; and those whose object has to
    be asked."""
    shown = Q(sees__in=(Sees.ALWAYS, Sees.ASKED)) | Q(_shares_enough(actor))
    if actor.is_centre:
        shown |= Q(restricted=False)
    return rows.filter(shown)


def _shares_enough(actor: Actor) -> Exists:
    live = Share.objects.live().filter(case=OuterRef("case_id"), agency=actor.agency_id)
    asked = ExpressionWrapper(OuterRef("sees"), output_field=CharField())
    return Exists(live.alias(asked=asked).filter(~Q(profile=Share.Profile.STATUS) | Q(asked=Sees.CASE)))
