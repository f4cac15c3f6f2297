"""Workflows of letters between a superior agency and its subordinate, one for each kind.

Downward: received, answered, accepted. An agency that disagrees objects once, and the superior insists or recalls
(Civil Servants Law art. 60). Upward: asked, received, answered.
"""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON, ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, Workflow
from cases.casefile import choices
from cases.casefile.consent import for_sharing
from cases.proceedings.models import Proceeding
from coordination.exchange.letters.fields import KEPT_REASON, case_open, colleagues, of_case
from coordination.exchange.letters.tables import announced, bilateral, internal

from .access import (
    OFFICE,
    deciding_office_holder,
    insisting_office_holder,
    issuing_office_holder,
    own_chief,
    receiver_chief,
    receiver_staff,
    sender_chief,
    sender_office_holder,
    sender_staff,
    writer,
    writing_chief,
)
from .models import Instruction
from .starts import ABOVE, BELOW, DUE, REQUIRED_DUE, SHARES, TEXT

S = Instruction.State


def has_deadline(instruction: Instruction, actor: Actor) -> UnmetCondition | None:
    if instruction.due_at is not None:
        return None
    return UnmetCondition("due_at", gettext("An instruction needs a deadline: edit the draft and enter it."))


def shares_its_own(instruction: Instruction, actor: Actor) -> UnmetCondition | None:
    """An agency that no longer leads the case cannot share it by a letter."""
    if not instruction.shares or instruction.case.lead_id == instruction.sender_id:
        return None
    return UnmetCondition("share", gettext("Only the lead agency can share the case with the letter. Edit the draft."))


def receiver_conducts(instruction: Instruction, actor: Actor) -> UnmetCondition | None:
    return _conducts(instruction, instruction.receiver_id)


def not_its_author(instruction: Instruction, actor: Actor) -> UnmetCondition | None:
    """A letter issued by the office holder must be drafted by someone else."""
    if not OFFICE.bars(actor, instruction):
        return None
    detail = gettext("You drafted or edited this letter: another holder of the office issues it.")
    return UnmetCondition("own_letter", detail)


def sender_conducts(instruction: Instruction, actor: Actor) -> UnmetCondition | None:
    return _conducts(instruction, instruction.sender_id)


def _conducts(instruction: Instruction, agency_id: int) -> UnmetCondition | None:
    """An agency takes a matter over by opening its own proceeding; no proceeding changes its agency. For an agency that
    does not use the system, its paper is enough."""
    agency = instruction.receiver if agency_id == instruction.receiver_id else instruction.sender
    if not agency.signs_in or running(instruction, agency_id).exists():
        return None
    detail = gettext("Open or file your own proceeding on the case first: proceedings do not change hands.")
    return UnmetCondition("proceeding", detail)


def running(instruction: Instruction, agency_id: int) -> Any:
    found = Proceeding.objects.filter(case=instruction.case_id, agency=agency_id).exclude(state=Proceeding.State.CLOSED)
    return found.exclude(pk=instruction.origin_id).order_by("opened_at", "pk")


def shares_with_consent(instruction: Instruction, actor: Actor) -> UnmetCondition | None:
    """A letter is no way around the consent of the originating agency."""
    named = {"agency": instruction.receiver.code}
    asked = for_sharing(instruction.case, named, actor) if instruction.shares else []
    if not asked:
        return None
    detail = gettext("%(agencies)s must consent first: share the case with the receiver, then send the letter.")
    return UnmetCondition("consent", detail % {"agencies": "; ".join(agency.name for agency in asked)})


def changed_since_return(instruction: Instruction, actor: Actor) -> UnmetCondition | None:
    """What came back is not sent again as it was. A change takes the reason of the return away."""
    if not (instruction.state == S.RETURNED and instruction.reason):
        return None
    detail = gettext("%(agency)s returned exactly this. Change the letter before you send it again.")
    return UnmetCondition("unchanged", detail % {"agency": instruction.receiver.name})


TITLE = ActionField("title", _("Title"), max_length=300, stores=True)
RESULT = ActionField("answer", _("Result"), kind="long", stores=True)
HANDED = ActionField(
    "answer", _("Handed over to the superior: files, goods, measures in force"), kind="long", stores=True
)
ANSWER = ActionField("answer", _("Answer and its grounds"), kind="long", stores=True)
OBJECTION = ActionField("objection", _("Objection and its grounds"), kind="long", stores=True)
PROCEEDING = ActionField(
    "proceeding",
    _("Proceeding of your agency"),
    kind="choice",
    required=False,
    choices=of_case(choices.own_proceedings),
    help=_("Empty: the newest."),
)
TO = ActionField("to", _("Hand over to"), kind="choice", choices=colleagues("receiver", "handler"))

_LETTER = (TITLE, TEXT, DUE, replace(SHARES, help=""))
_UNSENT = (S.DRAFT, S.HEAD_DECISION)
_OUT = (S.SENT, S.RECEIVED, S.OBJECTED)
_SEND = (case_open, shares_its_own, shares_with_consent)

