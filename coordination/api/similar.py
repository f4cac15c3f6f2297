"""Leads and cases like a lead, over JSON: the same as on its page."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel.doors import CASE_READER, actor_of
from coordination.nouns import NOUNS, noun_of
from coordination.search.beside import AllBeside, Beside, NamePair, beside
from coordination.search.likeness import Likeness

from . import shapes
from .schema import NounSchema
from .views import ApiView, thing_url


class NamePairShape(shapes.Shape[NamePair]):
    """`name` is a party of the lead, `other` the party there."""

    name = serializers.CharField(source="ours")
    other = serializers.CharField(source="theirs")
    likeness = serializers.ChoiceField(choices=list(Likeness))


class NumberShape(shapes.Shape[Any]):
    scheme = serializers.CharField()
    key = serializers.CharField()


class BesideShape(shapes.Shape[Beside]):
    """One lead or case, and why it is told: numbers that both name, and names that are the same or nearly so."""

    id = serializers.UUIDField(source="thing.pk")
    title = serializers.CharField(source="thing.title")
    numbers = NumberShape(many=True)
    names = NamePairShape(many=True)
    links = serializers.SerializerMethodField()

    def get_links(self, row: Beside) -> dict[str, str]:
        return {"page": noun_of(row.thing).url(row.thing), "self": thing_url(row.thing)}


class AllBesideShape(shapes.Shape[AllBeside]):
    cases = BesideShape(many=True)
    leads = BesideShape(many=True)


class SimilarSchema(NounSchema):
    def _verb(self) -> str:
        return "similar"

    def get_summary(self) -> str:
        return str(_("Similar leads and cases"))


class SimilarView(ApiView):
    """What names the same numbers as a lead, or a party by nearly the same name."""

    told = {
        "GET": _("Leads and cases that the caller may see and that name the same numbers or nearly the same names.")
    }
    policy = CASE_READER
    schema = SimilarSchema()
    noun = "leads"

    @extend_schema(responses=AllBesideShape)
    def get(self, request: Request, pk: UUID) -> Response:
        actor = actor_of(request)
        return Response(AllBesideShape(beside(NOUNS["leads"].find(actor, pk), actor)).data)
