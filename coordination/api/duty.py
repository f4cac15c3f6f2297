"""People on duty and the roster, over JSON."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.duty.actions import import_shifts
from agencies.duty.forms import MOST_ROWS, read_rows
from agencies.duty.models import Shift
from agencies.duty.views import posts_for
from agencies.kernel.permissions import ROSTER, actor_of
from agencies.kernel.strict import Strict, StrictQuery
from cases.clocks.serializers import OffsetDateTimeField

from . import shapes
from .views import ApiView, validated


class PostShape(shapes.Shape[Any]):
    """A desk and who staffs it; `instead_of` is the person they stand in for."""

    agency = shapes.AgencyShape(source="shift.desk.agency")
    desk = shapes.AgencyShape(source="shift.desk")
    name = serializers.CharField()
    phone = serializers.CharField()
    on_call = serializers.BooleanField(source="shift.on_call")
    until = serializers.DateTimeField(source="shift.ends_at")
    instead_of = serializers.CharField(source="instead_of.name", allow_null=True, default=None)


class AtInput(StrictQuery):
    at = OffsetDateTimeField(required=False)


class ShiftInput(Strict):
    """One shift of a roster, as in the file: desk by code or name, person by sign-in name or name."""

    def get_fields(self) -> dict[str, Any]:
        return {
            "desk": serializers.CharField(max_length=20),
            "person": serializers.CharField(max_length=60),
            "from": serializers.CharField(max_length=40),  # not a valid attribute name
            "to": serializers.CharField(max_length=40),
            "phone": serializers.CharField(max_length=30, required=False, allow_blank=True),
            "on_call": serializers.BooleanField(required=False),
        }


class RosterInput(Strict):
    shifts = serializers.ListField(child=ShiftInput(), min_length=1, max_length=MOST_ROWS)


class EnteredShape(shapes.Shape[Any]):
    shifts = serializers.ListField(child=serializers.UUIDField())


class DutyView(ApiView):
    """The desks of the caller's agency; for the centre, of every agency."""

    operations = {
        "GET": (
            "read",
            _("Duty officer"),
            _(
                "The staffed desks of the caller's agency, including on-call approvers; for the centre, of all "
                "agencies."
            ),
        ),
        "POST": (
            "send",
            _("Enter roster"),
            _("Enters a roster: all lines or none. An existing line is left unchanged."),
        ),
    }
    permission = ROSTER
    resource = "duty"

    query = (OpenApiParameter("at", datetime, description=_("Default: now.")),)

    @extend_schema(responses=PostShape(many=True))
    def get(self, request: Request) -> Response:
        serializer = AtInput(data=request.query_params.dict())
        serializer.is_valid(raise_exception=True)
        found = posts_for(actor_of(request), serializer.validated_data.get("at"))
        return Response(PostShape([post for posts in found.values() for post in posts], many=True).data)

    @extend_schema(request=RosterInput, responses={201: EnteredShape})
    def post(self, request: Request) -> Response:
        actor = actor_of(request)
        rows = validated(RosterInput, request)["shifts"]
        made = import_shifts(read_rows(dict(enumerate(rows, start=1)), agency_id=actor.own_agency), actor=actor)
        return Response({"shifts": [shift.pk for shift in made]}, status=201)

    def made_by(self, response: Response) -> list[str]:
        return [str(pk) for pk in response.data["shifts"]]

    def again(self, request: Request, made: list[str], *args: Any, **kwargs: Any) -> Response:
        seen = Shift.objects.visible_to(actor_of(request)).in_bulk([UUID(pk) for pk in made])
        return Response({"shifts": list(seen)})
