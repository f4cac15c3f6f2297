"""A campaign from its draft to its report, and who may do and see what."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone, translation

from agencies.confirmations.models import Confirmation
from agencies.journal.models import Delivery
from agencies.kernel import times
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.resource import RESOURCES
from agencies.work.models import WorkItem
from coordination.actions.performing import perform
from coordination.insight.campaigns.figures import reached, weekly
from coordination.insight.campaigns.models import Campaign, Goal
from coordination.insight.metrics.following import follow
from tests import stories
from tests.workbooks import read_back

BY = "centre.coordinator"
CAMPAIGNS = RESOURCES["campaigns"]


def gallium(cast, **more):
    return stories.case(cast, items=[{"description": "镓", "hs_code": "8112929010", "net_weight_kg": "250"}], **more)


def test_the_start_waits_for_a_second_person_of_the_centre(cast):
    campaign = stories.campaign(cast, "DRAFT")
    asked = perform(CAMPAIGNS, cast[BY], campaign, "start", {}).created
    campaign.refresh_from_db()
    assert (campaign.state, asked.kind) == ("DRAFT", Confirmation.Kind.CAMPAIGN)
    waiting = Confirmation.objects.waiting_for
    assert not waiting(cast[BY]).filter(pk=asked.pk).exists()
    assert not waiting(cast["customs.head"]).filter(pk=asked.pk).exists()
    second = cast.browser("centre.supervisor")
    for page in ("/confirmations/", f"/confirmations/{asked.pk}/do/confirm/"):
        assert "Campaign: Start the campaign" in second.get(page).text, page
    perform(RESOURCES["confirmations"], cast["centre.supervisor"], asked, "confirm", {})
    campaign.refresh_from_db()
    assert (campaign.state, campaign.started_at is not None) == ("RUNNING", True)
    notified = set(Delivery.objects.filter(event__object_id=campaign.pk).values_list("agency_id", flat=True))
    assert {cast["customs.lead"].agency_id, cast["commerce.lead"].agency_id} <= notified


def test_one_person_may_not_rewrite_what_two_have_started(cast):
    campaign = stories.campaign(cast)
    goal = {"metric": "cases_closed", "direction": "least", "target": "1", "due_on": campaign.ends_on.isoformat()}
    assert perform(CAMPAIGNS, cast[BY], campaign, "add_goal", goal).created.kind == "campaign"
    assert campaign.goals.count() == 1
    draft = stories.campaign(cast, "DRAFT")
    assert perform(CAMPAIGNS, cast[BY], draft, "add_goal", goal | {"due_on": draft.ends_on.isoformat()}).created is None
    assert draft.goals.count() == 2


def test_goals_have_figures_from_the_first_day_and_keep_them_at_the_close(cast):
    gallium(cast)
    gallium(cast)
    campaign = stories.campaign(cast)
    stories.by_two(
        *(cast, campaign, "add_goal"),
        metric="smuggled_kg",
        direction="least",
        target=Decimal(400),
        due_on=campaign.ends_on,
        mineral="gallium",
    )
    follow()
    opened, weight = reached(campaign)
    assert (opened.value, opened.is_met, opened.percent) == (2, False, 40)
    assert (weight.value, weight.is_met, weight.percent, weight.words) == (500, True, 100, "Met")
    assert [cell.text for cell in weekly(campaign).rows[0].cells][-1] == "2"
    stories.by_two(cast, campaign, "close", outcome="partly", report="Half of it.")
    gallium(cast)
    follow()
    assert [one.value for one in reached(campaign)] == [2, 500], "what was kept"


def test_the_weeks_before_a_campaign_was_entered_are_counted(cast):
    with time_machine.travel(timezone.now() - timedelta(days=20)):
        gallium(cast)
        follow()
    campaign = stories.campaign(cast)
    follow()
    values = [cell.amount for cell in weekly(campaign).rows[0].cells]
    assert (values[0], values[-1]) == (0, 1)
    assert 3 <= values.count(1) <= 4, values
    stories.by_two(cast, campaign, "close", outcome="partly", report="Half of it.")
    campaign.refresh_from_db()
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        gallium(cast)
        follow()
        assert [cell.amount for cell in weekly(campaign).rows[0].cells] == values


@pytest.mark.parametrize(
    ("metric", "target", "days", "words", "met", "tone"),
    [
        ("cases_opened", 1, 30, "Already exceeded", False, "stopped"),
        ("cases_opened", 2, 30, "Not yet decided", None, "wait"),
        ("cases_open", 1, 30, "Above the limit so far", None, "wait"),
        ("cases_opened", 2, -1, "Met", True, "good"),
        ("cases_opened", 1, -1, "Missed", False, "stopped"),
    ],
)
def test_a_goal_of_at_most_is_judged_at_its_end(cast, metric, target, days, words, met, tone):
    with time_machine.travel(timezone.now() - timedelta(days=20)):
        gallium(cast)
        gallium(cast)
    campaign = stories.campaign(cast)
    Goal.objects.filter(campaign=campaign).delete()
    due_on = times.today() + timedelta(days=days)
    Goal.objects.create(campaign=campaign, metric=metric, direction="most", target=Decimal(target), due_on=due_on)
    follow()
    [goal] = reached(campaign)
    assert (goal.words, goal.is_met, goal.tone) == (words, met, tone)
    assert cast.browser(BY).get(f"/campaigns/{campaign.pk}/").context["kept"] == {"met": int(met is True), "of": 1}
    [shown] = cast.browser(BY).get(f"/api/v1/campaigns/{campaign.pk}/").json()["goals"]
    assert (shown["met"], shown["value"]) == (met, 2)


def test_a_goal_of_a_share_names_n_and_d_and_is_read_in_the_language_of_the_reader(cast):
    gallium(cast)
    campaign = stories.campaign(cast)
    share = {"metric": "clear_rate_cohort", "direction": "least", "target": Decimal(50), "due_on": campaign.ends_on}
    stories.by_two(cast, campaign, "add_goal", **share)
    follow()
    goals = cast.browser(BY).get(f"/api/v1/campaigns/{campaign.pk}/").json()["goals"]
    assert [(one["numerator"], one["denominator"]) for one in goals] == [(None, None), (0, 1)]
    assert "(numerator)" in cast.browser(BY).post(f"/campaigns/{campaign.pk}/tables/weeks/csv/").text
    with translation.override("zh-hans"):
        stories.by_two(cast, campaign, "close", outcome="missed", report="r")
    shown = next(one for one in reached(campaign) if one.unit == "ratio")
    assert (shown.of, shown.text, shown.words) == ("0 of 1", "0%", "Missed")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"metric": "no_metric"}, "/metric"),
        ({"metric": "leads"}, "/metric"),
        ({"due_on": times.today() + timedelta(days=900)}, "/due_on"),
        ({"mineral": "unobtainium"}, "/mineral"),
    ],
)
def test_a_goal_that_cannot_be_counted_is_refused_by_name(cast, changes, pointer):
    campaign = stories.campaign(cast, "DRAFT")
    goal = {"metric": "cases_closed", "direction": "least", "target": Decimal(1), "due_on": campaign.ends_on} | changes
    with pytest.raises(Invalid) as refused:
        stories.walk(cast, campaign, [("add_goal", BY, goal)])
    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_an_agency_reports_its_own_steps_only(cast):
    campaign = stories.campaign(cast)
    [step] = campaign.steps.all()
    done = {"step": str(step.pk), "result": "done"}
    with pytest.raises(TransitionRefused):
        stories.walk(cast, campaign, [("report_step", "commerce.officer", done)])
    with pytest.raises(Forbidden):
        stories.walk(cast, campaign, [("report_step", "police.officer", done)])
    assert WorkItem.objects.get(object_id=campaign.pk).agency_id == step.agency_id
    home = cast.browser("customs.officer").get("/").text
    assert f"/campaigns/{campaign.pk}/do/report_step/" in home
    stories.walk(cast, campaign, [("report_step", "customs.officer", done)])
    assert not WorkItem.objects.filter(object_id=campaign.pk).exists()
    step.refresh_from_db()
    assert (step.done_on, step.result) == (times.today(), "done")


def test_only_the_centre_drafts_and_others_see_it_once_started(cast):
    draft = stories.campaign(cast, "DRAFT")
    for who, seen in {"centre.supervisor": True, "customs.head": False, "police.officer": False}.items():
        assert Campaign.objects.visible_to(cast[who]).filter(pk=draft.pk).exists() == seen, who
    assert cast.browser("customs.head").get("/campaigns/new/").status_code == 403
    running = stories.campaign(cast)
    for who, seen in {"customs.officer": True, "police.officer": False, "auditor": False}.items():
        assert Campaign.objects.visible_to(cast[who]).filter(pk=running.pk).exists() == seen, who


def test_a_member_reads_the_count_of_all_cases_and_the_names_of_its_own(cast):
    own, other = gallium(cast, title="Own gallium"), gallium(cast, by="antismuggling.officer", title="Other gallium")
    campaign = stories.campaign(cast)
    follow()
    page = cast.browser("customs.officer").get(f"/campaigns/{campaign.pk}/").text
    assert "2 cases" in page
    assert own.number in page
    assert other.number not in page
    assert "Other gallium" not in page
    assert "1 case is not open to you; it is counted." in page
    read = cast.browser("customs.officer").get(f"/api/v1/campaigns/{campaign.pk}/").json()
    assert (read["case_count"], [one["number"] for one in read["cases"]]) == (2, [own.number])
    assert read["goals"][0]["value"] == 2
    assert other.number in cast.browser("centre.supervisor").get(f"/campaigns/{campaign.pk}/").text


@pytest.mark.slow
def test_every_page_of_figures_filters_by_campaign(cast):
    gallium(cast)
    stories.case(cast)
    campaign = stories.campaign(cast)
    follow()
    browser = cast.browser("centre.supervisor")
    for tab in ("", "flow/", "minerals/", "deadlines/"):
        assert browser.get(f"/supervision/{tab}?campaign={campaign.number}").status_code == 200, tab
    answer = browser.get(f"/api/v1/metrics/cases_opened/?campaign={campaign.number}").json()
    assert answer["total"]["value"] == 1
    assert browser.get("/api/v1/metrics/cases_opened/?campaign=ZX1999-01").status_code == 400


def test_a_system_drafts_over_the_api_and_each_fault_is_named(cast):
    browser, today = cast.browser(BY), times.today()
    plan = {
        "title_zh": "行动",
        "purpose": "p",
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=9)).isoformat(),
        "members": ["GACC"],
        "materials": ["gallium"],
    }
    made = browser.post("/api/v1/campaigns/", plan, content_type="application/json")
    assert made.status_code == 201, made.content
    assert Campaign.objects.get(pk=made.json()["id"]).materials == ["gallium"]
    for field, value in {"members": ["UNKNOWN"], "ends_on": "2000-01-01"}.items():
        wrong = browser.post("/api/v1/campaigns/", plan | {field: value}, content_type="application/json")
        assert wrong.status_code == 400
        assert [error["pointer"].split("/")[1] for error in wrong.json()["errors"]] == [field]
    again = cast.browser("customs.lead").post("/api/v1/campaigns/", plan, content_type="application/json")
    assert again.status_code == 403


@pytest.mark.slow
def test_the_weekly_figures_are_a_file_with_numbers_targets_and_definitions(cast):
    gallium(cast)
    campaign = stories.campaign(cast)
    follow()
    path = f"/campaigns/{campaign.pk}/tables/weeks"
    member = cast.browser("customs.officer")
    assert f"{path}/xlsx/" in member.get(f"/campaigns/{campaign.pk}/").text
    lines = member.post(f"{path}/csv/").content.decode("utf-8-sig").splitlines()
    assert lines[1].startswith("Cases opened,")
    assert lines[1].split(",")[-1] == "1"  # the figure, and not the percentage that is drawn
    assert "Target of Cases opened,5" in lines
    _heads, *rows = read_back(member.post(f"{path}/xlsx/").content)
    assert (rows[0][0], rows[0][-1]) == ("Cases opened", 1)
    assert member.get(f"{path}/csv/").status_code == 405
    assert member.post(f"{path}/pdf/").status_code == 404
    assert cast.browser("police.lead").post(f"{path}/csv/").status_code == 404
