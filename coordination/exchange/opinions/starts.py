"""How rounds of opinions begin on a case: what the action asks, and who may."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.action_fields import ActionField
from agencies.kernel.workflow import Labels, Workflow
from cases.casefile import choices
from cases.casefile.access import convener
from cases.casefile.models import Case
from coordination.exchange.letters.tables import begun

ASK_OPINIONS = (
    ActionField(
        "agencies", pgettext_lazy("opinion", "Agencies to ask"), kind="choices", choices=choices.agencies_to_consult
    ),
    ActionField("title", _("Question in one line"), max_length=300, of_new=True),
    ActionField("text", _("Question: what is proposed, and on which facts"), kind="long"),
    ActionField(
        "about",
        _("Subject of the note"),
        required=False,
        choices=choices.own_subjects,
        help=_("Empty: the case."),
    ),
    ActionField("due_at", _("Opinion due"), kind="datetime", required=False, of_new=True),
)

STARTS = Workflow(
    "case",
    Case.State,
    {
        "ask_opinions": begun(by=convener, fields=ASK_OPINIONS),
    },
    {
        "ask_opinions": Labels(_("Request opinions"), _("requested opinions from agencies")),
    },
)
