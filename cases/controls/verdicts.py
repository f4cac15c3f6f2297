"""What the control law says about an export on a day: a verdict of each family of law, and one of all of them.

`controls` is a pure function over a rulebook. It decides nothing in a case; a person does.
Sources: ECL arts. 2, 9-12, 14, 18, 45; DUR arts. 12-14, 26, 49; the announcements of `data/instruments.csv`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from .matching import CERTAIN, CONTRADICTED, POSSIBLE, GoodsMatch, find
from .parties import ListHit, read_military
from .rulebook import CATALOGUES, FAMILIES, ControlRule, Rulebook, Suspension
from .rulebook import EVERY as ALL_GOODS
from .terms import UNKNOWN_USER, CheckFacts, CheckQuestion, RuleTerms, ordered, terms_of

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


@dataclass(frozen=True)
class RuleStanding:
    """A rule on a day: before | after | in_force | suspended | resumed, with the suspension that covers the day or
    ended before it."""

    state: str
    suspension: Suspension | None = None


@dataclass(frozen=True)
class RuleVerdict:
    """What one rule says of the goods that it covers: one of STATUSES."""

    rule: ControlRule
    standing: RuleStanding
    status: str
    items: tuple[GoodsMatch, ...] = ()
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
class PossibleVerdict:
    """A stricter verdict and the facts that would decide it."""

    verdict: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class FamilyVerdict:
    """What one family of law says, as one of OF_FAMILY."""

    family: str
    verdict: str
    could_become: tuple[PossibleVerdict, ...]
    verify: bool


@dataclass(frozen=True)
class Verdict:
    """`verdict` is one of EVERY: that of the strictest rule of all families that certainly applies; `cannot_tell` if
    none does and facts are missing; `outside_scope` if no family covers the goods."""

    verdict: str
    could_become: tuple[PossibleVerdict, ...]
    verify: bool
    doubts: tuple[str, ...]
    rules: tuple[RuleVerdict, ...]
    items: tuple[GoodsMatch, ...]
    hits: tuple[ListHit, ...]
    on: date
    version: int

    @cached_property
    def families(self) -> tuple[FamilyVerdict, ...]:
        """What each family says, found when it is asked."""
        return tuple(_family(name, [one for one in self.rules if one.rule.family == name]) for name in FAMILIES)


def controls(facts: CheckFacts, on: date, book: Rulebook) -> Verdict:
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
    asked = CheckQuestion(facts, military)
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


def _together(some: Iterable[RuleVerdict]) -> tuple[str, list[PossibleVerdict]]:
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


def _unnamed(facts: CheckFacts) -> tuple[str, list[PossibleVerdict], list[str]]:
    """No goods of any family fit. Without a description this is no answer, because an HS code decides nothing."""
    if facts.control_code.strip():
        return "cannot_tell", [], ["unknown_control_code"]
    if not facts.description.strip():
        return "cannot_tell", [PossibleVerdict("licence", ("description",))], []
    return "outside_scope", [], []


def _without_goods(asked: CheckQuestion, on: date, book: Rulebook) -> Iterator[RuleVerdict]:
    """A user to whom nothing under control may be exported: whether these goods are under control decides then."""
    for rule in (rule for rule in book.rules if ALL_GOODS in rule.materials):
        now, terms = standing(rule, on), terms_of(rule, asked)
        if now.state in ("before", "after", "suspended") or terms is None or UNKNOWN_USER & set(terms.missing):
            continue
        missing = ordered(("dual_use" if asked.facts.description else "description", *terms.missing))
        yield RuleVerdict(rule, now, "cannot_tell", missing=missing, doubts=terms.doubts)


def _catch_all(rule: ControlRule, asked: CheckQuestion, on: date) -> RuleVerdict:
    """Goods outside the list need a licence where the exporter knows of a risk or was notified of it."""
    now, terms = standing(rule, on), terms_of(rule, asked)
    if now.state in ("before", "after") or terms is None:
        return RuleVerdict(rule, now, "does_not")
    if terms.missing:
        return RuleVerdict(rule, now, "cannot_tell", missing=terms.missing)
    return RuleVerdict(rule, now, "applies")


def _is_certain(one: RuleVerdict) -> bool:
    return one.status in ("applies", "verify", "suspended") and one.counts


def _possible(open_ones: Iterable[RuleVerdict]) -> list[PossibleVerdict]:
    """Each verdict that could follow, strictest first, with the facts that decide whether it does: of the rules on the
    goods those of the one that lacks fewest, of the others all."""
    on_goods, others = dict[str, tuple[str, ...]](), defaultdict[str, set[str]](set)
    for one in open_ones:
        if not one.rule.is_basic:
            others[one.verdict] |= set(one.missing)
        elif one.verdict not in on_goods or len(one.missing) < len(on_goods[one.verdict]):
            on_goods[one.verdict] = one.missing
    return [
        PossibleVerdict(verdict, ordered({*on_goods.get(verdict, ()), *others.get(verdict, ())}))
        for verdict in ORDER
        if verdict in on_goods or verdict in others
    ]


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


def standing(rule: ControlRule, on: date) -> RuleStanding:
    """Whether the rule is in force. After the published end of a suspension it is in force again: `resumed`, unless
    an instrument confirms it."""
    if rule.begins and on < rule.begins:
        return RuleStanding("before")
    if rule.ends and on > rule.ends:
        return RuleStanding("after")
    last = None
    for one in rule.suspensions:
        if one.begins <= on and (one.ends is None or on <= one.ends):
            return RuleStanding("suspended", one)
        if one.ends is not None and one.ends < on:
            last = one
    return RuleStanding("resumed", last) if last and not last.resumed_by else RuleStanding("in_force")


def rules_on(book: Rulebook, on: date) -> list[tuple[ControlRule, RuleStanding]]:
    """The rules that are in force on a day, suspended ones included, in the order of their first day."""
    found = [(rule, standing(rule, on)) for rule in book.rules]
    present = [one for one in found if one[1].state not in ("before", "after")]
    return sorted(present, key=lambda one: (one[0].begins or date.min, one[0].code))


def _of_items(items: list[GoodsMatch], asked: CheckQuestion, on: date, book: Rulebook) -> Iterator[RuleVerdict]:
    """What each rule on these goods says. A rule on all goods under control follows their listing of that day."""
    known: dict[str, tuple[RuleStanding, RuleTerms | None]] = {}
    listed = set[str]()
    for item in items:
        listing = RuleStanding("before")
        for rule in book.rules_of[item.goods.item_id]:
            if rule.code not in known:
                now = standing(rule, on)
                known[rule.code] = now, None if now.state in ("before", "after") else terms_of(rule, asked)
            now, terms = known[rule.code]
            if rule.is_listing and now.state in ("in_force", "suspended", "resumed"):
                listing = now
            if item.level != CERTAIN and (terms is None or now.state in ("before", "after")) and rule.code in listed:
                continue  # a rule that applies to none of the goods is listed once
            listed.add(rule.code)
            yield _say(rule, now, item, terms, listing)


def _say(
    rule: ControlRule, now: RuleStanding, item: GoodsMatch, terms: RuleTerms | None, listing: RuleStanding
) -> RuleVerdict:
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
    missing = ordered([*item.missing, *terms.missing])
    if missing:
        return RuleVerdict(rule, now, "cannot_tell", (item,), missing, tuple(doubts))
    status = "suspended" if now.state == "suspended" else "verify" if has_resumed else "applies"
    return RuleVerdict(rule, now, status, (item,), doubts=tuple(doubts))


def _doubts(rule: ControlRule, item: GoodsMatch) -> list[str]:
    levels = {rule.confidence, item.goods.confidence}
    return [
        *(["no_control_code"] if not item.goods.codes else []),
        *(["uncertain"] if "U" in levels else []),
        *(["unknown_limit"] if item.unknown_limit else []),
        *(["not_read"] if "K" in levels else []),
    ]
