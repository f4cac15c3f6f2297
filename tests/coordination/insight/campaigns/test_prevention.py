"""What was done before goods left counts under the campaign that its author names."""

import pytest
from django.urls import reverse

from agencies.kernel.resource import RESOURCES, resource_of
from coordination.actions.performing import perform
from coordination.insight.campaigns.figures import PREVENTION, of_prevention, reached
from coordination.insight.metrics.asking import CENTRE, Question, ask_many
from coordination.insight.metrics.following import follow
from coordination.insight.metrics.ledger import differences_of
from coordination.insight.metrics.models import StoredMatter
from coordination.insight.metrics.registry import METRICS
from coordination.prevention.diligence.actions import begin_review
from tests import stories
from tests.kept_stories import story
from tests.refusals import invalid_at

OFFICER = "commerce.officer"


@pytest.fixture
@story
def campaign(cast):
    """A campaign of customs and the commerce bureau. One matter of each noun names it, and one does not."""
    made = stories.campaign(cast)
    for name, named in (("一家公司", {"campaign": made.number}), ("另一家公司", {})):
        exporter = stories.exporter(cast, uscc="", name=name)
        stories.exporter_letter(cast, "ANSWERED", about=exporter, **named)
        stories.inspection(cast, "DONE", at=exporter, **named)
        stories.stop(cast, "HELD", **named)
    return made


def shown(cast, campaign):
    names = {str(METRICS[key].name): key for key in PREVENTION}
    return {names[str(row.label)]: row.cells[0].text for row in of_prevention(campaign, cast[OFFICER]).rows}


def test_the_page_counts_letters_inspections_and_holds_that_name_it(cast, campaign):
    follow()
    counted = ("letters_sent", "letters_answered", "inspections_done", "stops_sent", "stops_held")
    assert shown(cast, campaign) == dict.fromkeys(counted, "1")
    for who in ("centre.supervisor", "customs.lead"):
        page = cast.browser(who).get(f"/campaigns/{campaign.pk}/").text
        assert "Letters, reviews, inspections and stops" in page, who
        file = cast.browser(who).post(reverse("campaign_table", args=[campaign.pk, "prevention", "csv"]))
        assert file.status_code == 200, who


def test_gaps_of_a_review_that_names_it_are_counted_and_a_goal_may_count_them(cast):
    campaign = stories.campaign(cast)
    stories.by_two(
        cast, campaign, "add_goal", metric="reviews_sent", direction="least", target=1, due_on=campaign.ends_on
    )
    asked = stories.questionnaire(cast)
    review = begin_review(
        stories.exporter(cast), actor=cast[OFFICER], questionnaire=str(asked.pk), campaign=campaign.number
    )
    stories.walk(cast, review, [("send", OFFICER, {"sent_by": "post", "due_on": campaign.ends_on})])
    follow()
    assert [one.value for one in reached(campaign)] == [0, 1]
    assert shown(cast, campaign)["reviews_sent"] == "1"


def test_figures_with_the_campaign_are_those_of_the_objects_that_name_it(cast, campaign):
    follow()
    assert differences_of(list(StoredMatter.objects.values_list("matter", flat=True))) == []
    asked = Question("letters_sent", campaign.starts_on, campaign.ends_on)
    both = [asked, Question(asked.metric, asked.first, asked.last, filters={"campaign": campaign.number})]
    assert [answer.total.value for answer in ask_many(CENTRE, both)] == [2, 1]


def test_a_letter_leaves_the_campaign_when_its_draft_no_longer_names_it(cast):
    campaign = stories.campaign(cast)
    letter = stories.exporter_letter(cast, campaign=campaign.number)
    page = cast.browser(OFFICER).get(reverse("exporter_letter", args=[letter.pk])).text
    assert reverse("campaign", args=[campaign.pk]) in page
    given = {"title": letter.title, "text": letter.text, "remark": "", "about_case": "", "campaign": ""}
    perform(resource_of(letter), cast[OFFICER], letter, "edit", given)
    letter.refresh_from_db()
    assert letter.campaign == ""


def test_only_running_campaigns_of_the_own_agency_are_offered(cast):
    campaign = stories.campaign(cast, members=["GACC"])
    draft = stories.campaign(cast, "DRAFT", members=["MOFCOM_SCB"])
    exporter = stories.exporter(cast)
    for number in (campaign.number, draft.number):
        with invalid_at("/campaign"):
            perform(
                *(RESOURCES["exporters"], cast[OFFICER], exporter, "write_guidance"),
                {"title": "Rules", "text": "Antimony needs a licence.", "campaign": number},
            )


def test_customs_that_take_no_part_do_not_learn_of_the_campaign_from_a_stop(cast):
    campaign = stories.campaign(cast, members=["MOFCOM_SCB"])
    stop = stories.stop(cast, campaign=campaign.number)
    for who, seen in ((OFFICER, campaign.number), ("customs.officer", "")):
        assert (campaign.number in cast.browser(who).get(reverse("stop", args=[stop.pk])).text) == bool(seen), who
        assert cast.browser(who).get(f"/api/v1/stops/{stop.pk}/").json()["campaign"] == seen, who
