"""The queues as a list of which filters are saved as views (`coordination.lists.saved_view_pages`)."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import FieldError, Forbidden, Invalid
from agencies.kernel.facets import NOT_FILTERS
from agencies.kernel.permissions import STAFF
from agencies.work.reading import DeskReader

from .queue_filters import QueueFilter
from .queues import filters_of, sort_of


class QueueList:
    """What `coordination.lists.listing.ResourceList` offers for saved views."""

    name = "queues"
    title = _("Queues")

    @property
    def url(self) -> str:
        return reverse(self.name)

    def filters(self, params: QueryDict, actor: Actor) -> QueueFilter:
        return filters_of(params, DeskReader(actor, times.now()))

    def cut(self, params: QueryDict, actor: Actor) -> QueueFilter:
        filters = self.filters(params, actor)
        if unknown := filters.unknown(*NOT_FILTERS):
            raise Invalid(FieldError(f"/{name}", "unknown", gettext("There is no such filter.")) for name in unknown)
        return filters

    def found(self, params: QueryDict, actor: Actor) -> QuerySet[Any]:
        if not STAFF.allows(actor):
            raise Forbidden(gettext("You may not see this list."))
        sort_of(params)
        rows: QuerySet[Any] = self.cut(params, actor).qs
        return rows
