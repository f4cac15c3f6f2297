"""Filtered lists of cases, and the numbers beside states and severities: what each reader sees, after every change."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.http import QueryDict

from agencies.kernel import times
from agencies.kernel.facets import Facets, facet_columns
from agencies.kernel.resource import RESOURCES
from agencies.organisations.models import Agency
from cases.casefile.filters import CaseFilter
from cases.casefile.models import Case, Severity
from cases.sharing.models import Share
from tests import stories
from tests.coordination.insight.supervision.test_who_is_late import readers
from tests.coordination.test_random_walks import SEED

pytestmark = pytest.mark.both_databases
STATES = Case.State.values
QUERIES = [
    *("", "open=1", "state=HANDLING", "severity=high", "state=OPENED&severity=high", "state=OPENED&state=CLOSED"),
    *("open=1&severity=high", "open=1&state=CLOSED"),
]


def changes(roll: random.Random) -> list[Callable[[], Any]]:
    """What the list of a reader depends on, each written past the product."""

    def some(rows: Any) -> Any:
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        return rows.model.objects.filter(pk__in=[roll.choice(ids)] if ids else [])

    def share() -> None:
        case, agency = some(Case.objects.all()).get(), roll.choice(agencies)
        profile = roll.choice(["full", "status"])
        Share.objects.get_or_create(
            case=case, agency=agency, defaults={"profile": profile, "granted_at": case.opened_at}
        )

    agencies = list(Agency.objects.filter(code__in=["GACC", "MOFCOM_SCB", "MPS_ECID", "GACC_ASB"]))
    until = times.today() + timedelta(days=roll.randint(-2, 2))
    return [
        share,
        share,
        lambda: some(Case.objects.all()).update(state=roll.choice(STATES)),
        lambda: some(Case.objects.all()).update(severity=roll.choice(Severity.values)),
        lambda: some(Case.objects.all()).update(state=roll.choice(STATES), severity=roll.choice(Severity.values)),
        lambda: some(Case.objects.all()).update(handling=roll.choice(["H1", "H3"])),
        lambda: some(Share.objects.all()).update(until=until),
        lambda: some(Share.objects.all()).update(ended_at=roll.choice([None, times.now()])),
        lambda: some(Share.objects.exclude(profile="lead")).update(profile=roll.choice(["full", "status"])),
        lambda: some(Share.objects.exclude(profile="lead")).delete(),
    ]


def filtered(actor: Any, query: str) -> CaseFilter:
    return CaseFilter(QueryDict(query), Case.objects.visible_to(actor), actor=actor)


def shown(actor: Any, query: str) -> tuple[Any, ...]:
    """The cases of the list, and the numbers beside states and severities."""
    cut = filtered(actor, query)
    rows = set(cut.qs.values_list("pk", flat=True))
    titled = Facets(cut, QueryDict(query), facet_columns(cut, RESOURCES["cases"].listing.facets)).labelled()
    counts = [{one.value: one.count for one in titled[place][1] if one.count} for place in (0, 3)]
    return rows, *counts


def seen(actor: Any, query: str) -> tuple[Any, ...]:
    params, cases = QueryDict(query), Case.objects.visible_to(actor)
    if params.get("open"):
        cases = cases.open()
    of_states = cases.filter(state__in=params.getlist("state") or STATES)
    of_severities = cases.filter(severity__in=params.getlist("severity") or Severity.values)
    rows = {*of_states.values_list("pk", flat=True)} & {*of_severities.values_list("pk", flat=True)}
    by_state = {one: of_severities.filter(state=one).count() for one in STATES}
    by_severity = {one: of_states.filter(severity=one).count() for one in Severity.values}
    return rows, *({one: count for one, count in counts.items() if count} for counts in (by_state, by_severity))


@pytest.mark.slow
@pytest.mark.parametrize("walk", range(4))
def test_lists_and_their_counts_are_what_each_reader_sees_after_every_change(cast: Any, walk: int) -> None:
    roll, people, found = random.Random(f"{SEED} {walk}"), readers(cast), set()
    for severity in ("low", "high", "high"):
        stories.shared_case(cast, severity=severity)
    stories.shared_case(cast, handling="H3", severity="high")
    for _time in range(15):
        for _change in range(roll.choice([1, 1, 3])):
            roll.choice(changes(roll))()
        for name in {"customs.officer", "commerce.officer", *roll.sample(sorted(people), 4)}:
            query = roll.choice(QUERIES)
            with time_machine.travel(times.now() + timedelta(days=roll.randint(0, 2)), tick=False):
                assert shown(people[name], query) == seen(people[name], query), (name, query)
                found.add(len(shown(people[name], query)[0]))
    assert len(found) > 2
