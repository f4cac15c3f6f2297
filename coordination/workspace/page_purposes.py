"""What the pages of people who read no cases are for, by their names in the navigation; home says it below the link."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from agencies.kernel.texts import Text

PURPOSES: Mapping[str, Text] = {
    "inbox": _("Read what is announced to you, and the outcomes of your requests."),
    "controls": _("Look up what the control rules say about goods, a destination and an end use."),
    "duty": _("See who is on duty, and maintain the roster and absences of your agency."),
    "journal": _("Look up who did what and when, and verify that no record was changed."),
    "readings": _("Look up who read what, when and from where, and what was refused."),
    "confirmations": _("Decide, as the second person, on requests that need two people."),
    "accounts": _("Find accounts, and change what your role allows."),
    "machines": _("Supervise the systems that send leads, and their keys."),
    "calendar": _("Import the public holidays, by which deadlines are calculated."),
    "operation": _("Check that the background processes work, and handle jobs that were given up."),
}
