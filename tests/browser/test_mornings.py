"""The morning of an officer, a lead, an office holder and the coordinator: by keyboard alone, in both languages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks.models import Task
from tests import stories

from .keyboard import Keyboard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-hans"])


def overdue(thing, hours=3):
    moment = timezone.now() - timedelta(hours=hours)
    fields = {"due_at": moment} | ({"breach_at": moment} if hasattr(thing, "breach_at") else {})
    type(thing).objects.filter(pk=thing.pk).update(**fields)
    return thing


@LANGUAGES
def test_an_officer_works_down_what_is_overdue(person, cast, language):
    case = stories.shared_case(cast)
    worst, next_one = overdue(stories.task(cast, "OPEN", case), 9), overdue(stories.task(cast, "OPEN", case), 2)
    officer = person(language).signs_in("commerce.officer", stories.PASSWORD)
    hands = Keyboard(officer)

    # The first key goes to what is most urgent; "a" takes the row's next step.
    hands.press("j").is_seen()
    assert str(worst.pk) in officer.page.evaluate("document.activeElement.href")
    hands.goes("a").at(f"/tasks/{worst.pk}/do/claim/")
    officer.looks_right()
    hands.tabs_to("main form.cv-form button").goes("Enter").at(f"/tasks/{worst.pk}/")

    # It is his; on its page "a" is the way on, "f" the first field.
    hands.goes("a").at(f"/tasks/{worst.pk}/do/complete/").press("f")
    hands.types("No licence was issued.").tabs_to("main form.cv-form button").goes("Enter")
    assert Task.objects.get(pk=worst.pk).state == Task.State.DONE

    # Home again, and the next one is on top.
    hands.goes("g", "h").press("j")
    assert str(next_one.pk) in officer.page.evaluate("document.activeElement.href")
    hands.goes("Enter").at(f"/tasks/{next_one.pk}/")
    officer.looks_right()


@LANGUAGES
def test_a_lead_hands_out_what_nobody_has(person, cast, language):
    first, second = (stories.task(cast, "OPEN") for _ in range(2))
    lead = person(language).signs_in("commerce.lead", stories.PASSWORD)
    hands = Keyboard(lead)
    hands.goes("g", "q").tabs_to('main .cv-chips a[href$="queue=unclaimed"]').goes("Enter").at("queue=unclaimed")
    lead.looks_right()
    hands.press("j").press("j").press("k")
    chosen = str(lead.page.evaluate("document.activeElement.href"))
    hands.goes("Enter")
    task = Task.objects.get(pk=chosen.rstrip("/").rsplit("/", 1)[1])
    assert task in (first, second)
    if lead.page.locator(".cv-panel-next details:not([open]) summary").count():
        hands.tabs_to(".cv-panel-next summary").press("Enter")
    hands.tabs_to('a[href$="/do/hand_over/"]').goes("Enter").press("f")

    # Choosing in a list is by its first letters or the arrows.
    hands.press("ArrowDown")
    hands.tabs_to("main textarea").types("You know the exporter.").tabs_to("main form.cv-form button").goes("Enter")
    task.refresh_from_db()
    assert task.state == Task.State.CLAIMED
    assert task.assignee is not None

    # Who has how much now.
    hands.goes("g", "u").tabs_to('main a[href="/handing-over/"]').goes("Enter").at("/handing-over/")
    lead.sees(task.assignee.name_en if language == "en" else task.assignee.name_zh)
    lead.looks_right()


@LANGUAGES
def test_an_office_holder_reads_and_decides(person, cast, language):
    approved, refused = (stories.transfer(cast, "HEAD_DECISION") for _ in range(2))
    overdue(approved)
    head = person(language).signs_in("customs.head", stories.PASSWORD)
    hands = Keyboard(head)
    hands.goes("g", "a").at("/approvals/")
    head.sees("Facts, evidence, basis.")
    head.looks_right()

    # What ends first is open; its way on is the open form.
    hands.tabs_to('main form[action*="verb=approve"] button').goes("Enter")
    assert Referral.objects.get(pk=approved.pk).state == Referral.State.APPROVED

    # The next one has come up; it is refused, with its reason.
    head.sees("Facts, evidence, basis.")
    hands.tabs_to("details:not([open]) summary").press("Enter")
    hands.tabs_to('main form[action*="verb=refuse"] textarea').types("No crime in it; handle it here.")
    hands.tabs_to('main form[action*="verb=refuse"] button').goes("Enter")
    assert Referral.objects.get(pk=refused.pk).state == Referral.State.REFUSED_INTERNAL


@LANGUAGES
def test_the_coordinator_finds_what_is_stuck(person, cast, language):
    late = overdue(stories.transfer(cast, "ACCEPTED"))
    coordinator = person(language).signs_in("centre.coordinator", stories.PASSWORD)
    hands = Keyboard(coordinator)
    hands.press("j").is_seen()
    hands.goes("Enter").at("overdue=1")
    coordinator.looks_right()
    hands.press("j").goes("Enter").at(f"/referrals/{late.pk}/")
    coordinator.looks_right()

    # What the state means and who acts next, then back up; "/" searches from anywhere.
    hands.tabs_to('a[href$="/state/"]').goes("Enter").at("/state/")
    hands.goes("g", "r").at("/referrals/").press("/").types(late.number)
    assert coordinator.page.evaluate("document.activeElement.id") == "bar-search"
    hands.goes("Enter")


@LANGUAGES
def test_the_keys_can_be_read_and_switched_off(person, cast, language):
    officer = person(language).signs_in("customs.officer", stories.PASSWORD)
    hands = Keyboard(officer).press("?")
    officer.page.wait_for_selector("dialog[open] kbd")
    officer.looks_right()
    hands.press("Escape")
    officer.page.wait_for_selector("dialog", state="detached")
    hands.tabs_to(".cv-skip").press("Enter").tabs_to("main a[href]")
    officer.goes_to("/keys/")
    hands.tabs_to('main button[name="keys"]').goes("Enter").press("?")
    assert officer.page.locator("dialog").count() == 0
