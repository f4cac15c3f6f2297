"""Reminders in the workspace. Who sees a reminder depends on the late items that it names."""

from datetime import datetime
from functools import partial

from django.urls import reverse_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.buttons import next_button
from agencies.kernel.open_items import OpenItems, WorklistLine
from agencies.kernel.texts import Text

from .models import Reminder


def _line(letter: Reminder, actor: Actor, now: datetime) -> WorklistLine:
    if letter.handler is None:
        why: Text = _("Not taken on yet.")
    elif str(letter.handler_id) == actor.id:
        why = _("It concerns a matter that you handle.")
    else:
        why = gettext("%(name)s is handling it.") % {"name": letter.handler.name}
    return WorklistLine(
        key=("reminder", letter.pk),
        what=_("Reminder"),
        note=letter.number,
        url=reverse_lazy("reminder", args=[letter.pk]),
        waits=letter.sender,
        why=why,
        due_at=letter.due_at,
        breach_at=letter.breach_at,
        offer=partial(next_button, "reminders", actor, letter),
    )


OPEN_ITEMS = OpenItems(
    line=_line,
    awaited={Reminder.State.SENT: _("the reply of %(agency)s")},
    related=("sender", "agency", "handler"),
)
