"""The filters of a queue, and the chips of its parts."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.kernel import times
from agencies.kernel.facets import FacetChoice, Facets
from agencies.kernel.filtering import ListFilter, StateFilter
from agencies.kernel.resource import RESOURCE_OF_KIND, SEARCHED
from agencies.kernel.texts import Text
from agencies.organisations.filters import AgencyFilter
from agencies.organisations.models import Agency
from agencies.work.models import WorkItemQuerySet
from agencies.work.reading import DeskReader
from coordination.automation.routing.models import Priority
from coordination.insight.search.finding import newest
from coordination.insight.search.query import LONGEST, asked_for

from .waiting import PARTS, QUEUES, counts_of_parts

MOST = 500  # objects that the search finds
COLUMNS = {"agency": ("other_id",), "kind": ("kind",), "priority": ("priority",)}


def _kinds() -> list[tuple[str, Text]]:
    return [(kind, one.plural) for kind, one in RESOURCE_OF_KIND.items() if one.open_items]


class QueueFilter(ListFilter):
    """The filters of work items. `part` is one of `PARTS`, `agency` the agency on the other side, `text` words that the
    search finds."""

    queue = django_filters.ChoiceFilter(choices=[(key, title) for key, (title, _rows) in QUEUES.items()], method="of")
    part = django_filters.ChoiceFilter(choices=[(key, title) for key, (title, _rows) in PARTS.items()], method="of")
    agency = AgencyFilter(label=gettext_lazy("Other agency"), method="with_agency")
    kind = StateFilter(_kinds, label=gettext_lazy("Kind"))
    text = django_filters.CharFilter(label=gettext_lazy("Contains"), max_length=LONGEST, method="with_text")
    priority = django_filters.TypedChoiceFilter(
        choices=Priority.choices, coerce=int, label=gettext_lazy("Priority"), empty_value=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._found: dict[str, set[UUID]] = {}

    def of(self, rows: WorkItemQuerySet, name: str, value: str) -> WorkItemQuerySet:
        _title, condition = (QUEUES if name == "queue" else PARTS)[value]
        return rows.filter(condition(DeskReader(self.actor, times.now())))

    def with_text(self, rows: WorkItemQuerySet, name: str, value: str) -> WorkItemQuerySet:
        """Items about what the search finds, and items on its cases."""
        found = self._found_by(value)
        return rows.filter(Q(object_id__in=found) | Q(matter_id__in=found) | Q(case_id__in=found))

    def _found_by(self, value: str) -> set[UUID]:
        """The newest objects whose texts the reader may read and finds with these words, and their cases and leads."""
        if value not in self._found:
            asked = asked_for(value, self.actor.agency_id)
            entries = newest(asked, self.actor, SEARCHED.values(), MOST) if asked else []
            self._found[value] = {pk for entry in entries for pk in (entry.thing, entry.subject)}
        return self._found[value]

    def with_agency(self, rows: WorkItemQuerySet, name: str, agency: Agency) -> WorkItemQuerySet:
        return rows.filter(other_id=agency.pk)


def chips_of(facets: Facets, reader: DeskReader) -> list[FacetChoice]:
    """All, and the parts into which the queue is divided."""
    rows: Any = facets.others("part")
    counted = counts_of_parts(rows, reader)
    parts = [facets.choice("part", part, title, counted[part]) for part, (title, _rows) in PARTS.items()]
    return facets.chips("part", parts, _("All"))


def facets_of(facets: Facets) -> list[tuple[Text, list[FacetChoice]]]:
    """What the rows of the queue can be limited to, under the labels of the filters."""
    found = facets.together(COLUMNS)
    agencies = {str(one.pk): one for one in Agency.objects.filter(pk__in=[value for value, *_rest in found["agency"]])}
    labels: dict[str, dict[str, tuple[str, Text]]] = {
        "agency": {pk: (one.code, one.name) for pk, one in agencies.items()},
        "kind": {kind: (kind, title) for kind, title in _kinds()},
        "priority": {str(value): (str(value), title) for value, title in Priority.choices},
    }
    return [
        (
            facets.filters.filters[name].label,
            [
                facets.choice(name, *labels[name][value], count)
                for value, _texts, count in counted
                if value in labels[name]
            ],
        )
        for name, counted in found.items()
    ]
