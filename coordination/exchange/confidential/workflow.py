"""Workflow of confidential letters. The law says "promptly" (D310 art. 18), so no period runs."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.journal.involvement import exclude_involved
from agencies.kernel.action_fields import NOTE, REASON, ActionField, Choices
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, Workflow, transition
from agencies.organisations.models import Agency
from agencies.people.models import OfficeHolder, User

from .access import (
    OFFICE,
    drafter,
    drafter_or_team_without,
    holds_their_answer,
    is_named,
    named_office_holder,
    works_on_it,
)
from .models import ConfidentialLetter, NamedPerson

S = ConfidentialLetter.State


def possible_approvers(letter: ConfidentialLetter) -> list[OfficeHolder]:
    """Office holders of the letter's agency and of its superiors, because the head may be the suspect.

    Excludes everyone who drafted, edited or works on the letter.
    """
    working = {user for user, part in letter.parts.items() if part in (NamedPerson.Part.DRAFTER, NamedPerson.Part.TEAM)}
    agencies = [letter.agency, *letter.agency.above]
    held = OfficeHolder.objects.current().filter(agency__in=agencies, user__is_active=True)
    holders = exclude_involved(held, confidential=letter.pk)
    free = [one for one in holders.select_related("user", "agency") if str(one.user_id) not in working]
    return sorted(free, key=lambda one: (agencies.index(one.agency), one.user.username))


def _approvers(letter: Any, actor: Actor) -> Choices:
    return [(str(one.user_id), f"{one.agency.name} · {one.user.name}") for one in possible_approvers(letter)]


def _nameable(letter: Any, actor: Actor) -> Choices:
    """Colleagues, and users of procuratorates, which have their own jurisdiction (CPL art. 19). No supervisory agency
    uses the system."""
    people = User.objects.filter(Q(agency=letter.agency_id) | Q(agency__line=Agency.Line.PROCURATORATE), is_active=True)
    found = [one for one in people.order_by("agency", "username") if not letter.names(one.pk)]
    return [(str(one.pk), f"{one.agency.name} · {one.name}") for one in found]


def _strikable(letter: Any, actor: Actor) -> Choices:
    kept = (letter.drafter_id, letter.approver_id)
    named = letter.named_people.exclude(user__in=[one for one in kept if one]).select_related("user__agency")
    return [(str(one.user_id), f"{one.user.agency.name} · {one.user.name}") for one in named]


def possible_successors(letter: ConfidentialLetter) -> list[User]:
    """Colleagues on the team. They already read the letter, so a change of drafter discloses nothing."""
    team = letter.named_people.filter(part=NamedPerson.Part.TEAM, user__agency=letter.agency_id, user__is_active=True)
    return [one.user for one in team.select_related("user").order_by("user__username")]


def _successors(letter: Any, actor: Actor) -> Choices:
    return [(str(one.pk), one.name) for one in possible_successors(letter)]


def successor_named(letter: ConfidentialLetter, actor: Actor) -> UnmetCondition | None:
    if possible_successors(letter):
        return None
    return UnmetCondition(
        "team", gettext("No colleague who could continue the letter may know of it. The drafter adds one first.")
    )


def not_its_author(letter: ConfidentialLetter, actor: Actor) -> UnmetCondition | None:
    """The author must not become the decider by passing the letter on."""
    if not OFFICE.bars(actor, letter):
        return None
    return UnmetCondition("own_letter", gettext("You drafted or edited this letter: another office holder decides."))


def drafter_left(letter: ConfidentialLetter, actor: Actor) -> UnmetCondition | None:
    if letter.drafter_has_left:
        return None
    return UnmetCondition("drafter", gettext("The drafter is still on duty and passes it on personally."))


def _closed_to(letter: Any, actor: Actor) -> Choices:
    """Named people whose password was reset and whose identity no other named person has confirmed since."""
    closed = letter.named_people.awaiting_confirmation().exclude(user=actor.id).select_related("user")
    return [(str(one.user_id), one.user.name) for one in closed]


def has_closed_out_reader(letter: ConfidentialLetter, actor: Actor) -> UnmetCondition | None:
    if letter.named_people.awaiting_confirmation().exists():
        return None
    return UnmetCondition("person", gettext("Everyone named in this letter can already open it."))


TO = ActionField(
    "to",
    _("Who decides"),
    kind="choice",
    choices=_approvers,
    help=_(
        "This person will read the letter. If the head of your agency is the suspect, choose the "
        "head of the superior agency."
    ),
)
EDIT = (
    ActionField("addressee", _("Receiving agency of the letter"), stores=True),
    ActionField("official", _("The official: name, agency, post"), max_length=300, stores=True),
    ActionField("facts", _("Facts and indications of evidence"), kind="long", stores=True),
)
NAME = (ActionField("people", _("Who may know"), kind="choices", choices=_nameable), REASON)
STRIKE = (ActionField("person", _("Person to remove"), kind="choice", choices=_strikable), REASON)
VOUCHED = ActionField(
    "person",
    _("Account holder to verify"),
    kind="choice",
    choices=_closed_to,
    help=_("You have met the person: the new password belongs to them alone."),
)
NUMBER = ActionField(
    "number",
    _("Number of the letter"),
    max_length=60,
    stores=True,
    help=_(
        "From the register of confidential letters: the number register of your agency in this "
        "system can be read by all its staff."
    ),
)
SUCCESSOR = ActionField(
    "to",
    _("Continued by"),
    kind="choice",
    choices=_successors,
    help=_("Only people who already know of the letter: the circle does not grow."),
)
PAPER = ActionField("paper", _("Number of the reply"), required=False)
RESULT = ActionField("result", _("Reported result"), kind="long", stores=True)
REMARKS = ActionField("to_revise", _("What to revise"), kind="long", stores=True)
ENDING = ActionField("ending_reason", _("Reasons"), kind="long", stores=True)

OPEN = (S.DRAFT, S.HEAD_DECISION, S.APPROVED, S.SENT, S.RECEIVED)

# fmt: off
TRANSITIONS = {
    # verb            from                                    to                  who                     fields
    "edit":      transition(S.DRAFT,                                to=None,            by=works_on_it,         fields=(*EDIT, NOTE), writes=True),
    "name":      transition(*OPEN,                                  to=None,            by=drafter,             fields=NAME),
    "strike":    transition(*OPEN,                                  to=None,            by=drafter,             fields=STRIKE),
    "submit":    transition(S.DRAFT,                                to=S.HEAD_DECISION, by=drafter_or_team_without, fields=(TO, NOTE)),
    "take_back": transition(S.HEAD_DECISION,                        to=S.DRAFT,         by=drafter_or_team_without, fields=(REASON,)),
    "pass_on":   transition(*OPEN,                                  to=None,            by=drafter,             fields=(SUCCESSOR, REASON), needs=(successor_named,)),
    "appoint":   transition(*OPEN,                                  to=None,            by=named_office_holder, fields=(SUCCESSOR, REASON), needs=(drafter_left, successor_named)),
    "vouch":     transition(*ConfidentialLetter.State,                    to=None,            by=is_named,            fields=(VOUCHED, REASON), needs=(has_closed_out_reader,)),
    "approve":   transition(S.HEAD_DECISION,                        to=S.APPROVED,      by=named_office_holder, fields=(NOTE,), needs=(not_its_author,)),
    "revise":    transition(S.HEAD_DECISION,                        to=S.DRAFT,         by=named_office_holder, fields=(REMARKS,), needs=(not_its_author,)),
    "refuse":    transition(S.HEAD_DECISION,                        to=S.REFUSED,       by=named_office_holder, fields=(ENDING,), needs=(not_its_author,)),
    "send":      transition(S.APPROVED,                             to=S.SENT,          by=works_on_it,         fields=(NUMBER, NOTE)),
    "receive":   transition(S.SENT,                                 to=S.RECEIVED,      by=holds_their_answer,  fields=(PAPER, NOTE)),
    "answer":    transition(S.RECEIVED,                             to=S.ANSWERED,      by=holds_their_answer,  fields=(RESULT, PAPER)),
    "withdraw":  transition(S.DRAFT, S.HEAD_DECISION, S.APPROVED,   to=S.WITHDRAWN,     by=drafter,             fields=(ENDING,)),
}
# fmt: on

LABELS = {
    "draft": Labels(_("Draft"), _("drafted the confidential letter")),
    "edit": Labels(_("Edit the letter"), _("edited the letter")),
    "name": Labels(_("Add people"), _("added people who may know")),
    "strike": Labels(_("Remove a person"), _("removed a person"), "danger"),
    "submit": Labels(_("Submit for decision"), _("submitted the letter for decision"), "primary"),
    "take_back": Labels(_("Take back"), _("took the letter back")),
    "pass_on": Labels(_("Pass on"), _("passed the letter on to a colleague who may know of it")),
    "appoint": Labels(_("Assign a colleague to continue"), _("assigned a colleague to continue the letter")),
    "vouch": Labels(_("Verify a person"), _("verified a person whose password was reset")),
    "approve": Labels(_("Approve the letter"), _("approved the letter"), "primary"),
    "revise": Labels(_("Return for revision"), _("returned the letter for revision")),
    "refuse": Labels(_("Refuse the letter"), _("refused the letter"), "danger"),
    "send": Labels(_("Record the sending"), _("sent the letter"), "primary"),
    "receive": Labels(_("Record the receipt"), _("the letter was received"), "primary"),
    "answer": Labels(_("Record the result"), _("the result was reported"), "primary"),
    "withdraw": Labels(_("Withdraw the letter"), _("withdrew the letter"), "danger"),
}

CONFIDENTIAL = Workflow("confidential letter", S, TRANSITIONS, LABELS, final=frozenset(ConfidentialLetter.ENDED))
