"""What supervision contributes to the register: the sentences of its acts in the journal."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.resource import Contribution

from .export import EXPORTED
from .requesting import ASK

SUPERVISION = Contribution(
    sentences={
        ("agency", EXPORTED): _("exported a table of figures"),
        ("agency", ASK): _("asked the coordinators to remind an agency"),
    },
)
