"""反向移送: one of two parties returns to administrative handling while the other stays with the police."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.journal.models import Event
from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.resource import RESOURCES
from cases.casefile.models import Case, Hold
from cases.clocks.models import Clock
from cases.proceedings.actions import add_line
from cases.proceedings.models import Decision, Proceeding
from cases.sharing.actions import share_case
from coordination.actions.performing import perform
from coordination.exchange.referrals.actions import CASE_ACTIONS
from coordination.exchange.referrals.models import Referral
from coordination.exchange.referrals.presentation import shown
from coordination.exchange.tasks.models import Task
from tests import stories
from tests.kept_stories import story
from tests.refusals import refused_for

POLICE, LEAD, CUSTOMS = "antismuggling.officer", "antismuggling.lead", "customs.officer"


@story
def transferred_for_two(cast):
    """Customs investigated two parties when the bureau filed; its proceeding ended as transferred."""
    case = stories.case(cast)
    case.parties.create(name="Second Ltd", role="forwarder")
    inside = stories.proceeding(cast, "INVESTIGATE", case)
    for party in case.parties.all():
        add_line(inside, actor=cast[CUSTOMS], party=str(party.pk))
    crime = stories.transfer(cast, "FILED", case).proceeding
    Decision.objects.filter(proceeding=inside).update(state="TRANSFERRED", state_since=timezone.now())
    stories.walk(cast, inside, [("transfer", "customs.lead", {"outcome_reason": "Filed by the bureau"})])
    for party in case.parties.all():
        add_line(crime, actor=cast[POLICE], party=str(party.pk))
    return inside, crime


def returned(cast, crime, **given):
    """The bureau's letter that returns a matter of `crime` to customs, as a draft."""
    data = {"receiver": "GACC", "title": "Back", "report": "Minor", "ground": "minor", "origin": str(crime.pk)}
    return CASE_ACTIONS["return_matter"](Case.objects.get(pk=crime.case_id), actor=cast[POLICE], **data | given)


@story
def sent_back(cast, inside, crime, *, resumed=True):
    """The second party is released and returned; the first stays in the criminal proceeding."""
    line = crime.suspects.get(party__name="Second Ltd")
    stories.suspect_walk(cast, line, ("drop", {"reason": "no crime"}))
    back = returned(cast, crime, parties=[str(line.party_id)])
    answers = {"resumed": str(inside.pk)} if resumed else {}
    stories.walk(cast, back, [("send", LEAD, {}), ("accept", CUSTOMS, answers)])
    inside.refresh_from_db()
    return back


def blocked(inside):
    """Parties that customs may not fine now, by name."""
    holds = Hold.objects.standing().filter(case=inside.case_id, verb=Hold.Verb.PUNISH)
    parties = inside.case.parties.all()
    return {party.name for party in parties if holds.concerning(party.pk, None).exists()}


def test_one_of_two_parties_goes_back_and_the_other_stays_with_the_police(cast):
    inside, crime = transferred_for_two(cast)
    assert blocked(inside) == {"Example Metals Ltd", "Second Ltd"}
    sent_back(cast, inside, crime)
    states = dict(inside.decisions.values_list("party__name", "state"))
    assert states == {"Example Metals Ltd": "TRANSFERRED", "Second Ltd": "OPEN"}
    assert blocked(inside) == {"Example Metals Ltd"}
    crime.refresh_from_db()
    assert crime.state == "CRIMINAL_CASE"


def test_the_same_proceeding_runs_again_with_a_new_period_for_the_decision(cast):
    inside, crime = transferred_for_two(cast)
    before = Clock.objects.about(inside).get(rule__code="CUS_DECISION")
    assert before.stopped_at is not None
    back = sent_back(cast, inside, crime)
    assert back.resumed == inside
    assert (inside.state, inside.outcome) == ("INVESTIGATE", "")
    anew = Clock.objects.running().about(inside).get(rule__code="CUS_DECISION")
    assert anew.started_at >= before.started_at
    assert anew.pk != before.pk


def test_times_of_what_was_imposed_before_are_kept(cast):
    inside, crime = transferred_for_two(cast)
    third = inside.case.parties.create(name="Third Ltd")
    long_ago = timezone.now() - timedelta(days=40)
    Decision.objects.create(
        proceeding=inside, party=third, state="SERVED", result="penalty", penalties=["warning"], state_since=long_ago
    )
    sent_back(cast, inside, crime)
    kept = inside.decisions.get(party=third)
    assert (kept.state, kept.state_since) == ("SERVED", long_ago)


def test_without_a_proceeding_to_resume_a_new_one_is_opened(cast):
    inside, crime = transferred_for_two(cast)
    back = sent_back(cast, inside, crime, resumed=False)
    assert back.resumed != inside
    assert (back.resumed.agency.code, back.resumed.state) == ("GACC", "VERIFY")


def test_no_party_returns_while_the_criminal_proceeding_is_about_them(cast):
    _inside, crime = transferred_for_two(cast)
    party = crime.case.parties.get(name="Second Ltd")
    back = returned(cast, crime, parties=[str(party.pk)])
    with pytest.raises(TransitionRefused) as no:
        stories.walk(cast, back, [("send", LEAD, {})])
    assert "Second Ltd" in no.value.detail


def test_unless_all_are_let_go_the_parties_must_be_named(cast):
    _inside, crime = transferred_for_two(cast)
    back = returned(cast, crime, report="")
    with refused_for("report", "held"):
        stories.walk(cast, back, [("send", LEAD, {})])


