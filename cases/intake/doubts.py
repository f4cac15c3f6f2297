"""What a source may have got wrong and a person can judge. A system's report with doubts is kept and flagged; refusing
it would lose it, because systems do not ask people. A person who enters a report corrects it at once.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cache
from itertools import pairwise

from babel.numbers import list_currencies
from django.db.models import Model

from agencies.kernel import times
from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.times import CLOCK_TOLERANCE
from cases.controls.models import Country, District, Technique

from .labels import FLAGS
from .models import Content


class KnownCodes:
    """The codes of one reference table. Cached, because a code is never removed from its table."""

    def __init__(self, model: type[Model], column: str) -> None:
        self.model, self.column = model, column
        self.found: frozenset[str] = frozenset()

    def __contains__(self, code: str) -> bool:
        if code not in self.found:
            self.found = frozenset(self.model._base_manager.values_list(self.column, flat=True))
        return code in self.found


KNOWN = {
    "countries": KnownCodes(Country, "alpha3"),
    "districts": KnownCodes(District, "code"),
    "techniques": KnownCodes(Technique, "code"),
}


@cache
def currencies() -> frozenset[str]:
    """Every code of ISO 4217 in the locale data."""
    return frozenset(list_currencies())


def is_ahead(occurred: str) -> bool:
    """Whether a stored time of a report has not come yet, by more than clocks may differ."""
    if "T" in occurred:
        return datetime.fromisoformat(occurred) > times.now() + CLOCK_TOLERANCE
    return date.fromisoformat(occurred) > times.today()


def doubts_of(content: Content) -> Iterator[dict[str, str]]:
    """What a system may have got wrong and a person can judge: a time in the future, a currency or technique that is
    not on the list, legs that do not fit each other. Such a report is kept and flagged; refusing it would lose it,
    because systems do not ask people."""
    if (occurred := content.get("occurred_at")) and is_ahead(occurred):
        yield {"pointer": "/occurred_at", "code": "future", "detail": occurred}
    for n, item in enumerate(content.get("items", [])):
        if (code := item.get("currency")) and code not in currencies():
            yield {"pointer": f"/items/{n}/currency", "code": "currency", "detail": code}
    for n, code in enumerate(content.get("techniques", [])):
        if code not in KNOWN["techniques"]:
            yield {"pointer": f"/techniques/{n}", "code": "technique", "detail": code}
    for n, shipment in enumerate(content.get("shipments", [])):
        yield from _doubts_of_legs(f"/shipments/{n}/legs", shipment)


def _doubts_of_legs(pointer: str, shipment: Content) -> Iterator[dict[str, str]]:
    """Legs that do not meet, actual ones that have not come yet, and ends that contradict each other."""
    legs = list(enumerate(shipment.get("legs", [])))
    chains = {chain: [one for one in legs if one[1]["chain"] == chain] for chain in ("declared", "actual")}
    for chain in chains.values():
        for (_n, before), (n, leg) in pairwise(chain):
            ends, begins = before.get("to_country"), leg.get("from_country")
            if ends and begins and ends != begins:
                yield {"pointer": f"{pointer}/{n}", "code": "leg_gap", "detail": f"{ends} – {begins}"}
    for n, leg in chains["actual"]:
        for name in ("departs_on", "arrives_on"):
            if (day := leg.get(name)) and is_ahead(day):
                yield {"pointer": f"{pointer}/{n}/{name}", "code": "future", "detail": day}
    declared, actual = (_end_of(chains[chain]) for chain in ("declared", "actual"))
    route = shipment.get("route", [])
    if declared and len(route) > 1 and declared != route[-1]:
        yield {"pointer": pointer, "code": "leg_end", "detail": f"{declared} – {route[-1]}"}
    declared = declared or (route[-1] if len(route) > 1 else "")
    if declared and actual and declared != actual:
        yield {"pointer": pointer, "code": "diverted", "detail": f"{declared} – {actual}"}


def _end_of(chain: Sequence[tuple[int, Content]]) -> str:
    """The country where the last leg ends, "" if it is not known."""
    return str(chain[-1][1].get("to_country", "")) if chain else ""


def refuse_doubts(content: Content) -> None:
    """Raises Invalid for doubts in a report that a person enters, who can correct them at once."""
    if errors := [FieldError(one["pointer"], one["code"], str(FLAGS[one["code"]])) for one in doubts_of(content)]:
        raise Invalid(errors)
