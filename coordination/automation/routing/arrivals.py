"""Items that arrive at an agency and are routed there, one row for each kind; for the worker and the dry run."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from agencies.journal.actions import StreamKey
from cases.casefile.actions import stream_of
from cases.intake.actions import lead_stream
from cases.intake.models import Lead
from cases.proceedings.models import Proceeding
from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks.models import Task

from .models import Kind, Routing


@dataclass(frozen=True)
class Arrival:
    """One kind of item. `agency`, `person`, `at` name columns: receiving agency, current handler, time of arrival."""

    kind: Kind
    model: type[Any]
    agency: str
    person: str
    at: str
    open: Callable[[QuerySet[Any]], QuerySet[Any]]
    related: tuple[str, ...] = ()

    def rows(self) -> QuerySet[Any]:
        found: QuerySet[Any] = self.model.objects.all()
        return ARRIVED[self.kind](found)

    def at_agencies(self, begun: dict[int, datetime]) -> QuerySet[Any]:
        """Items that arrived at each agency since its time in `begun`."""
        wanted = Q(pk__in=())
        for agency_id, moment in begun.items():
            wanted |= Q(**{f"{self.agency}_id": agency_id, f"{self.at}__gte": moment})
        return self.rows().filter(wanted).select_related(self.agency, *self.related)

    def unrouted(self, begun: dict[int, datetime]) -> QuerySet[Any]:
        """Open items without a routing decision at their present agency."""
        rows = self.open(self.at_agencies(begun))
        mine = Routing.objects.filter(subject=OuterRef("pk"), agency=OuterRef(f"{self.agency}_id"))
        if self.kind != Kind.LEAD:
            return rows.exclude(Exists(mine))
        # A revised lead is routed again only while it is unclaimed.
        free = Q(state=Lead.State.RECEIVED, officer=None) | ~Exists(mine)
        return rows.filter(free).exclude(Exists(mine.filter(round=OuterRef("revision"))))

    def arrived_at(self, thing: Any) -> datetime:
        found: datetime = getattr(thing, self.at)
        return found

    def agency_of(self, thing: Any) -> Any:
        return getattr(thing, self.agency)

    def person_id(self, thing: Any) -> Any:
        return getattr(thing, f"{self.person}_id")

    def stream(self, thing: Any) -> StreamKey:
        return lead_stream(thing.pk) if self.kind == Kind.LEAD else stream_of(thing.case_id)

    def round_of(self, thing: Any) -> int:
        return int(thing.revision) if self.kind == Kind.LEAD else 1


# A step of a referral follows its referral; a draft has not arrived.
ARRIVED: dict[Kind, Callable[[QuerySet[Any]], QuerySet[Any]]] = {
    Kind.LEAD: lambda rows: rows,
    Kind.REFERRAL: lambda rows: rows.filter(delivered_at__isnull=False),
    Kind.TASK: lambda rows: rows.filter(source=None),
    Kind.PROCEEDING: lambda rows: rows,
}
ARRIVALS = {
    one.kind: one
    for one in (
        Arrival(Kind.LEAD, Lead, "agency", "officer", "created_at", lambda rows: rows.to_triage()),  # type: ignore[attr-defined]  # a lead's own queryset
        Arrival(
            *(Kind.REFERRAL, Referral, "receiver", "handler", "delivered_at"),
            lambda rows: rows.open(),  # type: ignore[attr-defined]  # as above
            ("case",),
        ),
        Arrival(Kind.TASK, Task, "agency", "assignee", "created_at", lambda rows: rows.open(), ("case",)),  # type: ignore[attr-defined]  # as above
        Arrival(
            *(Kind.PROCEEDING, Proceeding, "agency", "handler", "created_at"),
            lambda rows: rows.open(),  # type: ignore[attr-defined]  # as above
            ("case",),
        ),
    )
}
BY_MODEL = {one.model: one for one in ARRIVALS.values()}
