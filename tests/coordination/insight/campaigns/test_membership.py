"""Which cases belong to a campaign."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from agencies.kernel import times
from agencies.kernel.errors import Invalid
from cases.casefile.actions import move_case
from cases.casefile.models import Case, Handling
from coordination.insight.campaigns.models import Belonging
from coordination.insight.metrics.asking import Question, ask
from coordination.insight.metrics.following import differing, follow, rebuild
from tests import stories

BY = "centre.coordinator"


def opened(cast, campaign, who="centre.supervisor", **more):
    """The number of cases opened with the label of the campaign."""
    today = times.today()
    question = Question(
        "cases_opened", today - timedelta(days=90), today, filters={"campaign": campaign.number}, **more
    )
    return ask(cast[who], question).total.value


def belonging(campaign):
    return set(Belonging.objects.current().filter(campaign=campaign).values_list("case", flat=True))


def gallium(cast, **more):
    return stories.case(cast, items=[{"description": "镓", "hs_code": "8112929010"}], **more)


def test_a_rule_draws_in_cases_of_its_minerals_and_no_others(cast):
    inside, outside = gallium(cast), stories.case(cast)
    campaign = stories.campaign(cast)
    follow()
    assert belonging(campaign) == {inside.pk}
    assert opened(cast, campaign) == 1
    assert outside.pk not in belonging(campaign)


def test_a_case_opened_later_is_drawn_in_and_a_second_run_changes_nothing(cast):
    campaign = stories.campaign(cast)
    follow()
    made = gallium(cast)
    assert follow() > 0
    assert belonging(campaign) == {made.pk}
    assert follow() == 0
    assert Belonging.objects.count() == 1


def test_a_new_technique_draws_a_known_case_in(cast):
    made = stories.case(cast, techniques=[])
    campaign = stories.campaign(cast, materials=[], techniques=["MISNAME"])
    follow()
    assert belonging(campaign) == set()
    found = {"standing": "suspected", "source": "x-ray", "reason": "found"}
    stories.walk(cast, made, [("set_techniques", "customs.officer", {"techniques": ["MISNAME"], **found})])
    follow()
    assert belonging(campaign) == {made.pk}
    assert opened(cast, campaign) == 1


def test_changed_rules_release_cases(cast):
    made = gallium(cast)
    campaign = stories.campaign(cast)
    follow()
    then = times.today()
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        change = {"purpose": "p", "ends_on": campaign.ends_on, "members": ["GACC"], "materials": ["antimony"]}
        stories.by_two(cast, campaign, "change", **change, reason="narrower")
        follow()
        assert belonging(campaign) == set()
        assert opened(cast, campaign) == 0
        ended = Belonging.objects.get(case=made)
        assert (ended.since, ended.until) == (then, times.today())


def test_a_case_belongs_from_the_day_of_the_decision_and_not_of_the_job(cast):
    early, late = gallium(cast), stories.case(cast)
    campaign = stories.campaign(cast)
    started = times.today()
    follow()
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        picked = times.today()
        stories.walk(cast, campaign, [("take_in", BY, {"case": late.number, "reason": "same group"})])
    with time_machine.travel(timezone.now() + timedelta(days=5)):
        follow()
        assert {one.case_id: one.since for one in Belonging.objects.all()} == {early.pk: started, late.pk: picked}
        assert opened(cast, campaign) == 2


def test_picks_by_hand_are_stronger_than_rules(cast):
    inside, outside = gallium(cast), stories.case(cast)
    campaign = stories.campaign(cast)
    stories.walk(
        cast,
        campaign,
        [
            ("take_in", BY, {"case": outside.number, "reason": "same group"}),
            ("leave_out", BY, {"case": inside.number, "reason": "other matter"}),
        ],
    )
    follow()
    assert belonging(campaign) == {outside.pk}
    assert Belonging.objects.get().by_hand


def test_a_case_that_the_centre_may_not_see_cannot_be_picked(cast):
    hidden = stories.case(cast, handling="H3")
    campaign = stories.campaign(cast)
    for number in (hidden.number, "no such case"):
        with pytest.raises(Invalid) as refused:
            stories.walk(cast, campaign, [("take_in", BY, {"case": number, "reason": "?"})])
        assert refused.value.errors[0].detail == "There is no case with this number, or you may not see it."


def test_a_restricted_case_leaves_the_counts(cast):
    made = gallium(cast)
    campaign = stories.campaign(cast)
    follow()
    assert (opened(cast, campaign), campaign.belongings.counted().count()) == (1, 1)
    case = Case.objects.get(pk=made.pk)
    values = {"title": case.title, "severity": case.severity, "handling": "H3", "violation_types": []}
    move_case(case, "classify", actor=cast["customs.officer"], **values)
    assert opened(cast, campaign) == 0, "at once"
    assert Case.objects.get(pk=made.pk).handling == Handling.H3
    assert campaign.belongings.counted().count() == 0


def test_a_cancelled_campaign_has_no_cases_and_a_closed_one_keeps_its_own(cast):
    made = gallium(cast)
    first, second = stories.campaign(cast), stories.campaign(cast)
    follow()
    stories.by_two(cast, first, "close", outcome="met", report="done")
    stories.by_two(cast, second, "cancel", reason="merged")
    later = gallium(cast)
    follow()
    assert belonging(first) == {made.pk}
    assert later.pk not in belonging(first)
    assert belonging(second) == set()
    assert opened(cast, first) == 1


def test_rebuilding_gives_what_following_gave(cast):
    first = gallium(cast)
    campaign = stories.campaign(cast)
    follow()
    cases = {first.pk, gallium(cast).pk}
    follow()
    assert differing(100) == []
    assert opened(cast, campaign) == 2
    for is_from_nothing in (False, True):
        for _ in rebuild(from_nothing=is_from_nothing):
            pass
        assert (opened(cast, campaign), belonging(campaign)) == (2, cases)


def test_only_those_who_see_the_campaign_may_filter_by_it(cast):
    gallium(cast)
    campaign = stories.campaign(cast, members=["MOFCOM_SCB"])
    follow()
    assert opened(cast, campaign, "commerce.lead") == 0, "its own figures, in which there is none"
    with pytest.raises(Invalid) as refused:
        opened(cast, campaign, "customs.lead")
    unknown = stories.campaign(cast, "DRAFT")
    unknown.number = "ZX1999-01"
    with pytest.raises(Invalid) as never:
        opened(cast, unknown, "customs.lead")
    assert refused.value.errors[0].detail.replace(campaign.number, "?") == never.value.errors[0].detail.replace(
        unknown.number, "?"
    )
    today = times.today()
    divided = ask(cast["customs.lead"], Question("cases_opened", today, today, by="campaign"))
    assert (divided.total.value, divided.points) == (1, ())
    central = ask(cast["centre.supervisor"], Question("cases_opened", today, today, by="campaign"))
    assert [(point.key, point.value) for point in central.points] == [(campaign.number, 1)]
