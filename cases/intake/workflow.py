"""The workflow of leads."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON, ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.workflow import Labels, Visibility, Workflow, transition
from cases.casefile import choices
from cases.casefile.models import Case

from .access import staff, triager
from .labels import PARTS, row_label
from .models import Lead
from .similar import find_similar

S = Lead.State


Group = tuple[str, list[tuple[str, str]]]


def _carried(lead: Lead, actor: Actor) -> list[Group]:
    """Rows of the current revision that a case can take over, by JSON pointer and part."""
    content = lead.revisions.get(number=lead.revision).content
    return [
        (str(label), [(f"/{part}/{n}", row_label(part, n, row)) for n, row in enumerate(content[part])])
        for part, label in PARTS.items()
        if content.get(part)
    ]


def _all_carried(lead: Lead, actor: Actor) -> list[str]:
    return [pointer for _label, rows in _carried(lead, actor) for pointer, _label in rows]


def _my_cases(lead: Lead, actor: Actor) -> list[Group]:
    """Open cases whose contents the actor reads. Those that name the lead's numbers come first."""
    alike = [one.case for one in find_similar(lead, actor).cases if one.case.state != Case.State.CLOSED]
    readable = Case.objects.contents_visible_to(actor).open()
    others = readable.exclude(pk__in=[case.pk for case in alike]).order_by("-updated_at")[:200]
    groups = [(_("Matches the same numbers"), alike), (_("Other open cases"), others)]
    return [(str(label), [(str(c.pk), f"{c.number} {c.title}") for c in cases]) for label, cases in groups if cases]


CARRY = ActionField(
    "carry", _("Facts to carry over"), kind="choices", required=False, choices=_carried, initial=_all_carried
)
TITLE = ActionField("title", _("Title of the case"), max_length=300)
HANDLING = ActionField("handling", _("Handling code"), kind="choice", choices=choices.handling_codes)
TYPES = ActionField(
    "violation_types", _("Violation types"), kind="choices", required=False, choices=choices.violation_types
)
CASE = ActionField("case", _("Case"), kind="choice", choices=_my_cases, help=_("Open cases that your agency can see."))
CLOSING = ActionField(
    "closing", _("Ground"), kind="choice", choices=lambda lead, actor: Lead.Closing.choices, stores=True
)

# fmt: off
TRANSITIONS = {
    # verb        from                     to              by          fields                                 clocks
    "take_up":  transition(S.RECEIVED,             to=S.TAKEN_UP,  by=staff,   fields=(NOTE,),                            visibility=Visibility.OWN),
    "put_back": transition(S.TAKEN_UP,             to=S.RECEIVED,  by=triager, fields=(REASON,),                          visibility=Visibility.OWN),
    "promote":  transition(S.RECEIVED, S.TAKEN_UP, to=S.PROMOTED,  by=triager, fields=(TITLE, HANDLING, TYPES, CARRY, NOTE), visibility=Visibility.OWN, stops=("INT_TRIAGE",)),
    "attach":   transition(S.RECEIVED, S.TAKEN_UP, to=S.ATTACHED,  by=triager, fields=(CASE, CARRY, NOTE),                visibility=Visibility.OWN, stops=("INT_TRIAGE",)),
    "detach":   transition(S.ATTACHED,             to=S.TAKEN_UP,  by=triager, fields=(REASON,),                          visibility=Visibility.OWN, starts=("INT_TRIAGE",)),
    "close":    transition(S.RECEIVED, S.TAKEN_UP, to=S.CLOSED,    by=triager, fields=(CLOSING, REASON),                  visibility=Visibility.OWN, stops=("INT_TRIAGE",)),
    "reopen":   transition(S.CLOSED,               to=S.TAKEN_UP,  by=staff,   fields=(REASON,),                          visibility=Visibility.OWN, starts=("INT_TRIAGE",)),
}
# fmt: on

LABELS = {
    "receive": Labels(_("Receive"), _("received the lead")),
    "revise": Labels(_("Revise"), _("received a new revision")),
    "take_up": Labels(_("Take up"), _("took up the lead"), "primary"),
    "put_back": Labels(_("Return to triage"), _("returned the lead to triage")),
    "promote": Labels(_("Make a case"), _("made the lead a case"), "primary"),
    "attach": Labels(_("Attach to a case"), _("attached the lead to a case")),
    "detach": Labels(_("Detach from the case"), _("detached the lead from the case"), "danger"),
    "close": Labels(_("Close the lead"), _("closed the lead"), "danger"),
    "reopen": Labels(_("Reopen the lead"), _("reopened the lead")),
}

LEAD = Workflow("lead", S, TRANSITIONS, LABELS, final=frozenset({S.PROMOTED, S.CLOSED}))
