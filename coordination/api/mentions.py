"""Whom a note on a case may mention, over JSON; the pages complete names from it."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.serializers import CharField

from agencies.kernel.permissions import STAFF
from agencies.kernel.shapes import Shape
from cases.casefile.models import Case
from coordination.exchange.notes.mentions import suggest

from .operations import Call, get


class SuggestionShape(Shape):
    """A person, agency or unit. `mention` is the text after the @; `detail` is the sign-in name or the code."""

    mention = CharField()
    name = CharField()
    detail = CharField()


class SuggestionsShape(Shape):
    people = SuggestionShape(many=True)


@get(
    "cases/<uuid:pk>/mentions/",
    "mentions",
    _("Whom a note may mention"),
    _(
        "Those whose name, pinyin, initials, sign-in name or code matches `q`: colleagues and named handlers "
        "who read the case, the agencies that read it, and the caller's units."
    ),
    permission=STAFF,
    query=(OpenApiParameter("q", str, description=_("Part of the name, or its pinyin or initials.")),),
    answers=SuggestionsShape,
)
def mentions(call: Call, pk: UUID) -> Any:
    """People, agencies and units that a note on the case may mention."""
    case = get_object_or_404(Case.objects.contents_visible_to(call.actor), pk=pk)
    return {"people": suggest(case, call.query.get("q", ""), actor=call.actor)}
