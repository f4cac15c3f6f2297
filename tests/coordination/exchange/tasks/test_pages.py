"""Queues of tasks and the page of one."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from coordination.exchange.tasks.models import Task
from tests import stories

LIST = "/tasks/"


def page_of(task):
    return reverse("task", args=[task.pk])


@pytest.mark.slow
def test_a_queue_counts_exactly_the_rows_it_leads_to(cast):
    case = stories.shared_case(cast)
    for state in ("OPEN", "OPEN", "CLAIMED", "DONE", "DECLINED"):
        stories.task(cast, state, case)
    for username in ("commerce.officer", "commerce.lead", "customs.officer", "centre.coordinator"):
        browser = cast.browser(username)
        for queue in browser.get(LIST).context["chips"]:
            page = browser.get(LIST + queue.url)
            assert len(page.context["page"].items) == queue.count, (username, queue)
            assert [q.label for q in page.context["chips"] if q.active] == [queue.label]
        left_out = browser.get(LIST, {"agency": "NOBODY"})
        assert (left_out.status_code, "NOBODY" in left_out.text) == (200, True), "named, and not silently ignored"


def test_the_desk_of_the_doer_holds_what_was_asked_of_it(cast):
    task = stories.task(cast)
    shown = cast.browser("commerce.officer").get(f"{LIST}?unclaimed=1&agency=MOFCOM_SCB").content.decode()
    assert page_of(task) in shown


def test_the_page_offers_what_its_reader_may_do(cast):
    task = stories.task(cast)
    doer = cast.browser("commerce.officer").get(page_of(task)).content.decode()
    asker = cast.browser("customs.officer").get(page_of(task)).content.decode()
    assert reverse("verb", args=["tasks", task.pk, "claim"]) in doer
    assert reverse("verb", args=["tasks", task.pk, "cancel"]) in asker
    assert reverse("verb", args=["tasks", task.pk, "claim"]) not in asker


def test_the_doer_sees_the_case_only_while_it_is_shared(cast):
    case = stories.shared_case(cast)
    task = stories.task(cast, matter=case)
    doer = cast.browser("commerce.officer")
    assert case.number in doer.get(page_of(task)).content.decode()
    case.shares.filter(agency__code="MOFCOM_SCB").update(until=timezone.localdate() - timedelta(days=1))
    for url in (page_of(task), LIST):
        page = doer.get(url).content.decode()
        assert case.number not in page
        assert case.title not in page
        assert task.title in page


def test_people_of_the_other_agency_stay_unnamed(cast):
    task = stories.task(cast, "CLAIMED")
    assert (
        cast.user("commerce.officer").name_en not in cast.browser("customs.officer").get(page_of(task)).content.decode()
    )
    assert cast.user("customs.officer").name_en not in cast.browser("commerce.lead").get(page_of(task)).content.decode()


def test_a_step_leads_to_its_referral(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    step = Task.objects.get(step="SIGN_RECEIPT")
    shown = cast.browser("antismuggling.officer").get(page_of(step)).content.decode()
    assert reverse("referral", args=[transfer.pk]) in shown
    assert transfer.case.number not in shown


def test_both_agencies_see_the_doer_and_the_result(cast):
    task = stories.task(cast, "DONE")
    for username in ("customs.officer", "commerce.officer"):
        shown = cast.browser(username).get(page_of(task)).content.decode()
        assert "completed the task" in shown
        assert "None found" in shown


def test_a_new_task_is_not_called_like_its_case_and_agency_and_deadline_are_filled_in(cast):
    case = stories.shared_case(cast)
    form = cast.browser("customs.officer").get(reverse("verb", args=["cases", case.pk, "ask_task"])).context["form"]
    assert form["agency"].value() == "MOFCOM_SCB"
    assert form["due_at"].value()
    assert 'name="title"' in cast.browser("customs.officer").get(reverse("case", args=[case.pk])).text
    assert not form["title"].value()
