"""The calculators of periods and of fines. Nothing is recorded."""

from django.utils.translation import gettext_lazy as _
from rest_framework.response import Response

from cases.clocks.previewing import preview, preview_as_json
from cases.clocks.serializers import PreviewInput, PreviewShape
from cases.proceedings.serializers import PenaltyInput, PenaltyShape, penalty_as_json

from .operations import Call, post


@post(
    "clocks/preview/", "preview", _("Calculate a deadline"), accepts=PreviewInput, answers=PreviewShape, harmless=True
)
def period(call: Call) -> Response:
    """When a period would end, with every step of the calculation."""
    given = call.given
    pauses = [(pause["from"], pause["to"]) for pause in given.get("pauses") or []]
    found = preview(given["rule"], given["start"], pauses, given.get("extend"), given.get("lengths") or ())
    return Response(preview_as_json(found))


@post(
    "penalties/preview/",
    "preview",
    _("Calculate the range of a fine"),
    tag="decisions",
    accepts=PenaltyInput,
    answers=PenaltyShape,
    harmless=True,
)
def penalty(call: Call) -> Response:
    """The range of the fine by provision, figures and ground."""
    return Response(penalty_as_json(call.given))
