"""Taking up, claiming and handing over are one click, and the same person takes them back within a minute."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from agencies.journal.models import Event
from agencies.kernel.resource import RESOURCES
from agencies.kernel.workflow import Visibility
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_remark_is_added_within_the_minute_and_the_action_can_still_be_undone(cast):
    task = stories.task(cast, "OPEN")
    browser = cast.browser("commerce.officer")
    _page, token = done(browser, "tasks", task, "claim")
    page = browser.post(reverse("remark"), {"token": token, "text": "I know the trader"}, follow=True).text
    assert "The remark was added." in page
    assert "added a remark" in page
    assert "I know the trader" in page
    assert "I know the trader" not in cast.browser("customs.officer").get(f"/tasks/{task.pk}/").text
    assert "Undone." in take_back(browser, token).text


def test_a_late_or_empty_remark_is_refused_with_the_reason(cast):
    task = stories.task(cast, "OPEN")
    browser = cast.browser("commerce.officer")
    _page, token = done(browser, "tasks", task, "claim")
    assert "the remark is empty" in browser.post(reverse("remark"), {"token": token, "text": " "}, follow=True).text
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        late = browser.post(reverse("remark"), {"token": token, "text": "Too late"}, follow=True).text
    assert "the minute has passed" in late
    assert not Event.objects.filter(verb="remark").exists()


def lines():
    for resource in RESOURCES.values():
        for workflow in resource.workflows:
            for verb, line in workflow.transitions.items():
                yield workflow, verb, line


def test_only_what_stays_in_the_agency_and_begins_no_period_can_be_undone():
    undoable = [(workflow, verb, line) for workflow, verb, line in lines() if line.undo]
    assert undoable
    for workflow, verb, line in undoable:
        back = workflow.transitions[line.undo(Task())[0]]
        for one in (line, back):
            assert one.visibility == Visibility.OWN, (workflow.name, verb)
            assert not any((one.starts, one.stops, one.second, one.notice, one.receives)), (workflow.name, verb)
        assert not workflow.proxy_recordings(verb), (workflow.name, verb)
        assert line.to in back.sources, (workflow.name, verb)


# Why an action that asks for a remark alone, and stays in the agency, keeps its page.
KEEPS_ITS_PAGE = {
    ("bulletin", "submit"): "the text is read first",
    ("typical case", "submit"): "the text is read first",
    ("typical case", "redact"): "replaces the text",
    ("instruction", "submit"): "the letter is read first",
    ("designation", "submit"): "the letter is read first",
    ("taking up", "submit"): "the letter is read first",
    ("conversion", "submit"): "the report is read first",
    ("conference", "confirm"): "says something to the other agencies",
    ("conference", "ask_tasks"): "asks other agencies",
    ("confirmation", "confirm"): "a decision of a second person",
    ("confirmation", "sign"): "performs what a system prepared",
    ("confirmation", "withdraw"): "ends what others were asked",
    ("correction", "confirm"): "a decision of a second person",
    ("correction", "withdraw"): "ends what others were asked",
    ("case", "draft_typical_case"): "makes a draft",
    ("paper", "discard"): "ends the paper",
    ("paper", "refill"): "replaces the text",
    ("reminder", "take"): "without an opposite",
    ("suspect", "prosecute"): "an act of law",
    ("task", "start_playbook"): "makes tasks",
    ("threshold", "end"): "ends the watching",
    ("stop notice", "submit"): "the notice is read first",
    ("stop notice", "discard"): "ends the draft",
    ("inspection request", "discard"): "ends the draft",
    ("certificate", "note_expiry"): "ends the notice of its expiry",
    ("risk rule", "revise"): "makes a draft",
    ("lead", "take_over_files"): "adds files to the case",
    ("import", "discard"): "ends the import",
    ("import", "check"): "begins background work",
    ("import", "resume"): "goes on with background work",
    ("circular", "finish"): "the text is read first",
    ("circular", "confirm"): "a decision of a second person",
    ("circular", "send_all"): "sends the letters",
    ("circular", "resume"): "sends the letters",
    ("consultation", "send"): "sends the letter",
    ("supervisory talk", "send"): "sends the letter",
    ("suspension notice", "submit"): "the notice is read first",
    **{
        (kind, verb): why
        for kind in ("guidance letter", "consultation", "supervisory talk", "warning letter", "suspension notice")
        for verb, why in (
            ("finish", "the letter is read first"),
            ("confirm", "a decision of a second person"),
            ("ask_again", "asks other agencies"),
        )
    },
}


def test_every_action_that_only_takes_a_remark_acts_at_once_or_has_a_reason_not_to():
    found = set()
    for workflow, verb, line in lines():
        asks = {field.name for field in line.fields} - {"reason"}
        inside = line.visibility == Visibility.OWN and not (line.starts or line.stops or line.second)
        required = any(field.required for field in line.fields)
        if inside and not (asks or required or line.system or line.at_once):
            found.add((workflow.name, verb))
    assert found == set(KEEPS_ITS_PAGE)


def test_an_act_of_law_is_not_undone(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    _page, token = done(cast.browser("antismuggling.officer"), "referrals", transfer, "accept")
    transfer.refresh_from_db()
    assert (transfer.state, token) == ("ACCEPTED", None)