def test_after_the_withdrawal_of_the_whole_case_no_one_need_be_named(cast):
    inside, crime = transferred_for_two(cast)
    stories.walk(cast, crime, [("withdraw", LEAD, {"outcome_reason": "No crime"})])
    back = returned(cast, crime, report="No crime", ground="no_crime")
    stories.walk(cast, back, [("send", LEAD, {}), ("accept", CUSTOMS, {"resumed": str(inside.pk)})])
    assert set(inside.decisions.values_list("state", flat=True)) == {"OPEN"}
    assert blocked(inside) == set()


def test_promptly_has_no_number_in_law_and_an_internal_target_beside_it(cast):
    back = stories.returned(cast)
    clocks = {clock.rule.code: clock for clock in Clock.objects.about(back)}
    assert set(clocks) == {"REV_TRANSFER", "INT_REVERSE"}
    assert clocks["REV_TRANSFER"].due_at is None
    assert clocks["INT_REVERSE"].due_at is not None
    assert {clock.agency.code for clock in clocks.values()} == {"GACC_ASB"}
    stories.walk(cast, back, [("send", LEAD, {})])
    assert not Clock.objects.running().about(back).exists()


def test_the_draft_and_its_periods_are_the_polices_own(cast):
    back = stories.returned(cast)
    assert not Clock.objects.visible_to(cast[CUSTOMS]).about(back).exists()
    assert not Event.objects.filter(object_id=back.pk).readable_by_agency(cast[CUSTOMS].agency_id).exists()


def test_the_letter_is_about_the_named_party_alone(cast):
    inside, crime = transferred_for_two(cast)
    back = sent_back(cast, inside, crime)
    assert [party["name"] for party in back.packages.get().content["parties"]] == ["Second Ltd"]


def test_the_result_is_reported_to_who_sent_it_back(cast):
    back = stories.returned(cast, "RESUMED")
    assert Task.objects.get(source=back.pk, state="OPEN").step == "REPORT_RESULT"
    stories.walk(cast, back, [("report", CUSTOMS, {"answer": "Fined 40,000"})])
    assert shown(back, cast[POLICE])["answer"] == "Fined 40,000"


def test_a_foreign_proceeding_cannot_be_resumed(cast):
    _inside, crime = transferred_for_two(cast)
    foreign = stories.proceeding(cast)
    line = crime.suspects.get(party__name="Second Ltd")
    stories.suspect_walk(cast, line, ("drop", {"reason": "no crime"}))
    back = returned(cast, crime, parties=[str(line.party_id)])
    stories.walk(cast, back, [("send", LEAD, {})])
    with pytest.raises(Invalid):
        perform(RESOURCES["referrals"], cast[CUSTOMS], back, "accept", {"resumed": str(foreign.pk)})


def test_a_party_added_to_the_criminal_case_later_is_held_by_itself(cast):
    inside, crime = transferred_for_two(cast)
    sent_back(cast, inside, crime)
    late = inside.case.parties.create(name="Late Ltd")
    assert "Late Ltd" not in blocked(inside)
    add_line(crime, actor=cast[POLICE], party=str(late.pk))
    assert blocked(inside) == {"Example Metals Ltd", "Late Ltd"}


# 检察意见 -------------------------------------------------------------------------------------------------------------
def test_the_agency_owes_its_reply_to_an_opinion_within_two_months(cast):
    opinion = stories.opinion(cast, "SENT")
    stories.received(cast, opinion)
    running = Clock.objects.running().about(opinion).get(rule__code="REV_PROC_OPINION")
    assert running.agency.code == "GACC"
    assert 58 <= (running.due_at - running.started_at).days <= 70
    stories.walk(cast, opinion, [("accept", CUSTOMS, {}), ("report", CUSTOMS, {"answer": "Fined"})])
    assert not Clock.objects.running().about(opinion).exists()


def test_no_opinion_before_non_prosecution(cast):
    crime = stories.criminal(cast)
    stories.suspect(cast, crime)
    share_case(crime.case, actor=cast[CUSTOMS], agency="SPP", profile="full", reason="review")
    data = {"receiver": "GACC", "title": "Opinion", "report": "A fine", "origin": str(crime.pk)}
    opinion = CASE_ACTIONS["give_opinion"](Case.objects.get(pk=crime.case_id), actor=cast["procurator"], **data)
    with refused_for("held"):
        stories.walk(cast, opinion, [("send", "procurator", {})])


# Recorded from paper -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("agency", "kind"), [("PPSD_45", "reverse"), ("CITY_SPP", "opinion")])
def test_what_an_absent_agency_sent_on_paper_is_recorded_for_it(cast, agency, kind):
    code = agency if kind == "reverse" else stories.absent_procuratorate()
    case = stories.case(cast)
    kept = stories.incoming(cast, matter=case, agency=code, number="公移〔2026〕8号", title="Returned")
    data = {"paper": str(kept.pk), "report": "No crime was found"}
    back = perform(RESOURCES["cases"], cast[CUSTOMS], case, "record_return", data).created
    assert (back.kind, back.state, back.sender.code, back.number) == (kind, "SENT", code, "公移〔2026〕8号")
    event = Event.objects.get(object_id=back.pk)
    assert event.on_behalf_of_id == back.sender_id
    running = Clock.objects.running().about(back)
    assert running.exists() == (kind == "opinion")
    stories.walk(cast, back, [("accept", CUSTOMS, {})])
    assert back.resumed.agency.code == "GACC"


def test_a_paper_of_an_agency_in_the_system_does_not_replace_its_action(cast):
    case = stories.case(cast)
    kept = stories.incoming(cast, matter=case, agency="SPP")
    with pytest.raises(Invalid):
        perform(RESOURCES["cases"], cast[CUSTOMS], case, "record_return", {"paper": str(kept.pk), "report": "x"})
    assert not Referral.objects.filter(case=case).exists()
    assert not Proceeding.objects.filter(case=case).exists()
