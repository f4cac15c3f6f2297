"""Workflows of letters to exporters, by kind, and of their release."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agencies.kernel.action_fields import NOTE, REASON, ActionField
from agencies.kernel.actor import Actor, system_only
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.proxy_recording import Rule
from agencies.kernel.workflow import Labels, Transition, Workflow, condition
from cases.casefile.models import Case, Identifier
from coordination.exchange.letters.fields import KEPT_REASON
from coordination.exchange.letters.tables import bilateral, internal
from coordination.prevention.campaigns import CAMPAIGN
from coordination.prevention.exporters.models import Exporter

from .access import OFFICE, deciding_holder, releases, writer, writing_chief
from .models import ExporterLetter, Release

K, S, R = ExporterLetter.Kind, ExporterLetter.State, Release.State


def cases_of(thing: Any, actor: Actor) -> list[tuple[str, str]]:
    """Cases about the exporter whose contents the actor reads, by number of a party."""
    exporter: Exporter = getattr(thing, "exporter", thing)
    named = Identifier.objects.filter(key__in=exporter.numbers).values("party__case")
    cases = Case.objects.contents_visible_to(actor).filter(pk__in=named).order_by("number")
    return [(str(one.pk), f"{one.number} {one.label}") for one in cases]


TITLE = ActionField("title", gettext_lazy("Subject"), stores=True)
TEXT = ActionField(
    "text",
    gettext_lazy("Text for the exporter"),
    kind="long",
    stores=True,
    help=gettext_lazy("Releasable facts alone: nothing of an open investigation. A second person confirms that."),
)
REMARK = ActionField(
    "remark",
    gettext_lazy("Internal remark"),
    kind="long",
    required=False,
    stores=True,
    clears=True,
    help=gettext_lazy("Stays in your agency."),
)
ABOUT_CASE = ActionField(
    "about_case",
    gettext_lazy("Case"),
    required=False,
    choices=cases_of,
    initial=lambda thing, actor: str(getattr(thing, "about_case_id", None) or ""),
    clears=True,
)
QUESTION = ActionField("question", gettext_lazy("Question of the exporter"), kind="long", stores=True)
ASKED_ON = ActionField("asked_on", gettext_lazy("Asked on"), kind="date", stores=True)
REPLY = ActionField(
    "text",
    gettext_lazy("Our reply"),
    kind="long",
    required=False,
    stores=True,
    help=gettext_lazy("Releasable facts alone: nothing of an open investigation. It may be written later."),
)
REPLY_DUE = ActionField(
    "due_at", gettext_lazy("Reply due (set by the agency)"), kind="datetime", required=False, stores=True
)
VENUE = ActionField("venue", gettext_lazy("Place"), stores=True)
TALK_AT = ActionField("due_at", gettext_lazy("Time of the talk"), kind="datetime", stores=True)
ANSWER_DUE = ActionField(
    "due_at",
    gettext_lazy("Answer due (set by the agency)"),
    kind="datetime",
    required=False,
    stores=True,
    help=gettext_lazy("No law sets a period. If you leave it empty, no answer is awaited."),
)
NEW_DUE = ActionField("due_at", gettext_lazy("Answer due (set by the agency)"), kind="datetime", stores=True)
SERVICE = (
    ActionField("served_on", gettext_lazy("Served on"), kind="date", stores=True),
    ActionField("served_by", gettext_lazy("Way of service"), choices=ExporterLetter.Way.choices, stores=True),
    ActionField("service_proof", gettext_lazy("Proof of service"), stores=True),
)
ANSWERED = (
    ActionField("answered_on", gettext_lazy("Answered on"), kind="date", stores=True),
    ActionField("answer", gettext_lazy("Answer of the exporter"), kind="long", stores=True),
)
HELD = (
    ActionField("answered_on", gettext_lazy("Held on"), kind="date", stores=True),
    ActionField("attendees", gettext_lazy("Attendees"), max_length=300, stores=True),
    ActionField("answer", gettext_lazy("Minutes"), kind="long", stores=True),
)
CLOSING = (
    ActionField("follow_up", gettext_lazy("Follow-up"), choices=ExporterLetter.FollowUp.choices, stores=True),
    NOTE,
)
INSIDE = (REMARK, ABOUT_CASE, CAMPAIGN)
WRITTEN = {
    K.GUIDANCE: (TITLE, TEXT, *INSIDE),
    K.CONSULTATION: (TITLE, QUESTION, ASKED_ON, REPLY, REPLY_DUE, *INSIDE),
    K.TALK: (TITLE, VENUE, TALK_AT, TEXT, *INSIDE),
    K.WARNING: (TITLE, TEXT, *INSIDE),
    K.SUSPENSION: (TITLE, TEXT, *INSIDE),
}


@condition("text", gettext_lazy("It has no text for the exporter yet."))
def has_text(letter: ExporterLetter) -> bool:
    return bool(letter.text.strip())


def not_its_author(letter: ExporterLetter, actor: Actor) -> UnmetCondition | None:
    """A person who wrote, edited or handled the letter neither confirms its facts nor decides it."""
    if not OFFICE.bars(actor, letter):
        return None
    return UnmetCondition("own", _("You wrote or handled this letter. Another person of your agency does this."))


# fmt: off
def _cleared(ready: str) -> dict[str, Transition]:
    """What other agencies have to release before a letter leaves; `ready` is the state before that."""
    unsent = tuple(state for state in ExporterLetter.UNSENT if state != S.AT_OFFICE or ready == S.AT_OFFICE)
    return {
        # verb            from                             to                    who                     fields / needs
        "ask_release": bilateral(ready, S.RELEASED,        to=S.AWAITS_RELEASE,  by=system_only,         system=True),
        "ask_again":   internal(S.NOT_RELEASED,            to=S.AWAITS_RELEASE,  by=writing_chief,       fields=(NOTE,), unforeseen=True),
        "release":     bilateral(S.AWAITS_RELEASE,         to=S.RELEASED,        by=system_only,         system=True),
        "refuse":      bilateral(S.AWAITS_RELEASE,         to=S.NOT_RELEASED,    by=system_only,         system=True),
        "withdraw":    internal(*unsent,                   to=S.WITHDRAWN,       by=writer,              fields=(KEPT_REASON,)),
    }


def _written(kind: ExporterLetter.Kind) -> dict[str, Transition]:
    """How a letter of this kind is written and read by a second person."""
    return {
        "edit":        internal(S.DRAFT,                   to=None,              by=writer,              fields=WRITTEN[kind], writes=True),
        "finish":      internal(S.DRAFT,                   to=S.REVIEW,          by=writer,              fields=(NOTE,), needs=(has_text,)),
        "confirm":     internal(S.REVIEW,                  to=S.READ,            by=writer,              fields=(NOTE,), needs=(not_its_author,)),
        "return":      internal(S.REVIEW, S.READ,          to=S.DRAFT,           by=writer,              fields=(REASON,)),
    }


def _sent(*fields: ActionField) -> dict[str, Transition]:
    """By the unit lead."""
    return {
        "send":        internal(S.READ, S.RELEASED,        to=S.SENT,            by=writing_chief,       fields=(*fields, NOTE), unforeseen=True),
        **_cleared(S.READ),
        "serve":       internal(S.SENT,                    to=S.SERVED,          by=writer,              fields=SERVICE),
    }


_ISSUED = {
    "submit":          internal(S.READ,                    to=S.AT_OFFICE,       by=writing_chief,       fields=(NOTE,)),
    "issue":           internal(S.AT_OFFICE, S.RELEASED,   to=S.SENT,            by=deciding_holder,     fields=(ANSWER_DUE, NOTE), needs=(not_its_author,), unforeseen=True),
    "send_back":       internal(S.AT_OFFICE,               to=S.DRAFT,           by=deciding_holder,     fields=(REASON,)),
    **_cleared(S.AT_OFFICE),
    "serve":           internal(S.SENT,                    to=S.SERVED,          by=writer,              fields=SERVICE),
}
_ANSWERED = {
    "answer":          internal(S.SENT, S.SERVED,          to=S.ANSWERED,        by=writer,              fields=ANSWERED),
    "set_due":         internal(S.SENT, S.SERVED,          to=None,              by=writing_chief,       fields=(NEW_DUE, REASON)),
}
_HELD = {
    "hold":            internal(S.SENT, S.SERVED,          to=S.ANSWERED,        by=writer,              fields=HELD),
    "move":            internal(S.SENT, S.SERVED,          to=None,              by=writing_chief,       fields=(VENUE, TALK_AT, REASON)),
}


def _ended(*out: str, revoked_by: Rule) -> dict[str, Transition]:
    """Closed after service, or revoked after it was sent."""
    return {
        "close":       internal(*out[1:],                  to=S.CLOSED,          by=writer,              fields=CLOSING),
        "revoke":      internal(*out,                      to=S.WITHDRAWN,       by=revoked_by,          fields=(KEPT_REASON,)),
    }


_BY_CHIEF = _ended(*ExporterLetter.OUT, revoked_by=writing_chief)
TRANSITIONS = {
    K.GUIDANCE: {**_written(K.GUIDANCE), **_sent(ANSWER_DUE), **_ANSWERED, **_BY_CHIEF},
    K.CONSULTATION: {**_written(K.CONSULTATION), **_sent(), **_ended(S.SENT, S.SERVED, revoked_by=writing_chief)},
    K.TALK: {**_written(K.TALK), **_sent(), **_HELD, **_BY_CHIEF},
    K.WARNING: {**_written(K.WARNING), **_sent(ANSWER_DUE), **_ANSWERED, **_BY_CHIEF},
    K.SUSPENSION: {**_written(K.SUSPENSION), **_ISSUED, **_ANSWERED, **_ended(*ExporterLetter.OUT, revoked_by=deciding_holder)},
}
RELEASE_TRANSITIONS = {
    "release":       internal(R.WAITING,                   to=R.RELEASED,        by=releases,            fields=(REASON,)),
    "refuse":        internal(R.WAITING,                   to=R.REFUSED,         by=releases,            fields=(REASON,)),
    "lapse":         bilateral(R.WAITING,                  to=R.LAPSED,          by=system_only,         system=True),
}
# fmt: on

LABELS = {
    "write": Labels(gettext_lazy("Write a letter"), gettext_lazy("began a letter to the exporter")),
    "write_of_many": Labels(
        gettext_lazy("Write a letter"), gettext_lazy("wrote the letter with the text of a circular")
    ),
    "edit": Labels(gettext_lazy("Edit"), gettext_lazy("edited the draft")),
    "finish": Labels(
        gettext_lazy("Submit to the second reader"), gettext_lazy("submitted the letter to a second reader"), "primary"
    ),
    "confirm": Labels(
        gettext_lazy("Confirm: releasable facts only"),
        gettext_lazy("confirmed that the letter has releasable facts only"),
        "primary",
    ),
    "return": Labels(gettext_lazy("Return for revision"), gettext_lazy("returned the draft for revision")),
    "submit": Labels(
        gettext_lazy("Submit for decision"), pgettext_lazy("letter", "submitted the letter for decision"), "primary"
    ),
    "send": Labels(gettext_lazy("Decide to send"), gettext_lazy("sent the letter to the exporter"), "primary"),
    "issue": Labels(gettext_lazy("Decide to issue"), gettext_lazy("issued the suspension notice"), "primary"),
    "send_back": Labels(gettext_lazy("Return for revision"), gettext_lazy("returned the draft for revision")),
    "decide": Labels(gettext_lazy("Decide to send"), gettext_lazy("decided to send the letter")),
    "ask_release": Labels(
        gettext_lazy("Ask for release"), gettext_lazy("the letter waits for release by another agency")
    ),
    "ask_again": Labels(gettext_lazy("Ask again for release"), gettext_lazy("asked again for release"), "primary"),
    "release": Labels(gettext_lazy("Release"), gettext_lazy("the letter was released"), "primary"),
    "refuse": Labels(gettext_lazy("Do not release"), gettext_lazy("the letter was not released")),
    "serve": Labels(gettext_lazy("Record service"), gettext_lazy("recorded the service of the letter"), "primary"),
    "answer": Labels(gettext_lazy("Record the answer"), gettext_lazy("recorded the exporter's answer"), "primary"),
    "hold": Labels(gettext_lazy("Record the talk"), gettext_lazy("recorded the supervisory talk"), "primary"),
    "set_due": Labels(gettext_lazy("Change the due date"), gettext_lazy("changed the due date of the answer")),
    "move": Labels(gettext_lazy("Move the talk"), gettext_lazy("moved the supervisory talk")),
    "close": Labels(gettext_lazy("Close"), gettext_lazy("closed the letter"), "primary"),
    "withdraw": Labels(gettext_lazy("Withdraw"), gettext_lazy("withdrew the letter to the exporter"), "danger"),
    "revoke": Labels(gettext_lazy("Revoke"), gettext_lazy("revoked the letter"), "danger"),
}
RELEASE_LABELS = {
    "ask": Labels(gettext_lazy("Ask for release"), gettext_lazy("a letter to an exporter waits for your release")),
    "release": Labels(gettext_lazy("Release"), gettext_lazy("released the letter"), "primary"),
    "refuse": Labels(gettext_lazy("Do not release"), gettext_lazy("did not release the letter"), "primary"),
    "lapse": Labels(gettext_lazy("No longer requested"), gettext_lazy("the release is no longer requested")),
}
NAMES = {
    K.GUIDANCE: "guidance letter",
    K.CONSULTATION: "consultation",
    K.TALK: "supervisory talk",
    K.WARNING: "warning letter",
    K.SUSPENSION: "suspension notice",
}
BY_KIND = {
    kind: Workflow(NAMES[kind], S, table, LABELS, final=frozenset({S.CLOSED, S.WITHDRAWN}))
    for kind, table in TRANSITIONS.items()
}
RELEASE = Workflow(
    "release", R, RELEASE_TRANSITIONS, RELEASE_LABELS, final=frozenset({R.RELEASED, R.REFUSED, R.LAPSED})
)


def workflow_of(letter: ExporterLetter) -> Workflow:
    return BY_KIND[K(letter.kind)]
