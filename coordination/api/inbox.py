"""A person's inbox, over JSON."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.serializers import CharField, ChoiceField, DateTimeField, IntegerField, ListField, UUIDField

from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.permissions import SIGNED_IN
from agencies.kernel.shapes import Shape
from agencies.kernel.strict import Strict
from agencies.people.shapes import AgencyShape
from coordination.messaging.notifications.models import NoticeReason, Topic, When
from coordination.workspace import inbox

from . import shapes
from .operations import Call, get, post
from .schema import paging

MOST_READ = 200


class InboxShape(Shape):
    """An item with its present contents; items that the caller may no longer see are omitted."""

    id = UUIDField(source="item.pk")
    topic = ChoiceField(choices=Topic.choices, source="item.topic")
    because = ChoiceField(choices=NoticeReason.choices, source="item.because")
    about = CharField(source="news.about")
    sentence = CharField(source="news.entry.sentence")
    agency = AgencyShape(source="news.entry.agency", allow_null=True)
    happened_at = DateTimeField(source="news.entry.happened_at")
    heard_at = DateTimeField(source="item.created_at")
    when = ChoiceField(choices=When.choices, source="item.when")
    counts_from = DateTimeField(source="item.counts_from", allow_null=True)
    read_at = DateTimeField(source="item.read_at", allow_null=True)
    page = CharField(source="news.url")


class ReadShape(Strict):
    """The items that were read."""

    items = ListField(child=UUIDField(), min_length=1, max_length=MOST_READ)


class MarkedShape(Shape):
    """How many of them were unread before."""

    marked = IntegerField()


class InboxPageShape(shapes.TwoWayPageShape):
    results = InboxShape(many=True)


@get(
    "inbox/",
    "list",
    _("List notifications"),
    _("Notifications for the caller personally, about matters that the caller may see now."),
    permission=SIGNED_IN,
    query=(OpenApiParameter("unread", str, enum=["1"], description=_("Only unread items.")), *paging(back=True)),
    answers=InboxPageShape,
)
def items(call: Call) -> Any:
    """The caller's notifications, newest first."""
    page = inbox.paged(call.actor, call.query, everything=call.query.get("unread") != "1", size=call.size)
    return call.paged(page, inbox.lines(page.items, call.actor))


@post(
    "inbox/read/",
    "mark_read",
    _("Mark as read"),
    _("Marks these items of the caller as read; ids of other people's items have no effect."),
    permission=SIGNED_IN,
    harmless=True,
    accepts=ReadShape,
    answers=MarkedShape,
)
def mark_read(call: Call) -> Any:
    serializer = ReadShape(data=call.request.data)
    if not serializer.is_valid():
        detail = str(_("Give 1 to %(most)s items by their ids.")) % {"most": MOST_READ}
        raise Invalid([FieldError("/items", "invalid", detail)])
    return {"marked": inbox.read(call.actor, *serializer.validated_data["items"])}
