"""What happened to the objects that a connected system sees, over JSON: read from the number where it stopped."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework.serializers import BooleanField, IntegerField

from agencies.kernel.shapes import Shape
from agencies.kernel.strict import StrictQuery
from coordination.messaging.feeds.access import EVENTS
from coordination.messaging.feeds.reading import page_after
from coordination.messaging.feeds.shapes import EventShape

from .inputs import MOST_ROWS
from .operations import Call, get

EXAMPLE_EVENTS = {
    "results": [
        {
            "sequence": 17,
            "id": "5a0c5e6e-6f5e-4f7e-9a53-0f6f6f1f2b01",
            "type": "referral.accept",
            "object_kind": "referral",
            "object_id": "0f0c8c0e-51a3-4a0b-8f6c-2d1f0a9c7e11",
            "from_state": "SIGNED",
            "to_state": "ACCEPTED",
            "happened_at": "2026-03-02T01:15:00Z",
            "recorded_at": "2026-03-02T01:15:08Z",
        }
    ],
    "has_more": False,
    "last": 17,
}


class EventsShape(Shape):
    results = EventShape(many=True)
    has_more = BooleanField()
    last = IntegerField(help_text=_("Next, ask for what follows this number."))


class EventsQuery(StrictQuery):
    after = IntegerField(min_value=0, max_value=2**63 - 1, default=0)
    size = IntegerField(min_value=1, max_value=MOST_ROWS, default=MOST_ROWS)


@get(
    "events/",
    "list",
    _("List events"),
    _(
        "What happened to the leads, stops, referrals, tasks and cases that the other scopes of the key show, oldest "
        "first. Ask with “after” set to “last” of the last response: no event is skipped. After 30 days events are "
        "deleted; 410 then says where to go on. With its ETag as If-None-Match the answer is 304 while nothing is new."
    ),
    permission=EVENTS,
    query=[
        OpenApiParameter("after", {"type": "integer", "minimum": 0}, description=_("“last” of the last response")),
        OpenApiParameter("size", {"type": "integer", "minimum": 1, "maximum": MOST_ROWS}),
    ],
    answers=EventsShape,
    conditional=True,
    examples=[OpenApiExample("events", value=EXAMPLE_EVENTS, response_only=True)],
)
def events(call: Call) -> Any:
    asked = call.asked(EventsQuery)
    return call.unless_known(EventsShape(page_after(call.actor, asked["after"], asked["size"])).data)
