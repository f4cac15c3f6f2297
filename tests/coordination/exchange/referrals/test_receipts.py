"""A notice has two dates, and the periods of its addressee run from the second (D310 arts. 9, 12; MPSP art. 180)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.journal.models import Event
from agencies.kernel.errors import Forbidden, Invalid
from cases.clocks.models import Clock
from coordination.exchange.corrections.actions import propose_correction
from coordination.exchange.referrals.models import Referral
from coordination.exchange.referrals.open_items import WATCHED
from coordination.exchange.referrals.presentation import shown
from coordination.exchange.referrals.receipts import periods_of_notice
from coordination.exchange.referrals.workflow import BY_KIND
from coordination.exchange.tasks.models import Task
from coordination.workspace.worklist import worklist
from tests import stories
from tests.refusals import refused_for

SENDER, POLICE, HEAD, PROCURATOR = "customs.officer", "antismuggling.officer", "antismuggling.head", "procurator"
BY_THE_NOTICE = {
    *("TRF_RECON_APPLY", "TRF_GOODS", "TRF_PROC_SUGGEST", "TRF_SUPPLEMENT"),
    *("SUP_EXPLAIN", "SUP_OVERDUE", "SUP_FILE", "REV_PROC_OPINION", "INT_DEMAND"),
}
# A referral in whose state a notice waits, its addressee, its issuer, and the period of the notice.
WAITING = [
    (lambda cast: stories.transfer(cast, "SUPPLEMENT"), SENDER, POLICE, "TRF_SUPPLEMENT"),
    (lambda cast: stories.transfer(cast, "FILED"), SENDER, POLICE, "TRF_GOODS"),
    (lambda cast: stories.transfer(cast, "NOT_FILED"), SENDER, POLICE, "TRF_RECON_APPLY"),
    (lambda cast: stories.transfer(cast, "UPHELD"), SENDER, POLICE, "TRF_PROC_SUGGEST"),
    (lambda cast: stories.supervision(cast, "REASONS_ASKED"), POLICE, PROCURATOR, "SUP_EXPLAIN"),
    (lambda cast: stories.supervision(cast, "ORDERED"), POLICE, PROCURATOR, "SUP_FILE"),
    (lambda cast: stories.opinion(cast, "SENT"), SENDER, PROCURATOR, "REV_PROC_OPINION"),
    (lambda cast: stories.demand(cast, "SENT"), SENDER, PROCURATOR, "INT_DEMAND"),
]


def running(referral):
    """The periods of the notice that run, and the watch over its receipt."""
    clocks = Clock.objects.running().about(referral).exclude(rule__code="TRF_REVIEW").select_related("rule", "agency")
    return {clock.rule.code: clock for clock in clocks}


def long_ago(days=8):
    return timezone.now() - timedelta(days=days)


def test_these_periods_begin_with_a_notice_and_with_nothing_else():
    lines = [line for workflow in BY_KIND.values() for line in workflow.transitions.values()]
    by_notice = {code for line in lines if line.notice for code in line.starts}
    assert by_notice == BY_THE_NOTICE
    assert not by_notice & {code for line in lines if not line.notice for code in line.starts}


def test_each_notice_has_an_act_of_receipt_in_the_state_to_which_it_leads():
    for workflow in BY_KIND.values():
        for line in workflow.transitions.values():
            if line.notice:
                assert line.to in workflow.transitions["confirm_receipt"].sources
                assert line.to in workflow.transitions["record_service"].sources


@pytest.mark.parametrize(("made", "addressee", "issuer", "code"), WAITING)
def test_until_the_receipt_the_issuer_watches_and_then_the_period_runs(cast, made, addressee, issuer, code):
    referral = made(cast)
    watch = running(referral)
    assert set(watch) == {"INT_RECEIPT"}
    assert watch["INT_RECEIPT"].agency_id == cast[issuer].agency_id
    with pytest.raises(Forbidden):
        stories.walk(cast, referral, [("confirm_receipt", issuer, {})])
    stories.walk(cast, referral, [("confirm_receipt", addressee, {})])
    assert {code: clock.started_at for code, clock in running(referral).items()} == {code: referral.notice_received_at}
    with refused_for("notice"):
        stories.walk(cast, referral, [("confirm_receipt", addressee, {})])


def test_a_non_filing_recorded_eight_days_late_leaves_the_agency_its_three_days(cast):
    transfer = stories.transfer(cast, "ACCEPTED")
    Referral.objects.filter(pk=transfer.pk).update(state_since=long_ago(9))
    transfer.refresh_from_db()
    late = {"ending_reason": "No crime", "happened_at": long_ago(8), "paper": "不立〔2026〕8号"}
    stories.walk(cast, transfer, [("not_file", HEAD, late)])
    assert "TRF_RECON_APPLY" not in running(transfer)
    stories.received(cast, transfer)
    right = running(transfer)["TRF_RECON_APPLY"]
    assert right.due_at > timezone.now()
    stories.walk(cast, transfer, [("ask_reconsideration", SENDER, {"letter": "There was a crime."})])
    assert transfer.state == "RECONSIDERATION"


def test_the_issuer_records_the_service_from_its_proof(cast):
    transfer = stories.transfer(cast, "NOT_FILED")
    with pytest.raises(Invalid):
        stories.walk(cast, transfer, [("record_service", POLICE, {"paper": ""})])
    stories.walk(cast, transfer, [("record_service", POLICE, {"paper": "送达回证〔2026〕3号"})])
    assert set(running(transfer)) == {"TRF_RECON_APPLY"}
    assert shown(transfer, cast[SENDER])["notice"]["proof"] == "送达回证〔2026〕3号"


def test_an_answer_shows_that_the_notice_was_received(cast):
    transfer = stories.transfer(cast, "NOT_FILED")
    stories.walk(cast, transfer, [("ask_reconsideration", SENDER, {"letter": "There was a crime."})])
    assert transfer.notice_received_at == transfer.state_since
    assert set(running(transfer)) == {"TRF_RECON_DECIDE"}


def test_the_next_notice_takes_the_place_of_one_that_was_not_received(cast):
    transfer = stories.transfer(cast, "NOT_FILED")
    first = running(transfer)["INT_RECEIPT"].pk
    stories.walk(cast, transfer, [("file", HEAD, {"external_number": "海缉立〔2026〕955号"})])
    assert (transfer.notice_verb, periods_of_notice(transfer)) == ("file", ("TRF_GOODS",))
    assert set(running(transfer)) == {"INT_RECEIPT"}
    assert running(transfer)["INT_RECEIPT"].pk != first


def test_the_task_has_its_date_once_the_period_runs(cast):
    transfer = stories.transfer(cast, "FILED")
    task = Task.objects.open().get(source=transfer.pk, step="HAND_GOODS")
    assert task.due_at is None
    stories.received(cast, transfer)
    task.refresh_from_db()
    assert task.due_at == running(transfer)["TRF_GOODS"].due_at


def test_only_the_two_sides_of_a_notice_read_its_dates(cast):
    made = stories.supervision(cast, "ORDERED")
    assert {who for who in (SENDER, POLICE, PROCURATOR) if "notice" in shown(made, cast[who])} == {POLICE, PROCURATOR}
    api = cast.browser(POLICE).get(f"/api/v1/referrals/{made.pk}/").json()
    assert (api["notice"]["issuer"], api["notice"]["addressee"]) == ("SPP", "GACC_ASB")
    assert api["notice"]["received_at"] is None


@pytest.mark.parametrize(("language", "words"), [("en", "not yet received"), ("zh-hans", "尚未收到")])
def test_the_page_says_that_the_notice_is_not_yet_received(cast, language, words):
    transfer = stories.transfer(cast, "NOT_FILED")
    browser = cast.browser(SENDER, language)
    page = browser.get(f"/referrals/{transfer.pk}/").content.decode()
    assert words in page
    assert f"/referrals/{transfer.pk}/do/confirm_receipt/" in page
    stories.received(cast, transfer)
    assert words not in browser.get(f"/referrals/{transfer.pk}/").content.decode()


def test_correcting_the_time_of_receipt_moves_the_period(cast):
    transfer = stories.transfer(cast, "NOT_FILED")
    stories.received(cast, transfer)
    event = transfer_event(transfer, "confirm_receipt")
    earlier = transfer.notice_issued_at + (transfer.notice_received_at - transfer.notice_issued_at) / 2
    correction = propose_correction(
        event, actor=cast[SENDER], kind="correct", paper="收文簿〔2026〕1页", reason="Received before", when=earlier
    )
    stories.walk(cast, correction, [("confirm", "customs.lead", {})])
    transfer.refresh_from_db()
    assert transfer.notice_received_at == earlier
    assert running(transfer)["TRF_RECON_APPLY"].started_at == earlier


def transfer_event(transfer, verb):
    return Event.objects.filter(object_id=transfer.pk, verb=verb).latest("id")


def test_police_who_did_not_decide_explain_their_delay_and_not_a_refusal(cast):
    """SPPR art. 562, where no decision was made; art. 560, where they did not file."""
    transfer = stories.transfer(cast, "ACCEPTED")
    past = timezone.now() - timedelta(days=1)
    Clock.objects.about(transfer).filter(rule__code="TRF_REVIEW").update(due_at=past, breach_at=past)
    Referral.objects.filter(pk=transfer.pk).update(due_at=past, breach_at=past)
    transfer.refresh_from_db()
    suggestion = {"procuratorate": "SPP", "grounds": "No decision for weeks."}
    stories.walk(cast, transfer, [("suggest_supervision", SENDER, suggestion)])
    made = transfer.followed_by.get()
    stories.walk(cast, made, [("ask_reasons", PROCURATOR, {"letter": "Why no decision?"})])
    stories.received(cast, made)
    assert set(running(made)) == {"SUP_OVERDUE"}
    stories.walk(cast, made, [("explain", POLICE, {"letter": "The appraisal is late."})])
    assert running(made) == {}


@pytest.mark.parametrize("state", ["NOT_FILED", "FILED"])
def test_the_issuer_finds_the_record_in_their_work_when_it_is_near(cast, state):
    transfer = stories.transfer(cast, state)
    due = timezone.now() + timedelta(hours=2)
    Referral.objects.filter(pk=transfer.pk).update(due_at=due, breach_at=due)
    [issued] = lines(cast, POLICE, transfer)
    assert (str(issued.why), issued.offer().verb) == (str(WATCHED), "record_service")
    stories.received(cast, transfer)
    assert not lines(cast, POLICE, transfer)


def lines(cast, who, referral):
    """What the work of this person says about the referral itself."""
    return [line for line in worklist(cast[who]).lines if line.key == ("referral", referral.pk)]
