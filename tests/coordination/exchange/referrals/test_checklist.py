"""Before an action: conditions met and missing, required papers, and contacts."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.kernel.resource import RESOURCES
from agencies.people.models import OfficeHolder
from cases.controls.documents import document_name
from coordination.exchange.referrals.checklist import MET
from coordination.exchange.referrals.models import Referral
from coordination.exchange.referrals.workflow import BY_KIND
from tests import stories

SENDER, RECEIVER = "customs.officer", "antismuggling.officer"


def page_of(cast, who, referral, language="en"):
    answer = cast.browser(who, language).get(reverse("referral", args=[referral.pk]))
    assert answer.status_code == 200
    return answer


def lists(cast, who, referral):
    return {str(one.verb): one for one in page_of(cast, who, referral).context["checklists"]}


def test_a_bare_draft_names_every_gap_and_how_many_conditions_are_met(cast):
    transfer = stories.transfer(cast)
    transfer.team.clear()
    Referral.objects.filter(pk=transfer.pk).update(report="")
    found = lists(cast, SENDER, transfer)["Submit for decision"]
    assert {gap.code for gap in found.gaps} >= {"team", "report"}
    page = page_of(cast, SENDER, transfer).text
    for words in ("Name at least two officers of the team.", "The report is empty."):
        assert words in page
    assert list(map(str, found.met)) == [
        "the case is open",
        "the offence is named",
        "a person outside the team can decide",
    ]
    assert "Still missing for “Submit for decision”" in page


def test_a_complete_draft_shows_that_nothing_is_missing_names_its_paper_and_prints_with_who_printed_it(cast):
    transfer = stories.transfer(cast)
    found, text = lists(cast, SENDER, transfer)["Submit for decision"], page_of(cast, SENDER, transfer).text
    assert (found.gaps, len(found.met), found.paper) == ([], 5, document_name("TRF_REPORT"))
    assert "at least two officers are on the team" in text
    assert "Printed by" in text


def test_an_ordinary_delivery_warns_of_no_action_that_only_time_makes_possible(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    assert lists(cast, SENDER, transfer) == {}


def test_every_condition_has_its_words_for_when_it_is_met():
    needs = {n.__name__ for workflow in BY_KIND.values() for line in workflow.transitions.values() for n in line.needs}
    assert needs == set(MET)


def test_requirements_of_a_step_are_shown_beforehand(cast):
    transfer = stories.transfer(cast, "ACCEPTED")
    assert "Number of the criminal case" in map(
        str, lists(cast, "antismuggling.head", transfer)["File the criminal case"].asked
    )


def test_every_paper_of_every_table_has_a_name(cast):
    for resource in RESOURCES.values():
        for workflow in resource.workflows:
            for line in workflow.transitions.values():
                assert not line.paper or document_name(line.paper)


def test_while_the_head_decides_the_rail_shows_the_telephone_and_where_no_one_may_decide_the_cure(cast):
    transfer, head = stories.transfer(cast, "HEAD_DECISION"), cast.user("customs.head")
    text = page_of(cast, SENDER, transfer).content.decode()
    assert head.name_en in text
    assert head.phone in text
    alarm = "No office holder outside the team can decide. Appoint an acting holder: the security administrator"
    assert alarm not in page_of(cast, SENDER, transfer).content.decode()
    OfficeHolder.objects.filter(agency=transfer.sender).update(until=timezone.localdate() - timedelta(days=1))
    assert alarm in page_of(cast, SENDER, transfer).content.decode()


def test_the_sender_sees_who_of_the_receiver_has_it_and_the_other_way_round(cast):
    transfer = stories.transfer(cast, "ACCEPTED")
    contacts = page_of(cast, SENDER, transfer).context["contacts"]
    assert [one.person for one in contacts] == [cast.user(RECEIVER)]
    stories.walk(cast, transfer, [("ask_supplement", RECEIVER, {"asked_papers": "Test report"})])
    contacts = page_of(cast, RECEIVER, transfer).context["contacts"]
    assert [one.person for one in contacts] == [cast.user(SENDER)]


@pytest.mark.parametrize("who", [RECEIVER, "procurator"])
def test_the_envelope_names_no_one(cast, who):
    assert page_of(cast, who, stories.transfer(cast, "DELIVERED")).context["contacts"] == []


def test_the_steps_name_their_periods_articles_and_time_left(cast):
    transfer = stories.transfer(cast, "ACCEPTED")
    answer = page_of(cast, RECEIVER, transfer)
    now = next(step for step in answer.context["steps"] if step.now)
    assert len(now.clocks) == 2
    text = answer.content.decode().split("cv-path-now")[1].split("</li>")[0]
    for clock in now.clocks:
        assert reverse("clock", args=[clock.pk]) in text
        assert clock.rule.cited in text
    assert text.count("<progress") == 2
