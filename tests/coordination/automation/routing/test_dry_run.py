"""A dry run predicts exactly what will happen, and changes nothing."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.journal.models import Event
from agencies.runs.models import Run
from agencies.runs.worker import work
from cases.intake.models import Lead
from coordination.automation.routing import dry_run
from coordination.automation.routing.dispatch import route_arrivals
from coordination.automation.routing.models import Routing
from coordination.exchange.tasks.actions import ask_task
from coordination.tooling.operation.background_jobs import WORKS
from tests import stories
from tests.costs import costs_no_more

OLD = ("1,1,GACC_RISK,claim,high,,lead,,gallium", "2,1,GACC,claim,normal,,lead task")
NEW = (
    "1,1,GACC_RISK,claim,urgent,,lead,,antimony,,VNM,high critical",
    "1,2,GACC_RISK,turn,high,customs.officer customs.lead,lead,concealment",
    "1,3,GACC,claim,urgent,,,,,,,,200000",
    "2,1,GACC_RISK,load,normal,,lead,,,2200 0100,,,,,,5000",
    "2,2,GACC,claim,high,,lead,,,,,,,,20000",
    "3,1,GACC,turn,normal,customs.legal,task",
)


def since():
    return timezone.now() - dry_run.DAYS


def some_lead(cast, roll, **more):
    """A report with random known facts."""
    goods = roll.choice([("锑锭", "8110101000"), ("金属镓", "8110929010"), ("scrap", "7204490090")])
    item = {"description": goods[0], "hs_code": goods[1]}
    if roll.random() < 0.7:
        item["net_weight_kg"] = str(roll.choice([100, 4000, 25000]))
    if roll.random() < 0.6:
        item |= {"value": str(roll.choice([900, 200000, 900000])), "currency": roll.choice(["CNY", "USD"])}
    shipment = {"route": ["CHN", roll.choice(["VNM", "KOR", "CHN"])]}
    if roll.random() < 0.7:
        shipment["customs_district"] = roll.choice(["2200", "0100", "5300"])
    data = {"items": [item] * roll.randint(0, 2), "shipments": [shipment] * roll.randint(0, 1)}
    data |= {"severity": roll.choice(["low", "medium", "high", "critical"])}
    data |= {"techniques": roll.sample(["MISNAME", "CONCEAL", "SHELL"], roll.randint(0, 2))}
    return stories.lead(cast, **data | more)


def predicted(rule_set):
    return {one.pk: one for one in dry_run.try_all(rule_set, since())}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_a_dry_run_equals_the_live_result(cast, seed):
    """The same reports again, after the tried version was published."""
    roll = random.Random(seed)
    stories.rule_set(cast, "PUBLISHED", *OLD)
    before = [some_lead(cast, roll) for _ in range(25)]
    route_arrivals()
    draft = stories.rule_set(cast, "DRAFT", *NEW)
    shown = predicted(draft)
    assert set(shown) == {lead.pk for lead in before}
    stories.walk(cast, draft, [("publish", "customs.lead", {})])
    again = {}
    for lead in before:
        content = lead.revisions.get(number=1).content
        again[lead.pk] = stories.lead(cast, **{**content, "source_ref": f"AGAIN-{stories.serial()}"})
    route_arrivals()
    happened = {
        old: Routing.objects.standing().select_related("rule__unit").get(subject=new.pk) for old, new in again.items()
    }
    assert {pk: dry_run.outcome_of(one.rule) for pk, one in happened.items()} == {
        pk: one.new for pk, one in shown.items()
    }
    assert {pk: str(one.rule or "") for pk, one in happened.items()} == {pk: one.rule for pk, one in shown.items()}
    assert len({one.new for one in shown.values()}) > 3, "the reports try several rules"
    assert predicted(draft)[before[0].pk].new == shown[before[0].pk].new


def test_it_shows_past_beside_predicted_outcomes(cast):
    stories.rule_set(cast, "PUBLISHED", *OLD)
    lead = stories.lead(cast)
    route_arrivals()
    draft = stories.rule_set(cast, "DRAFT", *NEW)
    shown = predicted(draft)[lead.pk]
    assert (shown.old, shown.new, shown.rule) == ("GACC|normal|claim|", "GACC_RISK|urgent|claim|", "1.1")


def test_without_rules_so_far_everything_was_not_routed(cast):
    stories.lead(cast)
    draft = stories.rule_set(cast, "DRAFT", *NEW)
    [one] = dry_run.try_all(draft, since())
    assert (one.old, one.new) == (dry_run.NOT_ROUTED, "GACC_RISK|urgent|claim|")


def test_trying_writes_nothing(cast):
    lead = stories.lead(cast)
    draft = stories.rule_set(cast, "DRAFT", *NEW)
    events = Event.objects.count()
    page = cast.browser("customs.lead").get(f"/rule-sets/{draft.pk}/dry-run/")
    assert page.context["changed"] == 1
    assert page.context["lines"][0].things == [(lead.title, f"/leads/{lead.pk}/")]
    assert Lead.objects.get(pk=lead.pk).version == lead.version
    assert (Event.objects.count(), Routing.objects.count()) == (events, 0)


def test_only_the_last_ninety_days_and_the_own_agency_count(cast):
    old, foreign = stories.lead(cast), stories.lead(cast, by="commerce.officer")
    Lead.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=91))
    fresh = stories.lead(cast)
    assert set(predicted(stories.rule_set(cast, "DRAFT", *NEW))) == {fresh.pk}
    assert foreign.pk


def test_tasks_referrals_and_proceedings_are_tried_too(cast):
    case = stories.case(cast)
    task = ask_task(case, actor=cast["customs.officer"], agency="GACC", title="Weigh it")
    proceeding = stories.proceeding(cast, matter=case)
    kinds = {one.kind: one for one in dry_run.try_all(stories.rule_set(cast, "DRAFT", *NEW), since())}
    assert {kinds["task"].pk, kinds["proceeding"].pk} == {task.pk, proceeding.pk}
    assert kinds["task"].new == "GACC|normal|turn|customs.legal"
    stories.transfer(cast, "DELIVERED")
    bureau = stories.rule_set(cast, "DRAFT", "1,1,GACC_ASB,claim,high,,referral", by="antismuggling.lead")
    [referral] = dry_run.try_all(bureau, since())
    assert (referral.kind, referral.new) == ("referral", "GACC_ASB|high|claim|")


def test_much_is_counted_by_a_worker_to_the_same_table(cast, monkeypatch):
    roll = random.Random(3)
    for _ in range(7):
        some_lead(cast, roll)
    draft = stories.rule_set(cast, "DRAFT", *NEW)
    at_once = dry_run.tally(dry_run.try_all(draft, since()))
    monkeypatch.setattr(dry_run, "BATCH", 2)
    monkeypatch.setattr(dry_run, "AT_ONCE", 3)
    browser, url = cast.browser("customs.lead"), f"/rule-sets/{draft.pk}/dry-run/"
    assert browser.get(url).context["lines"] is None
    browser.post(url)
    run = Run.objects.get(kind=dry_run.KIND)
    while not Run.objects.filter(pk=run.pk, state=Run.State.DONE).exists():
        work(WORKS)
    run.refresh_from_db()
    counts = {key: cell["n"] for key, cell in run.found.items()}
    assert (counts, run.done, run.total) == ({key: cell["n"] for key, cell in at_once.items()}, 7, 7)
    shown = browser.get(f"{url}?run={run.pk}")
    assert sum(line.count for line in shown.context["lines"]) == 7
    assert "would be routed differently" in browser.get(f"/runs/{run.pk}/").content.decode()
    assert cast.browser("customs.head").get(f"{url}?run={run.pk}").status_code == 404, "it is its starter's"


@pytest.mark.slow
def test_many_leads_cost_no_more_queries_than_one(cast):
    roll = random.Random(4)
    stories.rule_set(cast, "PUBLISHED", *OLD)
    some_lead(cast, roll)
    route_arrivals()
    draft = stories.rule_set(cast, "DRAFT", *NEW)
    with costs_no_more(cast.browser("customs.lead"), f"/rule-sets/{draft.pk}/dry-run/"):
        assert all(some_lead(cast, roll) for _ in range(11))
        route_arrivals()
