"""The table of sealed letters. The law says "promptly" (D310 art. 18), so no period runs."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.journal.involved import outsiders
from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON, Ask
from agencies.kernel.moves import Words, Workflow, move
from agencies.kernel.refusals import Missing
from agencies.organs.models import Agency
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
from .models import NamedPerson, SealedLetter

S = SealedLetter.State
Choices = list[tuple[str, str]]


def possible_approvers(letter: SealedLetter) -> list[OfficeHolder]:
    """Holders of the office in the letter's organ, then in those above it: the head himself may be the suspect.

    Never who ever drafted or edited it, or works on it.
    """
    working = {user for user, part in letter.parts.items() if part in (NamedPerson.Part.DRAFTER, NamedPerson.Part.TEAM)}
    organs = [letter.organ, *letter.organ.above]
    held = OfficeHolder.objects.current().filter(organ__in=organs, user__is_active=True)
    holders = outsiders(held, sealed=letter.pk)
    free = [one for one in holders.select_related("user", "organ") if str(one.user_id) not in working]
    return sorted(free, key=lambda one: (organs.index(one.organ), one.user.username))


def _approvers(letter: Any, actor: Actor) -> Choices:
    return [(str(one.user_id), f"{one.organ.name} · {one.user.name}") for one in possible_approvers(letter)]


def _nameable(letter: Any, actor: Actor) -> Choices:
    """Colleagues, and who receives it: of supervisory organs none signs in here, of the procuratorate some do, which
    takes what is its own (CPL art. 19)."""
    people = User.objects.filter(Q(organ=letter.organ_id) | Q(organ__line=Agency.Line.PROCURATORATE), is_active=True)
    found = [one for one in people.order_by("organ", "username") if not letter.names(one.pk)]
    return [(str(one.pk), f"{one.organ.name} · {one.name}") for one in found]


def _strikable(letter: Any, actor: Actor) -> Choices:
    kept = (letter.drafter_id, letter.approver_id)
    named = letter.named_people.exclude(user__in=[one for one in kept if one]).select_related("user__organ")
    return [(str(one.user_id), f"{one.user.organ.name} · {one.user.name}") for one in named]


def possible_successors(letter: SealedLetter) -> list[User]:
    """Colleagues who work on it, and so read it already: with another drafter nobody more comes to know of it."""
    team = letter.named_people.filter(part=NamedPerson.Part.TEAM, user__organ=letter.organ_id, user__is_active=True)
    return [one.user for one in team.select_related("user").order_by("user__username")]


def _successors(letter: Any, actor: Actor) -> Choices:
    return [(str(one.pk), one.name) for one in possible_successors(letter)]


def successor_named(letter: SealedLetter, actor: Actor) -> Missing | None:
    if possible_successors(letter):
        return None
    return Missing("team", gettext("No colleague is named in it who could go on with it. Its drafter names one first."))


def not_its_author(letter: SealedLetter, actor: Actor) -> Missing | None:
    """Passing the letter on does not make its author the one who decides on it."""
    if not OFFICE.bars(actor, letter):
        return None
    return Missing("own_letter", gettext("You drafted or edited this letter yourself: another office holder decides."))


def drafter_left(letter: SealedLetter, actor: Actor) -> Missing | None:
    if letter.drafter_has_left:
        return None
    return Missing("drafter", gettext("Its drafter is still here: he passes it on himself."))


def _closed_to(letter: Any, actor: Actor) -> Choices:
    """Named persons whose password was set anew, and for whom nobody named has vouched since."""
    closed = letter.named_people.to_be_vouched_for().exclude(user=actor.id).select_related("user")
    return [(str(one.user_id), one.user.name) for one in closed]


def somebody_is_closed_out(letter: SealedLetter, actor: Actor) -> Missing | None:
    if letter.named_people.to_be_vouched_for().exists():
        return None
    return Missing("person", gettext("This letter is open to everybody whom it names."))


TO = Ask(
    "to",
    _("Who decides"),
    kind="choice",
    choices=_approvers,
    help=_("He will read the letter. If the head of your organ is the suspect, name the head of the organ above."),
)
EDIT = (
    Ask("addressee", _("Supervisory organ"), stores=True),
    Ask("official", _("The official: name, organ, post"), max_length=300, stores=True),
    Ask("facts", _("Facts and where they show"), kind="long", stores=True),
)
NAME = (Ask("people", _("Who may know"), kind="choices", choices=_nameable), REASON)
STRIKE = (Ask("person", _("Who is struck out"), kind="choice", choices=_strikable), REASON)
VOUCHED = Ask(
    "person",
    _("Whose account it is again"),
    kind="choice",
    choices=_closed_to,
    help=_("You have met the person: the new password is theirs, and nobody else's."),
)
NUMBER = Ask(
    "number",
    _("Number of the letter"),
    max_length=60,
    stores=True,
    help=_("From the register of sealed papers: the organ's ledger here is read by all its people."),
)
SUCCESSOR = Ask(
    "to",
    _("Who goes on with it"),
    kind="choice",
    choices=_successors,
    help=_("Only somebody who is named in it already: nobody else comes to know of it by this."),
)
PAPER = Ask("paper", _("Number of their paper"), required=False)
RESULT = Ask("result", _("What they told"), kind="long", stores=True)
ENDING = Ask("ending_reason", _("Reasons"), kind="long", stores=True)

OPEN = (S.DRAFT, S.HEAD_DECISION, S.APPROVED, S.SENT, S.RECEIVED)

# fmt: off
MOVES = {
    # verb            from                                    to                  who                     asks
    "edit":      move(S.DRAFT,                                to=None,            by=works_on_it,         asks=(*EDIT, NOTE), writes=True),
    "name":      move(*OPEN,                                  to=None,            by=drafter,             asks=NAME),
    "strike":    move(*OPEN,                                  to=None,            by=drafter,             asks=STRIKE),
    "submit":    move(S.DRAFT,                                to=S.HEAD_DECISION, by=drafter_or_team_without, asks=(TO, NOTE)),
    "take_back": move(S.HEAD_DECISION,                        to=S.DRAFT,         by=drafter_or_team_without, asks=(REASON,)),
    "pass_on":   move(*OPEN,                                  to=None,            by=drafter,             asks=(SUCCESSOR, REASON), needs=(successor_named,)),
    "appoint":   move(*OPEN,                                  to=None,            by=named_office_holder, asks=(SUCCESSOR, REASON), needs=(drafter_left, successor_named)),
    "vouch":     move(*SealedLetter.State,                    to=None,            by=is_named,            asks=(VOUCHED, REASON), needs=(somebody_is_closed_out,)),
    "approve":   move(S.HEAD_DECISION,                        to=S.APPROVED,      by=named_office_holder, asks=(NOTE,), needs=(not_its_author,)),
    "refuse":    move(S.HEAD_DECISION,                        to=S.REFUSED,       by=named_office_holder, asks=(ENDING,), needs=(not_its_author,)),
    "send":      move(S.APPROVED,                             to=S.SENT,          by=works_on_it,         asks=(NUMBER, NOTE)),
    "receive":   move(S.SENT,                                 to=S.RECEIVED,      by=holds_their_answer,  asks=(PAPER, NOTE)),
    "answer":    move(S.RECEIVED,                             to=S.ANSWERED,      by=holds_their_answer,  asks=(RESULT, PAPER)),
    "withdraw":  move(S.DRAFT, S.HEAD_DECISION, S.APPROVED,   to=S.WITHDRAWN,     by=drafter,             asks=(ENDING,)),
}
# fmt: on

WORDS = {
    "draft": Words(_("Draft"), _("drafted the sealed letter")),
    "edit": Words(_("Edit the letter"), _("edited the letter")),
    "name": Words(_("Name people"), _("named people who may know")),
    "strike": Words(_("Strike a person out"), _("struck a person out"), "danger"),
    "submit": Words(_("Submit for decision"), _("submitted the letter for decision"), "primary"),
    "take_back": Words(_("Take it back"), _("took the letter back")),
    "pass_on": Words(_("Pass it on"), _("passed the letter on to a colleague who is named in it")),
    "appoint": Words(_("Name who goes on with it"), _("named who goes on with the letter")),
    "vouch": Words(_("Vouch for a person"), _("vouched for a person whose password was set anew")),
    "approve": Words(_("Approve the letter"), _("approved the letter"), "primary"),
    "refuse": Words(_("Refuse the letter"), _("refused the letter"), "danger"),
    "send": Words(_("Record the sending"), _("sent the letter"), "primary"),
    "receive": Words(_("Record the receipt"), _("the letter was received"), "primary"),
    "answer": Words(_("Record the result"), _("the result was told"), "primary"),
    "withdraw": Words(_("Withdraw the letter"), _("withdrew the letter"), "danger"),
}

SEALED = Workflow("sealed letter", S, MOVES, WORDS, final=frozenset(SealedLetter.ENDED))
