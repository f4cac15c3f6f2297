"""The tests that a rule may use: a fixed set, each a pure function over what is recorded.

A test is met, not met, or cannot be decided because a fact is unknown. What it says is composed for the reader from the
facts that it names. Techniques are those of `cases/controls/data/techniques.csv`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agencies.kernel import times
from agencies.kernel.texts import Text
from cases.casefile.models import Item, Party
from cases.clocks.counting import add_months
from cases.controls.countries import country_name
from cases.controls.destinations import DESCRIBED, Journey, ReportedMatter, goods_of, verdicts_of
from cases.controls.matching import CERTAIN, CONTRADICTED, GoodsMatch, find, plain_hs
from cases.controls.parties import CheckedParty, listed
from cases.controls.store import current
from cases.controls.terms import HOME
from cases.controls.verdicts import strictest
from cases.controls.words import VERDICTS

from .matter import CURRENCY, Consignment, TradeMatter, TradeParty, marks_of
from .models import RiskRule

K = RiskRule.Kind
Facts = Mapping[str, Any]
Parameters = Mapping[str, Any]
CONTROLLED = ("barred", "not_licensed", "stricter_review", "licence")
BY_PERSON = (
    Item.Basis.LISTED,
    Item.Basis.TEMPORARY,
    Item.Basis.CATCH_ALL,
    Item.Basis.PROHIBITED,
    Item.Basis.DESTINATION,
)
SUBHEADING = 6  # digits of an HS code that siblings share

MISSING: dict[str, Text] = {
    "route": gettext_lazy("the route"),
    "declared_destination": gettext_lazy("the declared destination"),
    "actual_destination": gettext_lazy("the actual destination"),
    "goods": gettext_lazy("whether the goods are controlled"),
    "hs_code": gettext_lazy("the HS code"),
    "founded_on": gettext_lazy("the day on which the consignee was founded"),
    "day": gettext_lazy("the day of departure"),
    "weight": gettext_lazy("the net weight"),
    "value": gettext_lazy("the value in CNY"),
    "exporter": gettext_lazy("the exporter"),
    "consignee": gettext_lazy("the consignee"),
}
"""The facts for want of which a test cannot be decided."""


@dataclass(frozen=True)
class Outcome:
    """The result of a test on a shipment. `facts`: it is met, by these; `missing`: it cannot be decided without these;
    neither: it is not met. `is_certain`: every fact that counts is known."""

    facts: Facts | None = None
    missing: tuple[str, ...] = ()
    is_certain: bool = True

    @property
    def is_met(self) -> bool:
        return self.facts is not None


NOT_MET = Outcome()


def undecided(*missing: str) -> Outcome:
    return Outcome(missing=tuple(dict.fromkeys(missing)))


def joined(outcomes: Iterable[Outcome]) -> Outcome:
    """Of several goods or parties: the first that meets the test, certain ones before others; else what is missing."""
    found = list(outcomes)
    met = sorted((one for one in found if one.is_met), key=lambda one: not one.is_certain)
    return next(iter(met), undecided(*(name for one in found for name in one.missing)))


Look = Callable[[Consignment, TradeMatter, Sequence[TradeMatter], Parameters], Outcome]


@dataclass(frozen=True)
class RiskTest:
    """`explains` says what the test does. `look(consignment, its case, other cases, parameters)` performs it; `says`
    and `changes` make of its facts the reason, and what would change it, in the reader's language. `technique` is what
    it may be a sign of. `needs` and `may` are the names of its parameters; of `one_of` at least one is needed.
    `compares`: it reads other cases of the same traders; `compares_only`: without them it means nothing.
    """

    explains: Text
    look: Look
    says: Callable[[Facts, Parameters], str]
    changes: Callable[[Facts, Parameters], str]
    technique: str
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    compares: bool = False
    compares_only: bool = False

    @property
    def parameters(self) -> tuple[str, ...]:
        return (*self.needs, *self.one_of, *self.may)


def number(value: Any) -> str:
    """A weight or amount without trailing zeros."""
    return f"{Decimal(str(value)).normalize():,f}"


def names(codes: Iterable[str]) -> str:
    return str(_(", ")).join(map(country_name, codes))


# Third country -------------------------------------------------------------------------------------------------------
def _transit(one: Consignment, matter: TradeMatter, others: Sequence[TradeMatter], given: Parameters) -> Outcome:
    declared, actual = one.voyage.declared, one.voyage.actual
    end = actual.destination or declared.destination
    stops = [*declared.stops[1:], *actual.stops[1:]]
    if not end or not stops:
        return undecided("route")
    between = [code for code in dict.fromkeys(stops) if code not in (end, HOME)]
    if via := given.get("via"):
        between = [code for code in between if code in via]
    if not between or end == HOME:
        return NOT_MET
    if not matter.items:
        return undecided("goods")
    asked = ReportedMatter((Journey(end, tuple(between), one.mode or "export"),), matter.traders)
    return joined(_controlled(item, asked, one, {"via": between, "end": end}) for item in matter.items)


def _controlled(item: Mapping[str, Any], asked: ReportedMatter, one: Consignment, facts: Facts) -> Outcome:
    """By the finding of a person, else by the control law on the day of the conduct."""
    named = {**facts, "item": item["description"]}
    if item["basis"] in BY_PERSON:
        return Outcome({**named, "verdict": ""})
    if item["basis"] == Item.Basis.NOT_CONTROLLED:
        return NOT_MET
    on = item["conduct_on"] or one.day or times.today()
    said = [row.verdict for row in verdicts_of(item, asked, on, current()) if row.reading == DESCRIBED]
    verdict = strictest(row.verdict for row in said)
    if verdict in CONTROLLED:
        firm = any(row.verdict == verdict and not row.verify for row in said)
        return Outcome({**named, "verdict": verdict}, is_certain=firm)
    return undecided("goods") if any(row.could_become for row in said) or verdict == "cannot_tell" else NOT_MET


def _says_transit(facts: Facts, given: Parameters) -> str:
    words = {"item": facts["item"], "via": names(facts["via"]), "end": country_name(facts["end"])}
    text = _("“%(item)s” goes to %(end)s through %(via)s.") % words
    verdict = facts["verdict"]
    found = VERDICTS[verdict] if verdict else _("found to be controlled by a person")
    return _("%(text)s Control law: %(verdict)s.") % {"text": text, "verdict": found}


def _changes_transit(facts: Facts, given: Parameters) -> str:
    words = {"via": names(facts["via"])}
    return _("A route that does not pass %(via)s, or the finding that the goods are not controlled.") % words


# Diverted ------------------------------------------------------------------------------------------------------------
def _diverted(one: Consignment, matter: TradeMatter, others: Sequence[TradeMatter], given: Parameters) -> Outcome:
    declared, actual = one.voyage.declared, one.voyage.actual
    ends = {"declared_destination": declared.destination, "actual_destination": actual.destination}
    if missing := [name for name, end in ends.items() if not end]:
        return undecided(*missing)
    if declared.destination == actual.destination:
        return NOT_MET
    facts = {"declared": declared.destination, "actual": actual.destination}
    return Outcome(facts, is_certain=bool(actual.legs and actual.legs[-1].to_country))


def _says_diverted(facts: Facts, given: Parameters) -> str:
    words = {"declared": country_name(facts["declared"]), "actual": country_name(facts["actual"])}
    return _("Declared for %(declared)s, bound for %(actual)s.") % words


def _changes_diverted(facts: Facts, given: Parameters) -> str:
    words = {"declared": country_name(facts["declared"])}
    return _("Proof of arrival in %(declared)s, or a correction of either destination.") % words


# Young consignee -----------------------------------------------------------------------------------------------------
def _young(one: Consignment, matter: TradeMatter, others: Sequence[TradeMatter], given: Parameters) -> Outcome:
    companies = [party for party in matter.buyers if party.kind == Party.Kind.COMPANY]
    if not companies:
        return undecided("consignee")
    if one.day is None:
        return undecided("day")
    since, day = add_months(one.day, -given["months"]), one.day
    return joined(_is_young(party, since, day) for party in companies)


def _is_young(party: TradeParty, since: date, day: date) -> Outcome:
    if party.founded_on is None:
        return undecided("founded_on")
    if party.founded_on <= since:
        return NOT_MET
    return Outcome({"name": party.name, "founded_on": party.founded_on.isoformat(), "day": day.isoformat()})


def _says_young(facts: Facts, given: Parameters) -> str:
    words = {"name": facts["name"], "founded": facts["founded_on"], "day": facts["day"], "months": given["months"]}
    return _("%(name)s was founded on %(founded)s, less than %(months)s months before the shipment of %(day)s.") % words


def _changes_young(facts: Facts, given: Parameters) -> str:
    return _("An earlier day of founding of %(name)s from its register, or another consignee.") % {
        "name": facts["name"]
    }


# Price ---------------------------------------------------------------------------------------------------------------
def _price(one: Consignment, matter: TradeMatter, others: Sequence[TradeMatter], given: Parameters) -> Outcome:
    book = current()
    items = [
        item for item in matter.items if any(row.goods.material == given["material"] for row in goods_of(item, book))
    ]
    return joined(_outside_band(item, given) for item in items)


def _outside_band(item: Mapping[str, Any], given: Parameters) -> Outcome:
    weight, value = item["net_weight_kg"], item["value"] if item["currency"] == CURRENCY else None
    missing = [name for name, known in (("weight", weight), ("value", value)) if not known]
    if missing:
        return undecided(*missing)
    price = (value / weight).quantize(Decimal("0.01"))
    low, high = (Decimal(given[name]) if given.get(name) else None for name in ("low", "high"))
    if (low is None or price >= low) and (high is None or price <= high):
        return NOT_MET
    return Outcome({"item": item["description"], "price": str(price), "is_low": low is not None and price < low})


def _says_price(facts: Facts, given: Parameters) -> str:
    words = {
        "item": facts["item"],
        "price": number(facts["price"]),
        "limit": number(given["low"] if facts["is_low"] else given["high"]),
    }
    if facts["is_low"]:
        return _("“%(item)s”: %(price)s CNY per kg, less than %(limit)s.") % words
    return _("“%(item)s”: %(price)s CNY per kg, more than %(limit)s.") % words


def _changes_price(facts: Facts, given: Parameters) -> str:
    return _("The invoice or contract price, or a correction of weight or value.")


# Hidden by its HS code -----------------------------------------------------------------------------------------------
def _hidden_hs(one: Consignment, matter: TradeMatter, others: Sequence[TradeMatter], given: Parameters) -> Outcome:
    return joined(map(_sibling, matter.items))


def _sibling(item: Mapping[str, Any]) -> Outcome:
    """The description or the control code names listed goods, while the HS code is a neighbouring one."""
    texts = {"description": item["description"], "control_code": item["control_code"]}
    meant = [row for row in find(current(), given={}, **texts) if row.level != CONTRADICTED and row.goods.hs_codes]
    if not meant:
        return NOT_MET
    code = plain_hs(item["hs_code"])
    if not code:
        return undecided("hs_code")
    if any(_covers(own, code) for row in meant for own in row.goods.hs_codes):
        return NOT_MET
    return next(_neighbours(item, code, meant), NOT_MET)


def _covers(own: str, code: str) -> bool:
    own = plain_hs(own)
    return bool(own) and (own.startswith(code) or code.startswith(own))


def _neighbours(item: Mapping[str, Any], code: str, meant: Iterable[GoodsMatch]) -> Iterator[Outcome]:
    for row in sorted(meant, key=lambda row: row.level != CERTAIN):
        near = [own for own in row.goods.hs_codes if plain_hs(own)[:SUBHEADING] == code[:SUBHEADING]]
        if near:
            facts = {"item": item["description"], "hs_code": code, "listed": near[0], "goods": row.goods.item_id}
            yield Outcome(facts, is_certain=row.level == CERTAIN)


def _says_hidden_hs(facts: Facts, given: Parameters) -> str:
    goods = current().goods.get(facts["goods"])
    words = {"item": facts["item"], "code": facts["hs_code"], "listed": facts["listed"]}
    words["goods"] = goods.name if goods else facts["goods"]
    return _("“%(item)s” is described as %(goods)s (HS %(listed)s), but has the neighbouring HS %(code)s.") % words


def _changes_hidden_hs(facts: Facts, given: Parameters) -> str:
    return _("The result of an analysis or classification, or a correction of the HS code.")


# Split consignments --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Part:
    """A shipment among others. Its own amounts are known only where its case has no other shipment."""

    day: date
    matter: TradeMatter

    @property
    def is_alone(self) -> bool:
        return len(self.matter.consignments) == 1


def _split(one: Consignment, matter: TradeMatter, others: Sequence[TradeMatter], given: Parameters) -> Outcome:
    if not (matter.exporter_marks or matter.buyer_marks):
        return undecided("exporter")
    if one.day is None:
        return undecided("day")
    every = [(row.day, case) for case in (matter, *others) for row in case.consignments]
    dated = [_Part(day, case) for day, case in every if day is not None]
    span = timedelta(days=given["days"] - 1)
    starts = sorted({part.day for part in dated if one.day - span <= part.day <= one.day})
    groups = [[part for part in dated if start <= part.day <= start + span] for start in starts]
    parts = max(groups, key=len)  # of equal ones the first
    if len(parts) < given["shipments"]:
        return undecided("day") if len(parts) + len(every) - len(dated) >= given["shipments"] else NOT_MET
    return joined(_over_line(parts, line, amount, given) for line, amount in LINES if given.get(line))


LINES = (("weight_kg", "weight"), ("value_cny", "value"))  # parameter, amount of a case


def _over_line(parts: Sequence[_Part], line: str, amount: str, given: Parameters) -> Outcome:
    limit = Decimal(given[line])
    cases = {part.matter.case_id: part.matter for part in parts}
    amounts = [getattr(case, amount) for case in cases.values()]
    together = sum((one for one in amounts if one is not None), Decimal())
    if together < limit:
        return undecided(amount) if None in amounts else NOT_MET
    each = [getattr(part.matter, amount) for part in parts if part.is_alone]
    if any(one is not None and one >= limit for one in each):
        return NOT_MET
    days = sorted(part.day for part in parts)
    facts = {
        **{"shipments": len(parts), "first": days[0].isoformat(), "last": days[-1].isoformat()},
        **{"line": line, "together": format(together.normalize(), "f"), "cases": len(cases)},
    }
    return Outcome(facts, is_certain=None not in amounts and len(each) == len(parts))


def _says_split(facts: Facts, given: Parameters) -> str:
    unit = "kg" if facts["line"] == "weight_kg" else CURRENCY
    words = {
        **{"shipments": facts["shipments"], "first": facts["first"], "last": facts["last"], "unit": unit},
        **{"together": number(facts["together"]), "limit": number(given[facts["line"]])},
    }
    text = ngettext(
        "%(shipments)s shipment from %(first)s to %(last)s, together %(together)s %(unit)s; the line is %(limit)s.",
        "%(shipments)s shipments from %(first)s to %(last)s, together %(together)s %(unit)s; the line is %(limit)s.",
        facts["shipments"],
    )
    return text % words


def _changes_split(facts: Facts, given: Parameters) -> str:
    return _("Separate contracts for the shipments, or a correction of their days or amounts.")


# New buyer -----------------------------------------------------------------------------------------------------------
def _new_buyer(one: Consignment, matter: TradeMatter, others: Sequence[TradeMatter], given: Parameters) -> Outcome:
    named = (("exporter", matter.exporters), ("consignee", matter.buyers), ("day", one.day), ("weight", matter.weight))
    if missing := [name for name, known in named if not known]:
        return undecided(*missing)
    since = one.day - timedelta(days=given["days"]) if one.day else date.min
    earlier = [case for case in others if case.exporter_marks & matter.exporter_marks and _was_in(case, since, one.day)]
    known = marks_of(party for case in earlier for party in case.buyers)
    new = [party for party in matter.buyers if not party.marks & known]
    if len(earlier) < given["earlier"] or not new:
        return NOT_MET
    own, weights = matter.weight or Decimal(), [case.weight for case in earlier]
    total = own + sum((weight for weight in weights if weight is not None), Decimal())
    share = (own * 100 / total).quantize(Decimal("0.1")) if total else Decimal()
    if share < Decimal(given["share"]):
        return NOT_MET
    complete = None not in weights and all(case.buyers for case in earlier)
    return Outcome({"name": new[0].name, "share": str(share), "earlier": len(earlier)}, is_certain=complete)


def _was_in(case: TradeMatter, since: date, until: date | None) -> bool:
    return any(one.day is not None and until is not None and since <= one.day < until for one in case.consignments)


def _says_new_buyer(facts: Facts, given: Parameters) -> str:
    text = _(
        "%(name)s is in none of the %(earlier)s earlier cases of this exporter in %(days)s days, and takes %(share)s %%"
        " of its known weight."
    )
    return text % {**facts, "days": given["days"]}


def _changes_new_buyer(facts: Facts, given: Parameters) -> str:
    return _("Earlier deliveries to %(name)s, or a correction of the weights.") % {"name": facts["name"]}


# Near a listed party -------------------------------------------------------------------------------------------------
def _near_listed(one: Consignment, matter: TradeMatter, others: Sequence[TradeMatter], given: Parameters) -> Outcome:
    if not matter.buyers:
        return undecided("consignee")
    on, wanted = one.day or times.today(), given.get("lists")
    hits = [
        hit
        for party in matter.buyers
        for hit in listed([CheckedParty(party.name, party.role, party.numbers)], on)
        if not wanted or hit.watch_list in wanted
    ]
    return joined(
        Outcome({"name": hit.party, "listed": hit.listed, "entry": hit.code}, is_certain=not hit.is_near)
        for hit in sorted(hits, key=lambda hit: hit.code)
    )


def _says_near_listed(facts: Facts, given: Parameters) -> str:
    return _("%(name)s has a number or name of the entry %(entry)s (%(listed)s), or one that is near.") % facts


def _changes_near_listed(facts: Facts, given: Parameters) -> str:
    return _("The comparison of %(name)s with the entry %(entry)s by a person.") % facts


TESTS: dict[str, RiskTest] = {
    K.TRANSIT: RiskTest(
        gettext_lazy("Goods that the control law controls go through a country that is not their destination."),
        *(_transit, _says_transit, _changes_transit, "TRANSSHIP"),
        may=("via",),
    ),
    K.DIVERTED: RiskTest(
        gettext_lazy("The last actual leg, or the final destination, is another country than the declared one."),
        *(_diverted, _says_diverted, _changes_diverted, "TRANSSHIP"),
    ),
    K.YOUNG: RiskTest(
        gettext_lazy("A consignee, buyer or end user was founded less than some months before the shipment."),
        *(_young, _says_young, _changes_young, "SHELL"),
        needs=("months",),
    ),
    K.PRICE: RiskTest(
        gettext_lazy("The price per kilogram of a mineral is below or above what is usual."),
        *(_price, _says_price, _changes_price, "UNDERVALUE"),
        needs=("material",),
        one_of=("low", "high"),
    ),
    K.HIDDEN_HS: RiskTest(
        gettext_lazy("Description or control code name controlled goods; the HS code is a neighbouring one."),
        *(_hidden_hs, _says_hidden_hs, _changes_hidden_hs, "MISHS"),
    ),
    K.SPLIT: RiskTest(
        gettext_lazy("Several shipments of one trader in some days: each under a line, together over it."),
        *(_split, _says_split, _changes_split, "SPLIT"),
        needs=("shipments", "days"),
        one_of=("weight_kg", "value_cny"),
        compares=True,
    ),
    K.NEW_BUYER: RiskTest(
        gettext_lazy("A buyer that no earlier case of the exporter names takes a large share."),
        *(_new_buyer, _says_new_buyer, _changes_new_buyer, "SHELL"),
        needs=("share", "earlier", "days"),
        compares=True,
        compares_only=True,
    ),
    K.NEAR_LISTED: RiskTest(
        gettext_lazy("A consignee, buyer or end user has the number or the name of a listed party, or a near name."),
        *(_near_listed, _says_near_listed, _changes_near_listed, "FALSE_EUC"),
        may=("lists",),
    ),
}
