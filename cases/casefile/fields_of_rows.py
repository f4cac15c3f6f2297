"""What the actions on a case and its rows ask: parties, items, shipments, acts, sharing, papers."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.action_fields import NOTE, REASON, ActionField, OptionalField
from cases.controls.countries import ROUTE_HELP
from cases.controls.words import END_USES, MODES, YES_NO

from . import choices, rows
from .models import CaseTechnique, Handling, Item, Party, Severity, ShipmentLeg

AGENCY = ActionField("agency", _("Agency"), choices=choices.other_agencies)
HOLDER = ActionField("agency", _("Agency"), choices=choices.agencies_with_news)
TITLE = ActionField("title", _("Title"), max_length=300)
TITLE_OF_NEW = ActionField("title", _("Title"), max_length=300, of_new=True)
PROFILE = ActionField(
    "profile",
    _("Extent of access"),
    choices=choices.LETTER_SHARES,
)
SHARE = (AGENCY, PROFILE, REASON, OptionalField("until", _("Until"), kind="date"))
UNSHARE = (ActionField("agency", _("Agency"), choices=choices.sharing_agencies), REASON)
TITLE_EN = OptionalField(
    *("title_en", _("Title in English")),
    help=_("Shown to readers in English; without it they read the other title."),
    max_length=300,
    stores=True,
    clears=True,
)
HANDLING = ActionField("handling", _("Handling code"), choices=Handling.choices, stores=True)
CLASSIFY = (
    ActionField("title", _("Title"), max_length=300, stores=True, help=_("Papers print this title.")),
    TITLE_EN,
    OptionalField("summary", _("Summary"), kind="long", stores=True),
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
    ActionField("scheme", _("Identifier scheme"), max_length=20, suggests=choices.schemes),
    ActionField("value", _("Identifier"), max_length=120),
)
NEW_PARTY = (
    ActionField("name", _("Name"), max_length=300),
    ActionField("kind", _("Kind"), choices=Party.Kind.choices),
    OptionalField("role", _("Role"), max_length=60, suggests=choices.roles),
    OptionalField("country", _("Country or region"), choices=choices.countries),
    OptionalField("address", _("Address"), max_length=300),
    OptionalField("military", _("Military user"), choices=list(YES_NO.items())),
    OptionalField("owner", _("Shareholder"), max_length=300, help=_("The party that holds a share in it.")),
    OptionalField("owner_share", _("Share held (%)"), kind="decimal"),
    OptionalField(
        "founded_on", _("Founded on"), kind="date", help=_("Of a company: the day of founding or registration.")
    ),
)
PARTY = (
    *NEW_PARTY,
    OptionalField("scheme", _("Identifier scheme"), max_length=20, suggests=choices.schemes),
    OptionalField("value", _("Identifier"), max_length=120),
)
NOT_GOODS = _("Of technology, software or a service.")
ITEM = (
    ActionField("description", _("Description"), max_length=500),
    ActionField("nature", _("Nature"), choices=Item.Nature.choices),
    ActionField("basis", _("Control basis"), choices=Item.Basis.choices),
    OptionalField("declared_as", _("Declared as"), max_length=500),
    OptionalField("hs_code", _("HS code"), max_length=20),
    OptionalField("control_code", _("Control code"), max_length=40, suggests=choices.control_codes),
    OptionalField("conduct_on", _("Date of the conduct"), kind="date"),
    OptionalField("net_weight_kg", _("Net weight (kg)"), kind="decimal", unit="kg"),
    OptionalField("value", _("Value"), kind="decimal", unit="CNY"),
    OptionalField("currency", _("Currency"), max_length=3),
    OptionalField("recipient", _("Recipient"), max_length=300, help=NOT_GOODS),
    OptionalField("channel", _("Channel"), help=NOT_GOODS),
    OptionalField("origin", pgettext_lazy("of goods", "Origin"), choices=choices.countries),
    OptionalField("end_use", _("End use"), choices=list(END_USES.items())),
)
IDENTIFY = (
    ActionField("item", _("Item"), choices=choices.items),
    ActionField("basis", _("Control basis"), choices=Item.Basis.choices),
    OptionalField("control_code", _("Control code"), max_length=40, suggests=choices.control_codes),
    OptionalField("conduct_on", _("Date of the conduct"), kind="date"),
    OptionalField("conduct_until", _("Last day of the conduct"), kind="date"),
    OptionalField("evidence", _("Evidence"), max_length=300, help=_("Paper, report or analysis, by number.")),
    REASON,
)
SHIPMENT = (
    OptionalField("declaration_no", _("Declaration number"), max_length=40),
    OptionalField(
        *("licence_no", _("Licence number")), max_length=40, help=_("Of the export licence, as it is declared.")
    ),
    OptionalField("port", _("Port")),
    OptionalField("district", _("Customs district"), choices=choices.districts),
    OptionalField("route", _("Route"), help=ROUTE_HELP, suggests=choices.stops, several=True),
    OptionalField(
        *("final_destination", _("Final destination")),
        choices=choices.countries,
        help=_("If the goods were bound for another country than the last one of the route."),
    ),
    OptionalField("mode", _("Way of export"), choices=list(MODES.items())),
)
LEG = (
    ActionField("chain", _("Declared or actual"), choices=ShipmentLeg.Chain.choices, of_new=True),
    OptionalField("from_country", _("From country or region"), choices=choices.countries),
    OptionalField("from_place", _("From place"), help=_("Port, airport, station or town.")),
    OptionalField("to_country", _("To country or region"), choices=choices.countries),
    OptionalField("to_place", _("To place"), help=_("Port, airport, station or town.")),
    OptionalField("departs_on", _("Departure"), kind="date"),
    OptionalField("arrives_on", _("Arrival"), kind="date"),
    OptionalField("mode", _("Means of transport"), choices=ShipmentLeg.Transport.choices, of_new=True),
    OptionalField("carrier", _("Carrier")),
    OptionalField("vessel", _("Vessel, flight or vehicle"), help=_("With voyage or flight number.")),
    OptionalField("container", _("Container number"), max_length=120),
    OptionalField("consignee", _("Consignee"), max_length=300),
    ActionField(
        "source", _("Source"), max_length=500, help=_("The paper, report or text that shows the leg."), of_new=True
    ),
    OptionalField(
        *("position", _("Place in the chain"), "number"),
        help=_("1 for the first leg. Empty: after the last one."),
        of_new=True,
    ),
)
NAMED_PARTY = ActionField("party", _("Party"), choices=choices.parties)
NAMED_ITEM = ActionField("item", _("Item"), choices=choices.items)
CHANGED_ITEM = ActionField("item", _("Item"), choices=choices.items_with_changed_rules)
NAMED_SHIPMENT = ActionField("shipment", _("Shipment"), choices=choices.shipments)
NAMED_LEG = ActionField("leg", _("Leg"), choices=choices.legs)
NAMED_IDENTIFIER = ActionField("identifier", _("Identifier"), choices=choices.identifiers)
REMOVED_LABELS = {
    "restore_party": _("Removed party"),
    "restore_item": _("Removed item"),
    "restore_shipment": _("Removed shipment"),
    "restore_leg": _("Removed leg"),
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
CHANGE_LEG = (NAMED_LEG, *rows.correctable(LEG, "chain", "source", "position"), REASON)
ACT = (
    ActionField("title", _("Conduct"), max_length=300, of_new=True),
    OptionalField("parties", _("Parties"), kind="choices", choices=choices.parties, help=_("Empty: all of them.")),
    OptionalField("items", _("Items"), kind="choices", choices=choices.items, help=_("Empty: all of them.")),
    OptionalField("conduct_from", _("From"), kind="date"),
    OptionalField(
        "conduct_until",
        _("Until"),
        kind="date",
        help=_("The last day of the act; limitation runs from it."),
    ),
)
CHANGE_ACT = (
    ActionField("act", _("Act"), choices=choices.acts),
    OptionalField("title", _("Conduct"), max_length=300, of_new=True),
    *(OptionalField(field.name, field.label, kind="choices", choices=field.choices, of_new=True) for field in ACT[1:3]),
    *ACT[3:],
    REASON,
)
