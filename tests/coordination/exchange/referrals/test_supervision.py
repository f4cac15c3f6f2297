"""Supervision of filing (立案监督): steps of agency, procuratorate and police (SPPR arts. 557–565)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.clocks.models import Clock
from coordination.exchange.referrals.models import Referral
from coordination.exchange.referrals.presentation import shown
from coordination.exchange.tasks.models import Task
from tests import stories
from tests.refusals import refused_for
from tests.stories.basics import running

AGENCY, POLICE, HEAD, PROCURATOR = "customs.officer", "antismuggling.officer", "antismuggling.head", "procurator"
NUMBER = {"external_number": "海缉立〔2026〕902号"}


def seen_by(cast, who, referral):
    return Referral.objects.visible_to(cast[who]).filter(pk=referral.pk).exists()


@pytest.mark.parametrize("state", ["NOT_FILED", "UPHELD"])
def test_the_agency_turns_to_the_procuratorate_with_or_without_reconsideration(cast, state):
    transfer = stories.transfer(cast, state)
    stories.walk(cast, transfer, [("suggest_supervision", AGENCY, {"procuratorate": "SPP", "grounds": "A crime."})])
    made = transfer.followed_by.get()
    assert (transfer.state, running(transfer)) == ("SUPERVISED", set())
    assert (made.sender.code, made.receiver.code, made.respondent.code) == ("GACC", "SPP", "GACC_ASB")
    assert made.number


def test_with_the_suggestion_the_procuratorate_reads_the_package(cast):
    made = stories.supervision(cast)
    result = shown(made.parent, cast[PROCURATOR])
    assert result["sight"] == "package"
    assert result["packages"][0]["content"]["parties"][0]["name"] == "Example Metals Ltd"
    assert "report" not in result


def test_the_police_learn_of_it_when_they_are_asked_and_not_before(cast):
    made = stories.supervision(cast)
    assert not seen_by(cast, POLICE, made)
    assert shown(made, cast[POLICE]) == {"sight": "nothing"}
    stories.walk(cast, made, [("ask_reasons", PROCURATOR, {"letter": "Why?"})])
    assert seen_by(cast, POLICE, made)
    result = shown(made, cast[POLICE])
    assert (result["sight"], [letter["text"] for letter in result["letters"]]) == ("envelope", ["Why?"])


def test_the_police_have_seven_days_to_explain(cast):
    made = stories.supervision(cast, "REASONS_ASKED")
    stories.received(cast, made)
    clock = Clock.objects.running().about(made).get()
    assert (clock.rule.code, clock.agency.code, clock.partner.code) == ("SUP_EXPLAIN", "GACC_ASB", "SPP")
    assert Task.objects.open().get(source=made.pk).agency.code == "GACC_ASB"


def test_valid_reasons_are_reported_within_ten_days_the_agency_reads_them_then_and_the_non_filing_is_final(cast):
    made = stories.supervision(cast, "REASONS_STAND")
    clock = Clock.objects.running().about(made).get()
    assert (clock.rule.code, clock.agency.code, clock.partner.code) == ("SUP_INFORM", "SPP", "GACC")
    assert [letter["verb"] for letter in shown(made, cast[AGENCY])["letters"]] == ["suggest"]
    stories.walk(cast, made, [("tell_agency", PROCURATOR, {})])
    made.parent.refresh_from_db()
    assert (made.state, made.parent.state, running(made)) == ("REASONS_TOLD", "NOT_FILED_FINAL", set())
    values = [letter["verb"] for letter in shown(made, cast[AGENCY])["letters"]]
    assert values == ["suggest", "ask_reasons", "uphold_reasons"]


def test_ordered_to_file_the_police_file_and_the_transfer_is_filed(cast):
    made = stories.supervision(cast, "ORDERED")
    stories.received(cast, made)
    assert running(made) == {"SUP_FILE"}
    stories.walk(cast, made, [("obey", HEAD, NUMBER)])
    made.parent.refresh_from_db()
    assert (made.state, made.parent.state) == ("ORDER_OBEYED", "FILED")
    assert made.parent.proceeding.external_number == NUMBER["external_number"]
    assert running(made) == set()


def test_police_who_stay_silent_may_be_ordered_all_the_same(cast):
    made = stories.supervision(cast, "REASONS_ASKED")
    stories.walk(cast, made, [("order_filing", "procurator.head", {"letter": "File."})])
    assert (made.state, running(made)) == ("ORDERED", {"INT_RECEIPT"})


def test_police_who_file_by_themselves_end_the_supervision(cast):
    made = stories.supervision(cast, "EXPLAINED")
    stories.walk(cast, made.parent, [("file", HEAD, NUMBER)])
    made.refresh_from_db()
    assert (made.state, made.parent.state, running(made)) == ("ORDER_OBEYED", "FILED", set())


def test_after_an_order_the_agency_can_no_longer_let_it_rest(cast):
    made = stories.supervision(cast, "ORDERED")
    with refused_for("order"):
        stories.walk(cast, made.parent, [("accept_non_filing", AGENCY, {})])


@pytest.mark.parametrize("state", ["SUGGESTED", "REASONS_ASKED", "EXPLAINED"])
def test_before_an_order_the_agencys_consent_ends_it(cast, state):
    made = stories.supervision(cast, state)
    stories.walk(cast, made.parent, [("accept_non_filing", AGENCY, {})])
    made.refresh_from_db()
    assert (made.state, made.parent.state) == ("WITHDRAWN", "NOT_FILED_FINAL")


@pytest.mark.parametrize(("verb", "who"), [("withdraw", AGENCY), ("dismiss", PROCURATOR)])
def test_a_suggestion_taken_back_or_not_taken_up_makes_the_non_filing_final(cast, verb, who):
    made = stories.supervision(cast)
    stories.walk(cast, made, [(verb, who, {"ending_reason": "No."})])
    assert Referral.objects.get(pk=made.parent_id).state == "NOT_FILED_FINAL"


def test_a_notice_to_correct_follows_only_when_the_order_is_overdue(cast):
    made = stories.supervision(cast, "ORDERED")
    notice = ("demand_correction", PROCURATOR, {"letter": "Correct it."})
    for _before_and_after_receipt in range(2):
        with refused_for("order"):
            stories.walk(cast, made, [notice])
        if made.notice_pending:
            stories.received(cast, made)
    past = timezone.now() - timedelta(days=1)
    Clock.objects.about(made).update(started_at=past - timedelta(days=15), due_at=past, breach_at=past)
    stories.walk(cast, made, [notice])
    assert made.letters.last().text == "Correct it."


def test_three_months_after_a_supervised_filing_the_procuratorate_may_remind(cast):
    made = stories.supervision(cast, "ORDER_OBEYED")
    watch = Clock.objects.running().about(made.parent.proceeding).get(rule__code="SUP_CHASE")
    assert watch.holder.code == "SPP"
    remind = ("remind", PROCURATOR, {"letter": "How does it stand?"})
    with refused_for("early"):
        stories.walk(cast, made, [remind])
    past = timezone.now() - timedelta(days=1)
    Clock.objects.filter(pk=watch.pk).update(started_at=past - timedelta(days=92), due_at=past, breach_at=past)
    stories.walk(cast, made, [remind])


def test_a_concluded_investigation_gets_no_reminder(cast):
    made = stories.supervision(cast, "ORDER_OBEYED")
    opened = made.parent.proceeding
    stories.suspect(cast, opened)
    stories.walk(cast, opened, [("prosecute_opinion", "antismuggling.lead", {})])
    assert "SUP_CHASE" not in running(opened)
    with refused_for("investigation"):
        stories.walk(cast, made, [("remind", PROCURATOR, {"letter": "How does it stand?"})])


STATES = ["SUGGESTED", "REASONS_ASKED", "EXPLAINED", "REASONS_STAND", "REASONS_TOLD", "ORDERED", "ORDER_OBEYED"]


@pytest.mark.parametrize("state", [*STATES, "DECLINED", "WITHDRAWN"])
def test_need_to_know_state_by_state(cast, state):
    made = stories.supervision(cast, state)
    asked = state not in ("SUGGESTED", "DECLINED", "WITHDRAWN")
    expected = {
        AGENCY: "full",
        PROCURATOR: "envelope" if state == "WITHDRAWN" else "package",
        POLICE: "envelope" if asked else "nothing",
        "commerce.officer": "nothing",
        "police.officer": "nothing",
    }
    assert {who: shown(made, cast[who])["sight"] for who in expected} == expected
    assert {who for who in expected if seen_by(cast, who, made)} == {w for w, s in expected.items() if s != "nothing"}
