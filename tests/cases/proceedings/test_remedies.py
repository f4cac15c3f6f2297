"""Reconsideration and lawsuits in succession; enforcement when none is left (ARL, ALL, ACL)."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from agencies.kernel.errors import Invalid
from cases.clocks.models import Clock
from tests import stories
from tests.refusals import refused
from tests.stories.basics import running


def walk(cast, line, *verbs, **given):
    for verb in verbs:
        stories.walk(cast, line, [(verb, "customs.officer", given)])


def seek(cast, line, kind):
    walk(cast, line, "seek_remedy", remedy=kind, body="The next higher customs")


def lapse(line, *codes):
    past = timezone.now() - timedelta(days=1)
    Clock.objects.running().about(line).filter(rule__code__in=codes).update(due_at=past, breach_at=past)


def test_a_reconsideration_runs_its_periods(cast):
    line = stories.served(cast)
    seek(cast, line, "reconsideration")
    assert (line.state, running(line)) == ("REMEDY", {"ADM_PAY", "REC_ACCEPT"})
    walk(cast, line, "accept_remedy")
    assert running(line) == {"ADM_PAY", "REC_DECIDE", "REC_FORWARD"}
    walk(cast, line, "take_copy")
    assert running(line) == {"ADM_PAY", "REC_DECIDE", "REC_REPLY"}
    walk(cast, line, "reply")
    assert running(line) == {"ADM_PAY", "REC_DECIDE"}
    walk(cast, line, "uphold", reason="Lawful")
    assert (line.state, running(line)) == ("SERVED", {"ADM_PAY", "LIT_AFTER_REC"})


def annul(cast, line, verb):
    asked = stories.correction(cast, "annul", of=line, verb=verb)
    stories.walk(cast, asked, [("confirm", "customs.lead", {})])
    line.refresh_from_db()


def test_a_remedy_recorded_in_error_goes_with_its_record_and_may_be_sought_again(cast):
    line = stories.served(cast)
    seek(cast, line, "reconsideration")
    annul(cast, line, "seek_remedy")
    assert (line.state, line.remedies.count()) == ("SERVED", 0)
    seek(cast, line, "litigation")
    assert [(one.kind, one.ended_at) for one in line.remedies.all()] == [("litigation", None)]


def test_a_remedy_whose_end_is_annulled_is_pending_again(cast):
    line = stories.served(cast)
    seek(cast, line, "reconsideration")
    walk(cast, line, "accept_remedy")
    walk(cast, line, "uphold", reason="Lawful")
    annul(cast, line, "uphold")
    assert (line.state, [(one.ended_at, one.result) for one in line.remedies.all()]) == ("REMEDY", [(None, "")])
    walk(cast, line, "revoke", reason="Unlawful")
    assert [one.result for one in line.remedies.all()] == ["revoked"]


def correct(cast, line, verb, when):
    asked = stories.correction(cast, "correct", of=line, verb=verb, when=when, new_paper="海关〔2026〕8号")
    stories.walk(cast, asked, [("confirm", "customs.lead", {})])


def test_a_remedy_begins_and_ends_when_its_records_say_after_their_correction(cast):
    line = stories.served(cast)
    seek(cast, line, "reconsideration")
    walk(cast, line, "accept_remedy")
    walk(cast, line, "take_copy")
    walk(cast, line, "reply")
    walk(cast, line, "uphold", reason="Lawful")
    columns = {"seek_remedy": "sought_at", "accept_remedy": "accepted_at", "take_copy": "copy_at"}
    columns |= {"reply": "replied_at", "uphold": "ended_at"}
    for verb, column in reversed(columns.items()):
        was = getattr(line.remedies.get(), column)
        correct(cast, line, verb, was - timedelta(microseconds=1))
        assert getattr(line.remedies.get(), column) == was - timedelta(microseconds=1), verb
        correct(cast, line, verb, was)
        assert getattr(line.remedies.get(), column) == was, verb


def test_only_the_remedy_that_a_corrected_record_ended_moves(cast):
    line = stories.served(cast)
    for kind in ("reconsideration", "litigation"):
        seek(cast, line, kind)
        walk(cast, line, "uphold", reason="Lawful")
    first, second = line.remedies.all()
    correct(cast, line, "uphold", second.ended_at + timedelta(microseconds=1))
    assert [one.ended_at for one in line.remedies.all()] == [
        first.ended_at,
        second.ended_at + timedelta(microseconds=1),
    ]


@pytest.mark.parametrize(("verb", "given"), [("uphold", {"reason": "Lawful"}), ("take_copy", {}), ("reply", {})])
def test_no_step_of_a_remedy_is_recorded_before_the_step_that_it_follows(cast, verb, given):
    line = stories.served(cast)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        seek(cast, line, "reconsideration")
    with time_machine.travel(timezone.now() + timedelta(days=9)):
        walk(cast, line, "accept_remedy")
        with pytest.raises(Invalid) as no:
            walk(cast, line, verb, happened_at=timezone.now() - timedelta(days=4), paper="复议〔2026〕1号", **given)
        assert [(one.pointer, one.code) for one in no.value.errors] == [("/happened_at", "order")]
        walk(cast, line, verb, **given)


def test_remedies_follow_each_other_and_each_is_a_row(cast):
    line = stories.served(cast)
    decided_in = {"reconsideration": "REC_DECIDE", "litigation": "LIT_FIRST", "appeal": "LIT_SECOND"}
    then = {"reconsideration": "LIT_AFTER_REC", "litigation": "LIT_APPEAL", "appeal": ""}
    for kind, code in decided_in.items():
        seek(cast, line, kind)
        walk(cast, line, "accept_remedy")
        assert running(line) & set(decided_in.values()) == {code}
        walk(cast, line, "uphold", reason="Lawful")
        assert running(line) - {"ADM_PAY"} == {then[kind]} - {""}
    assert list(line.remedies.values_list("kind", "result")) == [
        *(("reconsideration", "upheld"), ("litigation", "upheld"), ("appeal", "upheld"))
    ]


def test_a_sued_agency_answers_with_its_evidence_in_fifteen_days(cast):
    """ALL art. 67: late, the act is treated as without evidence."""
    line = stories.served(cast)
    seek(cast, line, "litigation")
    walk(cast, line, "accept_remedy")
    walk(cast, line, "take_copy")
    answer = Clock.objects.running().about(line).get(rule__code="LIT_ANSWER")
    assert (answer.rule.kind, answer.agency.code) == ("duty", "GACC")
    assert 15 <= (answer.due_at - answer.started_at).days <= 25
    walk(cast, line, "reply")
    assert running(line) == {"ADM_PAY", "LIT_FIRST"}


def test_summary_procedure_has_its_own_shorter_periods(cast):
    line = stories.served(cast)
    seek(cast, line, "reconsideration")
    walk(cast, line, "accept_remedy", summary_remedy=True)
    assert running(line) == {"ADM_PAY", "REC_DECIDE_SUMMARY", "REC_FORWARD_SUMMARY"}
    walk(cast, line, "take_copy")
    assert running(line) == {"ADM_PAY", "REC_DECIDE_SUMMARY", "REC_REPLY_SUMMARY"}
    walk(cast, line, "uphold", reason="Lawful")
    seek(cast, line, "litigation")
    walk(cast, line, "accept_remedy")
    assert "LIT_FIRST" in running(line), "the next remedy is not summary because the last one was"


def test_a_reconsideration_opinion_is_answered_within_sixty_days(cast):
    line = stories.served(cast)
    assert refused(cast, line, "report_opinion") == {"opinion"}
    walk(cast, line, "take_opinion", paper="复议意见〔2026〕1号")
    assert "REC_OPINION" in running(line)
    walk(cast, line, "report_opinion")
    assert "REC_OPINION" not in running(line)


def test_after_a_rejected_remedy_a_lawsuit_is_possible(cast):
    line = stories.served(cast)
    seek(cast, line, "reconsideration")
    walk(cast, line, "refuse_remedy", reason="Too late")
    assert running(line) == {"ADM_PAY", "LIT_AFTER_REC"}


def test_a_changed_decision_has_the_new_fine_and_unpublished_starts_no_duty_to_withdraw_it(cast):
    line = stories.served(cast)
    seek(cast, line, "reconsideration")
    walk(cast, line, "change", fine_cny="100000", reason="Too high")
    assert (line.state, line.fine_cny) == ("SERVED", 100_000)
    assert "ADM_UNPUBLISH" not in running(line)


def test_a_revoked_decision_is_decided_again(cast):
    line = stories.served(cast)
    seek(cast, line, "litigation")
    walk(cast, line, "revoke", reason="Procedure")
    assert (line.state, line.result, line.fine_cny, line.decision_number) == ("OPEN", "", None, "")
    assert running(line) == set()
    assert line.remedies.get().result == "revoked"


def test_the_agency_applies_to_the_court_after_demand_and_lapsed_remedies(cast):
    line = stories.served(cast)
    assert refused(cast, line, "enforce") == {"payment"}
    lapse(line, "ADM_PAY")
    walk(cast, line, "enforce")
    assert (line.state, "ENF_DEMAND" in running(line)) == ("ENFORCE", True)
    assert refused(cast, line, "lapse") == {"remedies"}
    assert refused(cast, line, "apply_court") == {"demand", "remedies"}
    lapse(line, "REC_APPLY", "LIT_DIRECT")
    ends = Clock.objects.about(line).get(rule__code="LIT_DIRECT").due_at
    walk(cast, line, "lapse")
    duty = Clock.objects.running().about(line).get(rule__code="ENF_APPLY")
    assert duty.started_at == ends
    assert refused(cast, line, "apply_court") == {"demand"}
    lapse(line, "ENF_DEMAND")
    walk(cast, line, "apply_court")
    assert line.court_applied_at is not None
    assert running(line) == set()


def test_after_a_lost_suit_no_right_is_left(cast):
    line = stories.served(cast)
    seek(cast, line, "litigation")
    walk(cast, line, "uphold", reason="Lawful")
    lapse(line, "ADM_PAY")
    assert refused(cast, line, "lapse") == {"remedies"}, "the judgment may still be appealed (ALL art. 85)"
    lapse(line, "LIT_APPEAL")
    walk(cast, line, "enforce", "lapse")
    assert running(line) == {"ENF_DEMAND", "ENF_APPLY"}


def test_a_paid_fine_is_not_enforced_and_the_party_may_still_sue(cast):
    line = stories.served(cast)
    walk(cast, line, "pay", on="fine", amount="300000", receipt="R1")
    assert refused(cast, line, "enforce") == {"paid"}
    walk(cast, line, "perform")
    seek(cast, line, "litigation")
    walk(cast, line, "withdraw_remedy")
    walk(cast, line, "perform")
    assert line.state == "PERFORMED"


def test_the_publication_of_a_revoked_decision_is_withdrawn_in_three_working_days(cast):
    line = stories.served(cast)
    assert refused(cast, line, "unpublish", reason="None") == {"published"}
    walk(cast, line, "publish", published_where="https://customs.example/1")
    assert line.is_published
    seek(cast, line, "reconsideration")
    walk(cast, line, "revoke", reason="Facts")
    assert running(line) == {"ADM_UNPUBLISH"}
    walk(cast, line, "unpublish", reason="Revoked on reconsideration")
    assert (running(line), line.is_published) == (set(), False)


def test_the_ban_on_licences_is_mofcoms_and_runs_five_years_from_service(cast):
    line = stories.served(cast)
    assert refused(cast, line, "ban", "customs.head", reason="Grave") == {"authority"}
    type(line.proceeding).objects.filter(pk=line.proceeding_id).update(kind="commerce")
    line = type(line).objects.get(pk=line.pk)
    stories.walk(cast, line, [("ban", "customs.head", {"reason": "Grave", "barred_persons": "The manager"})])
    ban = Clock.objects.running().about(line).get(rule__code="LICENCE_BAN")
    assert (ban.started_at, ban.due_at.year) == (line.served_at, line.served_at.year + 5)
    stories.walk(cast, line, [("lift_ban", "customs.head", {"reason": "Lifted"})])
    assert "LICENCE_BAN" not in running(line)
