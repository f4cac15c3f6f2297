"""Serializers of the deadline calculator."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import BooleanField, CharField, ChoiceField, DateTimeField, IntegerField, ListField

from agencies.kernel.shapes import Shape
from agencies.kernel.strict import Strict

from .models import PeriodKind


class OffsetDateTimeField(DateTimeField):
    """A date-time with an explicit offset, since the offset decides on which day a period begins."""

    default_error_messages = {"offset": _("Give the offset, such as +08:00.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=None, **kwargs)

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            self.fail("offset")
        return value


ROWS: dict[str, Any] = {"many": True, "required": False, "allow_null": True, "max_length": 50}


class PauseInput(Strict):
    """Time that does not count."""

    def get_fields(self) -> dict[str, Any]:
        return {"from": OffsetDateTimeField(), "to": OffsetDateTimeField()}  # "from" cannot be an attribute


class PreviewInput(Strict):
    """The code of a rule, the time of the event, pauses, and the extensions that were granted.

    `extend` is their number, `lengths` how long each is, in its unit and in their order. Those after the last length
    have the maximum of the law. `lengths` alone gives the number too.
    """

    rule = CharField(max_length=30)
    start = OffsetDateTimeField()
    pauses = PauseInput(**ROWS)
    extend = IntegerField(required=False, allow_null=True, min_value=0, max_value=50)
    lengths = ListField(child=IntegerField(min_value=1, max_value=1000), required=False, allow_null=True, max_length=50)


class StepShape(Shape):
    """One step of the count: its code, the day or time it led to, and a sentence in the reader's language."""

    code = CharField()
    at = CharField()
    text = CharField()


class PreviewShape(Shape):
    """Times in ISO 8601, Shanghai. `due_at` is the strict reading and null for "promptly".

    `legal_basis` holds the short names of docs/clocks.md, `citation` the official names and articles.
    """

    rule = CharField()
    version = IntegerField()
    kind = ChoiceField(choices=PeriodKind.choices)
    start = CharField()
    due_at = CharField(allow_null=True)
    breach_at = CharField(allow_null=True)
    provisional = BooleanField()
    legal_basis = CharField()
    citation = CharField()
    steps = StepShape(many=True)
