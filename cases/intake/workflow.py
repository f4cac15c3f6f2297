"""The lead's table."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON, Ask
from agencies.kernel.moves import Reach, Words, Workflow, move
from cases.casefile import choices
from cases.casefile.models import Case

from .access import staff, triager
from .models import Lead, Revision

S = Lead.State


def _newest(lead: Lead) -> Revision:
    return lead.revisions.get(number=lead.revision)


def _carried(lead: Any, actor: Actor) -> list[tuple[str, str]]:
    """Everything in the newest revision that a case can take over, by JSON pointer."""
    content, labels = _newest(lead).content, {"parties": "name", "items": "description", "shipments": "declaration_no"}
    return [
        (f"/{part}/{n}", str(row.get(label) or row.get("port") or f"{part} {n + 1}"))
        for part, label in labels.items()
        for n, row in enumerate(content.get(part, []))
    ]


def _my_cases(lead: Any, actor: Actor) -> list[tuple[str, str]]:
    found = Case.objects.visible_to(actor).open().order_by("-updated_at")[:200]
    return [(str(case.pk), f"{case.number} {case.title}") for case in found]


CARRY = Ask("carry", _("Carry over"), kind="choices", required=False, choices=_carried)
TITLE = Ask("title", _("Title of the case"), max_length=300)
HANDLING = Ask("handling", _("Handling code"), kind="choice", choices=choices.handling_codes)
TYPES = Ask("violation_types", _("Violation types"), kind="choices", required=False, choices=choices.violation_types)
CASE = Ask("case", _("Case"), kind="choice", choices=_my_cases)
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
