"""The resource of reminders."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.resource import Api, Listing, Notices, Resource, Summary

from .actions import ACTIONS
from .asking import new_at_desk
from .filters import DEFAULT_SORT, SORTS, ReminderFilter
from .models import Reminder
from .open_items import COUNTER, OPEN_ITEMS
from .reassigning import REASSIGN
from .shapes import ReminderShape
from .sight import LetterSight
from .work import WORK
from .workflow import REMINDER as TABLE

REMINDER = Resource(
    name="reminders",
    kind="reminder",
    model=Reminder,
    page="reminder",
    label=_("Reminder"),
    plural=_("Reminders"),
    looks={
        "ANSWERED": ("review", "reply"),
        "OFFICE": ("wait", "bank"),
    },
    workflows=(TABLE,),
    actions=ACTIONS,
    related=("sender", "agency", "handler"),
    is_corrected=False,  # it is withdrawn or answered again
    sentences={
        ("agency", "export_late"): _("exported the list of late items"),
        ("reminder", "pass_on"): _("handed it over to a colleague"),
    },
    listing=Listing(
        filters=ReminderFilter,
        sorts=SORTS,
        default=DEFAULT_SORT,
        related=("sender", "agency", "handler"),
        page="reminders",
    ),
    reassign=REASSIGN,
    work=(WORK,),
    open_items=OPEN_ITEMS,
    counter=COUNTER,
    news_on={"reminder_desk": new_at_desk},
    summary=Summary(title="number", sight=LetterSight()),
    notices=Notices(in_hand=("handler", "writer"), reminds=("send", "remind", "insist", "take_to_office")),
    api=Api(
        row=(
            *("number", "sender", "agency", "handler", "sent_at", "repeats", "reminded_at", "due_at", "breach_at"),
            *("answer", "expected_on", "answered_at", "office_paper", "ending_reason", "updated_at"),
        ),
        detail=("remark", "items"),
        shape=ReminderShape,
    ),
)
