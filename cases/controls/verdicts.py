"""What the control law says about an export on a day: a verdict of each family of law, and one of all of them.

`controls` is a pure function over a rulebook. It decides nothing in a case; a person does.
Sources: ECL arts. 2, 9-12, 14, 18, 45; DUR arts. 12-14, 26, 49; the announcements of `data/instruments.csv`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from .matching import CERTAIN, CONTRADICTED, POSSIBLE, Match, find, holds
from .parties import Hit, MilitaryReading, read_military
from .rulebook import CATALOGUES, FAMILIES, ControlRule, Rulebook, Suspension
from .rulebook import EVERY as ALL_GOODS

ORDER = ("barred", "not_licensed", "stricter_review", "licence", "suspended", "not_controlled")
RANK = {verdict: n for n, verdict in enumerate(ORDER)}
STATUSES = ("applies", "verify", "cannot_tell", "suspended", "does_not")
DOUBTS = (
    *("suspension_ended", "no_control_code", "uncertain", "unknown_limit", "not_read", "bar_while_suspended"),
    *("earlier_instrument", "unknown_control_code", "military_word", "similar_name", "affiliate", "consignee_only"),
    "reexport",
)
"""Why the state of the law is to be verified. `not_read` is shown with the rule and does not mark the verdict."""
EVERY = (*ORDER, "cannot_tell", "outside_scope")
STRICTEST = {verdict: n for n, verdict in enumerate((*ORDER[:-1], "cannot_tell", "outside_scope", "not_controlled"))}
"""A verdict that is not certain counts for more than "not controlled" and for less than a certain one."""
OF_FAMILY = (*ORDER[:-1], "cannot_tell", "does_not", "outside_scope")
"""The answers of one family; `outside_scope` if it does not cover the goods."""
CONSEQUENCES = ("barred", "not_licensed", "stricter_review", "licence", "catch_all")
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
class Facts:
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
    hits: tuple[Hit, ...] = ()


@dataclass(frozen=True)
class Standing:
    """A rule on a day: before | after | in_force | suspended | resumed, with the suspension that covers the day or
    ended before it."""

    state: str
    suspension: Suspension | None = None


@dataclass(frozen=True)
class RuleVerdict:
    """What one rule says of the goods that it covers: one of STATUSES."""

    rule: ControlRule
    standing: Standing
    status: str
    items: tuple[Match, ...] = ()
    missing: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """The verdict that the rule leads to if its terms are met."""
        if self.standing.state == "suspended":
            return "suspended"
        return "licence" if self.rule.consequence == "catch_all" else self.rule.consequence

    @property
    def counts(self) -> bool:
        """A suspended rule counts only if it is on the goods as such: without the others, it decides."""
        return self.standing.state != "suspended" or self.rule.is_basic


@dataclass(frozen=True)
class Possible:
    """A stricter verdict and the facts that would decide it."""

    verdict: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class FamilyVerdict:
    """What one family of law says, as one of OF_FAMILY."""

    family: str
    verdict: str
    could_become: tuple[Possible, ...]
    verify: bool


@dataclass(frozen=True)
class Verdict:
    """`verdict` is one of EVERY: that of the strictest rule of all families that certainly applies; `cannot_tell` if
    none does and facts are missing; `outside_scope` if no family covers the goods."""

    verdict: str
    could_become: tuple[Possible, ...]
    verify: bool
    doubts: tuple[str, ...]
    rules: tuple[RuleVerdict, ...]
    items: tuple[Match, ...]
    hits: tuple[Hit, ...]
    on: date
    version: int

    @cached_property
    def families(self) -> tuple[FamilyVerdict, ...]:
        """What each family says, found when it is asked."""
        return tuple(_family(name, [one for one in self.rules if one.rule.family == name]) for name in FAMILIES)


def controls(facts: Facts, on: date, book: Rulebook) -> Verdict:
    """The verdict on these facts on that day, both ends of every period inclusive."""
    items = find(
        book,
        description=facts.description,
        control_code=facts.control_code,
        hs_code=facts.hs_code,
        nature="technology" if facts.mode == "release" else facts.nature,
        given=facts.parameters,
    )
    military = read_military((facts.end_user, facts.consignee, facts.owner), book, on)
    asked = _Question(facts, military)
    said = _by_rule(_of_items(items, asked, on, book) if items else _without_goods(asked, on, book))
    verdict, stricter = _together(one for one in said if one.rule.family != "catch_all")
    extra = list[str]()
    if not items:
        verdict, named, extra = _unnamed(facts)
        stricter = [*stricter, *named]
    if verdict in ("not_controlled", "outside_scope"):
        catch_all = [_catch_all(rule, asked, on) for rule in book.rules if rule.family == "catch_all"]
        said += catch_all
        certain, more = _together(catch_all)
        verdict, stricter = (certain if certain == "licence" else verdict), [*stricter, *more]
    found = {doubt for one in _doubtful(said, verdict) for doubt in one.doubts}
    doubts = tuple(doubt for doubt in DOUBTS if doubt in {*found, *extra})
    return Verdict(
        verdict=verdict,
        could_become=tuple(sorted(stricter, key=lambda one: RANK[one.verdict])),
        verify=any(doubt != "not_read" for doubt in doubts),
        doubts=doubts,
        rules=tuple(said),
        items=tuple(items),
        hits=facts.hits,
        on=on,
        version=book.version,
    )


@dataclass(frozen=True)
class _Question:
    """The facts with what the names in them say."""

    facts: Facts
    military: MilitaryReading

    @property
    def nationality(self) -> str:
        return self.military.country or self.facts.end_user_country

    @property
    def reached(self) -> set[str]:
        """The countries to which the goods are provided."""
        return {self.facts.destination, self.facts.consignee_country} - {""}


def _together(some: Iterable[RuleVerdict]) -> tuple[str, list[Possible]]:
    """The strictest verdict of rules that certainly apply, and the stricter ones that missing facts could lead to."""
    said = list(some)
    certain = min((one.verdict for one in said if _is_certain(one)), key=RANK.__getitem__, default="")
    open_ones = _possible(one for one in said if one.status == "cannot_tell" and one.counts)
    stricter = [one for one in open_ones if not certain or RANK[one.verdict] < RANK[certain]]
    on_goods = (one for one in said if one.rule.is_basic and one.status == "cannot_tell" and one.counts)
    return certain or ("cannot_tell" if any(on_goods) else "not_controlled"), stricter


def _family(family: str, said: list[RuleVerdict]) -> FamilyVerdict:
    verdict, stricter = _together(said)
    if verdict == "not_controlled":
        is_suspended = any(one.status == "suspended" for one in said)
        verdict = (
            "cannot_tell" if stricter else "suspended" if is_suspended else "does_not" if said else "outside_scope"
        )
    verify = any(doubt != "not_read" for one in said for doubt in one.doubts)
    return FamilyVerdict(family, verdict, tuple(stricter), verify)


def _doubtful(said: list[RuleVerdict], verdict: str) -> list[RuleVerdict]:
    """The rules whose doubts concern the verdict: not those that a stricter rule outweighs, nor those that say the same
    as a rule without doubt."""
    rank = RANK.get(verdict, len(RANK))
    firm = any(_is_firm(one) and one.verdict == verdict for one in said)
    return [one for one in said if not _is_certain(one) or RANK[one.verdict] + firm <= rank or _is_firm(one)]


def _is_firm(one: RuleVerdict) -> bool:
    return _is_certain(one) and set(one.doubts) <= {"not_read"}


def _unnamed(facts: Facts) -> tuple[str, list[Possible], list[str]]:
    """No goods of any family fit. Without a description this is no answer, because an HS code decides nothing."""
    if facts.control_code.strip():
        return "cannot_tell", [], ["unknown_control_code"]
    if not facts.description.strip():
        return "cannot_tell", [Possible("licence", ("description",))], []
    return "outside_scope", [], []


def _without_goods(asked: _Question, on: date, book: Rulebook) -> Iterator[RuleVerdict]:
    """A user to whom nothing under control may be exported: whether these goods are under control decides then."""
    for rule in (rule for rule in book.rules if ALL_GOODS in rule.materials):
        now, terms = standing(rule, on), _terms(rule, asked)
        if now.state in ("before", "after", "suspended") or terms is None or UNKNOWN_USER & set(terms.missing):
            continue
        missing = _ordered(("dual_use" if asked.facts.description else "description", *terms.missing))
        yield RuleVerdict(rule, now, "cannot_tell", missing=missing, doubts=terms.doubts)


def _catch_all(rule: ControlRule, asked: _Question, on: date) -> RuleVerdict:
    """Goods outside the list need a licence where the exporter knows of a risk or was notified of it."""
    now, terms = standing(rule, on), _terms(rule, asked)
    if now.state in ("before", "after") or terms is None:
        return RuleVerdict(rule, now, "does_not")
    if terms.missing:
        return RuleVerdict(rule, now, "cannot_tell", missing=terms.missing)
    return RuleVerdict(rule, now, "applies")


def _is_certain(one: RuleVerdict) -> bool:
    return one.status in ("applies", "verify", "suspended") and one.counts


def _possible(open_ones: Iterable[RuleVerdict]) -> list[Possible]:
    """Each verdict that could follow, strictest first, with the facts that decide whether it does: of the rules on the
    goods those of the one that lacks fewest, of the others all."""
    on_goods, others = dict[str, tuple[str, ...]](), defaultdict[str, set[str]](set)
    for one in open_ones:
        if not one.rule.is_basic:
            others[one.verdict] |= set(one.missing)
        elif one.verdict not in on_goods or len(one.missing) < len(on_goods[one.verdict]):
            on_goods[one.verdict] = one.missing
    return [
        Possible(verdict, _ordered({*on_goods.get(verdict, ()), *others.get(verdict, ())}))
        for verdict in ORDER
        if verdict in on_goods or verdict in others
    ]


PLACE = {name: place for place, name in enumerate(ASKED)}


def _ordered(names: Iterable[str]) -> tuple[str, ...]:
    """Facts in the order of the question, parameters of goods first."""
    listed = tuple(dict.fromkeys(names))
    return listed if len(listed) < 2 else tuple(sorted(listed, key=lambda name: (PLACE.get(name, -1), name)))


def _by_rule(said: Iterable[RuleVerdict]) -> list[RuleVerdict]:
    """One entry for each rule: the strongest status among the goods that it covers."""
    groups: dict[str, list[RuleVerdict]] = defaultdict(list)
    for one in said:
        groups[one.rule.code].append(one)
    return sorted(map(_strongest, groups.values()), key=_place)


def strictest(verdicts: Iterable[str]) -> str:
    """The strictest of several verdicts, "" without any."""
    return min(verdicts, key=STRICTEST.__getitem__, default="")


def decisive(verdict: Verdict) -> list[RuleVerdict]:
    """The rules that lead to the verdict."""
    return [one for one in verdict.rules if _is_certain(one) and one.verdict == verdict.verdict]


def _place(one: RuleVerdict) -> tuple[int, int, int, str]:
    rule = one.rule
    return STATUSES.index(one.status), CONSEQUENCES.index(rule.consequence), FAMILIES.index(rule.family), rule.code


def _strongest(some: list[RuleVerdict]) -> RuleVerdict:
    if len(some) == 1:
        return some[0]
    status = min((one.status for one in some), key=STATUSES.index)
    same = [one for one in some if one.status == status]
    said = {doubt for one in same for doubt in one.doubts}
    return replace(
        min(same, key=lambda one: len(one.missing)),
        items=tuple(item for one in same for item in one.items),
        doubts=tuple(doubt for doubt in DOUBTS if doubt in said),
    )


def standing(rule: ControlRule, on: date) -> Standing:
    """Whether the rule is in force. After the published end of a suspension it is in force again: `resumed`, unless
    an instrument confirms it."""
    if rule.begins and on < rule.begins:
        return Standing("before")
    if rule.ends and on > rule.ends:
        return Standing("after")
    last = None
    for one in rule.suspensions:
        if one.begins <= on and (one.ends is None or on <= one.ends):
            return Standing("suspended", one)
        if one.ends is not None and one.ends < on:
            last = one
    return Standing("resumed", last) if last and not last.resumed_by else Standing("in_force")


def rules_on(book: Rulebook, on: date) -> list[tuple[ControlRule, Standing]]:
    """The rules that are in force on a day, suspended ones included, in the order of their first day."""
    found = [(rule, standing(rule, on)) for rule in book.rules]
    present = [one for one in found if one[1].state not in ("before", "after")]
    return sorted(present, key=lambda one: (one[0].begins or date.min, one[0].code))


@dataclass(frozen=True)
class _Terms:
    """The facts that are missing for the terms of a rule, none of which is unmet, and what is doubtful about them."""

    missing: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


MET = _Terms()
UNKNOWN_USER = frozenset({"end_user", "military", "end_user_country", "end_use", "destination"})


def _of_items(items: list[Match], asked: _Question, on: date, book: Rulebook) -> Iterator[RuleVerdict]:
    """What each rule on these goods says. A rule on all goods under control follows their listing of that day."""
    known: dict[str, tuple[Standing, _Terms | None]] = {}
    listed = set[str]()
    for item in items:
        listing = Standing("before")
        for rule in book.rules_of[item.goods.item_id]:
            if rule.code not in known:
                now = standing(rule, on)
                known[rule.code] = now, None if now.state in ("before", "after") else _terms(rule, asked)
            now, terms = known[rule.code]
            if rule.is_listing and now.state in ("in_force", "suspended", "resumed"):
                listing = now
            if item.level != CERTAIN and (terms is None or now.state in ("before", "after")) and rule.code in listed:
                continue  # a rule that applies to none of the goods is listed once
            listed.add(rule.code)
            yield _say(rule, now, item, terms, listing)


def _terms(rule: ControlRule, asked: _Question) -> _Terms | None:
    """What is missing for the terms of way, origin, content, user, use and country; None if one of them is not met."""
    found = []
    for term in (_way, _origin, _content, _aim):
        met = term(rule, asked)
        if met is None:
            return None
        if met is not MET:
            found.append(met)
    return _joined(found)


def _joined(terms: Iterable[_Terms]) -> _Terms:
    listed = [one for one in terms if one is not MET]
    if len(listed) < 2:
        return listed[0] if listed else MET
    return _Terms(
        _ordered(name for one in listed for name in one.missing),
        tuple(dict.fromkeys(doubt for one in listed for doubt in one.doubts)),
    )


def _way(rule: ControlRule, asked: _Question) -> _Terms | None:
    """Nothing is exported within the country, unless it is provided to a foreign user (ECL art. 2). What is exported
    from a country abroad is covered if it is of Chinese origin."""
    facts = asked.facts
    if facts.destination == HOME:
        if asked.nationality == HOME or (not asked.nationality and facts.mode != "release"):
            return None
        if not asked.nationality:
            return _Terms(("end_user_country",))
    if rule.modes:
        if facts.mode and facts.mode not in rule.modes:
            return None
        return _Terms(() if facts.mode or "export" in rule.modes else ("mode",))
    if facts.mode != "reexport" or rule.family == "catch_all":
        return MET
    if facts.origin and facts.origin != HOME:
        return None
    return _Terms(() if facts.origin else ("origin",), ("reexport",) if rule.is_basic else ())


def _origin(rule: ControlRule, asked: _Question) -> _Terms | None:
    facts = asked.facts
    if not rule.origin:
        return MET
    if not facts.origin:
        return _Terms(("origin",))
    return MET if (facts.origin == HOME) == (rule.origin == "domestic") else None


def _content(rule: ControlRule, asked: _Question) -> _Terms | None:
    limit, facts = rule.content, asked.facts
    if limit is None or limit.value is None:
        return MET
    if limit.name not in facts.parameters:
        return _Terms((limit.name,))
    return MET if holds(facts.parameters[limit.name], limit.operator, limit.value) else None


def _aim(rule: ControlRule, asked: _Question) -> _Terms | None:
    """The user is tested before the country: a rule on users or uses holds wherever they are."""
    if not rule.users and not rule.end_use:
        return _country(rule, asked)
    ways = [_user(rule, user, asked) for user in sorted(rule.users)] + ([_use(rule, asked)] if rule.end_use else [])
    possible = [one for one in ways if one is not None]
    if not possible:
        return None
    return next((one for one in possible if not one.missing), None) or _joined(possible)


def _country(rule: ControlRule, asked: _Question) -> _Terms | None:
    """Goods for a consignee in the country are exported to it, whatever final destination is stated."""
    if not rule.destinations or asked.facts.destination in rule.destinations:
        return MET
    if asked.facts.consignee_country in rule.destinations:
        return _Terms(doubts=("consignee_only",))
    return None if asked.facts.destination else _Terms(("destination",))


def _user(rule: ControlRule, kind: str, asked: _Question) -> _Terms | None:
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
    return _joined([_Terms(("military",), ("military_word",) if state == "near" else ()), nation])


def _nation(rule: ControlRule, asked: _Question) -> _Terms | None:
    """Whose forces they are. A user of unknown nationality is taken for one of the country where the goods go."""
    if not rule.destinations:
        return None if asked.nationality == HOME else MET
    if asked.nationality:
        return MET if asked.nationality in rule.destinations else None
    return MET if asked.reached & rule.destinations else _Terms(("end_user_country",))


def _use(rule: ControlRule, asked: _Question) -> _Terms | None:
    facts = asked.facts
    if "notice" in rule.end_use:
        known = "yes" if facts.end_use == "wmd" else facts.notice
        return {"yes": MET, "no": None}.get(known, _Terms(("notice",)))
    if facts.end_use != "unknown" and facts.end_use not in rule.end_use:
        return None
    nation = MET if asked.reached & rule.destinations else _nation(rule, asked)
    if nation is None or facts.end_use != "unknown":
        return nation
    return _joined([_Terms(("end_use",)), nation])


def _listed(rule: ControlRule, watch_list: str, facts: Facts) -> _Terms | None:
    """Whether an entry of the list names consignee or user, or an owner with the share that counts."""
    ways = [_by_hit(rule, hit, facts) for hit in facts.hits if hit.watch_list == watch_list]
    possible = [one for one in ways if one is not None]
    if possible:
        return next((one for one in possible if not one.missing), None) or _joined(possible)
    return None if facts.end_user or ways else _Terms(("end_user",))


def _by_hit(rule: ControlRule, hit: Hit, facts: Facts) -> _Terms | None:
    same = _Terms(("listed_party",), ("similar_name",)) if hit.is_near else MET
    if hit.role != "owner":
        return same
    if rule.owned_share is None:
        return _joined([same, _Terms(("listed_party",), ("affiliate",))])
    if facts.owner_share is None:
        return _joined([same, _Terms(("owner_share",))])
    return same if facts.owner_share >= rule.owned_share else None


def _say(rule: ControlRule, now: Standing, item: Match, terms: _Terms | None, listing: Standing) -> RuleVerdict:
    if rule.family in CATALOGUES:  # they name goods without the limits of the dual-use list
        item = replace(item, level=POSSIBLE if item.unnamed else CERTAIN, missing=item.unnamed, unknown_limit=False)
    if now.state == "before" and rule.earlier and item.level != CONTRADICTED:
        return RuleVerdict(rule, now, "does_not", (item,), doubts=("earlier_instrument",))
    is_out = item.level == CONTRADICTED or now.state in ("before", "after")
    follows = ALL_GOODS in rule.materials or rule.family == "prohibition"
    if terms is None or is_out or (listing.state == "before" and follows):
        return RuleVerdict(rule, now, "does_not", (item,))
    doubts = [*_doubts(rule, item), *terms.doubts]
    if follows and listing.state == "suspended" and now.state != "suspended":
        now, doubts = listing, [*doubts, *([] if terms.missing else ["bar_while_suspended"])]
    has_resumed = now.state == "resumed" or (follows and listing.state == "resumed" and now.state == "in_force")
    if has_resumed:
        doubts.append("suspension_ended")
    missing = _ordered([*item.missing, *terms.missing])
    if missing:
        return RuleVerdict(rule, now, "cannot_tell", (item,), missing, tuple(doubts))
    status = "suspended" if now.state == "suspended" else "verify" if has_resumed else "applies"
    return RuleVerdict(rule, now, status, (item,), doubts=tuple(doubts))


def _doubts(rule: ControlRule, item: Match) -> list[str]:
    levels = {rule.confidence, item.goods.confidence}
    return [
        *(["no_control_code"] if not item.goods.codes else []),
        *(["uncertain"] if "U" in levels else []),
        *(["unknown_limit"] if item.unknown_limit else []),
        *(["not_read"] if "K" in levels else []),
    ]
