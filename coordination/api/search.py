"""Search over JSON: the same index, visibility and reasons as on the page."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel.permissions import CASE_READER, actor_of
from agencies.kernel.resource import HEADINGS, RESOURCES
from coordination.insight.search.finding import MOST, SHOWN, HitGroup, SearchHit, groups, listed
from coordination.insight.search.query import LONGEST
from coordination.insight.search.views import is_cut, search_params

from . import shapes
from .schema import paging
from .views import ApiView, next_url, size_of


class WhyShape(shapes.Shape[Any]):
    """A text of the object that matches, and its matching parts."""

    field = serializers.CharField()
    text = serializers.CharField()
    found = serializers.ListField(child=serializers.CharField())


class HitShape(shapes.Shape[Any]):
    """An object that matches. `similar` is true if only its name resembles the one typed."""

    resource = serializers.ChoiceField(choices=list(HEADINGS))
    id = serializers.UUIDField()
    title = serializers.CharField()
    why = WhyShape(many=True)
    similar = serializers.BooleanField()
    links = serializers.DictField(child=serializers.CharField())


class CountShape(shapes.Shape[Any]):
    """Number of hits of a resource; `more` if there are more than were counted."""

    resource = serializers.ChoiceField(choices=list(HEADINGS))
    count = serializers.IntegerField(max_value=MOST)
    more = serializers.BooleanField()


class FoundShape(shapes.PageShape):
    counts = CountShape(many=True)
    results = HitShape(many=True)
    cut_to = serializers.IntegerField(allow_null=True)


class SearchView(ApiView):
    """Objects of every resource that match the words, as far as the caller may read them."""

    operations = {
        "GET": (
            "find",
            _("Search"),
            _("Content that matches all the words, that the caller may read, and why it matches. Newest first."),
        )
    }
    permission = CASE_READER
    resource = "search"

    def parameters(self, method: str) -> Sequence[OpenApiParameter]:
        help_text = _("Words in Chinese or English, pinyin, a name or a number. A longer text is cut, see `cut_to`.")
        each = _("All hits of one kind, in pages; otherwise the newest %(shown)s of each kind.") % {"shown": SHOWN}
        return [
            OpenApiParameter("q", str, description=str(help_text)),
            OpenApiParameter("resource", str, enum=list(HEADINGS), description=str(each)),
            *paging(),
        ]

    @extend_schema(responses=FoundShape)
    def get(self, request: Request) -> Response:
        actor, (typed, resource) = actor_of(request), search_params(request.query_params)
        if resource and typed:
            page = listed(typed, actor, resource, request.query_params, size=size_of(request))
            shown = [_row(hit) for hit in page.items]
            return Response(_answer([], shown, next_url(request, after=page.next), request))
        found = groups(typed, actor)
        rows = [_row(hit, similar=group.similar) for group in found for hit in group.hits]
        return Response(_answer([group for group in found if not group.similar], rows, None, request))


def _answer(
    counted: list[HitGroup], rows: list[dict[str, Any]], following: str | None, request: Request
) -> dict[str, Any]:
    longest = LONGEST if is_cut(request.query_params) else None
    return dict(FoundShape({"counts": counted, "results": rows, "next": following, "cut_to": longest}).data)


def _row(hit: SearchHit, *, similar: bool = False) -> dict[str, Any]:
    resource, links = hit.kind.resource, {"page": hit.url}
    if resource in RESOURCES:
        links["self"] = reverse(f"api-{resource}-one", args=[hit.thing.pk])
    whys = [
        {
            "field": str(why.label),
            "text": "".join(text for text, _fits in why.pieces),
            "found": [text for text, fits in why.pieces if fits],
        }
        for why in hit.whys
    ]
    return {
        "resource": resource,
        "id": hit.thing.pk,
        "title": hit.title,
        "why": whys,
        "similar": similar,
        "links": links,
    }
