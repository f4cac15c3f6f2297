"""An event as a system reads it, in its feed and from its webhook."""

from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import CharField, DateTimeField, IntegerField, UUIDField

from agencies.kernel.shapes import Shape


class EventShape(Shape):
    """One event; webhooks send the same. Of an object that the system no longer sees only `sequence` and `id` remain,
    and the type “hidden”."""

    sequence = IntegerField(help_text=_("1, 2, 3 … without gaps for this system"))
    id = UUIDField()
    type = CharField(help_text=_("Kind and action, e.g. referral.accept"))
    object_kind = CharField(allow_null=True)
    object_id = UUIDField(allow_null=True)
    from_state = CharField(allow_null=True, allow_blank=True)
    to_state = CharField(allow_null=True, allow_blank=True)
    happened_at = DateTimeField(allow_null=True)
    recorded_at = DateTimeField(allow_null=True)
