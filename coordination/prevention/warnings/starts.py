"""How letters begin on the page of an exporter: what each asks, and who may."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.workflow import Labels, Visibility, Workflow, transition
from coordination.prevention.exporters.access import keeps_register
from coordination.prevention.exporters.models import Exporter

from .access import bureau_staff
from .models import ExporterLetter
from .workflow import WRITTEN

K = ExporterLetter.Kind
VERBS = {
    K.GUIDANCE: "write_guidance",
    K.CONSULTATION: "record_consultation",
    K.TALK: "call_to_talk",
    K.WARNING: "write_warning",
    K.SUSPENSION: "write_suspension",
}
BY_ANY = (K.GUIDANCE, K.CONSULTATION)  # other kinds are the bureau's alone

STARTS = Workflow(
    "exporter",
    Exporter.State,
    {
        verb: transition(
            Exporter.State.FOLLOWED,
            by=keeps_register if kind in BY_ANY else bureau_staff,
            fields=WRITTEN[kind],
            visibility=Visibility.OWN,
        )
        for kind, verb in VERBS.items()
    },
    {
        "write_guidance": Labels(_("Write guidance"), _("began guidance")),
        "record_consultation": Labels(_("Record a consultation"), _("recorded a consultation")),
        "call_to_talk": Labels(_("Call to a supervisory talk"), _("began the call to a supervisory talk")),
        "write_warning": Labels(_("Write a warning letter"), _("began a warning letter")),
        "write_suspension": Labels(_("Write a suspension notice"), _("began a suspension notice")),
    },
)