# fmt: off
_RECEIVED = {
    # verb            from                            to               who may                      fields / needs
    "receive":       bilateral(S.SENT,                     to=S.RECEIVED,   by=receiver_staff,           fields=(NOTE,)),
    "object":        bilateral(S.SENT, S.RECEIVED,         to=S.OBJECTED,   by=receiver_chief,           fields=(OBJECTION,)),
}
_REPORTED = {
    "report":        bilateral(S.RECEIVED,                 to=S.REPORTED,   by=receiver_staff,           fields=(RESULT,), paper="DIR_REPORT"),
    "return_report": bilateral(S.REPORTED,                 to=S.RECEIVED,   by=sender_staff,             fields=(REASON,)),
    "accept_report": bilateral(S.REPORTED,                 to=S.DONE,       by=sender_staff,             fields=(NOTE,)),
}
_INSIDE = {
    # verb            from                            to               who may                      fields / needs
    "hand_over":     internal(S.SENT, S.RECEIVED,         to=None,         by=own_chief,                fields=(TO, REASON)),
}
_BY_OFFICE = {
    "edit":          internal(S.DRAFT,                    to=None,         by=writer,                   fields=_LETTER, writes=True),
    "submit":        internal(S.DRAFT,                    to=S.HEAD_DECISION, by=writer,                fields=(NOTE,), needs=(case_open,)),
    "send_back":     internal(S.HEAD_DECISION,            to=S.DRAFT,      by=sender_office_holder,     fields=(REASON,)),
    "withdraw":      internal(*_UNSENT,                   to=S.WITHDRAWN,  by=writer,                   fields=(KEPT_REASON,), unsigns="issue"),
    **_RECEIVED,
    "insist":        bilateral(S.OBJECTED,                 to=S.RECEIVED,   by=insisting_office_holder,  fields=(REASON,), needs=(not_its_author,)),
    "set_due":       bilateral(*_OUT,                      to=None,         by=issuing_office_holder,    fields=(REQUIRED_DUE, REASON)),
    **_INSIDE,
}
ASSIGN_TRANSITIONS = {
    "edit":          internal(S.DRAFT,                    to=None,         by=writer,                   fields=(BELOW, *_LETTER), writes=True),
    "send":          bilateral(S.DRAFT,                    to=S.SENT,       by=writing_chief,            fields=(NOTE,), needs=_SEND, paper="DIR_ASSIGN"),
    "withdraw":      internal(S.DRAFT,                    to=S.WITHDRAWN,  by=writer,                   fields=(KEPT_REASON,)),
    **_RECEIVED,
    "insist":        bilateral(S.OBJECTED,                 to=S.RECEIVED,   by=sender_chief,             fields=(REASON,)),
    **_REPORTED,
    "set_due":       bilateral(*_OUT,                      to=None,         by=sender_chief,             fields=(REQUIRED_DUE, REASON)),
    "recall":        bilateral(*_OUT,                      to=S.RECALLED,   by=sender_chief,             fields=(KEPT_REASON,)),
    **_INSIDE,
}
INSTRUCT_TRANSITIONS = {
    **_BY_OFFICE,
    "edit":          internal(S.DRAFT,                    to=None,         by=writer,                   fields=(BELOW, *_LETTER), writes=True),
    "issue":         bilateral(*_UNSENT,                   to=S.SENT,       by=deciding_office_holder,   fields=(NOTE,), needs=(not_its_author, *_SEND, has_deadline), paper="DIR_INSTRUCT", signs=True),
    **_REPORTED,
    "recall":        bilateral(*_OUT,                      to=S.RECALLED,   by=issuing_office_holder,    fields=(KEPT_REASON,)),
}
DESIGNATE_TRANSITIONS = {
    **_BY_OFFICE,
    "edit":          internal(S.DRAFT,                    to=None,         by=writer,                   fields=(BELOW, TITLE, TEXT, DUE), writes=True),
    "issue":         announced(*_UNSENT,                   to=S.SENT,       by=deciding_office_holder,   fields=(NOTE,), needs=(not_its_author, case_open,), paper="DIR_DESIGNATE", signs=True),
    "take":          announced(S.RECEIVED,                 to=S.DONE,       by=receiver_staff,           fields=(PROCEEDING, NOTE), needs=(receiver_conducts,)),
    "recall":        announced(*_OUT,                      to=S.RECALLED,   by=issuing_office_holder,    fields=(KEPT_REASON,)),
}
TAKE_UP_TRANSITIONS = {
    **_BY_OFFICE,
    "edit":          internal(S.DRAFT,                    to=None,         by=writer,                   fields=(TITLE, TEXT, DUE), writes=True),
    "issue":         announced(*_UNSENT,                   to=S.SENT,       by=deciding_office_holder,   fields=(NOTE,), needs=(not_its_author, case_open,), paper="DIR_TAKE_UP", signs=True),
    "hand_up":       bilateral(S.RECEIVED,                 to=S.REPORTED,   by=receiver_staff,           fields=(HANDED,), paper="DIR_REPORT"),
    "return_files":  bilateral(S.REPORTED,                 to=S.RECEIVED,   by=sender_staff,             fields=(REASON,)),
    "take_over":     announced(S.REPORTED,                 to=S.DONE,       by=sender_staff,             fields=(PROCEEDING, NOTE), needs=(sender_conducts,)),
    "recall":        announced(*_OUT,                      to=S.RECALLED,   by=issuing_office_holder,    fields=(KEPT_REASON,)),
}
ASK_UP_TRANSITIONS = {
    "edit":          internal(S.DRAFT,                    to=None,         by=writer,                   fields=(ABOVE, *_LETTER), writes=True),
    "send":          bilateral(S.DRAFT, S.RETURNED,        to=S.SENT,       by=writing_chief,            fields=(NOTE,), needs=(*_SEND, changed_since_return), paper="DIR_ASK_UP"),
    "change":        internal(S.RETURNED,                 to=None,         by=writer,                   fields=_LETTER, writes=True),
    "withdraw":      bilateral(S.DRAFT, S.SENT, S.RECEIVED, S.RETURNED, to=S.WITHDRAWN, by=writer,       fields=(KEPT_REASON,)),
    "receive":       bilateral(S.SENT,                     to=S.RECEIVED,   by=receiver_staff,           fields=(NOTE,)),
    "return":        bilateral(S.SENT, S.RECEIVED,         to=S.RETURNED,   by=receiver_staff,           fields=(KEPT_REASON,)),
    "agree":         bilateral(S.RECEIVED,                 to=S.AGREED,     by=receiver_chief,           fields=(ANSWER,), paper="DIR_REPLY"),
    "disagree":      bilateral(S.RECEIVED,                 to=S.DISAGREED,  by=receiver_chief,           fields=(ANSWER,), paper="DIR_REPLY"),
    "reply":         bilateral(S.RECEIVED,                 to=S.ANSWERED,   by=receiver_chief,           fields=(ANSWER,), paper="DIR_REPLY"),
    **_INSIDE,
}
# fmt: on

