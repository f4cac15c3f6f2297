"""A person's inbox: one event is one item, for the right people, and nothing that they may not see now."""

import pytest
from django.db import transaction
from django.urls import reverse

from agencies.journal.actions import tell_person
from agencies.journal.models import Delivery, Event
from agencies.kernel.refusals import Invalid
from cases.sharing.actions import unshare_case
from coordination.notes.actions import write_note
from coordination.notifications.actions import choose_news, mark_all_read, mark_read
from coordination.notifications.jobs import drain
from coordination.notifications.models import Because, InboxItem, Topic
from coordination.tasks.actions import ask_task
from tests import stories


def reasons(event_verb, kind):
    rows = InboxItem.objects.filter(event__verb=event_verb, event__object_kind=kind)
    return {(item.person.username, item.because) for item in rows.select_related("person")}


def inbox(cast, who, query=""):
    return cast.browser(who).get(f"/inbox/{query}")


def about(answer):
    return [line.news.about for line in answer.context["page"].items]


def counted(answer):
    return next(item["count"] for item in answer.context["nav"] if item["url"] == "/inbox/")


def test_what_comes_from_outside_and_nobody_has_in_hand_reaches_who_leads(cast):
    stories.task(cast)
    drain()
    assert reasons("ask", "task") == {("commerce.lead", Because.LEADS)}


def test_the_asker_hears_of_the_result_and_who_did_it_does_not(cast):
    done = stories.task(cast, "CLAIMED")
    stories.walk(cast, done, [("complete", "commerce.officer", {"result": "found"})])
    drain()
    assert reasons("complete", "task") == {("customs.officer", Because.ASKED)}


def test_a_submitted_report_reaches_the_responsible_person_and_the_team(cast):
    stories.transfer(cast, "HEAD_DECISION")
    drain()
    assert reasons("submit", "referral") == {
        ("customs.head", Because.DECIDES),
        ("customs.lead", Because.IN_HAND),
    }
    decides = InboxItem.objects.get(event__verb="submit", person=cast.user("customs.head"))
    assert decides.topic == Topic.DECISION


def test_of_several_reasons_the_strongest_is_told_once(cast):
    task = stories.task(cast, "CLAIMED")
    event = Event.objects.latest_of("task", task.pk)
    with transaction.atomic():
        for _twice in range(2):
            tell_person(
                event, cast.user("customs.officer").pk, organ_id=cast["customs.officer"].organ_id, because="mentioned"
            )
    drain()
    mine = InboxItem.objects.filter(event=event, person=cast.user("customs.officer"))
    assert [item.because for item in mine] == [Because.MENTIONED]
    assert mine.get().topic == Topic.ASKED


def test_who_is_given_a_task_hears_that_it_is_his(cast):
    task = stories.task(cast, "CLAIMED")
    to = str(cast.user("commerce.lead").pk)
    stories.walk(cast, task, [("hand_over", "commerce.officer", {"to": to, "reason": "on leave"})])
    drain()
    assert ("commerce.lead", Because.ASSIGNED) in reasons("hand_over", "task")


def test_whom_a_note_names_hears_of_it_and_nobody_else(cast):
    case = stories.case(cast)
    write_note(case, actor=cast["customs.officer"], text="Please look, @customs.lead", audience="organ")
    drain()
    assert reasons("write", "note") == {("customs.lead", Because.MENTIONED)}
    assert case.number in about(inbox(cast, "customs.lead"))


def test_draining_the_same_delivery_again_adds_nothing(cast):
    stories.task(cast)
    drain()
    before = InboxItem.objects.count()
    Delivery.objects.update(done_at=None)
    drain()
    assert InboxItem.objects.count() == before > 0


def test_the_number_of_queries_does_not_grow_with_the_outbox(cast, django_assert_max_num_queries):
    case = stories.shared_case(cast)
    for _n in range(30):
        ask_task(case, actor=cast["customs.officer"], organ="MOFCOM_SCB", title="Check")
    with django_assert_max_num_queries(24):
        drain()


