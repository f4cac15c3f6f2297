"""The lists with columns, which support saved views, exports and bulk actions.

Confidential letters are not among them: a file, view or run would be an event or a row that discloses that a letter
exists.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.errors import FieldError, Forbidden, Invalid
from agencies.kernel.facets import NOT_FILTERS
from agencies.kernel.filtering import ListFilter
from agencies.kernel.paging import in_order
from agencies.kernel.resource import RESOURCES, Listing, Resource
from agencies.kernel.tables import Row
from agencies.kernel.texts import Text
from coordination.workspace.lateness import causes_of


@dataclass(frozen=True)
class ResourceList:
    """A list, as its resource declares it (`agencies.kernel.resource.Listing`)."""

    of: Resource
    listing: Listing

    @property
    def name(self) -> str:
        return self.listing.page

    @property
    def resource(self) -> str:
        return self.of.name

    @property
    def title(self) -> Text:
        return self.listing.title or self.of.plural

    @property
    def default(self) -> str:
        return self.listing.default

    @property
    def url(self) -> str:
        return reverse(self.name)

    def heads(self) -> Row:
        return [
            *(str(column.heading) for column in self.listing.columns),
            *([str(_WHY)] if self.listing.has_deadlines else []),
        ]

    def cells(self, things: Sequence[Any], actor: Actor) -> Iterable[Row]:
        causes = causes_of(things, actor) if self.listing.has_deadlines else {}
        for thing, row in zip(things, self.listing.prepared(things, actor), strict=True):
            cells = [column.value(row, actor) for column in self.listing.columns]
            yield [*cells, causes.get(thing.pk, "")] if self.listing.has_deadlines else cells

    def handling(self, thing: Any, actor: Actor) -> str:
        return self.listing.handling(thing, actor)

    def words(self, thing: Any, actor: Actor) -> str:
        return self.listing.words(thing, actor)

    def inside(self, thing: Any, actor: Actor) -> bool:
        return self.listing.inside(thing, actor)

    def shown(self, rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
        return self.listing.loaded(rows, actor)

    def seen(self, actor: Actor) -> QuerySet[Any]:
        """Rows of this resource that the reader may see today, with the relations that `cells` and `inside` need."""
        return self.shown(self.of.model.objects.visible_to(actor), actor)

    def filters(self, params: QueryDict, actor: Actor) -> ListFilter:
        """The filters of this address, unchecked."""
        return self.listing.filters(params, self.of.list_rows(actor), actor=actor)

    def cut(self, params: QueryDict, actor: Actor) -> ListFilter:
        """The list filtered by this address. Raises Invalid for an unknown filter or a bad value."""
        filters = self.filters(params, actor)
        if unknown := filters.unknown(*NOT_FILTERS):
            raise Invalid(FieldError(f"/{name}", "unknown", str(_NO_FILTER) % {"name": name}) for name in unknown)
        filters.qs  # noqa: B018  # asked for what it raises: from here on every answer is one that a filter understands
        return filters

    def found(self, params: QueryDict, actor: Actor) -> QuerySet[Any]:
        """All filtered rows, in the order of the page. Raises Forbidden for those who may not open it, and Invalid as
        `cut` does."""
        if not self.of.permission.allows(actor):
            raise Forbidden(gettext("You may not see this list."))
        return in_order(self.cut(params, actor).qs, params, sorts=self.listing.sorts, default=self.default)


_WHY = _("Why it is late")
_NO_FILTER = _("“%(name)s” is not a filter of this list.")
LISTS = {
    resource.listing.page: ResourceList(resource, resource.listing)
    for resource in RESOURCES.values()
    if resource.listing and resource.listing.columns
}


def list_named(name: str) -> ResourceList:
    if name not in LISTS:
        raise Http404
    return LISTS[name]
