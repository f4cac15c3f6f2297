"""The resource of reminders."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.facets import CountedList, Facets
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.paging import Page
from agencies.kernel.resource import Addition, Api, Listing, Notices, Resource, Summary

from .actions import ACTIONS, send_letter
from .asking import new_at_desk
from .filters import ReminderFilter
from .models import Reminder, ReminderQuerySet
from .open_items import OpenReminders
from .page import page_parts, tabs
from .reassigning import ReminderReassignment
from .shapes import ReminderInput, ReminderShape
from .sight import LetterSight
from .work import WORK
from .workflow import REMINDER as TABLE


class ReminderList(Listing):
    filters = ReminderFilter
    sorts = {"sent": "sent_at", "updated": "updated_at", "due": "due_order"}
    default = "-sent"
    related = ("sender", "agency", "handler", "writer")
    page = "reminders"
    chips_label = _("Reminder filter")

    def chips(self, visible: ReminderQuerySet, actor: Actor) -> Iterable[CountedList]:
        own = actor.agency_code
        yield _("To be answered by us"), f"waiting_on={own}", visible.waiting_on(actor.agency_id)
        yield _("Sent by us, open"), f"sender={own}&open=1", visible.filter(sender_id=actor.agency_id).open()
        yield _("Without result"), "failed=1", visible.failed()
        yield _("All open"), "open=1", visible.open()
        yield _("All"), "", visible

    def context(self, facets: Facets, page: Page, actor: Actor) -> dict[str, Any]:
        return super().context(facets, page, actor) | {"tabs": tabs(at_desk=False)}


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
    listing=ReminderList(),
    page_parts=page_parts,
    reassign=ReminderReassignment(),
    work=(WORK,),
    open_items=OpenReminders(),
    navigation=NavigationPage(
        group=Group.SUPERVISION,
        place=35,
        counts="reminder",
        waiting="?waiting_on={agency}",
        only_counted=True,  # home links to the letters
    ),
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
    addition=Addition(
        words=_("Send reminder"),
        help=_("Sends one reminder about late items of one agency."),
        accepts=ReminderInput,
        add=send_letter,
        answers="detail",
    ),
)
