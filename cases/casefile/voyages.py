"""The way of a shipment (航程): the chain that was declared, the chain that was found, and how they differ."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cases.controls.countries import country_name

from .models import Shipment, ShipmentLeg

Chain = ShipmentLeg.Chain


@dataclass(frozen=True)
class LegChain:
    """The legs of one chain in order. `stops` are its countries (alpha-3) in order, each once in a row; those of the
    declared route where no declared leg is recorded. `destination` is "" if it is not known."""

    legs: Sequence[ShipmentLeg]
    stops: Sequence[str]
    destination: str

    @property
    def destination_name(self) -> str:
        return country_name(self.destination) if self.destination else ""

    @property
    def names(self) -> list[str]:
        """The names of its countries."""
        return [country_name(code) for code in self.stops]


@dataclass(frozen=True)
class Voyage:
    declared: LegChain
    actual: LegChain
    route: Sequence[str]

    @property
    def is_drawn(self) -> bool:
        """Whether there is more to show than the declared route."""
        return bool(self.declared.legs or self.actual.legs)

    @property
    def differences(self) -> list[str]:
        """How the two chains differ, in the reader's language. What one of them does not know is no difference."""
        return [*self._route(), *self._destination(), *self._stops(), *self._consignees(), *self._containers()]

    def _route(self) -> Iterable[str]:
        """Declared legs refine the declared route, and may contradict it."""
        end = self.route[-1] if len(self.route) > 1 else ""
        if self.declared.legs and end and self.declared.destination not in ("", end):
            names = {"legs": self.declared.destination_name, "route": country_name(end)}
            yield _("The declared legs end in %(legs)s, the declared route in %(route)s.") % names

    def _destination(self) -> Iterable[str]:
        declared, actual = self.declared, self.actual
        if declared.destination and actual.destination and declared.destination != actual.destination:
            names = {"declared": declared.destination_name, "actual": actual.destination_name}
            yield _("Declared destination: %(declared)s. Actual destination: %(actual)s.") % names

    def _stops(self) -> Iterable[str]:
        declared, actual = self.declared.stops, self.actual.stops
        if not (self.actual.legs and declared):
            return
        if added := [country_name(code) for code in dict.fromkeys(actual) if code not in declared]:
            yield _("Reached, not declared: %(countries)s.") % {"countries": _(", ").join(added)}
        if missing := [country_name(code) for code in dict.fromkeys(declared) if code not in actual]:
            yield _("Declared, not reached: %(countries)s.") % {"countries": _(", ").join(missing)}

    def _consignees(self) -> Iterable[str]:
        declared, actual = (_last(chain.legs, "consignee") for chain in (self.declared, self.actual))
        if declared and actual and declared != actual:
            names = {"declared": declared, "actual": actual}
            yield _("Declared consignee: %(declared)s. Actual consignee: %(actual)s.") % names

    def _containers(self) -> Iterable[str]:
        declared, actual = ({one.container for one in chain.legs} - {""} for chain in (self.declared, self.actual))
        if declared and actual and declared != actual:
            names = {"declared": _(", ").join(sorted(declared)), "actual": _(", ").join(sorted(actual))}
            yield _("Declared containers: %(declared)s. Actual containers: %(actual)s.") % names


def voyage_of(shipment: Shipment) -> Voyage:
    """The way of a shipment whose legs were prefetched; otherwise in one query."""
    legs = list(shipment.legs.all())
    declared = [leg for leg in legs if leg.chain == Chain.DECLARED]
    actual = [leg for leg in legs if leg.chain == Chain.ACTUAL]
    declared_stops, actual_stops = _stops_of(declared) or list(shipment.route), _stops_of(actual)
    end = shipment.route[-1] if len(shipment.route) > 1 else ""
    return Voyage(
        LegChain(declared, declared_stops, _last(declared[-1:], "to_country") if declared else end),
        LegChain(actual, actual_stops, _last(actual[-1:], "to_country") or shipment.final_destination),
        list(shipment.route),
    )


def _stops_of(legs: Iterable[ShipmentLeg]) -> list[str]:
    stops: list[str] = []
    for leg in legs:
        for code in (leg.from_country, leg.to_country):
            if code and stops[-1:] != [code]:
                stops.append(code)
    return stops


def _last(legs: Sequence[ShipmentLeg], name: str) -> str:
    """The last value of a column in these legs that is known, else ""."""
    return next((str(value) for leg in reversed(legs) if (value := getattr(leg, name))), "")
