"""The parameters of rules: one field for each, and the check of those that a test reads. They are stored as JSON:
weights and sums as text, countries as alpha-3 codes."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.kernel.action_fields import ActionField, Choices, OptionalField
from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import pick
from agencies.kernel.errors import FieldError, Invalid
from cases.casefile.actions import read_route
from cases.casefile.choices import stops
from cases.controls.countries import ROUTE_HELP
from cases.controls.store import current
from cases.watchlists.models import WatchList

from .kinds import TESTS, names, number

LISTS = (WatchList.CONTROL, WatchList.WATCH, WatchList.UNRELIABLE)
LEAST = {"months": 1, "shipments": 2, "days": 1, "earlier": 1}
MOST = {"months": 600, "shipments": 1_000, "days": 3_650, "earlier": 1_000}
AMOUNTS = ("low", "high", "weight_kg", "value_cny", "share")
LARGEST_SHARE = Decimal(100)


def _materials(rule: Any, actor: Actor | None) -> Choices:
    found = {one.material: pick(one.family_zh, one.material.replace("_", " ")) for one in current().goods.values()}
    return sorted(found.items())


def _lists(rule: Any, actor: Actor) -> Choices:
    return [(one.value, one.label) for one in LISTS]


def _held(name: str) -> Callable[[Any, Actor], Any]:
    """The value of the draft, as its form shows it."""

    def initial(rule: Any, actor: Actor) -> Any:
        value = rule.parameters.get(name) if rule is not None else None
        return " ".join(value) if name == "via" and value else value

    return initial


def _field(name: str, label: Any, kind: str = "text", **rest: Any) -> ActionField:
    return OptionalField(name, label, kind, of_new=True, clears=True, initial=_held(name), **rest)


PARAMETERS = (
    _field("via", gettext_lazy("Only through"), help=ROUTE_HELP, suggests=stops, several=True),
    _field("months", gettext_lazy("Months"), "number", help=gettext_lazy("Founded less than so many months before.")),
    _field("material", gettext_lazy("Mineral"), choices=_materials),
    _field("low", gettext_lazy("Lowest usual price (CNY per kg)"), "decimal"),
    _field("high", gettext_lazy("Highest usual price (CNY per kg)"), "decimal"),
    _field("shipments", gettext_lazy("Shipments at least"), "number"),
    _field("weight_kg", gettext_lazy("Line of weight (kg)"), "decimal", unit="kg"),
    _field("value_cny", gettext_lazy("Line of value (CNY)"), "decimal", unit="CNY"),
    _field("share", gettext_lazy("Share of the weight at least (%)"), "decimal"),
    _field("earlier", gettext_lazy("Earlier cases at least"), "number"),
    _field("days", gettext_lazy("Within days"), "number"),
    _field("lists", gettext_lazy("Only lists"), "choices", choices=_lists),
)
LABELS = {field.name: field.label for field in PARAMETERS}


def checked(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a test as they are stored, without empty ones. Raises Invalid with each that is missing, out of
    range, or none of this test."""
    test = TESTS[kind]
    known = {name: value for name, value in given.items() if value not in (None, "", [])}
    errors = [
        FieldError(f"/{name}", "foreign", _("This test does not use it."))
        for name in known
        if name not in test.parameters
    ]
    errors += [
        FieldError(f"/{name}", "required", _("This field is required.")) for name in test.needs if name not in known
    ]
    if test.one_of and not known.keys() & set(test.one_of):
        labels = str(_(", ")).join(str(LABELS[name]) for name in test.one_of)
        detail = _("Enter at least one of these: %(labels)s.") % {"labels": labels}
        errors.append(FieldError(f"/{test.one_of[0]}", "required", detail))
    errors += [error for name, value in known.items() if (error := _out_of_range(name, value)) is not None]
    if {"low", "high"} <= known.keys() and Decimal(known["low"]) > Decimal(known["high"]):
        errors.append(FieldError("/high", "order", _("The highest price is below the lowest.")))
    if errors:
        raise Invalid(errors)
    return {name: _stored(name, value) for name, value in known.items()}


def _out_of_range(name: str, value: Any) -> FieldError | None:
    if name in LEAST and not LEAST[name] <= value <= MOST[name]:
        words = {"least": LEAST[name], "most": MOST[name]}
        return FieldError(f"/{name}", "range", _("Enter a number from %(least)d to %(most)d.") % words)
    if name == "share" and not 0 < Decimal(value) <= LARGEST_SHARE:
        return FieldError("/share", "range", _("Enter a share above 0 and of at most 100 percent."))
    if name in AMOUNTS and Decimal(value) <= 0:
        return FieldError(f"/{name}", "range", _("Enter a number above 0."))
    return None


def _stored(name: str, value: Any) -> Any:
    if name == "via":
        try:
            return sorted(set(read_route(value))) if isinstance(value, str) else list(value)
        except Invalid as wrong:
            raise Invalid.field("via", "country", wrong.errors[0].detail) from wrong
    return format(Decimal(value).normalize(), "f") if name in AMOUNTS else value


def in_words(kind: str, parameters: Mapping[str, Any]) -> list[tuple[Any, str]]:
    """The parameters of a rule: label, value for the reader."""
    return [(LABELS[name], _shown(name, parameters[name])) for name in TESTS[kind].parameters if name in parameters]


def _shown(name: str, value: Any) -> str:
    if name == "via":
        return names(value)
    if name == "lists":
        return str(_(", ")).join(str(WatchList(code).label) for code in value)
    if name == "material":
        return str(dict(_materials(None, None)).get(value, value))
    return number(value)
