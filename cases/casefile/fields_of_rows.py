"""What the actions on a case and its rows ask: parties, items, shipments, acts, sharing, papers."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.action_fields import NOTE, REASON, ActionField
from cases.controls.countries import ROUTE_HELP
from cases.controls.words import END_USES, MODES, YES_NO

from . import choices, rows
from .models import CaseTechnique, Handling, Item, Party, Severity

AGENCY = ActionField("agency", _("Agency"), choices=choices.other_agencies)
HOLDER = ActionField("agency", _("Agency"), choices=choices.agencies_with_news)
TITLE = ActionField("title", _("Title"), max_length=300)
TITLE_OF_NEW = ActionField("title", _("Title"), max_length=300, of_new=True)
PROFILE = ActionField(
    "profile",
    _("Extent of access"),
    choices=choices.LETTER_SHARES,
)
SHARE = (AGENCY, PROFILE, REASON, ActionField("until", _("Until"), kind="date", required=False))
UNSHARE = (ActionField("agency", _("Agency"), choices=choices.sharing_agencies), REASON)
TITLE_EN = ActionField(
    *("title_en", _("Title in English")),
    help=_("Shown to readers in English; without it they read the other title."),
    required=False,
    max_length=300,
    stores=True,
    clears=True,
)
HANDLING = ActionField("handling", _("Handling code"), choices=Handling.choices, stores=True)
CLASSIFY = (
    ActionField("title", _("Title"), max_length=300, stores=True, help=_("Papers print this title.")),
    TITLE_EN,
    ActionField("summary", _("Summary"), kind="long", required=False, stores=True),
    ActionField("severity", _("Severity"), choices=Severity.choices, stores=True),
    HANDLING,
    NOTE,
)
TYPES = (ActionField("violation_types", _("Violation types"), kind="choices", choices=choices.violation_types), REASON)
TECHNIQUES = (
    ActionField("techniques", _("Techniques"), kind="choices", choices=choices.techniques, of_new=True),
    ActionField("standing", _("Finding"), choices=CaseTechnique.Standing.choices),
    ActionField("source", _("Source of the finding"), kind="long", help=_("Paper, report or evidence, by number.")),
    REASON,
)
IDENTIFIER = (
    ActionField("scheme", _("Identifier scheme"), max_length=20),
    ActionField("value", _("Identifier"), max_length=120),
)
NEW_PARTY = (
    ActionField("name", _("Name"), max_length=300),
    ActionField("kind", _("Kind"), choices=Party.Kind.choices),
    ActionField("role", _("Role"), required=False, max_length=60),
    ActionField("country", _("Country or region"), required=False, choices=choices.countries),
    ActionField("address", _("Address"), required=False, max_length=300),
    ActionField("military", _("Military user"), required=False, choices=list(YES_NO.items())),
    ActionField(
        "owner", _("Shareholder"), required=False, max_length=300, help=_("The party that holds a share in it.")
    ),
    ActionField("owner_share", _("Share held (%)"), kind="decimal", required=False),
)
PARTY = (
    *NEW_PARTY,
    ActionField("scheme", _("Identifier scheme"), required=False, max_length=20),
    ActionField("value", _("Identifier"), required=False, max_length=120),
)
NOT_GOODS = _("Of technology, software or a service.")
ITEM = (
    ActionField("description", _("Description"), max_length=500),
    ActionField("nature", _("Nature"), choices=Item.Nature.choices),
    ActionField("basis", _("Control basis"), choices=Item.Basis.choices),
    ActionField("declared_as", _("Declared as"), required=False, max_length=500),
    ActionField("hs_code", _("HS code"), required=False, max_length=20),
    ActionField("control_code", _("Control code"), required=False, max_length=40, suggests=choices.control_codes),
    ActionField("conduct_on", _("Date of the conduct"), kind="date", required=False),
    ActionField("net_weight_kg", _("Net weight (kg)"), kind="decimal", required=False),
    ActionField("value", _("Value"), kind="decimal", required=False),
    ActionField("currency", _("Currency"), required=False, max_length=3),
    ActionField("recipient", _("Recipient"), required=False, max_length=300, help=NOT_GOODS),
    ActionField("channel", _("Channel"), required=False, help=NOT_GOODS),
    ActionField("origin", pgettext_lazy("of goods", "Origin"), required=False, choices=choices.countries),
    ActionField("end_use", _("End use"), required=False, choices=list(END_USES.items())),
)
IDENTIFY = (
    ActionField("item", _("Item"), choices=choices.items),
    ActionField("basis", _("Control basis"), choices=Item.Basis.choices),
    ActionField("control_code", _("Control code"), required=False, max_length=40, suggests=choices.control_codes),
    ActionField("conduct_on", _("Date of the conduct"), kind="date", required=False),
    ActionField("conduct_until", _("Last day of the conduct"), kind="date", required=False),
    ActionField(
        "evidence", _("Evidence"), required=False, max_length=300, help=_("Paper, report or analysis, by number.")
    ),
    REASON,
)
SHIPMENT = (
    ActionField("declaration_no", _("Declaration number"), required=False, max_length=40),
    ActionField("port", _("Port"), required=False),
    ActionField("district", _("Customs district"), required=False, choices=choices.districts),
    ActionField("route", _("Route"), required=False, help=ROUTE_HELP, suggests=choices.countries_by_name, several=True),
    ActionField(
        *("final_destination", _("Final destination")),
        required=False,
        choices=choices.countries,
        help=_("If the goods were bound for another country than the last one of the route."),
    ),
    ActionField("mode", _("Way of export"), required=False, choices=list(MODES.items())),
)
NAMED_PARTY = ActionField("party", _("Party"), choices=choices.parties)
NAMED_ITEM = ActionField("item", _("Item"), choices=choices.items)
CHANGED_ITEM = ActionField("item", _("Item"), choices=choices.items_with_changed_rules)
NAMED_SHIPMENT = ActionField("shipment", _("Shipment"), choices=choices.shipments)
NAMED_IDENTIFIER = ActionField("identifier", _("Identifier"), choices=choices.identifiers)
REMOVED_LABELS = {
    "restore_party": _("Removed party"),
    "restore_item": _("Removed item"),
    "restore_shipment": _("Removed shipment"),
}
NAMED_REMOVED = {
    verb: ActionField(kind.name, REMOVED_LABELS[verb], choices=choices.removed(kind))
    for verb, kind in rows.REMOVED.items()
}
NAMED_REMOVED_IDENTIFIER = ActionField(
    "removed_identifier", _("Removed identifier"), choices=choices.identifiers_removed
)
CHANGE_PARTY = (NAMED_PARTY, *rows.correctable(NEW_PARTY, "name", "kind"), REASON)
CHANGE_ITEM = (NAMED_ITEM, *rows.correctable(ITEM, "description", "nature", "basis"), REASON)
CHANGE_SHIPMENT = (NAMED_SHIPMENT, *rows.correctable(SHIPMENT), REASON)
ACT = (
    ActionField("title", _("Conduct"), max_length=300, of_new=True),
    ActionField(
        "parties", _("Parties"), kind="choices", required=False, choices=choices.parties, help=_("Empty: all of them.")
    ),
    ActionField(
        "items", _("Items"), kind="choices", required=False, choices=choices.items, help=_("Empty: all of them.")
    ),
    ActionField("conduct_from", _("From"), kind="date", required=False),
    ActionField(
        "conduct_until",
        _("Until"),
        kind="date",
        required=False,
        help=_("The last day of the act; limitation runs from it."),
    ),
)
CHANGE_ACT = (
    ActionField("act", _("Act"), choices=choices.acts),
    ActionField("title", _("Conduct"), max_length=300, of_new=True, required=False),
    *(
        ActionField(field.name, field.label, kind="choices", required=False, choices=field.choices, of_new=True)
        for field in ACT[1:3]
    ),
    *ACT[3:],
    REASON,
)