def test_what_is_no_longer_seen_is_neither_told_nor_counted(cast):
    case = stories.shared_case(cast)
    drain()
    answer = inbox(cast, "commerce.lead")
    assert about(answer) == [case.number]
    assert counted(answer) == 1
    unshare_case(case, actor=cast["customs.officer"], organ="MOFCOM_SCB", reason="done")
    drain()
    answer = inbox(cast, "commerce.lead", "?all=1")
    assert about(answer) == []
    assert not counted(answer)
    assert case.number not in answer.content.decode()


def test_reading_one_and_reading_all(cast):
    case = stories.shared_case(cast)
    for _n in range(3):
        ask_task(case, actor=cast["customs.officer"], organ="MOFCOM_SCB", title="Check")
    drain()
    browser = cast.browser("commerce.lead")
    shown = browser.get("/inbox/")
    assert counted(shown) == 4
    items = [line.item for line in shown.context["page"].items]
    browser.post("/inbox/read/", {"item": items[1].pk})
    assert counted(browser.get("/inbox/")) == 3
    ask_task(case, actor=cast["customs.officer"], organ="MOFCOM_SCB", title="Came in meanwhile")
    drain()
    browser.post("/inbox/read/", {"newest": items[0].pk})
    assert about(browser.get("/inbox/")) == ["Came in meanwhile"]
    assert len(about(browser.get("/inbox/?all=1"))) == 5


def test_nobody_reads_anothers_inbox_away(cast):
    stories.task(cast)
    drain()
    item = InboxItem.objects.get(person=cast.user("commerce.lead"), event__verb="ask")
    assert mark_read(item.pk, actor=cast["customs.lead"]) == 0
    assert mark_all_read(actor=cast["customs.lead"], newest=item.pk) == 0
    answer = cast.browser("customs.lead").post("/inbox/read/", {"item": "nonsense"})
    assert answer.status_code in (400, 422)


def test_a_topic_that_is_turned_off_stays_out(cast):
    person = cast.user("customs.officer")
    choose_news(person, {Topic.NEWS: "off"}, actor=cast["customs.officer"])
    done = stories.task(cast, "CLAIMED")
    stories.walk(cast, done, [("complete", "commerce.officer", {"result": "found"})])
    drain()
    assert not InboxItem.objects.filter(person=person).exists()


def test_legal_deadlines_cannot_be_turned_off(cast):
    with pytest.raises(Invalid):
        choose_news(cast.user("customs.officer"), {Topic.DEADLINE: "off"}, actor=cast["customs.officer"])
    browser = cast.browser("customs.officer")
    chosen = dict.fromkeys(Topic, "now")
    assert browser.post("/inbox/settings/", {**chosen, "deadline": "off"}).status_code == 400
    assert browser.post("/inbox/settings/", {**chosen, "news": "off"}).status_code == 302
    assert "checked" in browser.get("/inbox/settings/").content.decode()


def test_the_page_costs_few_queries(cast, django_assert_max_num_queries):
    case = stories.shared_case(cast)
    for _n in range(20):
        ask_task(case, actor=cast["customs.officer"], organ="MOFCOM_SCB", title="Check")
    drain()
    browser = cast.browser("commerce.lead")
    with django_assert_max_num_queries(12):
        assert browser.get("/inbox/").status_code == 200


def test_the_api_tells_the_same(cast):
    stories.task(cast)
    drain()
    browser = cast.browser("commerce.lead")
    rows = browser.get(reverse("api-inbox"), {"unread": "1"}).json()["results"]
    assert ("leads", "Check licences") in [(row["because"], row["about"]) for row in rows]
    ids = {"items": [row["id"] for row in rows]}
    answer = browser.post(reverse("api-inbox-read"), ids, content_type="application/json")
    assert answer.json() == {"marked": len(rows)}
    assert browser.get(reverse("api-inbox"), {"unread": "1"}).json()["results"] == []
    wrong = browser.post(reverse("api-inbox-read"), {"items": ["x"]}, content_type="application/json")
    assert wrong.status_code in (400, 422)
