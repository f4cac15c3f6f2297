"""A reminder is sent, answered, repeated and closed automatically; no item is in two open letters."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from agencies.journal.models import Event
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.resource import RESOURCES
from agencies.organisations.models import Agency
from cases.casefile.models import Case
from cases.clocks.models import Clock
from coordination.actions.performing import perform as perform_verb
from coordination.automation.escalation.jobs import escalate_duties
from coordination.automation.escalation.models import Escalation, Rung
from coordination.exchange.referrals.models import Referral
from coordination.exchange.reminders.actions import send_letter, settle_letters
from coordination.exchange.reminders.jobs import settle
from coordination.exchange.reminders.models import Reminder, ReminderItem
from coordination.exchange.tasks.models import Task
from coordination.messaging.notifications.jobs import drain
from coordination.messaging.notifications.models import InboxItem, NoticeReason
from tests import stories
from tests.journal import latest_event, verify_streams
from tests.refusals import invalid_at

S = Reminder.State


def perform(cast, who, letter, verb, **given):
    letter.refresh_from_db()
    return perform_verb(RESOURCES["reminders"], cast[who], letter, verb, given).thing


def later(letter, hours):
    """Moves everything about the letter into the past by `hours`."""
    span = timedelta(hours=hours)
    Reminder.objects.filter(pk=letter.pk).update(sent_at=letter.sent_at - span, state_since=letter.state_since - span)


def test_one_action_sets_number_addressee_reply_date_and_items(cast):
    late = stories.late_task(cast)
    letter = send_letter([f"task:{late.pk}"], actor=cast["centre.coordinator"])
    assert letter.agency.code == "MOFCOM_SCB"
    assert letter.sender.code == "JECC"
    assert "督〔" in letter.number or letter.number.startswith("〔")
    assert letter.handler == cast.user("commerce.officer")
    reply = Clock.objects.get(subject_id=letter.pk, rule__code="INT_CHASE")
    letter.refresh_from_db()
    assert letter.due_at == reply.due_at > timezone.now()
    assert [item.thing_id for item in letter.items.all()] == [late.pk]


def test_one_that_went_out_on_paper_is_recorded_with_its_time_and_paper(cast):
    late, at = stories.late_task(cast, days=9), timezone.now() - timedelta(days=8)
    with invalid_at("/paper"):
        send_letter([f"task:{late.pk}"], actor=cast["centre.coordinator"], happened_at=at)
    letter = send_letter([f"task:{late.pk}"], actor=cast["centre.coordinator"], happened_at=at, paper="No. 7")
    letter.refresh_from_db()
    assert letter.sent_at == at
    assert letter.has_failed
    assert latest_event("reminder", letter.pk).happened_at == at


@pytest.mark.slow
def test_a_second_letter_about_the_same_is_refused_names_the_first_and_leaves_no_gap_of_numbers(cast):
    first = stories.reminder(cast)
    with pytest.raises(TransitionRefused) as refused:
        send_letter([f"task:{first.items.get().thing_id}"], actor=cast["centre.coordinator"])
    assert first.number in refused.value.missing[0].detail
    second = stories.reminder(cast)
    serials = [int(one.number.split("〕")[1].removesuffix("号")) for one in (first, second)]
    assert serials[1] == serials[0] + 1


@pytest.mark.slow
def test_another_agency_may_remind_for_the_same_and_learns_nothing_of_the_first(cast):
    letter = stories.reminder(cast)
    own = send_letter([f"task:{letter.items.get().thing_id}"], actor=cast["customs.officer"])
    assert Reminder.objects.visible_to(cast["customs.lead"]).get() == own
    assert Reminder.objects.visible_to(cast["commerce.lead"]).count() == 2
    assert not Reminder.objects.visible_to(cast["police.lead"]).exists()


@pytest.mark.slow
def test_several_things_of_one_agency_go_in_one_letter_of_two_agencies_in_none(cast):
    tasks = [stories.late_task(cast) for _ in range(3)]
    other = stories.late_clock(stories.transfer(cast, "ACCEPTED"), "TRF_REVIEW")
    about = [f"task:{one.pk}" for one in tasks]
    assert send_letter(about, actor=cast["centre.coordinator"]).items.count() == 3
    more = stories.late_task(cast)
    with pytest.raises(Invalid):
        send_letter([f"task:{more.pk}", f"clock:{other.pk}"], actor=cast["centre.coordinator"])


@pytest.mark.parametrize("about", [[], ["task:nonsense"], ["task"], ["case:00000000-0000-4000-8000-000000000000"]])
def test_nonsense_is_refused_by_name(cast, about):
    with pytest.raises(Invalid) as wrong:
        send_letter(about, actor=cast["centre.coordinator"])
    assert wrong.value.errors[0].pointer == "/about"


@pytest.mark.slow
def test_an_item_that_is_or_was_not_late_cannot_be_in_a_reminder(cast):
    with pytest.raises(Invalid):
        send_letter([f"task:{stories.task(cast).pk}"], actor=cast["centre.coordinator"])
    late, backdated = stories.late_task(cast, days=2), {"happened_at": timezone.now() - timedelta(days=8), "paper": "7"}
    with invalid_at("/about"):
        send_letter([f"task:{late.pk}"], actor=cast["centre.coordinator"], **backdated)


def test_an_invisible_letter_looks_like_none(cast):
    late = stories.late_task(cast)
    shown = []
    for about in (f"task:{late.pk}", "task:00000000-0000-4000-8000-000000000000"):
        with pytest.raises(Invalid) as wrong:
            send_letter([about], actor=cast["police.officer"])
        shown.append(wrong.value.errors[0].detail)
    assert shown[0] == shown[1]


@pytest.mark.slow
def test_the_sender_of_a_transfer_reminds_the_bureau_that_owes_the_review(cast):
    late = stories.late_clock(stories.transfer(cast, "ACCEPTED"), "TRF_REVIEW")
    letter = send_letter([f"clock:{late.pk}"], actor=cast["customs.officer"])
    assert letter.agency.code == "GACC_ASB"
    assert Reminder.objects.visible_to(cast["antismuggling.officer"]).get() == letter


def test_the_agency_answers_and_answers_anew_and_the_sender_insists(cast):
    letter = stories.reminder(cast, "ANSWERED")
    assert letter.answer == "The file is with the archive."
    assert letter.due_at is None
    day = (timezone.localdate() + timedelta(days=5)).isoformat()
    letter = perform(cast, "commerce.lead", letter, "answer_anew", answer="Another week.", expected_on=day)
    assert (letter.state, letter.expected_on.isoformat()) == (S.ANSWERED, day)
    letter = perform(cast, "centre.coordinator", letter, "insist", reason="Too vague.")
    assert letter.state == S.SENT
    assert letter.due_at > timezone.now(), "the time for a reply runs anew"


def test_a_day_that_is_over_is_no_answer(cast):
    letter, yesterday = stories.reminder(cast), timezone.localdate() - timedelta(days=1)
    with pytest.raises(Invalid) as wrong:
        perform(cast, "commerce.lead", letter, "answer", answer="Done soon.", expected_on=yesterday.isoformat())
    assert wrong.value.errors[0].pointer == "/expected_on"


def test_one_reminder_a_day(cast):
    letter = stories.reminder(cast)
    with pytest.raises(TransitionRefused):
        perform(cast, "centre.coordinator", letter, "remind")
    later(letter, 25)
    letter = perform(cast, "centre.coordinator", letter, "remind")
    assert letter.repeats == 1
    with pytest.raises(TransitionRefused):
        perform(cast, "centre.coordinator", letter, "remind")


@pytest.mark.slow
def test_a_late_reply_escalates_to_lead_responsible_person_and_centre_each_once(cast):
    letter = stories.reminder(cast)
    over = timezone.now() - timedelta(hours=73)
    Clock.objects.filter(subject_id=letter.pk).update(started_at=over, due_at=over, breach_at=over)
    escalate_duties()
    escalate_duties()
    rungs = Escalation.objects.filter(clock__subject_id=letter.pk)
    assert sorted(rungs.values_list("rung", flat=True)) == sorted([Rung.LEAD, Rung.OFFICE, Rung.CENTRE])
    drain()
    rows = InboxItem.objects.filter(because=NoticeReason.ESCALATED).values_list("person__username", flat=True)
    assert {"commerce.lead", "commerce.head", "centre.coordinator"} == set(rows)


def test_only_a_failed_reminder_goes_to_the_office_and_with_its_paper(cast):
    letter = stories.reminder(cast)
    with pytest.raises(TransitionRefused):
        perform(cast, "centre.coordinator", letter, "take_to_office", office_paper="协调办〔2026〕9号")
    letter = stories.reminder(cast, "OFFICE")
    assert letter.office_paper
    assert not Clock.objects.running().filter(subject_id=letter.pk).exists()


def test_it_closes_by_itself_when_the_duty_is_done_and_only_once(cast):
    letter = stories.reminder(cast)
    assert settle() == 0
    stories.walk(cast, Task.objects.get(), [("complete", "commerce.officer", {"result": "None found"})])
    assert settle() == 1
    assert settle() == 0
    letter.refresh_from_db()
    assert letter.state == S.CLOSED
    assert not Clock.objects.running().filter(subject_id=letter.pk).exists()
    assert Event.objects.filter(object_id=letter.pk, verb="close").count() == 2  # one in the stream of each agency
    assert not list(verify_streams())


def test_one_thing_done_of_two_keeps_the_letter_open_and_frees_that_thing(cast):
    first, second = stories.late_task(cast), stories.late_task(cast)
    letter = send_letter([f"task:{first.pk}", f"task:{second.pk}"], actor=cast["centre.coordinator"])
    stories.walk(cast, first, [("complete", "commerce.officer", {"result": "None found"})])
    settle()
    letter.refresh_from_db()
    assert letter.state == S.SENT
    assert {item.thing_id: item.met_at is not None for item in letter.items.all()} == {first.pk: True, second.pk: False}


def test_an_extended_period_is_late_no_more_and_so_its_letter_closes(cast):
    late = stories.late_clock(stories.transfer(cast, "ACCEPTED"), "TRF_REVIEW")
    letter = send_letter([f"clock:{late.pk}"], actor=cast["customs.officer"])
    ahead = timezone.now() + timedelta(days=3)
    Clock.objects.filter(pk=late.pk).update(due_at=ahead, breach_at=ahead)
    settle_letters()
    letter.refresh_from_db()
    assert letter.state == S.CLOSED


def test_a_withdrawn_letter_lets_another_be_sent(cast):
    letter = stories.reminder(cast, "WITHDRAWN")
    item = letter.items.get()
    assert not item.standing
    assert send_letter([f"task:{item.thing_id}"], actor=cast["centre.coordinator"]).state == S.SENT


def test_the_paper_answer_of_an_absent_agency_is_recorded(cast):
    letter = stories.reminder(cast)
    data = {"answer": "By letter.", "expected_on": stories.tomorrow(), "paper": "商安复〔2026〕7号"}
    with pytest.raises(Forbidden):
        perform(cast, "centre.coordinator", letter, "record_answer", **data)
    Agency.objects.filter(pk=letter.agency_id).update(signs_in=False)
    letter = Reminder.objects.select_related("agency").get(pk=letter.pk)
    perform_verb(RESOURCES["reminders"], cast["centre.coordinator"], letter, "record_answer", data)
    assert letter.state == S.ANSWERED


def test_the_handler_and_the_leads_are_notified_at_once(cast):
    stories.reminder(cast)
    drain()
    rows = InboxItem.objects.filter(event__object_kind="reminder").values_list("person__username", "because", "topic")
    assert set(rows) == {
        ("commerce.officer", NoticeReason.IN_HAND, "deadline"),
        ("commerce.lead", NoticeReason.REMINDED, "deadline"),
    }


def test_a_case_that_becomes_restricted_takes_its_letters_from_the_centre(cast):
    letter = stories.reminder(cast)
    Case.objects.filter(pk=Task.objects.get().case_id).update(handling="H3")
    assert not Reminder.objects.visible_to(cast["centre.coordinator"]).exists()
    assert Reminder.objects.visible_to(cast["commerce.officer"]).get() == letter


def test_what_a_work_item_wrongly_says_opens_no_letter(cast):
    """Counts may use it; the letter itself is read by what it is about."""
    letter = stories.reminder(cast)
    Case.objects.filter(pk=Task.objects.get().case_id).update(handling="H3")
    with connection.cursor() as cursor:  # past the product, which would derive the row again
        cursor.execute("UPDATE work_workitem SET restricted = false WHERE kind = 'reminder'")
    assert not Reminder.objects.visible_to(cast["centre.coordinator"]).exists()
    assert cast.browser("centre.supervisor").get(f"/reminders/{letter.pk}/").status_code == 404


def test_a_letter_about_two_items_shows_a_reader_only_the_visible_one(cast):
    first, second = stories.late_task(cast), stories.late_task(cast)
    letter = send_letter([f"task:{first.pk}", f"task:{second.pk}"], actor=cast["centre.coordinator"])
    Case.objects.filter(pk=second.case_id).update(handling="H3")
    shown = cast.browser("centre.supervisor").get(f"/reminders/{letter.pk}/")
    assert [one.row.pk for one in shown.context["items"]] == [first.pk]


def test_the_centre_sends_no_reminder_about_a_draft_it_may_not_see(cast):
    late = stories.late_clock(stories.transfer(cast, "HEAD_DECISION"), "TRF_APPROVE")
    Referral.objects.filter(pk=late.subject_id).update(state="DRAFT_REPORT")
    with pytest.raises(Invalid):
        send_letter([f"clock:{late.pk}"], actor=cast["centre.coordinator"])
    assert not ReminderItem.objects.exists()
