"""How instructions begin on a case: what the action asks, and who may."""

from dataclasses import replace

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, Workflow
from cases.casefile import choices
from cases.casefile.access import subordinate, superior
from cases.casefile.fields_of_rows import TITLE_OF_NEW
from cases.casefile.models import Case
from coordination.exchange.letters.fields import of_case
from coordination.exchange.letters.tables import begun

# Where the edited draft asks the same, its table takes the field from here.
BELOW = ActionField("receiver", _("Subordinate agency"), choices=of_case(choices.agencies_below))
ABOVE = ActionField("receiver", _("Superior agency"), choices=of_case(choices.agencies_above))
SHARES = ActionField(
    "shares",
    _("Share with the letter"),
    required=False,
    choices=of_case(choices.shares_of_lead),
    help=_("Empty: the letter only. Only the lead agency can share the case with it."),
)
TEXT = ActionField("text", _("Text of the letter"), kind="long", stores=True)
LETTER_TEXT = replace(TEXT, help=_("Agencies that do not share the case can read only this."))
DUE = ActionField("due_at", _("Answer due"), kind="datetime", required=False)
REQUIRED_DUE = replace(DUE, required=True, stores=True)
ORIGIN = ActionField("origin", _("Proceeding concerned"), required=False, choices=choices.proceedings_below)
ANSWERS = ActionField("parent", _("Reply to the request"), required=False, choices=choices.requests_up)
DECISION = ActionField("text", _("Decision and its grounds"), kind="long")
ASSIGN_DOWN = (BELOW, TITLE_OF_NEW, LETTER_TEXT, DUE, SHARES)
INSTRUCT = (
    BELOW,
    ORIGIN,
    ANSWERS,
    TITLE_OF_NEW,
    LETTER_TEXT,
    REQUIRED_DUE,
    SHARES,
)
DESIGNATE = (BELOW, ORIGIN, ANSWERS, TITLE_OF_NEW, DECISION, DUE)
TAKE_UP = (
    ActionField("origin", _("Proceeding to take over"), choices=choices.proceedings_below),
    *(ANSWERS, TITLE_OF_NEW, DECISION, DUE),
)
ASK_UP = (
    *(ABOVE, TITLE_OF_NEW),
    *(ActionField("text", _("Request and reasons"), kind="long"), DUE, SHARES),
)
RECORD_INSTRUCTION = (
    ActionField("paper", _("Paper of the other agency"), choices=choices.papers_of_absent_superiors),
    ActionField("kind", _("Kind"), choices=choices.KINDS_FROM_ABOVE),
    *(TITLE_OF_NEW, ActionField("text", _("Content of the paper"), kind="long"), DUE),
)


def has_proceeding_below(case: Case, actor: Actor) -> UnmetCondition | None:
    """Only a proceeding of an agency below can be taken up."""
    if choices.proceedings_below(case, actor):
        return None
    return UnmetCondition("proceeding", gettext("No subordinate agency of yours has a proceeding on this case."))


STARTS = Workflow(
    "case",
    Case.State,
    {
        "assign_down": begun(by=superior, fields=ASSIGN_DOWN),
        "instruct": begun(by=superior, fields=INSTRUCT),
        "designate": begun(by=superior, fields=DESIGNATE),
        "take_up": begun(by=superior, fields=TAKE_UP, needs=(has_proceeding_below,)),
        "ask_up": begun(by=subordinate, fields=ASK_UP),
        "record_instruction": begun(by=subordinate, fields=RECORD_INSTRUCTION),
    },
    {
        "assign_down": Labels(_("Assign to a subordinate agency"), _("started an assignment to a subordinate agency")),
        "instruct": Labels(_("Instruct with a deadline"), _("started an instruction with a deadline")),
        "designate": Labels(_("Designate the competent agency"), _("started a designation of jurisdiction")),
        "take_up": Labels(_("Take over a proceeding"), _("started the taking over of a proceeding")),
        "ask_up": Labels(_("Ask the superior agency"), _("started a request to the superior agency")),
        "record_instruction": Labels(
            _("Record a letter of the superior agency"), _("recorded a letter of the superior agency")
        ),
    },
)
