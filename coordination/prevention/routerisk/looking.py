"""Looks at shipments with rules. Findings and the dry run of a draft come of the same function, `look_at`.

What a finding says is derived only from what its readers read: of a rule of the centre from the case itself, of a rule
of an agency also from other cases that this agency reads and that are not restricted.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.people.sight import any_member_of
from cases.casefile.models import Case, Handling, Party, Shipment, ShipmentLeg

from .kinds import MISSING, TESTS, Outcome
from .matter import Consignment, TradeMatter, read_matters
from .models import RiskRule

DAYS = timedelta(days=90)
MOST = 2_000  # shipments of a dry run
MOST_OTHERS = 200  # other cases of the same traders, the newest
BATCH = 200  # cases read together


@dataclass(frozen=True)
class RuleLook:
    """What one rule says of one shipment."""

    rule: RiskRule
    consignment: Consignment
    case_id: UUID
    outcome: Outcome

    @property
    def reason(self) -> str:
        """The reason in the reader's language."""
        return reason_of(self.rule, self.outcome.facts or {})


def reason_of(rule: RiskRule, facts: Mapping[str, Any]) -> str:
    return TESTS[rule.kind].says(facts, rule.parameters)


def what_would_change(rule: RiskRule, facts: Mapping[str, Any]) -> str:
    return TESTS[rule.kind].changes(facts, rule.parameters)


def look_at(rules: Iterable[RiskRule], matters: Iterable[TradeMatter]) -> Iterator[RuleLook]:
    """Every rule on every shipment of these cases. Whether a rule may read a case is asked by the caller."""
    listed = list(rules)
    for matter in matters:
        for rule in listed:
            others = others_of(rule, matter) if TESTS[rule.kind].compares else ()
            for one in matter.consignments:
                outcome = TESTS[rule.kind].look(one, matter, others, rule.parameters)
                yield RuleLook(rule, one, matter.case_id, outcome)


def readable(rule: RiskRule) -> QuerySet[Case]:
    """The cases that the rule looks at: of the centre all, of an agency those whose contents it reads."""
    if rule.is_for_all:
        return Case.objects.all()
    return Case.objects.contents_visible_to(any_member_of(rule.agency))


def others_of(rule: RiskRule, matter: TradeMatter) -> Sequence[TradeMatter]:
    """Other cases of the same exporters or buyers that all readers of the finding read."""
    if rule.is_for_all:
        return ()
    found = (
        readable(rule)
        .exclude(handling=Handling.H3)
        .filter(pk__in=with_traders(matter.trader_names))
        .exclude(pk=matter.case_id)
    )
    ids = list(found.order_by("-opened_at", "pk").values_list("pk", flat=True)[:MOST_OTHERS])
    marks = matter.exporter_marks | matter.buyer_marks
    read = read_matters(ids).values()
    return [one for one in read if marks & (one.exporter_marks | one.buyer_marks)]


def with_traders(names: Collection[str]) -> QuerySet[Any]:
    """The ids of cases that name one of these traders, in a party by number or name, or as consignee of a leg."""
    parties = Party.objects.filter(Q(identifiers__key__in=names) | Q(name__in=names)).values("case")
    legs = ShipmentLeg.objects.filter(consignee__in=names).values("case")
    return Case.objects.filter(Q(pk__in=parties) | Q(pk__in=legs)).values("pk")


# Dry run -------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class DryRun:
    """What a rule says of the shipments recorded in the last 90 days on cases that its keeper reads. `met` are those
    that meet it, `undecided` counts the facts for want of which it could not be decided; `recorded` is the number of
    all such shipments, of which the newest were looked at."""

    looked: int
    recorded: int
    met: Sequence[tuple[RuleLook, Case]] = ()
    undecided: Mapping[str, int] = field(default_factory=dict)

    @property
    def missing(self) -> list[tuple[Any, int]]:
        """The facts for want of which it was not decided, in words, with the number of shipments."""
        return [(MISSING[name], n) for name, n in sorted(self.undecided.items(), key=lambda one: (-one[1], one[0]))]


def dry_run(rule: RiskRule, actor: Actor) -> DryRun:
    """Tries the rule on real shipments. Nothing is stored."""
    seen = Case.objects.contents_visible_to(actor).filter(pk__in=readable(rule).values("pk"))
    rows = Shipment.objects.filter(case__in=seen.values("pk"), created_at__gte=times.now() - DAYS)
    recorded = rows.count()
    wanted = dict(rows.order_by("-created_at", "pk").values_list("pk", "case")[:MOST])
    ids, looks = list(dict.fromkeys(wanted.values())), list[RuleLook]()
    for start in range(0, len(ids), BATCH):
        read = read_matters(ids[start : start + BATCH])
        looks += [one for one in look_at([rule], read.values()) if one.consignment.pk in wanted]
    met = [one for one in looks if one.outcome.is_met]
    cases = Case.objects.in_bulk({one.case_id for one in met})
    met.sort(key=lambda one: (not one.outcome.is_certain, cases[one.case_id].number, str(one.consignment.pk)))
    return DryRun(
        looked=len(looks),
        recorded=recorded,
        met=[(one, cases[one.case_id]) for one in met],
        undecided=Counter(name for one in looks for name in one.outcome.missing),
    )
