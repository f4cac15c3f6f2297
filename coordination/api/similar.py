"""Matters similar to a lead, and watch-list entries for the parties of a lead or case, over JSON: as on the page."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel.actor import Actor
from agencies.kernel.permissions import CASE_READER, actor_of
from agencies.kernel.resource import RESOURCES, resource_of
from agencies.kernel.shapes import shown
from cases.casefile.models import Case
from cases.watchlists.models import Listing, WatchList
from coordination.insight.search.likeness import Likeness
from coordination.insight.search.screening import ScreenedEntry, screen_case, screen_lead
from coordination.insight.search.similar_matters import NamePair, SimilarMatter, SimilarMatters, similar_matters

from . import shapes
from .views import ApiView, thing_url


class NamePairShape(shapes.Shape[NamePair]):
    """`name` is a party of the lead, `other` the party there."""

    name = serializers.CharField(source="ours")
    other = serializers.CharField(source="theirs")
    likeness = serializers.ChoiceField(choices=list(Likeness))


class NumberShape(shapes.Shape[Any]):
    scheme = serializers.CharField()
    key = serializers.CharField()


class NumberTold(shapes.Shape[Any]):
    scheme = serializers.CharField()
    value = serializers.CharField()


class SimilarMatterShape(shapes.Shape[SimilarMatter]):
    """A lead or case with the reasons: numbers in both, and names that are equal or similar."""

    id = serializers.UUIDField(source="thing.pk")
    title = serializers.CharField(source="thing.title")
    numbers = NumberShape(many=True)
    names = NamePairShape(many=True)
    links = serializers.SerializerMethodField()

    def get_links(self, row: SimilarMatter) -> dict[str, str]:
        return {"page": resource_of(row.thing).url(row.thing), "self": thing_url(row.thing)}


class SimilarMattersShape(shapes.Shape[SimilarMatters]):
    cases = SimilarMatterShape(many=True)
    leads = SimilarMatterShape(many=True)


class SimilarView(ApiView):
    """Matters with the same numbers as a lead, or with a party of a similar name."""

    operations = {
        "GET": (
            "similar",
            _("Similar leads and cases"),
            _("Leads and cases that the caller may see with the same numbers or similar names."),
        )
    }
    permission = CASE_READER
    resource = "leads"

    @extend_schema(responses=SimilarMattersShape)
    def get(self, request: Request, pk: UUID) -> Response:
        actor = actor_of(request)
        return Response(SimilarMattersShape(similar_matters(RESOURCES["leads"].find(actor, pk), actor)).data)


class ListingShape(shapes.Shape[Listing]):
    code = serializers.CharField()
    watch_list = serializers.ChoiceField(choices=WatchList.choices)
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    effective_from = serializers.DateField()
    effective_to = serializers.DateField(allow_null=True)


class ScreenedShape(shapes.Shape[ScreenedEntry]):
    """A watch-list entry in force today with the reasons: numbers of a party, similar names, or declared routes."""

    listing = ListingShape()
    names = NamePairShape(many=True)
    routes = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    links = serializers.SerializerMethodField()

    @shown(serializers.ListField(child=NumberTold()))
    def numbers(self, row: ScreenedEntry) -> list[dict[str, str]]:
        return [{"scheme": scheme, "value": value} for scheme, value in row.numbers]

    def get_links(self, row: ScreenedEntry) -> dict[str, str]:
        return {"page": resource_of(row.listing).url(row.listing), "self": thing_url(row.listing)}


class AllScreenedShape(shapes.Shape[Any]):
    listings = ScreenedShape(many=True)


class ScreeningView(ApiView):
    """Watch-list entries that name a party of the object."""

    operations = {
        "GET": (
            "screening",
            _("Watch-list entries for a party"),
            _("Entries in force that match a party, by number or by the same or a similar name."),
        )
    }
    permission = CASE_READER

    @extend_schema(responses=AllScreenedShape)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(AllScreenedShape({"listings": self.screened(pk, actor_of(request))}).data)

    def screened(self, pk: UUID, actor: Actor) -> list[ScreenedEntry]:
        """Each resource finds its object with its own visibility. Raises Http404 if it is not visible."""
        raise NotImplementedError


class LeadScreeningView(ScreeningView):
    resource = "leads"

    def screened(self, pk: UUID, actor: Actor) -> list[ScreenedEntry]:
        return screen_lead(RESOURCES["leads"].find(actor, pk), actor)


class CaseScreeningView(ScreeningView):
    """For readers of the contents of the case."""

    resource = "cases"

    def screened(self, pk: UUID, actor: Actor) -> list[ScreenedEntry]:
        return screen_case(get_object_or_404(Case.objects.contents_visible_to(actor), pk=pk), actor)
