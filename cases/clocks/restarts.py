"""Periods that the law counts again from a later event (重新计算), with the grounds."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from agencies.kernel.texts import Text

NEW_CRIME, IDENTIFIED, RETURNED, JURISDICTION = "new_crime", "identified", "returned", "jurisdiction"
# Ground → the duty that its discovery began. The new period runs from there; approving it fulfils the duty.
REPORTED: Mapping[str, str] = {NEW_CRIME: "CRM_NEW_CRIME"}

# Rule → ground → (label, article of the Criminal Procedure Law).
RESTARTS: Mapping[str, Mapping[str, tuple[Text, str]]] = {
    "CRM_INVEST": {
        NEW_CRIME: (_("another serious crime was found: from its discovery"), "CPL 160"),
        IDENTIFIED: (_("the suspect was unidentified: from the day of identification"), "CPL 160"),
    },
    "CRM_PROSECUTE": {
        RETURNED: (_("supplementary investigation ended: from the new transfer"), "CPL 175"),
        JURISDICTION: (_("jurisdiction changed: from receipt by the new procuratorate"), "CPL 172"),
    },
    "CRM_TRIAL": {
        RETURNED: (_("supplementary investigation ended: from the new transfer"), "CPL 208"),
        JURISDICTION: (_("jurisdiction changed: from receipt by the new court"), "CPL 208"),
    },
}
