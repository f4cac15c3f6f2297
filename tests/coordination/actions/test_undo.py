"""Taking up, claiming and handing over are one click, and the same person takes them back within a minute."""

import re
from datetime import timedelta

import time_machine
from django.urls import reverse
from django.utils import timezone

from cases.intake.models import Lead
from coordination.exchange.tasks.actions import hand_over_task
from coordination.exchange.tasks.models import Task
from tests import stories

PAGE = re.compile(r'name="token" value="([^"]+)"')


def done(browser, name, thing, verb, **answers):
    """The page after the action, and the token of its offer to undo it."""
    answer = browser.post(reverse("verb", args=[name, thing.pk, verb]), answers, follow=True)
    found = PAGE.search(answer.text)
    return answer, found and found[1]


def take_back(browser, token):
    return browser.post(reverse("undo"), {"token": token}, follow=True)


def test_a_lead_is_taken_up_from_home_by_one_click_and_given_back(cast):
    lead = stories.lead(cast)
    browser = cast.browser("customs.officer")
    url = reverse("verb", args=["leads", lead.pk, "take_up"])
    assert f'<form class="cv-at-once" method="post" action="{url}">' in browser.get("/").text
    answer, token = done(browser, "leads", lead, "take_up")
    lead.refresh_from_db()
    assert lead.state == Lead.State.TAKEN_UP
    assert "Undo" in answer.text
    assert "Undone." in take_back(browser, token).text
    lead.refresh_from_db()
    assert (lead.state, lead.officer) == (Lead.State.RECEIVED, None)


def test_a_task_that_a_lead_handed_over_goes_back_to_the_former_person(cast):
    task = stories.task(cast, "CLAIMED")
    former, other = task.assignee, cast.user("commerce.lead")
    assert former != other
    browser = cast.browser("commerce.lead")
    _page, token = done(browser, "tasks", task, "hand_over", to=str(other.pk), reason="I know the firm")
    task.refresh_from_db()
    assert task.assignee == other
    take_back(browser, token)
    task.refresh_from_db()
    assert task.assignee == former


def test_after_a_minute_it_is_refused(cast):
    task = stories.task(cast, "OPEN")
    browser = cast.browser("commerce.officer")
    _page, token = done(browser, "tasks", task, "claim")
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert "the minute has passed" in take_back(browser, token).text
    task.refresh_from_db()
    assert task.state == Task.State.CLAIMED


def test_what_a_second_person_changed_meanwhile_stays(cast):
    task = stories.task(cast, "OPEN")
    browser = cast.browser("commerce.officer")
    _page, token = done(browser, "tasks", task, "claim")
    task.refresh_from_db()
    hand_over_task(task, actor=cast["commerce.lead"], to=str(cast.user("commerce.lead").pk), reason="Mine")
    page = take_back(browser, token).text
    assert "it has changed since" in page
    assert cast.user("commerce.lead").name_en in page
    task.refresh_from_db()
    assert task.assignee == cast.user("commerce.lead")


def test_it_is_for_the_person_who_acted_and_only_once(cast):
    task = stories.task(cast, "OPEN")
    browser = cast.browser("commerce.officer")
    _page, token = done(browser, "tasks", task, "claim")
    assert cast.browser("commerce.lead").post(reverse("undo"), {"token": token}).status_code == 400
    assert browser.post(reverse("undo"), {"token": token + "x"}).status_code == 400
    take_back(browser, token)
    task.refresh_from_db()
    assert (task.state, task.assignee) == (Task.State.OPEN, None)
    assert "it has changed since" in take_back(browser, token).text


def test_who_lost_the_role_meanwhile_takes_nothing_back(cast):
    task = stories.task(cast, "CLAIMED")
    browser = cast.browser("commerce.lead")
    _page, token = done(browser, "tasks", task, "hand_over", to=str(cast.user("commerce.lead").pk), reason="Mine")
    cast.user("commerce.lead").memberships.all().delete()
    assert take_back(browser, token).status_code in (403, 404)
    task.refresh_from_db()
    assert task.assignee == cast.user("commerce.lead")


def test_an_act_of_law_is_not_undone(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    _page, token = done(cast.browser("antismuggling.officer"), "referrals", transfer, "accept")
    transfer.refresh_from_db()
    assert (transfer.state, token) == ("ACCEPTED", None)
