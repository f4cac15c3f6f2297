"""Matters similar to a lead, and watch-list entries for the parties of a lead or case, over JSON: as on the page."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import CharField, ChoiceField, DateField, ListField, SerializerMethodField, UUIDField

from agencies.kernel.resource import resource_of
from agencies.kernel.shapes import Shape, shown
from cases.casefile.models import Case
from cases.watchlists.models import WatchList
from coordination.insight.search.likeness import Likeness
from coordination.insight.search.screening import ScreenedEntry, screen_case, screen_lead
from coordination.insight.search.similar_matters import SimilarMatter, similar_matters

from .inputs import thing_url
from .operations import Call, Do, get


class NamePairShape(Shape):
    """`name` is a party of the lead, `other` the party there."""

    name = CharField(source="ours")
    other = CharField(source="theirs")
    likeness = ChoiceField(choices=list(Likeness))


class NumberShape(Shape):
    scheme = CharField()
    key = CharField()


class NumberTold(Shape):
    scheme = CharField()
    value = CharField()


class SimilarMatterShape(Shape):
    """A lead or case with the reasons: numbers in both, and names that are equal or similar."""

    id = UUIDField(source="thing.pk")
    title = CharField(source="thing.title")
    numbers = NumberShape(many=True)
    names = NamePairShape(many=True)
    links = SerializerMethodField()

    def get_links(self, row: SimilarMatter) -> dict[str, str]:
        return {"page": resource_of(row.thing).url(row.thing), "self": thing_url(row.thing)}


class SimilarMattersShape(Shape):
    cases = SimilarMatterShape(many=True)
    leads = SimilarMatterShape(many=True)


@get(
    "leads/<uuid:pk>/similar/",
    "similar",
    _("Similar leads and cases"),
    _("Leads and cases that the caller may see with the same numbers or similar names."),
    answers=SimilarMattersShape,
)
def similar(call: Call, pk: UUID) -> Any:
    """Matters with the same numbers as a lead, or with a party of a similar name."""
    return similar_matters(call.find("leads", pk), call.actor)


class ListingShape(Shape):
    code = CharField()
    watch_list = ChoiceField(choices=WatchList.choices)
    name_zh = CharField()
    name_en = CharField()
    effective_from = DateField()
    effective_to = DateField(allow_null=True)


class ScreenedShape(Shape):
    """A watch-list entry in force today with the reasons: numbers of a party, similar names, or declared routes."""

    listing = ListingShape()
    names = NamePairShape(many=True)
    routes = ListField(child=ListField(child=CharField()))
    links = SerializerMethodField()

    @shown(ListField(child=NumberTold()))
    def numbers(self, row: ScreenedEntry) -> list[dict[str, str]]:
        return [{"scheme": scheme, "value": value} for scheme, value in row.numbers]

    def get_links(self, row: ScreenedEntry) -> dict[str, str]:
        return {"page": resource_of(row.listing).url(row.listing), "self": thing_url(row.listing)}


class AllScreenedShape(Shape):
    listings = ScreenedShape(many=True)


def screening(resource: str) -> Callable[[Do], Do]:
    return get(
        *(f"{resource}/<uuid:pk>/screening/", "screening", _("Watch-list entries for a party")),
        _("Entries in force that match a party, by number or by the same or a similar name."),
        answers=AllScreenedShape,
    )


@screening("leads")
def of_lead(call: Call, pk: UUID) -> Any:
    return {"listings": screen_lead(call.find("leads", pk), call.actor)}


@screening("cases")
def of_case(call: Call, pk: UUID) -> Any:
    """For readers of the contents of the case."""
    case = get_object_or_404(Case.objects.contents_visible_to(call.actor), pk=pk)
    return {"listings": screen_case(case, call.actor)}
