"""Verdicts, statuses, doubts and missing facts in words."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.texts import Text

from .rulebook import Rulebook

Label = Any  # a text for a form field, whose stubs know no lazy text

VERDICTS: dict[str, Text] = {
    "barred": _("Export barred"),
    "not_licensed": _("Not licensed in principle"),
    "stricter_review": _("Licence needed, stricter review"),
    "licence": _("Licence needed"),
    "suspended": _("Control suspended"),
    "not_controlled": _("Not controlled"),
    "cannot_tell": _("Not decidable from these facts"),
    "outside_scope": _("Outside the rules held here"),
}
OF_FAMILY: dict[str, Text] = {**VERDICTS, "does_not": _("does not apply")}
FAMILIES: dict[str, Text] = {
    "dual_use": _("Dual-use items list"),
    "temporary": _("Temporary control"),
    "prohibition": _("Bars by user, use and country"),
    "listed": _("Listed parties"),
    "foreign_made": _("Foreign-made items"),
    "licence_catalogue": _("Licence catalogue of goods"),
    "technology_catalogue": _("Technology catalogue"),
    "catch_all": _("Catch-all"),
}
MODES: dict[str, Label] = {
    "export": _("Export"),
    "transit": _("Transit or transhipment"),
    "reexport": _("From one country abroad to another"),
    "release": _("Release of technology"),
}
END_USES: dict[str, Label] = {
    "civil": _("Civil"),
    "military": _("Military"),
    "capability": _("Other use that raises military capability"),
    "wmd": _("Weapons of mass destruction or terrorism"),
}
YES_NO: dict[str, Label] = {"yes": _("Yes"), "no": _("No")}
NATURES: dict[str, Label] = {"goods": _("Goods"), "technology": _("Technology")}
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
    "military_word": _("A word in a name may be that of armed forces."),
    "similar_name": _("A name is similar to that of a listed party. Compare them."),
    "affiliate": _("A listed party holds a share in the user. No rule on affiliates is published for these goods."),
    "consignee_only": _("The consignee is in the country of the rule, the stated final destination is not."),
    "reexport": _("How far the law covers exports from one country abroad to another is to be verified."),
}
FACTS: dict[str, Label] = {
    "description": _("Description of the goods"),
    "hs_code": _("HS code"),
    "control_code": _("Control code"),
    "nature": _("Goods or technology"),
    "dual_use": _("Whether the goods are dual-use items"),
    "origin": pgettext_lazy("of goods", "Origin"),
    "mode": _("Way of export"),
    "consignee": _("Consignee"),
    "consignee_country": _("Country of the consignee"),
    "intermediate": _("Countries passed"),
    "destination": _("Final destination"),
    "end_user": _("End user"),
    "end_user_country": _("Nationality of the end user"),
    "military": _("Military user"),
    "owner": _("Shareholder of the end user"),
    "owner_share": _("Share held (%)"),
    "listed_party": _("Whether the party is the listed one, or counts as listed"),
    "end_use": _("End use"),
    "notice": _("Knowledge or notice of a risk"),
}


def fact_label(name: str, book: Rulebook) -> Label:
    """The name of a fact or of a technical parameter with its unit."""
    if name in FACTS:
        return FACTS[name]
    parameter = book.parameters.get(name)
    if parameter is None:
        return name
    has_unit = parameter.unit and parameter.unit != "0/1"  # the label of a question says what to enter
    return f"{parameter.label} ({parameter.unit})" if has_unit else parameter.label
