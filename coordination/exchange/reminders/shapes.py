"""Reminders."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import CharField, DateTimeField, ListField, RegexField, UUIDField

from agencies.kernel.shapes import Shape, shown
from agencies.kernel.strict import Strict
from agencies.people.shapes import ModelShape, PersonShape

from .actions import MOST
from .models import Reminder
from .presentation import items_of

# A kind, and the id of an object of that kind.
ABOUT = r"^(clock|task|instruction|opinion|conference):[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


class ReminderInput(Strict):
    """Late items that one agency owes, each by kind and id: clock:ID, task:ID, instruction:ID, opinion:ID or
    conference:ID."""

    about = ListField(child=RegexField(ABOUT, max_length=60), min_length=1, max_length=MOST)
    remark = CharField(max_length=4000, required=False, allow_blank=True)
    happened_at = DateTimeField(required=False, help_text=_("When it was sent on paper."))
    paper = CharField(max_length=200, required=False, help_text=_("The paper that shows the time."))


class ReminderItemShape(Shape):
    """One late item, as the caller sees it today: a period, a task, a letter up or down, an opinion, a conference."""

    kind = CharField(source="item.kind")
    id = UUIDField(source="item.thing_id")
    name = CharField()
    legal_basis = CharField(source="basis")
    citation = CharField()
    late_since = DateTimeField(source="item.late_since")
    met_at = DateTimeField(source="item.met_at", allow_null=True)


class ReminderShape(ModelShape):
    """`due_at` is when the reply is due, `expected_on` the date last given in a reply. Its items are limited to what
    the caller may see."""

    handler = PersonShape(allow_null=True)

    @shown(ReminderItemShape(many=True))
    def items(self, letter: Reminder) -> Any:
        return items_of(letter, self.actor)
