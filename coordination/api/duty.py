"""People on duty and the roster, over JSON."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.serializers import BooleanField, CharField, DateTimeField, ListField, UUIDField

from agencies.duty.actions import import_shifts
from agencies.duty.forms import MOST_ROWS, read_rows
from agencies.duty.models import Shift
from agencies.duty.views import posts_for
from agencies.kernel.permissions import ROSTER
from agencies.kernel.shapes import Shape
from agencies.kernel.strict import Strict, StrictQuery
from agencies.people.shapes import AgencyShape
from cases.clocks.serializers import OffsetDateTimeField

from .operations import Call, get, post


class PostShape(Shape):
    """A desk and who staffs it; `instead_of` is the person they stand in for."""

    agency = AgencyShape(source="shift.desk.agency")
    desk = AgencyShape(source="shift.desk")
    name = CharField()
    phone = CharField()
    on_call = BooleanField(source="shift.on_call")
    until = DateTimeField(source="shift.ends_at")
    instead_of = CharField(source="instead_of.name", allow_null=True, default=None)


class AtInput(StrictQuery):
    at = OffsetDateTimeField(required=False)


class ShiftInput(Strict):
    """One shift of a roster, as in the file: desk by code or name, person by sign-in name or name."""

    def get_fields(self) -> dict[str, Any]:
        return {
            "desk": CharField(max_length=20),
            "person": CharField(max_length=60),
            "from": CharField(max_length=40),  # not a valid attribute name
            "to": CharField(max_length=40),
            "phone": CharField(max_length=30, required=False, allow_blank=True),
            "on_call": BooleanField(required=False),
        }


class RosterInput(Strict):
    shifts = ListField(child=ShiftInput(), min_length=1, max_length=MOST_ROWS)


class EnteredShape(Shape):
    shifts = ListField(child=UUIDField())


@get(
    "duty/",
    "read",
    _("Duty officer"),
    _("The staffed desks of the caller's agency, including on-call approvers; for the centre, of all agencies."),
    permission=ROSTER,
    query=(OpenApiParameter("at", datetime, description=_("Default: now.")),),
    answers=[PostShape],
)
def posts(call: Call) -> Any:
    """The desks of the caller's agency; for the centre, of every agency."""
    return [post for posts in posts_for(call.actor, call.asked(AtInput).get("at")).values() for post in posts]


def _entered(call: Call, *made: str) -> Any:
    return {"shifts": list(Shift.objects.visible_to(call.actor).in_bulk([UUID(pk) for pk in made]))}


@post(
    "duty/",
    "send",
    _("Enter roster"),
    _("Enters a roster: all lines or none. An existing line is left unchanged."),
    permission=ROSTER,
    accepts=RosterInput,
    answers=EnteredShape,
    statuses=(201,),
    then=_entered,
)
def enter(call: Call) -> list[Any]:
    rows = call.given["shifts"]
    made = import_shifts(read_rows(dict(enumerate(rows, start=1)), agency_id=call.actor.own_agency), actor=call.actor)
    return [shift.pk for shift in made]
