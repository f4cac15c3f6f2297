"""The lead's table."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON, Ask
from agencies.kernel.moves import Reach, Words, Workflow, move
from cases.casefile import choices
from cases.casefile.models import Case

from .access import staff, triager
from .models import Lead
from .similar import similar_to
from .words import PARTS, row_words

S = Lead.State


Group = tuple[str, list[tuple[str, str]]]


def _carried(lead: Lead, actor: Actor) -> list[Group]:
    """Everything in the newest revision that a case can take over, by JSON pointer, part by part."""
    content = lead.revisions.get(number=lead.revision).content
    return [
        (str(words), [(f"/{part}/{n}", row_words(part, n, row)) for n, row in enumerate(content[part])])
        for part, words in PARTS.items()
        if content.get(part)
    ]


def _all_carried(lead: Lead, actor: Actor) -> list[str]:
    return [pointer for _words, rows in _carried(lead, actor) for pointer, _label in rows]


def _my_cases(lead: Lead, actor: Actor) -> list[Group]:
    """Open cases whose contents the actor reads; those that name the lead's own numbers come first."""
    alike = [one.case for one in similar_to(lead, actor).cases if one.case.state != Case.State.CLOSED]
    readable = Case.objects.contents_visible_to(actor).open()
    others = readable.exclude(pk__in=[case.pk for case in alike]).order_by("-updated_at")[:200]
    groups = [(_("Names the same numbers"), alike), (_("Other open cases"), others)]
    return [(str(words), [(str(c.pk), f"{c.number} {c.title}") for c in cases]) for words, cases in groups if cases]


CARRY = Ask("carry", _("Carry over"), kind="choices", required=False, choices=_carried, initial=_all_carried)
TITLE = Ask("title", _("Title of the case"), max_length=300)
HANDLING = Ask("handling", _("Handling code"), kind="choice", choices=choices.handling_codes)
TYPES = Ask("violation_types", _("Violation types"), kind="choices", required=False, choices=choices.violation_types)
CASE = Ask("case", _("Case"), kind="choice", choices=_my_cases, help=_("Open cases that your agency can see."))
CLOSING = Ask("closing", _("Ground"), kind="choice", choices=lambda lead, actor: Lead.Closing.choices, stores=True)

# fmt: off
MOVES = {
    # verb        from                     to              who         asks                                   clocks
    "take_up":  move(S.RECEIVED,             to=S.TAKEN_UP,  by=staff,   asks=(NOTE,),                            reach=Reach.OWN),
    "put_back": move(S.TAKEN_UP,             to=S.RECEIVED,  by=triager, asks=(REASON,),                          reach=Reach.OWN),
    "promote":  move(S.RECEIVED, S.TAKEN_UP, to=S.PROMOTED,  by=triager, asks=(TITLE, HANDLING, TYPES, CARRY, NOTE), reach=Reach.OWN, stops=("INT_TRIAGE",)),
    "attach":   move(S.RECEIVED, S.TAKEN_UP, to=S.ATTACHED,  by=triager, asks=(CASE, CARRY, NOTE),                reach=Reach.OWN, stops=("INT_TRIAGE",)),
    "detach":   move(S.ATTACHED,             to=S.TAKEN_UP,  by=triager, asks=(REASON,),                          reach=Reach.OWN, starts=("INT_TRIAGE",)),
    "close":    move(S.RECEIVED, S.TAKEN_UP, to=S.CLOSED,    by=triager, asks=(CLOSING, REASON),                  reach=Reach.OWN, stops=("INT_TRIAGE",)),
    "reopen":   move(S.CLOSED,               to=S.TAKEN_UP,  by=staff,   asks=(REASON,),                          reach=Reach.OWN, starts=("INT_TRIAGE",)),
}
# fmt: on

WORDS = {
    "receive": Words(_("Receive"), _("received the lead")),
    "revise": Words(_("Revise"), _("received a new revision")),
    "take_up": Words(_("Take up"), _("took up the lead"), "primary"),
    "put_back": Words(_("Put back"), _("put the lead back")),
    "promote": Words(_("Make a case"), _("made the lead a case"), "primary"),
    "attach": Words(_("Attach to a case"), _("attached the lead to a case")),
    "detach": Words(_("Detach from the case"), _("detached the lead from the case"), "danger"),
    "close": Words(_("Close the lead"), _("closed the lead"), "danger"),
    "reopen": Words(_("Reopen the lead"), _("reopened the lead")),
}

LEAD = Workflow("lead", S, MOVES, WORDS, final=frozenset({S.PROMOTED, S.CLOSED}))
