"""The rows of a case that can be put right: their columns, the forms that change them, and who confirms a change."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from agencies.journal.models import Event
from agencies.journal.transitions import to_json_value
from agencies.kernel.action_fields import ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.workflow import SecondPerson
from cases.controls.models import Country, District

from .models import Act, Case, Identifier, Item, Party, Shipment, ShipmentLeg
from .resting import may_rest_on

Values = dict[str, Any]


@dataclass(frozen=True)
class RowKind:
    """One kind of rows: the field that names a row, and the columns that can be put right.

    With `removed` it stands for the rows that an act removed, which can be brought back. `within` is the row that they
    are part of and leave with. `refuse` raises Invalid for values that cannot stand together.
    """

    name: str
    model: Any
    columns: tuple[str, ...]
    removed: bool = False
    within: str = ""
    refuse: Callable[[Values], None] = lambda values: None

    def rows(self, case: Case) -> Any:
        rows = self.model.everything.filter(removed_by__isnull=False) if self.removed else self.model.objects
        found = rows.filter(case=case)
        return found.filter(**{f"{self.within}__removed_at": None}) if self.within else found

    def find(self, case: Case, row: Any) -> Any:
        """Returns the row of this case. Raises Invalid if there is none, or it was removed."""
        found = self.rows(case).filter(pk=row).first()
        if found is None:
            raise Invalid.field(self.name, "choice", _("There is no such row on this case."))
        return found

    def seen(self, case: Case, answers: Mapping[str, Any]) -> Any:
        """Returns the row that a link or an answer names, None if there is none."""
        offered = {str(one.pk): one for one in self.rows(case)}
        return offered.get(str(answers.get(self.name, "")))

    def values(self, row: Any) -> Values:
        """Returns the columns as JSON: countries and districts by code, a route as text."""
        return {name: as_answer(getattr(row, name)) for name in self.columns}


def as_answer(value: Any) -> Any:
    """Returns the value of a column as its form and the API give it, in JSON."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, Country):
        return value.alpha3
    if isinstance(value, District):
        return value.code
    return " ".join(value) if isinstance(value, list) else to_json_value(value)


PARTY = RowKind(
    "party",
    Party,
    ("name", "kind", "role", "country", "address", "military", "owner", "owner_share", "founded_on"),
)
ITEM = RowKind(
    "item",
    Item,
    (
        *("description", "nature", "basis", "declared_as", "hs_code", "control_code", "conduct_on"),
        *("net_weight_kg", "value", "currency", "recipient", "channel", "origin", "end_use"),
    ),
)
SHIPMENT = RowKind(
    "shipment",
    Shipment,
    ("declaration_no", "licence_no", "port", "district", "route", "final_destination", "mode"),
)


MOST_LEGS = 99  # of a chain


def refuse_wrong_leg(values: Values) -> None:
    """Raises Invalid for a leg between unknown countries, one that ends before it begins, or a place out of range."""
    if not (values.get("from_country") or values.get("to_country")):
        raise Invalid.field("to_country", "required", _("Enter at least the country where the leg begins or ends."))
    if not 1 <= values.get("position", 1) <= MOST_LEGS:
        raise Invalid.field("position", "range", _("Enter a number from 1 to %(most)d.") % {"most": MOST_LEGS})
    begins, ends = values.get("departs_on"), values.get("arrives_on")
    if begins and ends and ends < begins:
        raise Invalid.field("arrives_on", "order", _("The arrival is before the departure."))


LEG = RowKind(
    "leg",
    ShipmentLeg,
    (
        *("chain", "position", "from_country", "from_place", "to_country", "to_place", "departs_on", "arrives_on"),
        *("mode", "carrier", "vessel", "container", "consignee", "source"),
    ),
    within="shipment",
    refuse=refuse_wrong_leg,
)
CORRECTED = (PARTY, ITEM, SHIPMENT, LEG)
REMOVED = {f"restore_{kind.name}": replace(kind, name=f"removed_{kind.name}", removed=True) for kind in CORRECTED}
ACT = RowKind("act", Act, ("title", "conduct_from", "conduct_until"))


