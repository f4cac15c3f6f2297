"""How running campaigns stand: on the overview of figures, and by agency on their page."""

from datetime import timedelta
from decimal import Decimal

import pytest

from agencies.kernel import times
from coordination.insight.campaigns.figures import GoalProgress
from coordination.insight.campaigns.models import Campaign, CampaignStep, Goal
from coordination.insight.campaigns.standing import by_agency
from coordination.insight.metrics.following import follow
from coordination.insight.metrics.registry import METRICS
from coordination.insight.supervision.requesting import ASK
from tests import stories
from tests.costs import costs_no_more
from tests.kept_stories import story
from tests.workbooks import read_back

PAGE = "/supervision/"
GALLIUM = [{"description": "镓", "hs_code": "8112929010", "net_weight_kg": "250"}]


@pytest.fixture
@story
def campaign(cast):
    """A campaign with three late tasks of the commerce bureau in a case of customs, which is late with its step."""
    made = stories.campaign(cast)
    case = stories.shared_case(cast, items=GALLIUM)
    for days in (2, 3, 20):
        stories.late_task(cast, days, case)
    follow()
    return made


def progress(value, target=50, *, metric="cases_opened", direction="least", passed=30, left=60):
    today = times.today()
    running = Campaign(starts_on=today - timedelta(days=passed - 1), ends_on=today + timedelta(days=left))
    running.state = Campaign.State.RUNNING
    goal = Goal(campaign=running, metric=metric, direction=direction, target=Decimal(target), due_on=running.ends_on)
    return GoalProgress(goal, METRICS[metric], value, None, None, "")


@pytest.mark.parametrize(
    ("goal", "words", "is_behind"),
    [
        (progress(20), "On course: 60 expected by {end}", False),
        (progress(10), "Behind: 30 expected by {end}, the target about {reached}", True),
        (progress(0), "Behind: 0 expected by {end}", True),
        (progress(50), "Met", False),
        (progress(20, direction="most"), "Above the limit at this pace: 60 expected by {end}", True),
        (progress(1, passed=5), "Not met yet", False),
        (progress(40, metric="cases_open"), "Not met yet", True),
    ],
)
def test_a_goal_says_what_the_pace_until_now_leads_to(goal, words, is_behind):
    reached = times.today() + timedelta(days=120)  # 10 in 30 days are 50 in 150
    assert goal.pace == words.format(end=goal.goal.due_on, reached=reached)
    assert goal.is_behind == is_behind


@pytest.mark.slow
def test_a_supervisor_sees_where_each_campaign_stands_and_asks_for_a_reminder(cast, campaign):
    CampaignStep.objects.update(due_on=times.today() - timedelta(days=1))
    client = cast.browser("centre.supervisor")
    [(_template, [standing])] = client.get(PAGE).context["strips"]
    assert [(goal.value, goal.text) for goal in standing.goals] == [(1, "1")]
    assert (standing.days_left, standing.behind.agency.code, standing.behind.late_steps) == (60, "GACC", 1)
    CampaignStep.objects.update(due_on=times.today())
    shown = client.get(PAGE)
    [(_template, [standing])] = shown.context["strips"]
    assert (standing.behind.agency.code, standing.behind.late_matters) == ("MOFCOM_SCB", 3)
    assert client.get(standing.behind.late.url).context["total"] == 3
    assert standing.line.act == "ask"
    assert shown.content.decode().count(standing.line.act_url) == 2  # here and in the list of who is late
    assert cast.browser("centre.coordinator").get(PAGE).context["strips"][0][1][0].line.act == "send"
    assert client.post(standing.line.act_url).status_code == 302
    assert client.get(PAGE).context["strips"][0][1][0].line.act == "asked", ASK


@pytest.mark.slow
def test_the_strip_counts_whole_campaigns_or_the_chosen_one(cast, campaign):
    client = cast.browser("centre.supervisor")
    assert client.get(f"{PAGE}?mineral=gallium").context["strips"] == []
    assert len(client.get(f"{PAGE}?campaign={campaign.number}").context["strips"]) == 1
    stories.by_two(cast, campaign, "close", outcome="partly", report="Half of it.")
    assert client.get(PAGE).context["strips"] == []


@pytest.mark.slow
def test_an_agency_reads_of_its_own_part_only(cast, campaign):
    assert cast.browser("police.head").get(PAGE).context["strips"] == []
    [(_template, [standing])] = cast.browser("commerce.head").get(PAGE).context["strips"]
    assert (standing.behind.agency.code, standing.behind.late_matters) == ("MOFCOM_SCB", 3)
    [(_template, [standing])] = cast.browser("customs.head").get(PAGE).context["strips"]
    assert standing.behind is None
    for who, agencies in (("centre.supervisor", {"GACC", "MOFCOM_SCB"}), ("commerce.head", {"MOFCOM_SCB"})):
        rows = by_agency(campaign, cast[who]).rows
        assert len(rows) == len(agencies), who


def test_each_agency_has_its_figures_steps_and_late_matters(cast, campaign):
    rows = read_back(cast.browser("centre.supervisor").post(f"/campaigns/{campaign.pk}/tables/agencies/xlsx/").content)
    heads, *lines = rows[:3]
    found = {line[0]: dict(zip(heads[1:], line[1:], strict=True)) for line in lines}
    commerce, customs = found  # the one furthest behind first
    assert (found[customs]["Cases opened"], found[customs]["Steps done (denominator)"]) == (1, 1)
    assert (found[commerce]["Late matters"], found[customs]["Late matters"]) == (3, 0)
    assert cast.browser("centre.supervisor").post(f"/campaigns/{campaign.pk}/tables/none/xlsx/").status_code == 404


@pytest.mark.slow
def test_more_campaigns_cost_no_more_queries(cast, campaign):
    with costs_no_more(cast.browser("centre.supervisor"), PAGE):
        for number in range(6):
            stories.campaign(cast, title_en=f"Campaign {number}")
