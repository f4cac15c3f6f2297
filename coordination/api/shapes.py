"""The shapes of the answers: those that each noun declares (`Resource.api`), and what the API adds."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from rest_framework.serializers import (
    BaseSerializer,
    CharField,
    DateField,
    DateTimeField,
    DictField,
    Field,
    IntegerField,
    URLField,
    UUIDField,
)

from agencies.journal.models import ProxyStep
from agencies.kernel.actor import Actor
from agencies.kernel.resource import Api, Column, Listing, Resource
from agencies.kernel.shapes import READ_ONLY, ActorShape, DetailShape, MethodField, Shape, VerbShape, shown
from agencies.organisations.models import Agency
from agencies.people.shapes import AgencyShape, ModelShape, PersonShape, fields_of
from cases.casefile.shapes import CaseRef, OfCaseShape

__all__ = [
    "READ_ONLY",
    "AgencyShape",
    "CaseRef",
    "DetailShape",
    "DoneShape",
    "PersonShape",
    "Shape",
    "VerbShape",
    "detail_of",
    "row_of",
]


class CreatedShape(Shape):
    resource = CharField()
    id = UUIDField()
    url = CharField()


class PageShape(Shape):
    """A page of rows; `next` is the address of the page after it."""

    next = URLField(allow_null=True)


class TwoWayPageShape(PageShape):
    """A page that can be read backwards too."""

    previous = URLField(allow_null=True)


class UndoShape(Shape):
    """The action on the same object that takes this one back, with its answers; offered for a minute."""

    action = CharField()
    answers = DictField(child=CharField())
    until = DateTimeField()


class DoneShape(Shape):
    """The object after an action, the object that the action created, if any, and what takes the action back, if it
    only says who works on the object."""

    id = UUIDField()
    state = CharField()
    version = IntegerField()
    created = CreatedShape(required=False)
    undo = UndoShape(required=False)


class RecordedStepShape(ModelShape):
    """A step recorded for an agency that did not sign in: visible to it and to the recording agency."""

    verb = CharField(source="event.verb", **READ_ONLY)
    object_kind = CharField(source="event.object_kind", **READ_ONLY)
    object_id = UUIDField(source="event.object_id", **READ_ONLY)
    happened_at = DateTimeField(source="event.happened_at", **READ_ONLY)
    recorded_at = DateTimeField(source="event.recorded_at", **READ_ONLY)

    class Meta:
        model = ProxyStep
        fields = [
            *("id", "version", "state", "state_since", "verb", "object_kind", "object_id", "happened_at"),
            *("recorded_at", "agency", "recorder", "paper"),
        ]

    @shown(CharField())
    def agency(self, step: ProxyStep) -> str:
        return Agency.objects.get(pk=step.agency_id).code

    @shown(CharField())
    def recorder(self, step: ProxyStep) -> str:
        return Agency.objects.get(pk=step.recorder_id).code


# The journal is below agencies, so its noun cannot name them itself.
_OF_THE_JOURNAL = {"recorded-steps": Api(RecordedStepShape)}


class LateShape(Shape):
    """Why a row is late, as far as the caller may know; "" if it is not late."""

    late_because = CharField()


ON_ALL = ("id", "version", "state", "state_since")
FIELDS: dict[str, type[Field[Any, Any, Any, Any]]] = {
    "text": CharField,
    "number": IntegerField,
    "date": DateField,
    "moment": DateTimeField,
}


@cache
def row_of(resource: Resource) -> Any:
    """Returns the shape of a row of the list: what all objects have, the columns, and what `Resource.api` adds."""
    api = resource.api or _OF_THE_JOURNAL.get(resource.name)
    if api and not isinstance(api.row, tuple):
        return api.row
    names = [name for name in ON_ALL if has_field(resource.model, name)]
    return _made(resource, "Row", [*names, *_columns(resource), *(api.row if api else ())])


@cache
def detail_of(resource: Resource) -> Any:
    """Returns the shape of a single object."""
    api = resource.api
    if api and not isinstance(api.detail, tuple):
        return api.detail
    row = row_of(resource)
    return _made(resource, "Detail", [*row.Meta.fields, *api.detail]) if api and api.detail else row


def _columns(resource: Resource) -> list[str]:
    """The columns that show a field of the row itself; all columns of a noun without a declaration for the API."""
    listing = resource.listing
    if listing is None:
        return []
    return [column.key for column in listing.columns if resource.api is None or _shows_field(resource, listing, column)]


def _shows_field(resource: Resource, listing: Listing, column: Column) -> bool:
    """Whether a column is a field of the object itself, which the API shows as data and not as its label."""
    return column.path == column.key and has_field(resource.model, column.key)


def _made(resource: Resource, suffix: str, names: list[str]) -> Any:
    base = resource.api.shape if resource.api and resource.api.shape else OfCaseShape
    listing, computed = resource.listing, {}
    if listing:
        others = [one for one in listing.columns if not _shows_field(resource, listing, one)]
        computed = {
            one.key: _computed(one) for one in others if one.key not in ON_ALL and not (resource.api and one.path)
        }
    bases = (base, type("ComputedShape", (ActorShape,), computed))
    name = f"{resource.kind.title().replace('_', '')}{suffix}"
    return fields_of(resource.model, *dict.fromkeys(names), bases=bases, name=name)


def _computed(column: Column) -> MethodField:
    """Computed columns show in the API what they show in files."""

    def value(shape: ActorShape, thing: Any) -> Any:
        return column.value(shape.context["rows"][thing.pk], shape.actor)

    return MethodField(value, FIELDS[column.kind](allow_null=column.kind != "text"))


def has_field(model: Any, name: str) -> bool:
    return name in {field.name for field in model._meta.get_fields()}


def answer_of(resource: Resource, things: Sequence[Any], actor: Actor, shape: type[BaseSerializer[Any]]) -> list[Any]:
    """Returns what the API answers about objects that were read with `Listing.loaded`."""
    rows = resource.listing.prepared(things, actor) if resource.listing else things
    context = {"actor": actor, "rows": dict(zip([thing.pk for thing in things], rows, strict=True))}
    answer: list[Any] = shape(things, many=True, context=context).data
    return answer
