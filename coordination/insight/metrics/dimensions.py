"""The dimensions of figures, and the names of their values."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import names_of, pick
from agencies.kernel.reference import read_csv
from agencies.kernel.resource import RESOURCE_OF_KIND
from agencies.kernel.texts import Text
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.measures import DIRECT, SEVERAL, UNKNOWN
from cases.clocks.models import PeriodRule
from cases.clocks.texts import subject_choices
from cases.controls.countries import country_code, country_name
from cases.controls.models import District, Offence, PenaltyRule, Technique
from cases.controls.rulebook import DATA
from cases.controls.store import current


@dataclass(frozen=True)
class Dimension:
    """A way to divide a metric. `names(values)` returns the label of each known value; an unknown value has none.

    `readable(actor, values)`: those that the actor may know of; by default all.
    """

    key: str
    name: Text
    names: Callable[[Collection[str]], Mapping[str, Text]]
    readable: Callable[[Actor, Collection[str]], Collection[str]] = lambda actor, values: values

    def names_for(self, actor: Actor, values: Collection[str]) -> Mapping[str, Text]:
        return self.names(self.readable(actor, values))

    def label_of(self, value: str) -> Text:
        return self.names([value]).get(value, value)


# Ages of what is still there, in days: first and last of each band.
AGES: dict[str, tuple[int, int | None]] = {
    "0-7": (0, 7),
    "8-30": (8, 30),
    "31-90": (31, 90),
    "91-180": (91, 180),
    "181": (181, None),
}
# How long what has ended took, in days.
LENGTHS: dict[str, tuple[int, int | None]] = {
    "0-3": (0, 3),
    "4-7": (4, 7),
    "8-15": (8, 15),
    "16-30": (16, 30),
    "31": (31, None),
}
BANDS = {"age": AGES, "length": LENGTHS}
PARTS: dict[str, Text] = {
    "origin": _("Origin"),
    "transit": _("Transit"),
    "destination": pgettext_lazy("country", "Destination"),
}
PATH = ("from", "over", "to")  # a case has one value of each
PATH_WORDS: dict[str, Text] = {DIRECT: _("Without transit"), SEVERAL: _("Several"), UNKNOWN: _("Not known")}
TRACKS: dict[str, Text] = {"adm": _("Administrative"), "crm": _("Criminal")}
OTHER_MINERAL = "other"
STEPS: dict[str, Text] = {
    "opened": _("Case opened"),
    "police": _("Transferred, or taken up by the police"),
    "filed": _("Criminal case filed"),
    "prosecuted": _("Prosecuted"),
    "judged": _("Judged"),
}
DECLARED: dict[str, Text] = {
    "same": _("Declared as this mineral"),
    "another": _("Declared as another controlled mineral"),
    "uncontrolled": _("Declared as goods without control"),
    "unidentified": _("Nothing under control found"),
    "unnamed": _("Declared name not recorded"),
}


def _rows(model: type[Any], column: str) -> Callable[[Collection[str]], Mapping[str, Text]]:
    def names(values: Collection[str]) -> Mapping[str, Text]:
        rows = model._default_manager.filter(**{f"{column}__in": values})
        return {getattr(row, column): row.name for row in rows}

    return names


def _kept(model: type[Any]) -> Callable[[Collection[str]], Mapping[str, Text]]:
    """As `_rows`, of a small table."""
    return lambda values: _fixed(names_of(model))(values)


def _banded(bands: Mapping[str, tuple[int, int | None]]) -> Callable[[Collection[str]], Mapping[str, Text]]:
    def names(values: Collection[str]) -> Mapping[str, Text]:
        found = {}
        for one, (first, last) in bands.items():
            if one in values:
                days = {"first": first, "last": last or 0, "more": first - 1}
                found[one] = gettext("%(first)d–%(last)d days") % days if last else gettext("over %(more)d days") % days
        return found

    return names


def _fixed(names: Mapping[str, Text]) -> Callable[[Collection[str]], Mapping[str, Text]]:
    return lambda values: {one: names[one] for one in values if one in names}


def _kinds(values: Collection[str]) -> Mapping[str, Text]:
    """What is late: an object of its own, or the subject of a period."""
    names = {kind: resource.label for kind, resource in RESOURCE_OF_KIND.items()} | dict(subject_choices())
    return _fixed(names)(values)


def _same(values: Collection[str]) -> Mapping[str, Text]:
    return {one: one for one in values}


def _minerals(values: Collection[str]) -> Mapping[str, Text]:
    found: dict[str, Text] = {
        goods.material: pick(goods.family_zh, goods.material.replace("_", " ").capitalize())
        for goods in current().goods.values()
        if goods.material in values
    }
    if OTHER_MINERAL in values:
        found[OTHER_MINERAL] = _("Not under control, or unknown")
    return found


def _countries(values: Collection[str]) -> Mapping[str, Text]:
    return {one: country_name(one) for one in values if country_code(one) == one}


def _roles(values: Collection[str]) -> Mapping[str, Text]:
    """`destination:USA`, or the part alone."""
    countries = _countries({value.partition(":")[2] for value in values})
    found: dict[str, Text] = {}
    for value in values:
        part, _sign, code = value.partition(":")
        if part in PARTS and (not code or code in countries):
            found[value] = f"{PARTS[part]}{gettext(': ')}{countries[code]}" if code else PARTS[part]
    return found


def _paths(values: Collection[str]) -> Mapping[str, Text]:
    """`from:5300`, `over:THA`, `to:USA`, and what lies between two of them: `from:5300>THA`, `over:THA>USA`."""
    places = {value: value.partition(":")[2].split(">") for value in values if value.partition(":")[0] in PATH}
    countries = _countries({code for listed in places.values() for code in listed})
    return _with_arrows(places, {**names_of(District), **countries, **PATH_WORDS})


def _pairs(values: Collection[str]) -> Mapping[str, Text]:
    return _with_arrows({value: value.partition(">")[::2] for value in values}, names_of(Agency))


def _with_arrows(places: Mapping[str, Sequence[str]], names: Mapping[str, Text]) -> Mapping[str, Text]:
    """Values of several places, by the names of all their places."""
    return {
        value: " → ".join(str(names[code]) for code in codes)
        for value, codes in places.items()
        if all(code in names for code in codes)
    }


def _stages(values: Collection[str]) -> Mapping[str, Text]:
    """`referral:ACCEPTED`."""
    kinds = {value.partition(":")[0] for value in values} & RESOURCE_OF_KIND.keys()
    states = {kind: dict(RESOURCE_OF_KIND[kind].model.State.choices) for kind in kinds}
    found: dict[str, Text] = {}
    for value in values:
        kind, _sign, state = value.partition(":")
        if state in states.get(kind, {}):
            found[value] = f"{RESOURCE_OF_KIND[kind].label}{gettext(': ')}{states[kind][state]}"
    return found


def _reasons(values: Collection[str]) -> Mapping[str, Text]:
    """`kind.column:code`: a coded reason or kind, as the choices of that column name it."""
    found: dict[str, Text] = {}
    for value in values:
        where, _sign, code = value.partition(":")
        kind, _dot, column = where.partition(".")
        resource = RESOURCE_OF_KIND.get(kind)
        columns = {one.name: one for one in resource.model._meta.concrete_fields} if resource else {}
        choices = dict(columns[column].flatchoices) if column in columns else {}
        if code in choices:
            found[value] = choices[code]
    return found


def _rules(values: Collection[str]) -> Mapping[str, Text]:
    """Rules of periods and of penalties; they share no code."""
    fines = PenaltyRule.objects.filter(code__in=values)
    return {**_kept(PeriodRule)(values), **{rule.code: rule.cited for rule in fines}}


@cache
def _names_of_provinces() -> Mapping[str, tuple[str, str]]:
    return {row["code2"]: (row["name_zh"], row["name_en"]) for row in read_csv(DATA / "provinces.csv")}


def _provinces(values: Collection[str]) -> Mapping[str, Text]:
    known = _names_of_provinces()
    return {one: pick(*known[one]) for one in values if one in known}


def _officers(values: Collection[str]) -> Mapping[str, Text]:
    return {str(user.pk): user.name for user in User.objects.filter(pk__in=values)}


def _campaigns(values: Collection[str]) -> Mapping[str, Text]:
    found = RESOURCE_OF_KIND["campaign"].model.objects.counted().filter(number__in=values)
    return {one.number: f"{one.number} {one.title}" for one in found}


def _readable_campaigns(actor: Actor, values: Collection[str]) -> Collection[str]:
    seen = RESOURCE_OF_KIND["campaign"].model.objects.visible_to(actor).filter(number__in=values)
    return set(seen.values_list("number", flat=True))


_ALL = (
    Dimension("day", _("Day"), _same),
    Dimension("week", _("Week"), _same),
    Dimension("month", _("Month"), _same),
    Dimension("agency", _("Agency"), _kept(Agency)),
    Dimension("pair", _("From agency to agency"), _pairs),
    Dimension("district", _("Customs district"), _kept(District)),
    Dimension("province", _("Province of the customs district"), _provinces),
    Dimension("mineral", _("Mineral"), _minerals),
    Dimension("technique", _("Technique"), _kept(Technique)),
    Dimension("country", _("Country of transit or destination"), _countries),
    Dimension("role", _("Country by its part on the route"), _roles),
    Dimension("path", _("Part of the route"), _paths),
    Dimension("track", _("Track"), _fixed(TRACKS)),
    Dimension("stage", _("Stage"), _stages),
    Dimension("kind", _("Kind"), _kinds),
    Dimension("rule", _("Rule"), _rules),
    Dimension("reason", _("Reason or kind"), _reasons),
    Dimension("charge", _("Charge"), _rows(Offence, "code")),
    Dimension("age", _("Age"), _banded(AGES)),
    Dimension("length", _("How long it lasted"), _banded(LENGTHS)),
    Dimension("step", _("Step to a judgment"), _fixed(STEPS)),
    Dimension("declared", _("How it was declared"), _fixed(DECLARED)),
    Dimension("officer", _("Officer"), _officers),
    Dimension("campaign", _("Campaign"), _campaigns, _readable_campaigns),
)
DIMENSIONS = {one.key: one for one in _ALL}
