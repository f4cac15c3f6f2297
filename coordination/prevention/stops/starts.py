"""How stops begin on a case and on an exporter: what the action asks, and who may."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.workflow import Labels, Visibility, Workflow, transition
from cases.casefile.models import Case
from coordination.exchange.letters.tables import begun
from coordination.prevention.exporters.access import keeps_register
from coordination.prevention.exporters.models import Exporter

from .access import asks_customs, notifies_about, sends_notices
from .fields import FIELDS, NOTICE_FIELDS, REQUEST_FIELDS
from .models import StopKind

VERBS = {StopKind.NOTICE: "send_stop", StopKind.REQUEST: "request_inspection"}
WORDS = {
    "send_stop": Labels(_("Send stop notice"), _("drafted a stop notice")),
    "request_inspection": Labels(_("Request inspection"), _("drafted an inspection request")),
}
STARTS = Workflow(
    "case",
    Case.State,
    {
        "send_stop": begun(by=sends_notices, fields=NOTICE_FIELDS, then="submit"),
        "request_inspection": begun(by=asks_customs, fields=REQUEST_FIELDS, then="send_out"),
    },
    WORDS,
)
FOLLOWED = Exporter.State.FOLLOWED
ON_EXPORTER = Workflow(
    "exporter",
    Exporter.State,
    {
        "send_stop": transition(
            FOLLOWED, by=notifies_about, fields=FIELDS[StopKind.NOTICE], then="submit", visibility=Visibility.OWN
        ),
        "request_inspection": transition(
            FOLLOWED, by=keeps_register, fields=FIELDS[StopKind.REQUEST], then="send_out", visibility=Visibility.OWN
        ),
    },
    WORDS,
)