# What rests on a row -------------------------------------------------------------------------------------------------
OPEN_BASIS = (Item.Basis.UNKNOWN, Item.Basis.PENDING)  # no finding yet


def second_person_for(kind: RowKind) -> SecondPerson:
    """A second person confirms a change of a row on which something rests."""

    def rests(case: Case, answers: Mapping[str, Any], actor: Actor) -> list[str]:
        row = kind.seen(case, answers)
        return may_rest_on(row, actor) if row is not None else []

    def before(case: Case, answers: Mapping[str, Any]) -> Values:
        row = kind.seen(case, answers)
        return {} if row is None else {**kind.values(row), "version": row.version}

    return SecondPerson(rests, before)


def _party_of(case: Case, answers: Mapping[str, Any]) -> Party | None:
    """The party of the identifier that the answers name, standing or removed."""
    named = str(answers.get("identifier") or answers.get("removed_identifier") or "")
    found = Identifier.everything.filter(pk=named, party__case=case) if named.isdecimal() else Identifier.objects.none()
    party: Party | None = Party.objects.filter(pk__in=found.values("party")).first()
    return party


def was_removed_from() -> Exists:
    """Whether an act ever removed a fact of the case, for a query of cases: most pages need not ask for more."""
    removals = [f"remove_{name}" for name in ("party", "item", "shipment", "leg", "identifier")]
    return Exists(Event.objects.filter(object_id=OuterRef("pk"), object_kind="case", verb__in=removals))


def removed_identifiers(case: Case) -> QuerySet[Identifier]:
    """Identifiers that an act removed from a party of the case, other than with the party."""
    removed = Identifier.everything.filter(party__case=case, party__removed_at=None, removed_by__isnull=False)
    return removed.select_related("party").order_by("pk")


def _rests_on_identifier(case: Case, answers: Mapping[str, Any], actor: Actor) -> list[str]:
    party = _party_of(case, answers)
    return may_rest_on(party, actor) if party is not None else []


def _identifier_before(case: Case, answers: Mapping[str, Any]) -> Values:
    party = _party_of(case, answers)
    return {} if party is None else {"party": party.name, "version": party.version}


SECOND_OF_IDENTIFIER = SecondPerson(_rests_on_identifier, _identifier_before)


def _rests_on_finding(case: Case, answers: Mapping[str, Any], actor: Actor) -> list[str]:
    item = ITEM.seen(case, answers)
    is_finding = item is not None and item.basis not in OPEN_BASIS
    return may_rest_on(item, actor) if is_finding else []


# An identification replaces a finding, or is the first one, on which nothing can rest.
SECOND_OF_FINDING = SecondPerson(_rests_on_finding, second_person_for(ITEM).before)


def filled_from(kind: RowKind) -> Callable[[Any, Mapping[str, Any]], Mapping[str, Any]]:
    """Starts the form with the values of the row that a link names."""

    def fills(case: Case, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        row = kind.seen(case, answers)
        return {} if row is None else {kind.name: str(row.pk), **kind.values(row)}

    return fills


def reverted_to(kind: RowKind) -> Callable[[Any, Mapping[str, Any]], Mapping[str, Any]]:
    """The answers that bring back the present values of what is changed."""

    def reverts(case: Case, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        row = kind.seen(case, answers)
        values = {} if row is None else kind.values(row)
        return {kind.name: str(answers[kind.name])} | {
            name: "" if value is None else str(value) for name, value in values.items() if name in answers
        }

    return reverts


def correctable(fields: Iterable[ActionField], *needed: str) -> tuple[ActionField, ...]:
    """The fields of a new row for a change: none is required, and an empty answer empties the value unless `needed`."""
    return tuple(
        ActionField(
            *(field.name, field.label, field.kind, False, field.choices),
            help=field.help,
            max_length=field.max_length,
            of_new=True,
            suggests=field.suggests,
            several=field.several,
            unit=field.unit,
            clears=field.name not in needed,
        )
        for field in fields
    )
