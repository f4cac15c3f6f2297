"""What the control law says about goods, a destination and an end use on a day: one verdict, with every rule.

`controls` is a pure function over a rulebook. It decides nothing in a case; a person does.
Sources: ECL arts. 9-12, 14; DUR arts. 12-14; the announcements of `data/instruments.csv`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from .matching import CERTAIN, CONTRADICTED, Match, find
from .rulebook import ControlRule, Rulebook, Suspension, plain

ORDER = ("barred", "not_licensed", "stricter_review", "licence", "suspended", "not_controlled")
RANK = {verdict: n for n, verdict in enumerate(ORDER)}
STATUSES = ("applies", "verify", "cannot_tell", "suspended", "does_not")
DOUBTS = (
    *("suspension_ended", "no_control_code", "uncertain", "unknown_limit", "not_read", "bar_while_suspended"),
    *("earlier_instrument", "unknown_control_code"),
)
"""Why the state of the law is to be verified. `not_read` is shown with the rule and does not mark the verdict."""
EVERY = (*ORDER, "cannot_tell")
STRICTEST = {verdict: n for n, verdict in enumerate((*ORDER[:-1], "cannot_tell", "not_controlled"))}
"""A verdict that is not certain counts for more than "not controlled" and for less than a certain one."""
CONSEQUENCES = ("barred", "not_licensed", "stricter_review", "licence", "catch_all")
HOME = "CHN"


@dataclass(frozen=True)
class Facts:
    """The facts of a question; an empty text is unknown. `destination` is an alpha-3 code."""

    description: str = ""
    hs_code: str = ""
    control_code: str = ""
    parameters: dict[str, Decimal] = field(default_factory=dict)
    destination: str = ""
    end_use: str = "unknown"  # "civil" | "military" | "unknown"
    end_user: str = ""


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
        return "suspended" if self.standing.state == "suspended" else self.rule.consequence

    @property
    def counts(self) -> bool:
        """A suspended rule counts only if it is the listing: without the others, the listing decides."""
        return self.standing.state != "suspended" or self.rule.is_listing


@dataclass(frozen=True)
class Possible:
    """A stricter verdict and the facts that would decide it."""

    verdict: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """`verdict` is one of ORDER, or "cannot_tell" if no verdict is certain."""

    verdict: str
    could_become: tuple[Possible, ...]
    verify: bool
    doubts: tuple[str, ...]
    rules: tuple[RuleVerdict, ...]
    items: tuple[Match, ...]
    on: date
    version: int


def controls(facts: Facts, on: date, book: Rulebook) -> Verdict:
    """The verdict on these facts on that day, both ends of every period inclusive."""
    items = find(
        book,
        description=facts.description,
        control_code=facts.control_code,
        hs_code=facts.hs_code,
        given=facts.parameters,
    )
    said = _by_rule(_of_items(items, facts, on, book))
    certain = min((one.verdict for one in said if _is_certain(one)), key=RANK.__getitem__, default="")
    open_ones = _possible(one for one in said if one.status == "cannot_tell" and one.counts)
    verdict, extra = certain or ("cannot_tell" if open_ones else "not_controlled"), list[str]()
    if not items:
        verdict, open_ones, extra = _without_goods(facts)
    if verdict == "not_controlled":
        said += [_catch_all(rule, on) for rule in book.rules if rule.consequence == "catch_all"]
    stricter = [one for one in open_ones if not certain or RANK[one.verdict] < RANK[certain]]
    found = {doubt for one in said for doubt in one.doubts}
    doubts = tuple(doubt for doubt in DOUBTS if doubt in {*found, *extra})
    return Verdict(
        verdict=verdict,
        could_become=tuple(stricter),
        verify=any(doubt != "not_read" for doubt in doubts),
        doubts=doubts,
        rules=tuple(said),
        items=tuple(items),
        on=on,
        version=book.version,
    )


def _without_goods(facts: Facts) -> tuple[str, list[Possible], list[str]]:
    """No goods of the list fit. Without a description this is no answer, because an HS code decides nothing."""
    if facts.control_code.strip():
        return "cannot_tell", [], ["unknown_control_code"]
    if not facts.description.strip():
        return "cannot_tell", [Possible("licence", ("description",))], []
    return "not_controlled", [], []


def _catch_all(rule: ControlRule, on: date) -> RuleVerdict:
    """Goods outside the list need a licence where the exporter knows of a risk or was notified of it."""
    now = standing(rule, on)
    if now.state in ("before", "after"):
        return RuleVerdict(rule, now, "does_not")
    return RuleVerdict(rule, now, "cannot_tell", missing=(rule.end_use,))


def _is_certain(one: RuleVerdict) -> bool:
    return one.status in ("applies", "verify", "suspended") and one.counts


def _possible(open_ones: Iterable[RuleVerdict]) -> list[Possible]:
    """Each verdict that could follow, strictest first, with the fewest facts that are missing for it."""
    least: dict[str, tuple[str, ...]] = {}
    for one in open_ones:
        if one.verdict not in least or len(one.missing) < len(least[one.verdict]):
            least[one.verdict] = one.missing
    return [Possible(verdict, least[verdict]) for verdict in ORDER if verdict in least]


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


def _place(one: RuleVerdict) -> tuple[int, int, str]:
    return STATUSES.index(one.status), CONSEQUENCES.index(one.rule.consequence), one.rule.code


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


def _of_items(items: list[Match], facts: Facts, on: date, book: Rulebook) -> Iterator[RuleVerdict]:
    """What each rule on these goods says. A rule on all goods under control follows their listing of that day."""
    known: dict[str, tuple[Standing, list[str] | None]] = {}
    listed = set[str]()
    for item in items:
        listing = Standing("before")
        for rule in book.rules_of[item.goods.material]:
            if rule.code not in known:
                known[rule.code] = standing(rule, on), _terms(rule, facts, book)
            now, terms = known[rule.code]
            if rule.is_listing and now.state in ("in_force", "suspended", "resumed"):
                listing = now
            if item.level != CERTAIN and (terms is None or now.state in ("before", "after")) and rule.code in listed:
                continue  # a rule that applies to none of the goods is listed once
            listed.add(rule.code)
            yield _say(rule, now, item, terms, listing)


def _terms(rule: ControlRule, facts: Facts, book: Rulebook) -> list[str] | None:
    """The facts that are missing for the terms of destination and end use; None if one of them is not met."""
    missing = list[str]()
    if facts.destination == HOME:
        return None
    if rule.destinations and not facts.destination:
        missing.append("destination")
    elif rule.destinations and facts.destination not in rule.destinations:
        return None
    if rule.end_use and not _is_military(facts, book):
        if facts.end_use == "civil":
            return None
        missing.append("end_use")
    return missing


def _is_military(facts: Facts, book: Rulebook) -> bool:
    """A military use, or a user whose name is military even if a civil use is declared."""
    if facts.end_use == "military":
        return True
    user = f" {plain(facts.end_user)} " if facts.end_user else ""
    return any((f" {term} " in user) if term.isascii() else (term in user) for term in book.military)


def _say(rule: ControlRule, now: Standing, item: Match, terms: list[str] | None, listing: Standing) -> RuleVerdict:
    if now.state == "before" and rule.earlier and item.level != CONTRADICTED:
        return RuleVerdict(rule, now, "does_not", (item,), doubts=("earlier_instrument",))
    is_out = terms is None or item.level == CONTRADICTED or now.state in ("before", "after")
    if terms is None or is_out or (listing.state == "before" and not rule.is_listing):
        return RuleVerdict(rule, now, "does_not", (item,))
    doubts = _doubts(rule, item)
    if not rule.is_listing and listing.state == "suspended" and now.state != "suspended":
        now, doubts = listing, [*doubts, *([] if terms else ["bar_while_suspended"])]
    has_resumed = now.state == "resumed" or (listing.state == "resumed" and now.state == "in_force")
    if has_resumed:
        doubts.append("suspension_ended")
    missing = tuple(dict.fromkeys([*item.missing, *terms]))
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
