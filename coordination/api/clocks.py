"""The calculator of periods, over JSON."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel.permissions import CASE_READER
from cases.clocks.previewing import preview, preview_as_json
from cases.clocks.serializers import PreviewInput, PreviewShape

from .views import ApiView, validated


class PreviewView(ApiView):
    """When a period would end, with every step of the calculation. Nothing is recorded."""

    operations = {"POST": ("preview", _("Calculate a deadline"), "")}

    permission = CASE_READER
    resource = "clocks"
    harmless = True

    @extend_schema(request=PreviewInput, responses=PreviewShape)
    def post(self, request: Request) -> Response:
        given = validated(PreviewInput, request)
        pauses = [(pause["from"], pause["to"]) for pause in given.get("pauses") or []]
        found = preview(given["rule"], given["start"], pauses, given.get("extend"), given.get("lengths") or ())
        return Response(preview_as_json(found))
