"""Daily work of officer, duty officer, investigator, unit lead, office holder, coordinator and supervisor by keyboard
alone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.work.rebuilding import rebuild
from cases.clocks.models import Clock
from cases.sharing.actions import share_case
from coordination.exchange.referrals.models import Referral
from coordination.exchange.reminders.models import Reminder
from coordination.exchange.tasks.models import Task
from tests import stories

from .keyboard import Keyboard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def overdue(thing, hours=3):
    moment = timezone.now() - timedelta(hours=hours)
    fields = {"due_at": moment} | ({"breach_at": moment} if hasattr(thing, "breach_at") else {})
    type(thing).objects.filter(pk=thing.pk).update(**fields)
    Clock.objects.running().filter(subject_id=thing.pk).update(due_at=moment, breach_at=moment)
    list(rebuild("task" if isinstance(thing, Task) else "referral"))
    return thing


def test_an_officer_works_through_overdue_tasks(person, cast):
    case = stories.shared_case(cast)
    worst, next_one = overdue(stories.task(cast, "OPEN", case), 9), overdue(stories.task(cast, "OPEN", case), 2)
    officer = person("en").signs_in("commerce.officer", stories.PASSWORD)
    hands = Keyboard(officer)

    # "j" moves to what comes first, "a" takes its next step: the task is claimed at once, and may be given back.
    hands.press("j").is_seen()
    assert str(worst.pk) in officer.page.evaluate("document.activeElement.href")
    hands.goes("a").at(f"/tasks/{worst.pk}/")
    assert Task.objects.get(pk=worst.pk).state == Task.State.CLAIMED
    officer.looks_right()
    hands.tabs_to("main .cv-undo button").goes("Enter").at(f"/tasks/{worst.pk}/")
    assert Task.objects.get(pk=worst.pk).state == Task.State.OPEN
    hands.goes("a").at(f"/tasks/{worst.pk}/")

    # On its page "a" opens the next action, "f" moves to the first field.
    hands.goes("a").at(f"/tasks/{worst.pk}/do/complete/").press("f")
    hands.types("No licence was issued.").tabs_to("main form.cv-form button").goes("Enter")
    assert Task.objects.get(pk=worst.pk).state == Task.State.DONE

    # On the home page the next task is now first.
    hands.goes("g", "h").press("j")
    assert str(next_one.pk) in officer.page.evaluate("document.activeElement.href")
    hands.goes("Enter").at(f"/tasks/{next_one.pk}/")
    officer.looks_right()


def test_a_duty_officer_takes_up_a_lead_and_makes_a_case_of_it(person, cast):
    lead = stories.lead(cast)
    officer = person("en").signs_in("customs.officer", stories.PASSWORD)
    hands = Keyboard(officer)
    officer.looks_right()

    # The lead is taken up from home and read; "a" opens its next action.
    hands.press("j").is_seen()
    hands.goes("a").at(f"/leads/{lead.pk}/")
    lead.refresh_from_db()
    assert (lead.state, str(lead.officer_id)) == ("TAKEN_UP", cast["customs.officer"].id)
    officer.looks_right()
    hands.goes("a").at(f"/leads/{lead.pk}/do/promote/").tabs_to("main form.cv-form .cv-actions button").goes("Enter")
    lead.refresh_from_db()
    assert lead.state == "PROMOTED"

    # Who is on duty elsewhere is on home.
    hands.goes("g", "h").tabs_to('main a[href="/duty/"]').goes("Enter").at("/duty/")
    officer.looks_right()


def test_an_investigator_signs_a_receipt_and_asks_for_what_is_missing(person, cast):
    case = stories.case(cast)
    share_case(case, actor=cast["customs.officer"], agency="GACC_ASB", profile="full", reason="joint work")
    transfer = stories.transfer(cast, "DELIVERED", case)
    investigator = person("en").signs_in("antismuggling.officer", stories.PASSWORD)
    hands = Keyboard(investigator)

    # A receipt is an act of law: its page asks once more before it is signed.
    hands.press("j").goes("a").at(f"/referrals/{transfer.pk}/do/accept/")
    investigator.looks_right()
    hands.tabs_to("main form.cv-form .cv-actions button").goes("Enter").at(f"/referrals/{transfer.pk}/")
    transfer.refresh_from_db()
    assert transfer.state == Referral.State.ACCEPTED

    # A task is requested on the page of the case: agency and deadline are filled in.
    hands.tabs_to(f'main a[href="/cases/{case.pk}/"]').goes("Enter").at(f"/cases/{case.pk}/")
    hands.tabs_to("main #quick_title").types("Supply the contract")
    hands.tabs_to('main form[action$="/do/ask_task/"] .cv-actions button').goes("Enter")
    asked = Task.objects.get(title="Supply the contract")
    assert (asked.agency.code, asked.state) == ("GACC", Task.State.ASKED)
    assert asked.due_at is not None
    investigator.looks_right()


def test_a_supervisor_asks_for_a_reminder_and_compares_with_the_month_before(person, cast):
    late = overdue(stories.transfer(cast, "ACCEPTED"))
    supervisor = person("en").signs_in("centre.supervisor", stories.PASSWORD)
    hands = Keyboard(supervisor)
    supervisor.looks_right()

    # Who is late, and why; the number opens exactly these rows.
    hands.goes("g", "s").at("/supervision/")
    supervisor.looks_right()
    hands.tabs_to("main #late a.cv-late-number").goes("Enter")
    supervisor.sees(late.case.number)
    supervisor.looks_right()

    # A supervisor asks the coordinator, who sends the reminder.
    hands.goes("g", "s").tabs_to('main #late form[action*="ask"] button').goes("Enter")
    coordinator = person("en").signs_in("centre.coordinator", stories.PASSWORD)
    sends = Keyboard(coordinator).goes("g", "s").tabs_to('main #late a[href*="/reminder-desk/preview/"]').goes("Enter")
    sends.tabs_to('main form[action="/reminder-desk/send/"] button').goes("Enter").at("/reminders/")
    assert Reminder.objects.get().agency == late.holder

    # This month beside the one before.
    hands.goes("g", "s").tabs_to("main select[name=beside]").press("Home", "ArrowDown")
    hands.tabs_to("main form.cv-filters button").goes("Enter").at("beside=")
    supervisor.looks_right()


def test_a_lead_assigns_unclaimed_tasks(person, cast):
    first, second = (stories.task(cast, "OPEN") for _ in range(2))
    lead = person("en").signs_in("commerce.lead", stories.PASSWORD)
    hands = Keyboard(lead)
    hands.goes("g", "q").tabs_to('.cv-facet a[href$="queue=unclaimed"]').goes("Enter").at("queue=unclaimed")
    lead.looks_right()
    hands.press("j").press("j").press("k")
    chosen = str(lead.page.evaluate("document.activeElement.href"))
    hands.goes("Enter")
    task = Task.objects.get(pk=chosen.rstrip("/").rsplit("/", 1)[1])
    assert task in (first, second)
    if lead.page.locator(".cv-panel-next details:not([open]) summary").count():
        hands.tabs_to(".cv-panel-next summary").press("Enter")
    hands.tabs_to('a[href$="/do/hand_over/"]').goes("Enter").press("f")

    # The arrow keys choose an option of a select.
    hands.press("ArrowDown")
    hands.tabs_to("main textarea").types("You know the exporter.").tabs_to("main form.cv-form button").goes("Enter")
    task.refresh_from_db()
    assert task.state == Task.State.CLAIMED
    assert task.assignee is not None

    # The workload page shows the assignee.
    hands.goes("g", "u").tabs_to('main a[href="/handing-over/"]').goes("Enter").at("/handing-over/")
    lead.sees(task.assignee.name_en)
    lead.looks_right()


def test_a_transfer_is_drafted_approved_and_handed_over(person, cast):
    goods = [
        {"description": "锑锭", "declared_as": "锌锭", "net_weight_kg": "25000", "value": "900000", "currency": "CNY"}
    ]
    case = stories.case(cast, items=goods)
    stories.proceeding(cast, "INVESTIGATE", case)
    officer = person("en").signs_in("customs.officer", stories.PASSWORD)
    hands = Keyboard(officer)

    # What the case holds is filled in; the draft is saved and submitted with one button.
    hands.tabs_to(f'main a[href="/cases/{case.pk}/do/draft_transfer/"]').goes("Enter")
    hands.tabs_to("main [name=title]").press("Control+A").types("Suspected smuggling")
    hands.tabs_to("main [name=report]").press("Control+A").types("Facts, evidence, basis.")
    hands.tabs_to('main button[name="then"]').goes("Enter")
    transfer = Referral.objects.get()
    assert transfer.state == Referral.State.HEAD_DECISION

    head = person("en").signs_in("customs.head", stories.PASSWORD)
    decides = Keyboard(head).press("j").goes("Enter").at("/approvals/")
    head.sees("Facts, evidence, basis.")
    decides.tabs_to('main a[href$="/folder/"]').goes("Enter")
    decides.tabs_to('main a[href*="/approvals/"]').goes("Enter")
    decides.tabs_to("main form#decide [name=incomplete_because]").types("On the paper file.")
    decides.tabs_to('main form#decide button[formaction*="verb=approve"]').goes("Enter")

    # The letter is read as it will go out.
    hands.goes("g", "h").tabs_to(f'main a[href*="/referrals/{transfer.pk}/do/deliver/"]').goes("Enter")
    officer.sees("Facts, evidence, basis.")
    officer.looks_right()
    hands.tabs_to("main form.cv-form .cv-actions button").goes("Enter")
    transfer.refresh_from_db()
    assert transfer.state == Referral.State.DELIVERED


def test_an_office_holder_reads_and_decides(person, cast):
    returned, approved, refused = (stories.transfer(cast, "HEAD_DECISION") for _ in range(3))
    overdue(returned, 9)
    overdue(approved)
    head = person("en").signs_in("customs.head", stories.PASSWORD)
    hands = Keyboard(head)
    head.looks_right()

    # The first matter is returned for revision from home, with a remark.
    hands.tabs_to('main form[action*="verb=revise"] textarea').types("Name the receiver.")
    hands.tabs_to('main form[action*="verb=revise"] button').goes("Enter").at("/approvals/")
    assert Referral.objects.get(pk=returned.pk).state == Referral.State.DRAFT_REPORT
    hands.goes("g", "a").at("/approvals/")
    head.sees("Facts, evidence, basis.")
    head.looks_right()

    # The most urgent item is open, with the form of its next action.
    hands.tabs_to("main form#decide [name=incomplete_because]").types("On the paper file.")
    hands.tabs_to('main form#decide button[formaction*="verb=approve"]').goes("Enter")
    assert Referral.objects.get(pk=approved.pk).state == Referral.State.APPROVED

    # The next item is now open. It is refused with a reason.
    head.sees("Facts, evidence, basis.")
    hands.tabs_to("main form#decide [name=remark]").types("No crime in it; handle it here.")
    hands.tabs_to('main form#decide button[formaction*="verb=refuse"]').goes("Enter")
    assert Referral.objects.get(pk=refused.pk).state == Referral.State.REFUSED_INTERNAL


def test_the_coordinator_finds_overdue_referrals(person, cast):
    late = overdue(stories.transfer(cast, "ACCEPTED"))
    coordinator = person("en").signs_in("centre.coordinator", stories.PASSWORD)
    hands = Keyboard(coordinator)
    coordinator.looks_right()

    # A reminder is sent from home: the letter is read before it goes.
    hands.tabs_to('main a[href*="/reminder-desk/preview/"]').goes("Enter").at("/preview/")
    hands.tabs_to('main form[action="/reminder-desk/send/"] button').goes("Enter").at("/reminders/")
    assert Reminder.objects.get().agency == late.holder

    # "j" and Enter open the late items of the first agency.
    hands.goes("g", "h").press("j").is_seen()
    hands.goes("Enter").at("agency=")
    coordinator.looks_right()
    coordinator.goes_to(f"/referrals/{late.pk}/")
    coordinator.looks_right()

    # The page that explains the state, then the list; "/" moves to the search field from any page.
    hands.tabs_to('a[href$="/state/"]').goes("Enter").at("/state/")
    hands.goes("g", "r").at("/referrals/").press("/").types(late.number)
    assert coordinator.page.evaluate("document.activeElement.id") == "bar-search"
    hands.goes("Enter")


def test_the_keys_can_be_read_and_switched_off(person, cast):
    officer = person("en").signs_in("customs.officer", stories.PASSWORD)
    hands = Keyboard(officer).press("?")
    officer.page.wait_for_selector("dialog[open] kbd")
    officer.looks_right()
    hands.press("Escape")
    officer.page.wait_for_selector("dialog", state="detached")
    hands.tabs_to(".cv-skip").press("Enter").tabs_to("main a[href]")
    officer.goes_to("/keys/")
    hands.tabs_to('main button[name="keys"]').goes("Enter").press("?")
    assert officer.page.locator("dialog").count() == 0
