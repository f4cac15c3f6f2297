"""Changes since the last working day: each kind is one query, used for both count and list."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from typing import Any

from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from agencies.calendar.workdays import WorkCalendar
from agencies.kernel.actor import Actor
from agencies.kernel.filtering import start_of
from agencies.kernel.resource import RESOURCES, BriefChange, Resource
from agencies.kernel.texts import Text


@dataclass(frozen=True)
class BriefPeriod:
    """From the start of the last working day until now."""

    day: date
    now: datetime

    @classmethod
    def last_working_day(cls, work: WorkCalendar, now: datetime) -> "BriefPeriod":
        day = timezone.localdate(now) - timedelta(days=1)
        while not work.is_workday(day):
            day -= timedelta(days=1)
        return cls(day, now)

    @property
    def start(self) -> datetime:
        return start_of(self.day)


@dataclass(frozen=True)
class NounChange:
    """What a noun declares about one kind of change, with the noun."""

    noun: Resource
    change: BriefChange

    @property
    def subject(self) -> Text:
        return self.change.subject or self.noun.plural

    def rows(self, actor: Actor, since: BriefPeriod, agency: int | None = None) -> QuerySet[Any]:
        """Rows visible to this reader, of one agency or all; readers outside the centre get those of their own."""
        seen: Any = self.change.cut(self.noun.model.objects.visible_to(actor))
        agency = agency if actor.is_centre else actor.own_agency
        if agency is not None:
            own = Q()
            for column in self.change.agencies:
                own |= Q(**{column: agency})
            seen = seen.filter(own)
        at = self.change.at
        happened = ExpressionWrapper(F(at), output_field=DateTimeField())
        rows: QuerySet[Any] = seen.filter(**{f"{at}__gte": since.start, f"{at}__lte": since.now})
        values: QuerySet[Any] = rows.annotate(changed_at=happened)
        return values

    def fetched(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related(self.change.shown, *self.change.related)

    @property
    def url(self) -> str:
        return f"{reverse('one_page_list')}?what={self.change.key}"

    def url_of(self, row: Any) -> str:
        return reverse(self.noun.page, args=[row.pk])

    def agency_of(self, row: Any) -> Any:
        """The agency shown beside a row; for a referral, the receiver."""
        return reduce(getattr, self.change.shown.split("__"), row)


def changes() -> dict[str, NounChange]:
    """Every kind of change by its key, in the order of the brief."""
    declared = [NounChange(noun, change) for noun in RESOURCES.values() for change in noun.changes]
    return {one.change.key: one for one in sorted(declared, key=lambda one: one.change.place)}
