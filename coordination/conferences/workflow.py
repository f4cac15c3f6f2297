"""The conference's table. Calling one is an act on the case and stands in the case's table."""

from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON, Ask
from agencies.kernel.moves import Reach, Words, Workflow, move
from agencies.kernel.refusals import Missing
from cases.casefile import choices

from .access import caller, nobody, participant, reading_participant, task_asker
from .models import Conference, Participant

S = Conference.State
OWN = Reach.OWN


def has_begun(conference: Conference, actor: Actor) -> Missing | None:
    if conference.starts_at <= times.now():
        return None
    return Missing("begun", gettext("The conference has not begun yet."))


def something_to_ask(conference: Conference, actor: Actor) -> Missing | None:
    if askable(conference).exists():
        return None
    detail = gettext(
        "No resolution can be asked as a task: they are asked already, or their organs do not share the case."
    )
    return Missing("resolutions", detail)


def askable(conference: Conference) -> Any:
    sharing = conference.case.shares.live().values("organ")
    return conference.resolutions.filter(task=None, organ__in=sharing).select_related("organ")


def _organs(conference: Any, actor: Actor) -> list[tuple[str, str]]:
    """Only whom the resolution concerns who was there, or who called it."""
    there = [one.organ for one in conference.participants.select_related("organ").order_by("organ")]
    return [(organ.code, organ.name) for organ in dict.fromkeys([conference.organ, *there])]


def _desks(conference: Any, actor: Actor) -> list[tuple[str, str]]:
    return choices.desks_to_invite(conference.case, actor)


def _people(conference: Any, actor: Actor) -> list[tuple[str, str]]:
    return choices.people_to_invite(conference.case, actor)


STARTS = Ask("starts_at", _("When"), kind="datetime", stores=True)
WHY = Ask("reason", _("Reason"), kind="long", stores=True)
ANSWER = Ask("answer", _("Do you take part"), kind="choice", choices=lambda c, a: list(Participant.Answer.choices))
MINUTES = Ask(
    "text",
    pgettext_lazy("conference", "Minutes"),
    kind="long",
    initial=lambda c, a: getattr(c.minutes.first(), "text", ""),
)
RESOLUTION = (
    Ask("organ", _("Whose it is"), kind="choice", choices=_organs, of_new=True),
    Ask("title", _("What is to be done"), of_new=True),
    Ask("due_at", _("Due"), kind="datetime", required=False),
)
INVITED = (
    Ask("desks", _("Organs and desks"), kind="choices", choices=_desks),
    Ask("people", _("Persons"), kind="choices", required=False, choices=_people),
)

# fmt: off
MOVES = {
    # verb             from                      to               who                       asks / needs
    "answer":         move(S.CALLED,             to=None,         by=participant,           asks=(ANSWER, NOTE), reach=OWN),
    "invite":         move(S.CALLED,             to=None,         by=caller,                asks=INVITED, reach=OWN),
    "postpone":       move(S.CALLED,             to=None,         by=caller,                asks=(STARTS, WHY), reach=OWN),
    "cancel":         move(S.CALLED,             to=S.CANCELLED,  by=caller,                asks=(WHY,), reach=OWN),
    "write_minutes":  move(S.CALLED,             to=S.MINUTES,    by=caller,                asks=(MINUTES,), needs=(has_begun,), reach=OWN),
    "edit_minutes":   move(S.MINUTES, S.CONFIRMED, to=S.MINUTES,  by=caller,                asks=(MINUTES,), reach=OWN),
    "confirm":        move(S.MINUTES,            to=None,         by=reading_participant,   asks=(NOTE,), reach=OWN),
    "object":         move(S.MINUTES,            to=None,         by=reading_participant,   asks=(REASON,), reach=OWN),
    "settle":         move(S.MINUTES,            to=S.CONFIRMED,  by=nobody, system=True, reach=OWN),
    "add_resolution": move(S.MINUTES, S.CONFIRMED, to=None,       by=caller,                asks=RESOLUTION, reach=OWN),
    "ask_tasks":      move(S.MINUTES, S.CONFIRMED, to=None,       by=task_asker,            asks=(NOTE,), needs=(something_to_ask,), reach=OWN),
}
# fmt: on

WORDS = {
    "call": Words(_("Call a conference"), _("called a conference")),
    "answer": Words(_("Say whether you take part"), _("said whether it takes part"), "primary"),
    "invite": Words(_("Invite further participants"), _("invited further participants")),
    "postpone": Words(_("Postpone"), _("moved the conference to another time")),
    "cancel": Words(_("Cancel the conference"), _("cancelled the conference"), "danger"),
    "write_minutes": Words(_("Write the minutes"), _("wrote the minutes"), "primary"),
    "edit_minutes": Words(_("Word the minutes anew"), _("worded the minutes anew")),
    "confirm": Words(_("Confirm the minutes"), _("confirmed the minutes"), "primary"),
    "object": Words(_("Object to the minutes"), _("objected to the minutes")),
    "settle": Words(_("Confirmed by all"), _("all have confirmed the minutes")),
    "add_resolution": Words(_("Add a resolution"), _("added a resolution")),
    "ask_tasks": Words(_("Ask the resolutions as tasks"), _("asked the resolutions as tasks"), "primary"),
}

CONFERENCE = Workflow("conference", S, MOVES, WORDS, final=frozenset({S.CANCELLED}))
