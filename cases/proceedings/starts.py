"""How proceedings begin on a case: what the action asks, and who may."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON, ActionField, OptionalField
from agencies.kernel.workflow import Labels, Workflow, transition
from cases.casefile import choices
from cases.casefile.access import filer, opener
from cases.casefile.models import Case
from cases.casefile.workflow import LIVE

OPEN_PROCEEDING = (ActionField("kind", _("Kind of proceeding"), choices=choices.proceeding_kinds), NOTE)
FILE_CRIMINAL = (
    OptionalField(
        "offence",
        _("Suspected offence"),
        choices=choices.offences,
        help=_("Leave empty only if a case recorded later from papers does not give it."),
    ),
    OptionalField("external_number", _("Number of the criminal case"), max_length=80),
    REASON,
)

STARTS = Workflow(
    "case",
    Case.State,
    {
        "open_proceeding": transition(*LIVE, by=opener, fields=OPEN_PROCEEDING),
        "file_criminal": transition(*LIVE, by=filer, fields=FILE_CRIMINAL),
    },
    {
        "open_proceeding": Labels(_("Open a proceeding"), _("opened a proceeding"), "primary"),
        "file_criminal": Labels(_("File a criminal case"), _("filed a criminal case from its own lead"), "primary"),
    },
)
