"""Filters that lists of letters share."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.organisations.filters import AgencyFilter
from agencies.organisations.models import Agency


class WaitingFor(AgencyFilter):
    """The agency whose step is next, by `waiting_on` of the queryset."""

    def __init__(self) -> None:
        super().__init__(label=_("Waiting for"))

    def filter(self, queryset: QuerySet[Any], value: Agency | None) -> QuerySet[Any]:
        waiting: Any = queryset
        found: QuerySet[Any] = queryset if value is None else waiting.waiting_on(value.pk)
        return found
