"""Workflow of a circular: written, its addressees chosen, read by a second person, and sent letter by letter."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from agencies.kernel import times
from agencies.kernel.action_fields import NOTE, REASON, ActionField, Choices, OptionalField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, Workflow, automatic, condition
from agencies.runs.models import Run
from coordination.exchange.letters.fields import KEPT_REASON
from coordination.exchange.letters.tables import internal
from coordination.prevention.campaigns import CAMPAIGN
from coordination.prevention.warnings.workflow import REMARK, TITLE

from .access import OFFICE, kinds_of, writer, writing_chief
from .models import Circular

S = Circular.State
WRITES = "circular"
"""The kind of the background job that writes the letters."""


def _kinds(thing: Any, actor: Actor) -> Choices:
    return [(kind.value, kind.label) for kind in kinds_of(actor)]


KIND = ActionField(
    "kind",
    gettext_lazy("Kind"),
    choices=_kinds,
    of_new=True,
    help=gettext_lazy("Supervisory talks and warning letters are the commerce ministry's bureau's alone."),
)
TEXT = ActionField(
    "text",
    gettext_lazy("Text for the exporters"),
    kind="long",
    stores=True,
    help=gettext_lazy(
        "Releasable facts alone: nothing of an open investigation. {企业名称} becomes the name of each addressee."
    ),
)
VENUE = OptionalField("venue", gettext_lazy("Place"), stores=True, clears=True, help=gettext_lazy("Of a talk."))
DUE = OptionalField(
    "due_at",
    gettext_lazy("Answers due (set by the agency)"),
    kind="datetime",
    stores=True,
    clears=True,
    help=gettext_lazy("Of a talk its time. No law sets a period. If you leave it empty, no answer is awaited."),
)
EDITED = (TITLE, TEXT, VENUE, DUE, REMARK, CAMPAIGN)
NEW = (KIND, *(replace(field, of_new=True, stores=False, clears=False) for field in EDITED))


@condition("addressees", gettext_lazy("It has no addressees yet. Choose them in the list of exporters."))
def has_addressees(circular: Circular) -> bool:
    return circular.addressees.exists()


def not_its_author(circular: Circular, actor: Actor) -> UnmetCondition | None:
    """A person who wrote or edited it or chose an addressee does not confirm it."""
    if not OFFICE.bars(actor, circular):
        return None
    return UnmetCondition(
        "own", _("You wrote this circular or chose addressees. Another person of your agency does this.")
    )


def not_read_before(circular: Circular, actor: Actor) -> UnmetCondition | None:
    if not circular.readers.filter(pk=actor.person_id).exists():
        return None
    return UnmetCondition("read", _("You confirmed it. For this many addressees a second person confirms it as well."))


@condition("due_at", gettext_lazy("The date that it names has passed. Return it for revision, or end it."))
def is_not_due(circular: Circular) -> bool:
    return circular.due_at is None or circular.due_at >= times.now()


@condition(
    "running", gettext_lazy("Its letters are being written. Wait until the job ends, or have its starter stop it.")
)
def is_at_rest(circular: Circular) -> bool:
    return not Run.objects.open().filter(kind=WRITES, given__circular=str(circular.pk)).exists()


# fmt: off
TRANSITIONS = {
    "edit":     internal(S.DRAFT,            to=None,         by=writer,        fields=EDITED, writes=True),
    "finish":   internal(S.DRAFT,            to=S.REVIEW,     by=writer,        fields=(NOTE,), needs=(has_addressees,)),
    "confirm":  internal(S.REVIEW,           to=None,         by=writer,        fields=(NOTE,), needs=(not_its_author, not_read_before)),
    "clear":    automatic(S.REVIEW,          to=S.READ,       visibility="pair"),
    "return":   internal(S.REVIEW, S.READ,   to=S.DRAFT,      by=writer,        fields=(REASON,)),
    "send_all": internal(S.READ,             to=S.SENDING,    by=writing_chief, fields=(NOTE,), needs=(is_not_due,), unforeseen=True),
    "resume":   internal(S.SENDING,          to=None,         by=writing_chief, fields=(NOTE,), needs=(is_at_rest, is_not_due), unforeseen=True),
    "complete": automatic(S.SENDING,         to=S.SENT,       visibility="pair"),
    "end":      internal(S.SENDING,          to=S.SENT,       by=writing_chief, fields=(KEPT_REASON,), needs=(is_at_rest,)),
    "withdraw": internal(S.DRAFT, S.REVIEW, S.READ, to=S.WITHDRAWN, by=writer,  fields=(KEPT_REASON,)),
}
# fmt: on

LABELS = {
    "begin": Labels(gettext_lazy("New circular"), pgettext_lazy("circular", "began the circular")),
    "edit": Labels(gettext_lazy("Edit"), gettext_lazy("edited the draft")),
    "address": Labels(gettext_lazy("Change the addressees"), gettext_lazy("changed the addressees")),
    "finish": Labels(
        gettext_lazy("Submit to the second reader"),
        gettext_lazy("submitted the circular to a second reader"),
        "primary",
    ),
    "confirm": Labels(
        gettext_lazy("Confirm: releasable facts only"),
        gettext_lazy("confirmed that the circular has releasable facts only"),
        "primary",
    ),
    "clear": Labels(gettext_lazy("Ready to be sent"), gettext_lazy("the circular may be sent")),
    "return": Labels(gettext_lazy("Return for revision"), gettext_lazy("returned the draft for revision")),
    "send_all": Labels(gettext_lazy("Decide to send"), gettext_lazy("decided to send the circular"), "primary"),
    "resume": Labels(
        gettext_lazy("Write the letters that are left"),
        gettext_lazy("had the letters that were left written"),
        "primary",
    ),
    "complete": Labels(gettext_lazy("Letters written"), gettext_lazy("all letters of the circular were written")),
    "end": Labels(
        gettext_lazy("End without the letters that are left"),
        gettext_lazy("ended the circular without the letters that were left"),
        "danger",
    ),
    "withdraw": Labels(gettext_lazy("Withdraw"), pgettext_lazy("circular", "withdrew the circular"), "danger"),
}
CIRCULAR = Workflow("circular", S, TRANSITIONS, LABELS, final=frozenset({S.SENT, S.WITHDRAWN}))


def readers_left(circular: Circular) -> str:
    """How many persons still have to confirm the text, in words."""
    left = circular.readers_needed() - circular.readers.count()
    text = ngettext(
        "%(count)d person still confirms the text.", "%(count)d different persons still confirm the text.", left
    )
    return text % {"count": left}
