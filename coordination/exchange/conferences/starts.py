"""How conferences begin on a case: what the action asks, and who may."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.action_fields import ActionField
from agencies.kernel.workflow import Labels, Workflow
from cases.casefile import choices
from cases.casefile.access import convener
from cases.casefile.models import Case
from coordination.exchange.letters.fields import of_case
from coordination.exchange.letters.tables import begun

INVITED = (
    ActionField("desks", _("Agencies and units"), kind="choices", choices=of_case(choices.desks_to_invite)),
    ActionField("people", _("Persons"), kind="choices", required=False, choices=of_case(choices.people_to_invite)),
)
CALL_CONFERENCE = (
    ActionField("title", pgettext_lazy("conference", "Subject"), max_length=300, of_new=True),
    ActionField(
        "agenda",
        _("Agenda"),
        kind="long",
        help=_("Participating agencies that do not share the case can read only this."),
    ),
    ActionField("starts_at", _("When"), kind="datetime", of_new=True),
    ActionField("place", pgettext_lazy("conference", "Where"), max_length=200, required=False, of_new=True),
    ActionField("phone", _("Telephone or conference line"), max_length=80, required=False, of_new=True),
    *INVITED,
)

STARTS = Workflow(
    "case",
    Case.State,
    {
        "call_conference": begun(by=convener, fields=CALL_CONFERENCE),
    },
    {
        "call_conference": Labels(_("Call a conference"), _("called a conference")),
    },
)
