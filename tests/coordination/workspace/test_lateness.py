"""Every late item says why: what is waited for and since when, who is away, and how often it was reminded of."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from agencies.duty.models import Absence
from agencies.work.rebuilding import rebuild
from cases.clocks.models import Clock, ClockApplication
from coordination.exchange.reminders.models import Reminder
from coordination.exchange.tasks.models import Task
from coordination.insight.supervision.late import WhoIsLate
from coordination.workspace.lateness import causes
from tests import stories

DAY = timedelta(days=1)


def made_late(thing, kind, days=12):
    """The object was left in its state for some days, and its period has passed."""
    long_ago, yesterday = timezone.now() - days * DAY - timedelta(hours=1), timezone.now() - DAY
    fields = {"due_at": yesterday, "state_since": long_ago}
    type(thing).objects.filter(pk=thing.pk).update(
        **fields, **({"breach_at": yesterday} if hasattr(thing, "breach_at") else {})
    )
    Clock.objects.running().filter(subject_id=thing.pk).update(due_at=yesterday, breach_at=yesterday)
    list(rebuild(kind))
    thing.refresh_from_db()
    return thing


def why(cast, who, thing, kind):
    return causes([(kind, thing.pk)], cast[who])[kind, thing.pk].words


@pytest.fixture
def delivered(cast):
    return made_late(stories.transfer(cast, "DELIVERED"), "referral")


def test_a_transfer_waits_for_the_receipt(cast, delivered):
    for who in ("customs.officer", "antismuggling.officer", "centre.coordinator"):
        assert why(cast, who, delivered, "referral").startswith(
            "waiting 12 days for the receipt of GACC Anti-Smuggling Bureau"
        ), who
    with translation.override("zh-hans"):
        assert why(cast, "customs.officer", delivered, "referral").startswith("等待海关总署缉私局签收已12天")


def test_the_sender_may_remind_the_receiver_and_the_receiver_not_itself(cast, delivered):
    about = ("referral", delivered.pk)
    item = causes([about], cast["customs.officer"])[about].item
    answer = cast.browser("customs.officer").get(reverse("reminder_preview"), {"about": item})
    assert (item.partition(":")[0], answer.status_code) == ("clock", 200)
    assert causes([about], cast["antismuggling.officer"])[about].item == ""


def test_a_request_waits_for_its_acceptance(cast):
    request = made_late(stories.assistance(cast, "SENT"), "referral", days=3)
    assert "waiting 3 days for the acceptance by" in why(cast, "customs.officer", request, "referral")


def test_the_issuer_of_a_notice_owes_the_record_of_its_receipt_and_not_the_agency_that_acts_next(cast):
    transfer = made_late(stories.transfer(cast, "NOT_FILED"), "referral")
    assert transfer.holder.code == "GACC"
    owed = "“Record when a notice was received” not performed by GACC Anti-Smuggling Bureau"
    for who in ("customs.officer", "antismuggling.officer", "centre.coordinator"):
        assert why(cast, who, transfer, "referral") == owed, who
    assert why(cast, "procurator", transfer, "referral") == ""  # whom the notice does not concern
    [late] = WhoIsLate(cast["centre.coordinator"], timezone.now()).agencies
    [(cause, counted)] = late.by_cause.items()
    assert (late.agency.code, cause, counted.number) == ("GACC_ASB", ("referral", "   INT_RECEIPT"), 1)


def test_an_unclaimed_task_says_since_when_to_its_agency_only(cast):
    task = made_late(stories.task(cast, "OPEN"), "task")
    day = timezone.localtime(task.state_since)
    assert why(cast, "commerce.officer", task, "task") == f"unclaimed since {day.day} {day:%b}"
    assert why(cast, "customs.officer", task, "task").startswith("waiting 12 days for the acceptance by MOFCOM")


def test_a_returned_report_was_not_revised(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    stories.walk(cast, transfer, [("revise", "customs.head", {"reason": "Weigh the goods"})])
    made_late(transfer, "referral")
    assert "and not revised since" in why(cast, "customs.officer", transfer, "referral")


def test_the_leave_of_the_handler_is_named_within_the_agency_and_to_the_centre(cast):
    task = made_late(stories.task(cast, "CLAIMED"), "task")
    person = cast.user("commerce.officer")
    today = timezone.localdate()
    Absence.objects.create(person=person, since=today - DAY, until=today + DAY)
    for who in ("commerce.lead", "centre.coordinator"):
        assert f"{person.name_en} is on leave until" in why(cast, who, task, "task"), who
    assert "leave" not in why(cast, "customs.officer", task, "task")


def test_an_extension_that_was_not_applied_for_is_named_inside(cast):
    matter = made_late(stories.proceeding(cast, "INVESTIGATE"), "proceeding")
    agency = matter.agency
    inside = next(who for who in ("customs.officer", "commerce.officer") if cast[who].agency_id == agency.pk)
    clock = Clock.objects.overdue().get(subject_id=matter.pk)
    assert "an extension was not applied for" in why(cast, inside, matter, "proceeding")
    step = clock.rule.extension_steps.first()
    ClockApplication.objects.create(
        clock=clock,
        step=step,
        length=1,
        applicant=cast.user(inside),
        reason="The laboratory is slow",
        applied_at=timezone.now(),
    )
    assert "extension" not in why(cast, inside, matter, "proceeding")


def test_reminders_are_counted_with_the_last_day_and_the_promised_date(cast):
    letter = stories.reminder(cast)
    item = letter.items.get()
    task = Task.objects.get(pk=item.thing_id)
    day = timezone.localtime(letter.sent_at)
    for who in ("commerce.officer", "centre.coordinator"):
        assert f"reminded on {day.day} {day:%b}" in why(cast, who, task, "task"), who
    promised = timezone.localdate() + 3 * DAY
    Reminder.objects.filter(pk=letter.pk).update(repeats=1, expected_on=promised)
    words = why(cast, "commerce.officer", task, "task")
    assert f"reminded 2 times, last on {day.day} {day:%b}" in words
    assert words.endswith(f"promised for {promised.day} {promised:%b}")


def test_reminders_of_others_are_not_disclosed(cast):
    item = stories.reminder(cast).items.get()  # from the centre to commerce
    assert "reminded" not in causes([("task", item.thing_id)], cast["customs.officer"])["task", item.thing_id].words


@pytest.mark.slow
def test_the_same_line_stands_on_every_page_in_the_api_and_in_files(cast, delivered):
    words = why(cast, "customs.officer", delivered, "referral")
    browser = cast.browser("customs.officer")
    pages = ("/", "/queues/?queue=elsewhere", "/referrals/", reverse("reminder_desk"))
    made_late(stories.transfer(cast, "HEAD_DECISION"), "referral")
    late = "waiting 12 days for the decision of the responsible person of General Administration of Customs"
    assert late in cast.browser("customs.head").get("/approvals/").text
    for page in (*pages, f"/cases/{delivered.case_id}/"):
        assert words in browser.get(page).text, page
    owing = why(cast, "antismuggling.officer", delivered, "referral")
    assert owing in cast.browser("antismuggling.officer").get(reverse("running_clocks")).text
    rows = browser.get("/api/v1/queues/?queue=elsewhere").json()["results"]
    assert {row["late_because"] for row in rows if row["id"] == str(delivered.pk)} == {words}
    listed = {row["id"]: row["late_because"] for row in browser.get("/api/v1/referrals/").json()["results"]}
    assert listed[str(delivered.pk)] == words
    assert words in b"".join(browser.post("/lists/referrals/csv/")).decode()


def test_what_is_not_late_has_no_cause(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    assert "cv-because" not in cast.browser("customs.officer").get("/referrals/").text
    assert not Clock.objects.overdue().filter(subject_id=transfer.pk).exists()


def test_the_causes_of_many_rows_cost_as_much_as_of_one(cast, django_assert_max_num_queries):
    case = stories.shared_case(cast)
    tasks = [made_late(stories.task(cast, "CLAIMED", case), "task") for _ in range(4)]
    with django_assert_max_num_queries(6):
        found = causes([("task", task.pk) for task in tasks], cast["commerce.officer"])
    assert all(cause.words for cause in found.values())
