"""How confidential letters begin on a case: what the action asks, and who may."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import ActionField
from agencies.kernel.workflow import Labels, Workflow, transition
from cases.casefile import choices
from cases.casefile.access import contributor
from cases.casefile.models import Case
from cases.casefile.workflow import LIVE

CONFIDENTIAL = (
    ActionField(
        "addressee", _("Receiving agency of the letter"), help=_("The supervisory agency or the procuratorate.")
    ),
    ActionField("official", _("The official: name, agency, post"), max_length=300),
    ActionField("facts", _("Facts and indications of evidence"), kind="long"),
    ActionField("team", _("Colleagues who work on it"), kind="choices", required=False, choices=choices.colleagues),
)

STARTS = Workflow(
    "case",
    Case.State,
    {
        "draft_confidential_letter": transition(
            *LIVE, Case.State.CLOSED, to=None, by=contributor, fields=CONFIDENTIAL
        ),  # leaves nothing on the case
    },
    {
        "draft_confidential_letter": Labels(_("Draft confidential letter"), _("drafted a confidential letter")),
    },
)
