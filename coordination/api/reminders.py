"""Reminders over JSON: sending one. Replies are ordinary actions."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from agencies.kernel.permissions import CASE_READER
from agencies.kernel.strict import Strict
from coordination.exchange.reminders.actions import MOST, send_letter

from . import shapes
from .views import AddingView, ListView

# A kind, and the id of an object of that kind.
ABOUT = r"^(clock|task|instruction|opinion|conference):[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


class ReminderInput(Strict):
    """Late items that one agency owes, each by kind and id: clock:ID, task:ID, instruction:ID, opinion:ID or
    conference:ID."""

    about = serializers.ListField(child=serializers.RegexField(ABOUT, max_length=60), min_length=1, max_length=MOST)
    remark = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    happened_at = serializers.DateTimeField(required=False, help_text=_("When it was sent on paper."))
    paper = serializers.CharField(max_length=200, required=False, help_text=_("The paper that shows the time."))


class RemindersView(AddingView):
    """The list, and sending a reminder at once."""

    resource = "reminders"
    permissions = {"POST": CASE_READER}
    operations = {
        **ListView.operations,
        "POST": ("send", _("Send reminder"), _("Sends one reminder about late items of one agency.")),
    }

    accepts = ReminderInput

    @property
    def answer(self) -> Any:
        return shapes.detail_of(self.registered)

    add = staticmethod(send_letter)
