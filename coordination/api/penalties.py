"""The calculator of fines, over JSON."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel.permissions import CASE_READER
from cases.proceedings.serializers import PenaltyInput, PenaltyShape, penalty_as_json

from .views import ApiView, validated


class PenaltyView(ApiView):
    """The range of the fine by provision, figures and ground. Nothing is recorded."""

    operations = {"POST": ("preview", _("Calculate the range of a fine"), "")}

    permission = CASE_READER
    resource = "decisions"
    harmless = True

    @extend_schema(request=PenaltyInput, responses=PenaltyShape)
    def post(self, request: Request) -> Response:
        return Response(penalty_as_json(validated(PenaltyInput, request)))
