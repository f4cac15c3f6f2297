"""The question to the control law, and whether it meets the terms of a rule: way, origin, content, user, use, country.

A term that is met, or could be, gives the facts that are missing; one that is not met gives None.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from .matching import holds
from .parties import ListHit, MilitaryReading
from .rulebook import ControlRule

HOME = "CHN"
MODES = ("export", "transit", "reexport", "release")
END_USES = ("civil", "military", "capability", "wmd", "unknown")
YES_NO = ("yes", "no", "unknown")
ASKED = (
    *("description", "control_code", "nature", "dual_use", "origin", "mode", "destination"),
    *("end_user", "military", "end_user_country", "listed_party", "owner_share", "end_use", "notice"),
)
"""Facts that may be missing, in the order of the question; parameters of goods come after the goods."""


@dataclass(frozen=True)
class CheckFacts:
    """The facts of a question; an empty text is unknown. Countries are alpha-3 codes.

    `destination` is the country of the end user, `consignee_country` that of the declared consignee. `hits` are
    the entries of lists that name a party. A name that is military outweighs `military`.
    """

    description: str = ""
    hs_code: str = ""
    control_code: str = ""
    parameters: dict[str, Decimal] = field(default_factory=dict)
    nature: str = ""  # "goods" | "technology"
    origin: str = ""
    mode: str = ""  # one of MODES
    consignee: str = ""
    consignee_country: str = ""
    intermediate: tuple[str, ...] = ()
    destination: str = ""
    end_user: str = ""
    end_user_country: str = ""
    military: str = "unknown"  # one of YES_NO
    owner: str = ""
    owner_share: Decimal | None = None
    end_use: str = "unknown"  # one of END_USES
    notice: str = "unknown"  # one of YES_NO
    hits: tuple[ListHit, ...] = ()


@dataclass(frozen=True)
class CheckQuestion:
    """The facts with what the names in them say."""

    facts: CheckFacts
    military: MilitaryReading

    @property
    def nationality(self) -> str:
        return self.military.country or self.facts.end_user_country

    @property
    def reached(self) -> set[str]:
        """The countries to which the goods are provided."""
        return {self.facts.destination, self.facts.consignee_country} - {""}


PLACE = {name: place for place, name in enumerate(ASKED)}


def ordered(names: Iterable[str]) -> tuple[str, ...]:
    """Facts in the order of the question, parameters of goods first."""
    listed = tuple(dict.fromkeys(names))
    return listed if len(listed) < 2 else tuple(sorted(listed, key=lambda name: (PLACE.get(name, -1), name)))


@dataclass(frozen=True)
class RuleTerms:
    """The facts that are missing for the terms of a rule, none of which is unmet, and what is doubtful about them."""

    missing: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


MET = RuleTerms()
UNKNOWN_USER = frozenset({"end_user", "military", "end_user_country", "end_use", "destination"})


def terms_of(rule: ControlRule, asked: CheckQuestion) -> RuleTerms | None:
    """What is missing for the terms of way, origin, content, user, use and country; None if one of them is not met."""
    found = []
    for term in (_way, _origin, _content, _aim):
        met = term(rule, asked)
        if met is None:
            return None
        if met is not MET:
            found.append(met)
    return _joined(found)


def _joined(terms: Iterable[RuleTerms]) -> RuleTerms:
    listed = [one for one in terms if one is not MET]
    if len(listed) < 2:
        return listed[0] if listed else MET
    return RuleTerms(
        ordered(name for one in listed for name in one.missing),
        tuple(dict.fromkeys(doubt for one in listed for doubt in one.doubts)),
    )


def _way(rule: ControlRule, asked: CheckQuestion) -> RuleTerms | None:
    """Nothing is exported within the country, unless it is provided to a foreign user (ECL art. 2). What is exported
    from a country abroad is covered if it is of Chinese origin."""
    facts = asked.facts
    if facts.destination == HOME:
        if asked.nationality == HOME or (not asked.nationality and facts.mode != "release"):
            return None
        if not asked.nationality:
            return RuleTerms(("end_user_country",))
    if rule.modes:
        if facts.mode and facts.mode not in rule.modes:
            return None
        return RuleTerms(() if facts.mode or "export" in rule.modes else ("mode",))
    if facts.mode != "reexport" or rule.family == "catch_all":
        return MET
    if facts.origin and facts.origin != HOME:
        return None
    return RuleTerms(() if facts.origin else ("origin",), ("reexport",) if rule.is_basic else ())


def _origin(rule: ControlRule, asked: CheckQuestion) -> RuleTerms | None:
    facts = asked.facts
    if not rule.origin:
        return MET
    if not facts.origin:
        return RuleTerms(("origin",))
    return MET if (facts.origin == HOME) == (rule.origin == "domestic") else None


def _content(rule: ControlRule, asked: CheckQuestion) -> RuleTerms | None:
    limit, facts = rule.content, asked.facts
    if limit is None or limit.value is None:
        return MET
    if limit.name not in facts.parameters:
        return RuleTerms((limit.name,))
    return MET if holds(facts.parameters[limit.name], limit.operator, limit.value) else None


def _aim(rule: ControlRule, asked: CheckQuestion) -> RuleTerms | None:
    """The user is tested before the country: a rule on users or uses holds wherever they are."""
    if not rule.users and not rule.end_use:
        return _country(rule, asked)
    ways = [_user(rule, user, asked) for user in sorted(rule.users)] + ([_use(rule, asked)] if rule.end_use else [])
    possible = [one for one in ways if one is not None]
    if not possible:
        return None
    return next((one for one in possible if not one.missing), None) or _joined(possible)


def _country(rule: ControlRule, asked: CheckQuestion) -> RuleTerms | None:
    """Goods for a consignee in the country are exported to it, also if another final destination is stated."""
    if not rule.destinations or asked.facts.destination in rule.destinations:
        return MET
    if asked.facts.consignee_country in rule.destinations:
        return RuleTerms(doubts=("consignee_only",))
    return None if asked.facts.destination else RuleTerms(("destination",))


def _user(rule: ControlRule, kind: str, asked: CheckQuestion) -> RuleTerms | None:
    if kind != "military":
        return _listed(rule, kind, asked.facts)
    state = asked.military.state
    if state != "yes":
        state = {"yes": "yes", "no": "no"}.get(asked.facts.military, state)
    if state == "no":
        return None
    nation = _nation(rule, asked)
    if nation is None or state == "yes":
        return nation
    return _joined([RuleTerms(("military",), ("military_word",) if state == "near" else ()), nation])


def _nation(rule: ControlRule, asked: CheckQuestion) -> RuleTerms | None:
    """Whose forces they are. A user of unknown nationality is taken for one of the country where the goods go."""
    if not rule.destinations:
        return None if asked.nationality == HOME else MET
    if asked.nationality:
        return MET if asked.nationality in rule.destinations else None
    return MET if asked.reached & rule.destinations else RuleTerms(("end_user_country",))


def _use(rule: ControlRule, asked: CheckQuestion) -> RuleTerms | None:
    facts = asked.facts
    if "notice" in rule.end_use:
        known = "yes" if facts.end_use == "wmd" else facts.notice
        return {"yes": MET, "no": None}.get(known, RuleTerms(("notice",)))
    if facts.end_use != "unknown" and facts.end_use not in rule.end_use:
        return None
    nation = MET if asked.reached & rule.destinations else _nation(rule, asked)
    if nation is None or facts.end_use != "unknown":
        return nation
    return _joined([RuleTerms(("end_use",)), nation])


def _listed(rule: ControlRule, watch_list: str, facts: CheckFacts) -> RuleTerms | None:
    """Whether an entry of the list names consignee or user, or an owner with the share that counts."""
    ways = [_by_hit(rule, hit, facts) for hit in facts.hits if hit.watch_list == watch_list]
    possible = [one for one in ways if one is not None]
    if possible:
        return next((one for one in possible if not one.missing), None) or _joined(possible)
    return None if facts.end_user or ways else RuleTerms(("end_user",))


def _by_hit(rule: ControlRule, hit: ListHit, facts: CheckFacts) -> RuleTerms | None:
    same = RuleTerms(("listed_party",), ("similar_name",)) if hit.is_near else MET
    if hit.role != "owner":
        return same
    if rule.owned_share is None:
        return _joined([same, RuleTerms(("listed_party",), ("affiliate",))])
    if facts.owner_share is None:
        return _joined([same, RuleTerms(("owner_share",))])
    return same if facts.owner_share >= rule.owned_share else None
