"""Search over JSON: the same index, visibility and reasons as on the page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DictField,
    IntegerField,
    ListField,
    UUIDField,
)

from agencies.kernel.resource import HEADINGS, RESOURCES
from agencies.kernel.shapes import Shape
from coordination.insight.search.finding import MOST, SHOWN, SearchHit, groups, listed
from coordination.insight.search.query import LONGEST
from coordination.insight.search.views import is_cut, search_params

from . import shapes
from .operations import Call, get
from .schema import paging


class WhyShape(Shape):
    """A text of the object that matches, and its matching parts."""

    field = CharField()
    text = CharField()
    found = ListField(child=CharField())


class HitShape(Shape):
    """An object that matches. `similar` is true if only its name resembles the one typed."""

    resource = ChoiceField(choices=list(HEADINGS))
    id = UUIDField()
    title = CharField()
    why = WhyShape(many=True)
    similar = BooleanField()
    links = DictField(child=CharField())


class CountShape(Shape):
    """Number of hits of a resource; `more` if there are more than were counted."""

    resource = ChoiceField(choices=list(HEADINGS))
    count = IntegerField(max_value=MOST)
    more = BooleanField()


class FoundShape(shapes.PageShape):
    counts = CountShape(many=True)
    results = HitShape(many=True)
    cut_to = IntegerField(allow_null=True)


def _asked() -> list[OpenApiParameter]:
    help_text = _("Words in Chinese or English, pinyin, a name or a number. A longer text is cut, see `cut_to`.")
    each = _("All hits of one kind, in pages; otherwise the newest %(shown)s of each kind.") % {"shown": SHOWN}
    return [
        OpenApiParameter("q", str, description=str(help_text)),
        OpenApiParameter("resource", str, enum=list(HEADINGS), description=str(each)),
        *paging(),
    ]


@get(
    "search/",
    "find",
    _("Search"),
    _("Content that matches all the words, that the caller may read, and why it matches. Newest first."),
    query=_asked,
    answers=FoundShape,
)
def search(call: Call) -> Any:
    """Objects of every resource that match the words, as far as the caller may read them."""
    typed, resource = search_params(call.query)
    cut_to = LONGEST if is_cut(call.query) else None
    if resource and typed:
        page = listed(typed, call.actor, resource, call.query, size=call.size)
        return call.paged(page, [_row(hit) for hit in page.items], counts=[], cut_to=cut_to)
    found = groups(typed, call.actor)
    rows = [_row(hit, similar=group.similar) for group in found for hit in group.hits]
    return {"counts": [one for one in found if not one.similar], "results": rows, "next": None, "cut_to": cut_to}


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
