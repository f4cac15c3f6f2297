"""Dry run (试运行): what a version would have decided about real arrivals, by the same function.

Nothing is routed. A small run answers at once; a large one runs in a worker and stores its table.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.texts import Text
from agencies.runs.actions import start_run
from agencies.runs.job_types import JobType, StepResult
from agencies.runs.models import Run

from .arrivals import Arrival, arrivals
from .choices import PRIORITY_CODES
from .dispatch import current_routings
from .facts import facts_of
from .matching import decide
from .models import RoutedKind, RoutingRule, RuleSet

KIND = "dry_run"
DAYS = timedelta(days=90)
AT_ONCE = 300  # items; more are left to a worker
BATCH = 100
SHOWN = 50  # items listed behind a row of the table

NOT_ROUTED, NO_RULE = "-", "none"


@dataclass(frozen=True)
class TriedItem:
    """An item: the decision made and the decision of this version, as outcome keys."""

    kind: str
    pk: UUID
    old: str
    new: str
    rule: str


def outcome_of(rule: RoutingRule | None) -> str:
    """The outcome of a rule as a comparable text: unit, priority, how it is assigned, and the pool.

    Without the person, which depends on turn and load on the day.
    """
    if rule is None:
        return NO_RULE
    pool = ",".join(sorted(one.username for one in rule.officers.all()))
    return "|".join((rule.unit.code, PRIORITY_CODES[rule.priority], rule.mode, pool))


def day_of(rule_set: RuleSet) -> date:
    """The day on which the version begins, or today."""
    return timezone.localdate(max(rule_set.starts_at or times.now(), times.now()))


def arrived_since(rule_set: RuleSet, since: datetime) -> int:
    return sum(_rows(arrival, rule_set, since).count() for arrival in arrivals().values())


def try_all(rule_set: RuleSet, since: datetime) -> Iterator[TriedItem]:
    cursor: list[Any] | None = None
    rules = _rules(rule_set)
    while True:
        found, cursor = try_some(rule_set, since, cursor, rules)
        yield from found
        if cursor is None:
            return


def try_some(
    rule_set: RuleSet, since: datetime, cursor: list[Any] | None, rules: list[RoutingRule]
) -> tuple[list[TriedItem], list[Any] | None]:
    """Tries the next items after `cursor`. Returns them and the next cursor, None at the end."""
    kinds = list(arrivals())
    at, after, pk = cursor or [0, since.isoformat(), ""]
    arrival = arrivals()[kinds[at]]
    rows = _rows(arrival, rule_set, since)
    if pk:
        place = datetime.fromisoformat(after)
        rows = rows.filter(Q(**{f"{arrival.routed.at}__gt": place}) | Q(**{arrival.routed.at: place, "pk__gt": pk}))
    things = list(rows.order_by(arrival.routed.at, "pk")[:BATCH])
    tried = list(_try(things, arrival, rule_set, rules)) if things else []
    if len(things) == BATCH:
        last = things[-1]
        return tried, [at, arrival.arrived_at(last).isoformat(), str(last.pk)]
    return tried, [at + 1, since.isoformat(), ""] if at + 1 < len(kinds) else None


def _rows(arrival: Arrival, rule_set: RuleSet, since: datetime) -> Any:
    return arrival.at_agencies({rule_set.agency_id: since})


def _rules(rule_set: RuleSet) -> list[RoutingRule]:
    return list(rule_set.rules.select_related("unit").prefetch_related("officers"))


def _try(things: list[Any], arrival: Arrival, rule_set: RuleSet, rules: list[RoutingRule]) -> Iterator[TriedItem]:
    """Compares with the facts stored on arrival, else with today's."""
    day, routed = day_of(rule_set), current_routings([thing.pk for thing in things], rule_set.agency_id)
    old_rules = RoutingRule.objects.filter(pk__in={one.rule_id for one in routed.values()})
    was = {one.pk: outcome_of(one) for one in old_rules.select_related("unit").prefetch_related("officers")}
    for thing in things:
        kept = routed.get(thing.pk)
        rule = decide(rules, kept.facts if kept else facts_of(thing, rule_set.agency), day)
        old = NOT_ROUTED if kept is None else was[kept.rule_id] if kept.rule_id else NO_RULE
        yield TriedItem(arrival.kind.value, thing.pk, old, outcome_of(rule), str(rule) if rule else "")


# Table ---------------------------------------------------------------------------------------------------------------
def tally(tried: Iterable[TriedItem], before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """JSON-safe counts by old and new outcome, with the first items of each by kind and id, and positions of the
    rules."""
    cells: dict[str, Any] = {key: {**cell} for key, cell in (before or {}).items()}
    for one in tried:
        cell = cells.setdefault(
            f"{one.old}→{one.new}", {"old": one.old, "new": one.new, "n": 0, "rows": [], "rules": []}
        )
        cell["n"] += 1
        if len(cell["rows"]) < SHOWN:
            cell["rows"] = [*cell["rows"], [one.kind, str(one.pk)]]
        if one.rule and one.rule not in cell["rules"]:
            cell["rules"] = sorted([*cell["rules"], one.rule])
    return cells


# Background run ------------------------------------------------------------------------------------------------------
def start(rule_set: RuleSet, since: datetime, *, actor: Actor) -> Run:
    return start_run(KIND, actor=actor, given={"rule_set": str(rule_set.pk), "since": since.isoformat()})


def _step(run: Run, actor: Actor) -> StepResult:
    rule_set = RuleSet.objects.select_related("agency").get(pk=run.given["rule_set"], agency=run.agency_id)
    since = datetime.fromisoformat(run.given["since"])
    total = arrived_since(rule_set, since) if run.total is None else None
    found, cursor = try_some(rule_set, since, run.cursor, _rules(rule_set))
    return StepResult(done=len(found), total=total, cursor=cursor, found=tally(found, run.found), ended=cursor is None)


def _result(run: Run) -> list[Text]:
    changed = sum(cell["n"] for cell in run.found.values() if cell["old"] != cell["new"])
    text = ngettext(
        "%(count)d item would be routed differently.", "%(count)d items would be routed differently.", changed
    )
    return [text % {"count": changed}]


WORK = JobType(
    label=gettext_lazy("Dry run of routing rules"),
    step=_step,
    result=_result,
    page=lambda run: f"{reverse('rule_set_dry_run', args=[run.given['rule_set']])}?run={run.pk}",
)


# Items behind a row --------------------------------------------------------------------------------------------------
def named(rows: Iterable[list[str]], actor: Actor) -> dict[str, tuple[str, str]]:
    """Title and address of each visible item by id, in one query for each kind."""
    ids: dict[str, list[str]] = {}
    for kind, pk in rows:
        ids.setdefault(kind, []).append(pk)
    found: dict[str, tuple[str, str]] = {}
    for kind, wanted in ids.items():
        arrival = arrivals()[RoutedKind(kind)]
        related = ("case",) if kind == RoutedKind.PROCEEDING else ()
        things: Any = arrival.model.objects.visible_to(actor).filter(pk__in=wanted).select_related(*related)
        found |= {str(one.pk): (_words(one, kind), reverse(kind, args=[one.pk])) for one in things}
    return found


def _words(thing: Any, kind: str) -> str:
    """The title. For a referral, nothing that its envelope would hide."""
    if kind == RoutedKind.REFERRAL:
        return f"{thing.get_kind_display()} {thing.number}".strip()
    if kind == RoutedKind.PROCEEDING:
        return f"{thing.case.number} {thing}"
    return str(thing.label if kind == RoutedKind.TASK else thing.title)