LABELS = {
    "draft": Labels(_("Draft"), _("started a letter")),
    "record": Labels(_("Record"), _("recorded a letter of the superior agency")),
    "edit": Labels(_("Edit"), _("edited the draft")),
    "change": Labels(_("Change the letter"), _("changed the returned letter"), "primary"),
    "submit": Labels(_("Submit for decision"), pgettext_lazy("letter", "submitted the letter for decision"), "primary"),
    "issue": Labels(_("Decide and issue"), _("issued the letter"), "primary"),
    "send_back": Labels(_("Return for revision"), _("returned the draft for revision")),
    "send": Labels(_("Send"), _("sent the letter"), "primary"),
    "withdraw": Labels(_("Withdraw"), pgettext_lazy("letter", "withdrew the letter"), "danger"),
    "receive": Labels(_("Sign receipt"), _("signed the receipt"), "primary"),
    "hand_over": Labels(_("Hand over"), _("handed the letter over to a colleague")),
    "object": Labels(pgettext_lazy("letter", "Object"), _("objected to the letter")),
    "insist": Labels(pgettext_lazy("letter", "Insist"), _("insisted on the letter"), "primary"),
    "report": Labels(_("Report the result"), _("reported the result"), "primary"),
    "return_report": Labels(_("Return the report"), _("returned the report")),
    "accept_report": Labels(_("Accept the report"), _("accepted the report"), "primary"),
    "set_due": Labels(_("Change the deadline"), _("changed the deadline of the letter")),
    "recall": Labels(_("Recall"), _("recalled the letter"), "danger"),
    "take": Labels(_("Take over as designated"), _("took over the matter as designated"), "primary"),
    "hand_up": Labels(_("Hand over the file"), _("handed over the file to the superior"), "primary"),
    "return_files": Labels(_("Return the file for completion"), _("returned the file for completion")),
    "take_over": Labels(_("Take over"), _("took over the matter from the subordinate agency"), "primary"),
    "return": Labels(_("Return for completion"), _("returned it for completion")),
    "agree": Labels(_("Agree"), _("agreed to the request"), "primary"),
    "disagree": Labels(_("Do not agree"), _("did not agree to the request")),
    "reply": Labels(_("Answer"), _("answered the request")),
}

_DOWN = frozenset({S.DONE, S.RECALLED, S.WITHDRAWN})
_UP = frozenset({S.AGREED, S.DISAGREED, S.ANSWERED, S.WITHDRAWN})
K = Instruction.Kind
BY_KIND = {
    K.ASSIGN_DOWN: Workflow("assignment down", S, ASSIGN_TRANSITIONS, LABELS, final=_DOWN),
    K.INSTRUCT: Workflow("instruction", S, INSTRUCT_TRANSITIONS, LABELS, final=_DOWN),
    K.DESIGNATE: Workflow("designation", S, DESIGNATE_TRANSITIONS, LABELS, final=_DOWN),
    K.TAKE_UP: Workflow("taking up", S, TAKE_UP_TRANSITIONS, LABELS, final=_DOWN),
    K.ASK_UP: Workflow("request up", S, ASK_UP_TRANSITIONS, LABELS, final=_UP),
}


def workflow_of(instruction: Instruction) -> Workflow:
    return BY_KIND[K(instruction.kind)]
