"""Asking another agency for its step: the preview of a reminder where it is late with a duty, else the form of a task.

No link leads to a refusal: who may remind and who may request a task is checked as there, and a reminder that the
agency has already sent is named instead of a second one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.resource import RESOURCES, resource_of
from agencies.kernel.texts import Text
from agencies.organisations.models import Agency
from cases.casefile.models import Case
from cases.casefile.naming import case_id_of
from cases.sharing.models import Share
from coordination.exchange.reminders.late import CLOCK, key_of, late_kinds, late_rows, may_remind
from coordination.exchange.reminders.models import ReminderItem

ASK = "ask_task"


@dataclass(frozen=True)
class RequestLink:
    """A link and its words; without a link only the words: it was asked for already."""

    words: Text
    url: str = ""
    is_reminder: bool = False


def asking_agencies(steps: Sequence[tuple[Any, Agency]], actor: Actor) -> Mapping[tuple[UUID, int], RequestLink]:
    """How the reader may ask for each of these steps of other agencies, by object and agency."""
    others = [(thing, agency) for thing, agency in steps if agency.pk != actor.agency_id]
    if not others or actor.kind != "user":
        return {}
    reminded = _reminders([thing for thing, _agency in others], actor)
    rest = [(thing, agency) for thing, agency in others if (thing.pk, agency.pk) not in reminded]
    on_case = _agencies_on({case_id_of(thing) for thing, _agency in rest}, actor) if rest else set()
    asked = {
        (thing.pk, agency.pk): _task(case_id_of(thing), agency)
        for thing, agency in rest
        if (case_id_of(thing), agency.pk) in on_case
    }
    return reminded | asked


def _task(case: UUID, agency: Agency) -> RequestLink:
    url = reverse("verb", args=["cases", case, ASK])
    return RequestLink(_("Request a task"), f"{url}?{urlencode({'agency': agency.code})}")


def is_past(thing: Any) -> bool:
    """Whether the date of the object has passed, in the lenient reading."""
    due = getattr(thing, "breach_at", None) or getattr(thing, "due_at", None)
    return due is not None and due < times.now()


def _reminders(things: Sequence[Any], actor: Actor) -> dict[tuple[UUID, int], RequestLink]:
    """The late duties among these objects of which the reader may remind. No query if none is past its date."""
    late = [one for one in things if is_past(one)]
    if not late:
        return {}
    rows = [(row.subject_id, row) for row in _late(CLOCK, Q(subject_id__in=[one.pk for one in late]), actor)]
    for kind in {resource_of(one).kind for one in late} & late_kinds().keys():
        rows += [(row.pk, row) for row in _late(kind, Q(pk__in=[one.pk for one in late]), actor)]
    ours = [(pk, row) for pk, row in rows if may_remind(actor, row)]
    standing = ReminderItem.objects.standing().filter(sender=actor.own_agency)
    sent = (
        set(standing.filter(thing_id__in=[row.pk for _pk, row in ours]).values_list("thing_id", flat=True))
        if ours
        else set()
    )
    return {(pk, row.debtor_id): _reminder(row, is_sent=row.pk in sent) for pk, row in ours}


def _reminder(row: Any, *, is_sent: bool) -> RequestLink:
    if is_sent:
        return RequestLink(_("reminded, not answered yet"), is_reminder=True)
    url = f"{reverse('reminder_preview')}?{urlencode({'about': key_of(row)})}"
    return RequestLink(_("Send reminder"), url, is_reminder=True)


def _late(kind: str, wanted: Q, actor: Actor) -> Any:
    return late_rows(kind, actor, times.now()).filter(wanted).order_by("-late_since", "-pk")


def _agencies_on(cases: set[Any], actor: Actor) -> set[tuple[UUID, int]]:
    """Case and agency on it, of the cases on which the reader may request a task."""
    if not actor.is_staff:
        return set()
    open_ones = Case.objects.contents_visible_to(actor).filter(
        pk__in=cases, state__in=RESOURCES["cases"].workflows[0].transitions[ASK].sources
    )
    shares = Share.objects.filter(case__in=open_ones, ended_at=None)
    return set(shares.values_list("case_id", "agency_id"))
