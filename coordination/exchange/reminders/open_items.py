"""Reminders in the workspace. Who sees a reminder depends on the late items that it names."""

from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.open_items import NavigationCount, OpenItems, WorklistLine, next_steps
from agencies.kernel.texts import Text
from coordination.exchange.letters.open_items import line_of

from .models import Reminder


def _line(letter: Reminder, actor: Actor, now: datetime) -> WorklistLine:
    if letter.handler is None:
        why: Text = _("Not taken on yet.")
    elif str(letter.handler_id) == actor.id:
        why = _("It concerns a matter that you handle.")
    else:
        why = gettext("%(name)s is handling it.") % {"name": letter.handler.name}
    return line_of("reminders", letter, actor, what=_("Reminder"), note=letter.number, waits=letter.sender, why=why)


OPEN_ITEMS = OpenItems(
    line=_line,
    awaited={Reminder.State.SENT: _("the reply of %(agency)s")},
    related=("sender", "agency", "handler"),
)
COUNTER = NavigationCount(
    page="reminders",
    items=next_steps("reminder"),
    query=lambda actor: f"?waiting_on={actor.agency_code}",
)
