"""Verdicts, statuses, doubts and missing facts in words."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .rulebook import Rulebook

Text = str | Promise
Label = Any  # a text for a form field, whose stubs know no lazy text

VERDICTS: dict[str, Text] = {
    "barred": _("Export barred"),
    "not_licensed": _("Not licensed in principle"),
    "stricter_review": _("Licence needed, stricter review"),
    "licence": _("Licence needed"),
    "suspended": _("Control suspended"),
    "not_controlled": _("Not controlled by the rules held here"),
    "cannot_tell": _("Not decidable from these facts"),
}
CONSEQUENCES: dict[str, Text] = {**VERDICTS, "catch_all": _("Licence needed after notice of a risk")}
STATUSES: dict[str, Text] = {
    "applies": _("applies"),
    "verify": _("applies, to be verified"),
    "cannot_tell": _("facts are missing"),
    "suspended": _("not applied at present"),
    "does_not": _("does not apply"),
}
DOUBTS: dict[str, Text] = {
    "suspension_ended": _("The published suspension has ended, and no later instrument is known."),
    "no_control_code": _("The control code is not known."),
    "uncertain": _("The row is uncertain."),
    "unknown_limit": _("A technical limit is not known."),
    "not_read": _("Well known, but the text was not read again."),
    "bar_while_suspended": _("Whether the bar covers goods whose control is suspended is not published."),
    "earlier_instrument": _("An earlier instrument applied whose text is not held here."),
    "unknown_control_code": _("No rule held here has this control code."),
}
FACTS: dict[str, Label] = {
    "description": _("Description of the goods"),
    "hs_code": _("HS code"),
    "control_code": _("Control code"),
    "destination": _("Destination"),
    "end_use": _("End use"),
    "end_user": _("End user"),
    "notice": _("Notice of a risk"),
}


def fact_label(name: str, book: Rulebook) -> Label:
    """The name of a fact or of a technical parameter with its unit."""
    if name in FACTS:
        return FACTS[name]
    parameter = book.parameters.get(name)
    if parameter is None:
        return name
    return f"{parameter.label} ({parameter.unit})" if parameter.unit else parameter.label
