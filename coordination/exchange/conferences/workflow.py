"""Workflow of a conference. Calling one is an action of the case and belongs to the case's workflow."""

from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.action_fields import NOTE, REASON, ActionField
from agencies.kernel.actor import Actor, system_only
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, Workflow
from coordination.exchange.letters.fields import KEPT_REASON
from coordination.exchange.letters.tables import internal

from .access import caller, participant, reading_participant, task_asker
from .models import Conference, Participant
from .starts import INVITED

S = Conference.State


def has_begun(conference: Conference, actor: Actor) -> UnmetCondition | None:
    if conference.starts_at <= times.now():
        return None
    return UnmetCondition("begun", gettext("The conference has not begun yet."))


def something_to_ask(conference: Conference, actor: Actor) -> UnmetCondition | None:
    if askable(conference).exists():
        return None
    detail = gettext(
        "No resolution can be requested as a task: all are requested already, or their agencies do not share the case."
    )
    return UnmetCondition("resolutions", detail)


def askable(conference: Conference) -> Any:
    sharing = conference.case.shares.live().values("agency")
    return conference.resolutions.filter(task=None, agency__in=sharing).select_related("agency")


def _agencies(conference: Any, actor: Actor) -> list[tuple[str, str]]:
    """Agencies that can be responsible for a resolution: the participants and the caller."""
    there = [one.agency for one in conference.participants.select_related("agency").order_by("agency")]
    return [(agency.code, agency.name) for agency in dict.fromkeys([conference.agency, *there])]


STARTS = ActionField("starts_at", _("When"), kind="datetime", stores=True)
ANSWER = ActionField("answer", _("Participation"), kind="choice", choices=lambda c, a: list(Participant.Answer.choices))
MINUTES = ActionField(
    "text",
    pgettext_lazy("conference", "Minutes"),
    kind="long",
    initial=lambda c, a: getattr(c.minutes.first(), "text", ""),
)
RESOLUTION = (
    ActionField("agency", _("Responsible agency"), kind="choice", choices=_agencies, of_new=True),
    ActionField("title", _("What is to be done"), of_new=True),
    ActionField("due_at", _("Due"), kind="datetime", required=False),
)

# fmt: off
TRANSITIONS = {
    # verb             from                      to               who                       fields / needs
    "answer":         internal(S.CALLED,             to=None,         by=participant,           fields=(ANSWER, NOTE)),
    "invite":         internal(S.CALLED,             to=None,         by=caller,                fields=INVITED),
    "postpone":       internal(S.CALLED,             to=None,         by=caller,                fields=(STARTS, KEPT_REASON)),
    "cancel":         internal(S.CALLED,             to=S.CANCELLED,  by=caller,                fields=(KEPT_REASON,)),
    "write_minutes":  internal(S.CALLED,             to=S.MINUTES,    by=caller,                fields=(MINUTES,), needs=(has_begun,)),
    "edit_minutes":   internal(S.MINUTES, S.CONFIRMED, to=S.MINUTES,  by=caller,                fields=(MINUTES,)),
    "confirm":        internal(S.MINUTES,            to=None,         by=reading_participant,   fields=(NOTE,)),
    "object":         internal(S.MINUTES,            to=None,         by=reading_participant,   fields=(REASON,)),
    "settle":         internal(S.MINUTES,            to=S.CONFIRMED,  by=system_only, system=True),
    "add_resolution": internal(S.MINUTES, S.CONFIRMED, to=None,       by=caller,                fields=RESOLUTION),
    "ask_tasks":      internal(S.MINUTES, S.CONFIRMED, to=None,       by=task_asker,            fields=(NOTE,), needs=(something_to_ask,)),
}
# fmt: on

LABELS = {
    "call": Labels(_("Call a conference"), _("called a conference")),
    "answer": Labels(_("Reply to the invitation"), _("replied to the invitation"), "primary"),
    "invite": Labels(_("Invite further participants"), _("invited further participants")),
    "postpone": Labels(_("Postpone"), _("postponed the conference")),
    "cancel": Labels(_("Cancel the conference"), _("cancelled the conference"), "danger"),
    "write_minutes": Labels(_("Write the minutes"), _("wrote the minutes"), "primary"),
    "edit_minutes": Labels(_("Revise the minutes"), _("revised the minutes")),
    "confirm": Labels(_("Confirm the minutes"), _("confirmed the minutes"), "primary"),
    "object": Labels(_("Object to the minutes"), _("objected to the minutes")),
    "settle": Labels(_("Confirmed by all"), _("all have confirmed the minutes")),
    "add_resolution": Labels(_("Add a resolution"), _("added a resolution")),
    "ask_tasks": Labels(_("Request resolutions as tasks"), _("requested the resolutions as tasks"), "primary"),
}

CONFERENCE = Workflow("conference", S, TRANSITIONS, LABELS, final=frozenset({S.CANCELLED}))
