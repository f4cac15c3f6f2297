"""Whom a note on a case may mention, over JSON; the pages complete names from it."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel.permissions import STAFF, actor_of
from cases.casefile.models import Case
from coordination.exchange.notes.mentions import MentionSuggestion, suggest

from . import shapes
from .views import ApiView


class SuggestionShape(shapes.Shape[MentionSuggestion]):
    """A person, agency or unit. `mention` is the text after the @; `detail` is the sign-in name or the code."""

    mention = serializers.CharField()
    name = serializers.CharField()
    detail = serializers.CharField()


class SuggestionsShape(shapes.Shape[Any]):
    people = SuggestionShape(many=True)


class MentionsView(ApiView):
    """People, agencies and units that a note on the case may mention."""

    operations = {
        "GET": (
            "mentions",
            _("Whom a note may mention"),
            _(
                "Those whose name, pinyin, initials, sign-in name or code matches `q`: colleagues and named handlers "
                "who read the case, the agencies that read it, and the caller's units."
            ),
        )
    }
    permission = STAFF
    resource = "cases"

    query = (OpenApiParameter("q", str, description=_("Part of the name, or its pinyin or initials.")),)

    @extend_schema(responses=SuggestionsShape)
    def get(self, request: Request, pk: UUID) -> Response:
        actor = actor_of(request)
        case = get_object_or_404(Case.objects.contents_visible_to(actor), pk=pk)
        found = suggest(case, request.query_params.get("q", ""), actor=actor)
        return Response(SuggestionsShape({"people": found}).data)
