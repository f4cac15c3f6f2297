"""What supervision contributes to the register: the course of cases, and the sentences of its acts in the journal."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.resource import Contribution

from .export import EXPORTED
from .measures import MEASURES
from .requesting import ASK

SUPERVISION = Contribution(
    kind="case",
    measures=MEASURES,
    sentences={
        ("agency", EXPORTED): _("exported a table of figures"),
        ("agency", ASK): _("asked the coordinators to remind an agency"),
    },
)
