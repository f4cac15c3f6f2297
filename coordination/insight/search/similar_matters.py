"""Similar leads (相似线索): leads and cases with equal numbers or a party of nearly the same name."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from agencies.kernel.actor import Actor
from agencies.kernel.resource import SEARCHED
from cases.casefile.models import Case, Party
from cases.intake.models import Lead, LeadMark
from cases.intake.similar import MOST, SimilarToLead, find_similar

from .finding import newest
from .likeness import Likeness, likeness
from .query import QueryTree, alike, any_of

MOST_NAMES = 20  # parties of a lead whose names are searched
MOST_LOOKED_AT = 50  # candidates of each kind; the index finds more than is similar


@dataclass(frozen=True)
class NamePair:
    """A party of the lead, and one elsewhere with the same or a similar name."""

    ours: str
    theirs: str
    likeness: Likeness

    @property
    def same(self) -> bool:
        return self.likeness == Likeness.SAME


@dataclass(frozen=True)
class SimilarMatter:
    """A lead or case with all reasons why it is shown."""

    thing: Any
    numbers: list[LeadMark]
    names: list[NamePair]


@dataclass(frozen=True)
class SimilarMatters:
    cases: list[SimilarMatter]
    leads: list[SimilarMatter]


def similar_matters(lead: Lead, actor: Actor, same: SimilarToLead | None = None) -> SimilarMatters:
    """Numbers are queried in the tables, which are current; names in the index (at most six more queries)."""
    same = same or find_similar(lead, actor)
    cases, leads = _by_name(lead, actor)
    return SimilarMatters(
        _merged([(one.case, one.numbers) for one in same.cases], cases),
        _merged([(one.lead, one.numbers) for one in same.leads], leads),
    )


SharedNames = dict[UUID, tuple[Any, list[NamePair]]]


def _merged(numbered: list[tuple[Any, list[LeadMark]]], named: SharedNames) -> list[SimilarMatter]:
    """Those with equal numbers first; each object once."""
    first = [SimilarMatter(thing, numbers, named.pop(thing.pk, (thing, []))[1]) for thing, numbers in numbered]
    return [*first, *(SimilarMatter(thing, [], names) for thing, names in list(named.values())[:MOST])]


def _by_name(lead: Lead, actor: Actor) -> tuple[SharedNames, SharedNames]:
    content = lead.revisions.get(number=lead.revision).content
    names = names_in(content)[:MOST_NAMES]
    query = any_of(one for name in names if (one := alike(name)) is not None)
    if query is None:
        return {}, {}
    parties, leads = (_found(kind, query, actor) for kind in ("party", "lead"))
    cases = _cases(parties, names, actor)
    cases.pop(lead.case_id, None)  # type: ignore[arg-type]  # None is no key
    return cases, _leads([pk for pk in leads if pk != lead.pk], names, actor)


def _found(kind: str, query: QueryTree, actor: Actor) -> list[UUID]:
    """The newest objects of the kind that the actor may read, one more than is looked at."""
    return [entry.thing for entry in newest(query, actor, [SEARCHED[kind]], MOST_LOOKED_AT + 1)]


def names_in(content: dict[str, Any]) -> list[str]:
    values = (party.get("name") or "" for party in content.get("parties") or [])
    return list(dict.fromkeys(name for name in values if name))


def _cases(ids: list[UUID], names: list[str], actor: Actor) -> SharedNames:
    found: SharedNames = {}
    parties: Iterable[Party] = SEARCHED["party"].read_by(actor).filter(pk__in=ids).select_related("case")
    for party in sorted(parties, key=lambda one: ids.index(one.pk)):
        case: Case = party.case
        pairs = pairs_of(names, [party.name])
        if pairs:
            found.setdefault(case.pk, (case, []))[1].extend(pairs)
    return found


def _leads(ids: list[UUID], names: list[str], actor: Actor) -> SharedNames:
    found: SharedNames = {}
    kind = SEARCHED["lead"]
    for lead in sorted(kind.fetched(kind.read_by(actor).filter(pk__in=ids)), key=lambda one: ids.index(one.pk)):
        pairs = pairs_of(names, names_in(lead.current.content)[:MOST_NAMES])
        if pairs:
            found[lead.pk] = (lead, pairs)
    return found


def pairs_of(names: Iterable[str], others: Iterable[str]) -> list[NamePair]:
    return [NamePair(one, two, like) for one in names for two in others if (like := likeness(one, two)) is not None]
