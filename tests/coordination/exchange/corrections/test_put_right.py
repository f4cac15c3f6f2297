"""Two people of an agency correct its record; nothing is overwritten, and all periods are recalculated."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from agencies.journal.models import Event, StateInterval
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.records import kind_of
from agencies.kernel.resource import RESOURCES
from cases.casefile.models import Case, Hold
from cases.clocks.models import Breach, Clock, ClockChange
from cases.clocks.raising import raise_breaches
from cases.proceedings.measure_actions import ALL_ENDS, lapse_measures
from coordination.exchange.corrections.actions import propose_correction
from coordination.exchange.corrections.models import Correction
from coordination.exchange.corrections.record import model_of
from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks.models import Task
from tests import stories
from tests.journal import verify_streams
from tests.kept_stories import story
from tests.refusals import refused_for

PAPER = "更正〔2026〕1号"


@story
def delivered(cast, days_ago=0):
    """A transfer delivered by customs, recorded `days_ago`."""
    transfer = stories.transfer(cast, "APPROVED")
    long_ago = timezone.now() - timedelta(days=60)
    Referral.objects.filter(pk=transfer.pk).update(state_since=long_ago)
    at = timezone.now() - timedelta(days=days_ago)
    stories.walk(cast, transfer, [("deliver", "customs.officer", {"happened_at": at})])
    return transfer


def propose(cast, thing, verb, kind="annul", **given):
    return stories.correction(cast, kind, of=thing, verb=verb, **given)


def confirm(cast, correction, who="customs.lead"):
    stories.walk(cast, correction, [("confirm", who, {})])


def missing(refused):
    return {one.code for one in refused.value.missing}


def test_one_proposes_once_and_a_second_person_confirms(cast):
    case = stories.concluded(cast)
    correction = propose(cast, case, "conclude")
    with refused_for("open"):
        propose(cast, case, "conclude")
    assert Case.objects.get(pk=case.pk).state == "CONCLUDED"
    confirm(cast, correction)
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("OPENED", "")
    assert correction.state == "CONFIRMED"
    assert not list(verify_streams())


def test_an_agency_corrects_only_its_own_records(cast):
    case = stories.shared_case(cast)
    event = Event.objects.filter(object_id=case.pk, agency_id=cast["customs.officer"].agency_id).latest("id")
    with pytest.raises(Forbidden):
        propose_correction(event, actor=cast["commerce.lead"], kind="annul", paper=PAPER, reason="wrong")


def test_what_the_system_ended_is_over_since_then_when_its_release_is_annulled(cast):
    measure = stories.measure(cast, stories.suspect(cast))
    ends = Clock.objects.about(measure).running().filter(rule__code__in=ALL_ENDS)
    over = ends.earliest("due_at").due_at + timedelta(hours=1)
    with time_machine.travel(over, tick=False):
        assert lapse_measures() == 1
        since = type(measure).objects.get(pk=measure.pk).state_since
    with time_machine.travel(over + timedelta(hours=2)):
        stories.walk(cast, measure, [("release", "antismuggling.officer", {"reason": "No need", "paper": PAPER})])
        event = Event.objects.get(object_id=measure.pk, verb="release")
        officer = cast["antismuggling.officer"]
        proposed = propose_correction(event, actor=officer, kind="annul", paper=PAPER, reason="typed wrong")
        confirm(cast, proposed, "antismuggling.lead")
    measure.refresh_from_db()
    assert (measure.state, measure.state_since) == ("OVER", since)


def test_the_old_event_stays_and_the_new_one_refers_to_it(cast):
    case = stories.concluded(cast)
    event = Event.objects.filter(object_id=case.pk, verb="conclude").get()
    confirm(cast, propose(cast, case, "conclude"))
    later = Event.objects.get(refers_to=event)
    assert (later.verb, later.from_state, later.to_state) == ("annul", "CONCLUDED", "OPENED")
    text = cast.browser("customs.officer").get(reverse("case", args=[case.pk]) + "?tab=timeline").text
    assert "<del>concluded the case</del>" in text
    assert "annulled an earlier record" in text


def test_a_corrected_time_moves_state_and_time_columns(cast):
    transfer = delivered(cast)
    approved = Event.objects.get(object_id=transfer.pk, verb="approve").happened_at
    at = approved + (transfer.delivered_at - approved) / 2
    confirm(cast, propose(cast, transfer, "deliver", "correct", when=at))
    transfer.refresh_from_db()
    assert (transfer.state_since, transfer.delivered_at) == (at, at)
    text = cast.browser("customs.officer").get(reverse("referral", args=[transfer.pk])).text
    assert "corrected to" in text


def test_a_corrected_start_counts_its_periods_anew_and_keeps_the_old_due_times(cast):
    held = stories.proceeding(cast)
    stories.walk(cast, held, [("query", "customs.officer", {})])
    clock = Clock.objects.about(held).get(rule__code="CUS_QUERY_REPLY")
    was = clock.due_at
    type(held).objects.filter(pk=held.pk).update(opened_at=timezone.now() - timedelta(days=90))
    first = Event.objects.filter(object_id=held.pk, verb="open_proceeding").get()
    at = timezone.now() - timedelta(days=30)
    early = propose_correction(
        first, actor=cast["customs.officer"], kind="correct", when=at, paper=PAPER, reason="typed wrong"
    )
    confirm(cast, early)
    confirm(cast, propose(cast, held, "query", "correct", when=at))
    clock.refresh_from_db()
    change = ClockChange.objects.get(clock=clock)
    assert (clock.started_at, change.why, change.was_due_at, change.due_at) == (at, "correct", was, clock.due_at)
    assert clock.due_at < was


def test_a_period_stopped_before_its_corrected_start_has_run_no_time(cast):
    held = stories.proceeding(cast)
    sent, stopped = (timezone.now() - timedelta(days=days) for days in (20, 10))
    type(held).objects.filter(pk=held.pk).update(state_since=sent - timedelta(days=1))
    stories.walk(cast, held, [("query", "customs.officer", {"happened_at": sent})])
    clock = Clock.objects.about(held).get(rule__code="CUS_QUERY_REPLY")
    stories.walk(cast, clock, [("stop", "customs.lead", {"happened_at": stopped, "paper": PAPER, "reason": "Moot"})])
    at = timezone.now() - timedelta(days=2)
    confirm(cast, propose(cast, held, "query", "correct", when=at))
    clock.refresh_from_db()
    assert (clock.started_at, clock.stopped_at, clock.state) == (at, at, "STOPPED")


def test_what_began_by_another_record_cannot_end_before_it(cast):
    held = stories.measure(cast, stories.suspect(cast))
    given = {"reason": "No need", "paper": PAPER}
    stories.walk(cast, held, [("release", "antismuggling.officer", given)])
    event = Event.objects.get(object_id=held.pk, verb="release")
    early = {"kind": "correct", "when": timezone.now() - timedelta(days=30), "paper": PAPER, "reason": "typed wrong"}
    with pytest.raises(Invalid) as invalid:
        propose_correction(event, actor=cast["antismuggling.officer"], **early)
    assert [(one.pointer, one.code) for one in invalid.value.errors] == [("/when", "order")]
    correction = propose_correction(event, actor=cast["antismuggling.officer"], **early | {"when": event.happened_at})
    type(correction).objects.filter(pk=correction.pk).update(happened_at=early["when"])  # as if it had begun earlier
    with refused_for("order"):
        confirm(cast, correction, "antismuggling.head")
    assert Event.objects.filter(refers_to=event).count() == 0


def test_a_false_breach_is_annulled_with_its_reason_and_a_true_one_raised_at_its_time(cast):
    long_ago, sent = timezone.now() - timedelta(days=90), timezone.now() - timedelta(days=60)
    case = stories.case(cast)
    request = stories.assistance(cast, matter=case, happened_at=long_ago, paper=PAPER)
    stories.walk(cast, request, [("send", "customs.officer", {"happened_at": sent})])
    clock = Clock.objects.about(request).get()
    raise_breaches()
    false = Breach.objects.get(clock=clock)
    confirm(cast, propose(cast, request, "send", "correct", when=timezone.now() - timedelta(hours=1)))
    false.refresh_from_db()
    assert (false.annulled_because, bool(false.annulled_at)) == ("typed wrong", True)
    assert raise_breaches() == 0
    confirm(cast, propose(cast, request, "send", "correct", when=sent - timedelta(days=9)))
    assert raise_breaches() == 1
    clock.refresh_from_db()
    assert Breach.objects.get(clock=clock, annulled_at=None).breached_at == clock.breach_at


def test_annulment_resumes_stopped_clocks_and_ends_started_ones(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    stories.walk(cast, transfer, [("approve", "customs.head", stories.ON_PAPER)])
    wrong = propose(cast, transfer, "approve")
    with refused_for("office"):
        confirm(cast, wrong)
    confirm(cast, wrong, "customs.head")
    transfer.refresh_from_db()
    running = set(Clock.objects.running().about(transfer).values_list("rule__code", flat=True))
    assert (transfer.state, running) == ("HEAD_DECISION", {"TRF_APPROVE"})
    assert set(ClockChange.objects.values_list("clock__rule__code", "why")) == {
        ("TRF_APPROVE", "correct"),
        ("TRF_HANDOVER", "correct"),
    }
    assert transfer.due_at is not None


def test_an_annulment_lifts_holds_restores_the_step_task_and_the_move_may_be_made_again(cast):
    transfer = delivered(cast)
    assert Hold.objects.standing().filter(source=transfer.pk, verb="punish").exists()
    confirm(cast, propose(cast, transfer, "deliver"))
    transfer.refresh_from_db()
    assert (transfer.state, transfer.delivered_at) == ("APPROVED", None)
    assert not Hold.objects.standing().filter(source=transfer.pk, verb="punish").exists()
    assert [task.step for task in Task.objects.open().filter(source=transfer.pk)] == ["HAND_OVER"]
    stories.walk(cast, transfer, [("deliver", "customs.officer", {}), ("accept", "antismuggling.officer", {})])
    assert transfer.state == "ACCEPTED"
    assert not list(verify_streams())


def test_a_hold_that_was_lifted_and_placed_anew_by_the_annulled_record_stands_once(cast):
    transfer = delivered(cast)
    held = Hold.objects.standing().get(source=transfer.pk, verb="punish")
    stories.walk(cast, transfer, [("accept", "antismuggling.officer", {})])
    accepted = Event.objects.get(object_id=transfer.pk, verb="accept")
    Hold.objects.standing().filter(pk=held.pk).update(lifted_at=timezone.now())
    same = {
        name: getattr(held, name)
        for name in ("case_id", "verb", "because", "agency_id", "source", "party_id", "act_id")
    }
    anew = Hold.objects.create(**same)
    asked = propose_correction(accepted, actor=cast["antismuggling.lead"], kind="annul", paper=PAPER, reason="wrong")
    confirm(cast, asked, "antismuggling.head")
    assert (
        [one.pk for one in Hold.objects.standing().filter(source=transfer.pk, verb="punish")] == [held.pk] != [anew.pk]
    )


def test_the_restored_state_began_when_it_was_entered_and_not_with_a_later_act_in_it(cast):
    proceeding = stories.proceeding(cast)
    opened = proceeding.state_since
    with time_machine.travel(timezone.now() + timedelta(days=20)):
        audit = {"audit_from": timezone.localdate(), "reason": "prices", "paper": "稽查通知书1号"}
        stories.walk(cast, proceeding, [("serve_audit", "customs.officer", audit)])
        stories.walk(cast, proceeding, [("file", "customs.lead", {"external_number": "沪关缉违字〔2026〕9号"})])
        confirm(cast, propose(cast, proceeding, "file"))
        proceeding.refresh_from_db()
        assert (proceeding.state, proceeding.state_since) == ("VERIFY", opened)
        stories.walk(cast, proceeding, [("file", "customs.lead", {"external_number": "沪关缉违字〔2026〕9号"})])
    assert StateInterval.objects.get(object_id=proceeding.pk).entered_at == opened


def test_dependent_rows_are_named_with_the_remedy(cast):
    transfer = stories.transfer(cast, "FILED")
    event = Event.objects.get(object_id=transfer.pk, verb="file")
    with pytest.raises(TransitionRefused) as no:
        propose_correction(event, actor=cast["antismuggling.lead"], kind="annul", paper=PAPER, reason="wrong")
    assert missing(no) == {"hanging"}
    assert "proceeding" in no.value.detail


@pytest.mark.parametrize(
    ("make", "who", "verb", "what"),
    [
        (lambda cast: stories.conference(cast, "MINUTES"), "customs", "write_minutes", "minutes"),
        (lambda cast: stories.agency_opinion(cast, "WITH_LEAD"), "commerce", "draft", "opinion level"),
        (lambda cast: offered(cast), "customs", "hand_over", "custody event"),
    ],
    ids=["minutes", "view of a level", "entry of a ledger"],
)
def test_rows_that_an_act_wrote_and_nothing_takes_back_prevent_its_annulment_by_name(cast, make, who, verb, what):
    event = Event.objects.filter(object_id=make(cast).pk, verb=verb).latest("pk")
    with pytest.raises(TransitionRefused) as no:
        propose_correction(event, actor=cast[f"{who}.officer"], kind="annul", paper=PAPER, reason="wrong")
    assert missing(no) == {"hanging"}
    assert what in no.value.detail


def offered(cast):
    lot = stories.lot(cast)
    stories.walk(cast, lot, [("hand_over", "customs.officer", {"receiver": "MOFCOM_SCB", "paper": PAPER})])
    return lot


def test_a_package_goes_with_the_record_that_froze_it(cast):
    request = stories.assistance(cast, "SENT")
    wrong = request.packages.get()
    confirm(cast, propose(cast, request, "send"))
    request.refresh_from_db()
    assert (request.state, request.packages.count()) == ("DRAFT", 0)
    assert Event.objects.get(object_id=request.pk, verb="annul").remark.data["packages"] == [wrong.digest]
    stories.walk(cast, request, [("send", "customs.officer", {})])
    assert [(one.number, one.pk != wrong.pk) for one in request.packages.all()] == [(1, True)]


def test_the_first_record_and_one_that_changed_no_state_are_not_annulled(cast):
    transfer = stories.transfer(cast, "DRAFT_REPORT")
    with refused_for("first"):
        propose(cast, transfer, "draft")
    stories.walk(
        cast,
        transfer,
        [("edit", "customs.officer", {"title": "Better", "receiver": "GACC_ASB", "offence": "SMUG_PROHIBITED"})],
    )
    with refused_for("no_state"):
        propose(cast, transfer, "edit")


def test_a_time_stays_between_previous_and_next_event_and_the_next_is_annulled_first(cast):
    transfer = delivered(cast)
    stories.walk(cast, transfer, [("accept", "antismuggling.officer", {})])
    accepted = Event.objects.get(object_id=transfer.pk, verb="accept").happened_at
    for at in (accepted + timedelta(microseconds=1), timezone.now() - timedelta(days=400)):
        with refused_for("order"):
            propose(cast, transfer, "deliver", "correct", when=at)
    with refused_for("later"):
        propose(cast, transfer, "deliver")
    for when in (timezone.now() + timedelta(days=1), None):
        with pytest.raises(Invalid):
            propose(cast, transfer, "deliver", "correct", when=when)


def test_the_page_offers_the_agencies_own_records_and_the_api_takes_the_same(cast):
    case = stories.shared_case(cast)
    stories.walk(cast, case, [("conclude", "customs.lead", {"outcome": "Nothing found", **stories.NO_CRIME})])
    event = Event.objects.get(object_id=case.pk, verb="conclude")
    page = cast.browser("customs.officer").get(reverse("correct", args=["cases", case.pk]), {"event": event.digest})
    assert event.digest in dict(page.context["form"].fields["event"].choices)
    foreign = cast.browser("commerce.officer").get(reverse("correct", args=["cases", case.pk]))
    assert event.digest not in dict(foreign.context["form"].fields["event"].choices)
    body = {"event": event.digest, "kind": "annul", "paper": PAPER, "reason": "wrong case"}
    made = cast.browser("customs.officer").post(
        f"/api/v1/cases/{case.pk}/correct/", body, content_type="application/json"
    )
    assert made.status_code == 201, made.text
    assert Correction.objects.get(pk=made.json()["id"]).event_id == event.pk
    again = cast.browser("commerce.officer").post(
        f"/api/v1/cases/{case.pk}/correct/", body, content_type="application/json"
    )
    assert again.status_code == 400


@pytest.mark.parametrize(
    "resource", [one for one in RESOURCES.values() if one.actions], ids=lambda resource: resource.name
)
def test_the_record_finds_the_rows_of_every_resource(resource):
    assert model_of(resource.kind) is resource.model
    assert kind_of(resource.model) == resource.kind


def extended(cast):
    """A detention that the head of the district customs extended by mistake."""
    clock = Clock.objects.about(stories.property_measure(cast)).get(rule__code="CUS_DETAIN_GOODS")
    given = {"step": "1", "paper": "延长〔2026〕1号", "reason": "complex"}
    due_at = clock.due_at
    stories.walk(cast, clock, [("extend", "customs.head", given)])
    assert clock.due_at > due_at
    return clock, due_at


def test_an_extension_granted_in_error_is_annulled_and_may_be_granted_again(cast):
    clock, due_at = extended(cast)
    confirm(cast, propose(cast, clock, "extend"))
    clock.refresh_from_db()
    assert (clock.state, clock.due_at, clock.extensions.count()) == ("RUNNING", due_at, 0)
    assert [change.why for change in clock.changes.all()] == ["extend", "correct"]
    assert clock.changes.last().due_at == due_at
    stories.walk(cast, clock, [("extend", "customs.head", {"step": "1", "paper": "2", "reason": "complex"})])
    assert clock.due_at > due_at


def test_a_period_that_ended_meanwhile_is_overdue_once_its_extension_is_annulled(cast):
    clock, _due_at = extended(cast)
    other = timezone.now() - timedelta(days=400)
    Clock.objects.filter(pk=clock.pk).update(started_at=other)
    confirm(cast, propose(cast, clock, "extend"))
    clock.refresh_from_db()
    assert clock.due_at < timezone.now()


def test_a_lead_closed_in_error_is_open_again_with_its_period(cast):
    lead = stories.lead(cast)
    given = {"closing": "false_lead", "reason": "wrong lead"}
    stories.walk(cast, lead, [("take_up", "customs.officer", {}), ("close", "customs.officer", given)])
    confirm(cast, propose(cast, lead, "close"))
    lead.refresh_from_db()
    assert (lead.state, lead.closing) == ("TAKEN_UP", "")
    assert Clock.objects.running().about(lead).exists()
    assert not list(verify_streams())


def test_a_corrected_time_of_a_lead_is_shown_on_its_page(cast):
    lead = stories.lead(cast)
    stories.walk(cast, lead, [("take_up", "customs.officer", {})])
    event = Event.objects.get(object_id=lead.pk, verb="take_up")
    page = cast.browser("customs.officer").get(f"/leads/{lead.pk}/").content.decode()
    assert reverse("correct", args=["leads", lead.pk]) in page
    browser = cast.browser("customs.officer")
    data = {
        "event": event.digest,
        "kind": "correct",
        "new_paper": "值班记录7号",
        "paper": PAPER,
        "reason": "typed wrong",
    }
    made = browser.post(f"/api/v1/leads/{lead.pk}/correct/", data, content_type="application/json")
    assert (made.status_code, made.json()["lead"], made.json()["case"]) == (201, str(lead.pk), None)
    correction = Correction.objects.get(pk=made.json()["id"])
    for where in ("/corrections/", f"/corrections/{correction.pk}/"):
        assert lead.title in browser.get(where).content.decode()
    confirm(cast, correction)
    assert "corrected an earlier record" in browser.get(f"/leads/{lead.pk}/").content.decode()


@pytest.mark.parametrize("verb", ["promote", "attach"])
def test_actions_that_moved_rows_are_undone_by_their_opposite(cast, verb):
    lead = stories.lead(cast)
    given = {"title": "A case", "handling": "H1"} if verb == "promote" else {"case": str(stories.case(cast).pk)}
    stories.walk(cast, lead, [(verb, "customs.officer", given)])
    with refused_for("opposite"):
        propose(cast, lead, verb)


def test_a_promotion_that_was_undone_is_not_brought_back_by_annulling_that(cast):
    lead = stories.lead(cast)
    stories.walk(cast, lead, [("promote", "customs.officer", {"title": "A case", "handling": "H1"})])
    stories.walk(cast, lead, [("undo_promotion", "customs.lead", {"reason": "wrong lead"})])
    with refused_for("opposite"):
        propose(cast, lead, "undo_promotion")
