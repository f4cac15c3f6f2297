"""A person's inbox: one item for each event, for the right people, and only what they may see now."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from agencies.journal.actions import notify_person
from agencies.journal.models import Delivery, Event
from agencies.kernel.errors import Invalid
from agencies.kernel.work import atomic
from cases.casefile.actions import add_party
from cases.sharing.actions import unshare_case
from coordination.exchange.notes.actions import write_note
from coordination.exchange.tasks.actions import ask_task
from coordination.messaging.notifications.actions import bring_forward, choose_news, mark_all_read, mark_read
from coordination.messaging.notifications.digests import SHANGHAI
from coordination.messaging.notifications.jobs import drain
from coordination.messaging.notifications.models import InboxItem, NoticeReason, Topic
from tests import stories
from tests.journal import latest_event


def reasons(event_verb, kind):
    rows = InboxItem.objects.filter(event__verb=event_verb, event__object_kind=kind)
    return {(item.person.username, item.because) for item in rows.select_related("person")}


def inbox(cast, who, query=""):
    return cast.browser(who).get(f"/inbox/{query}")


def about(answer):
    return [line.news.about for line in answer.context["page"].items]


def counted(answer):
    return next(item["count"] for item in answer.context["nav"] if item["url"] == "/inbox/")


def test_unclaimed_items_from_outside_reach_the_leads_and_the_same_delivery_again_adds_nothing(cast):
    stories.task(cast)
    drain()
    assert reasons("ask", "task") == {("commerce.lead", NoticeReason.LEADS)}
    before = InboxItem.objects.count()
    Delivery.objects.update(done_at=None)
    drain()
    assert InboxItem.objects.count() == before > 0


def test_an_assignee_is_notified_and_the_asker_of_the_result_and_never_the_doer(cast):
    task, to = stories.task(cast, "CLAIMED"), str(cast.user("commerce.lead").pk)
    stories.walk(cast, task, [("hand_over", "commerce.officer", {"to": to, "reason": "on leave"})])
    stories.walk(cast, task, [("complete", "commerce.lead", {"result": "found"})])
    drain()
    assert ("commerce.lead", NoticeReason.ASSIGNED) in reasons("hand_over", "task")
    assert reasons("complete", "task") == {("customs.officer", NoticeReason.ASKED)}


def test_a_submitted_report_reaches_the_responsible_person_and_the_team(cast):
    stories.transfer(cast, "HEAD_DECISION")
    drain()
    assert reasons("submit", "referral") == {
        ("customs.head", NoticeReason.DECIDES),
        ("customs.lead", NoticeReason.IN_HAND),
    }
    decides = InboxItem.objects.get(event__verb="submit", person=cast.user("customs.head"))
    assert decides.topic == Topic.DECISION


def test_of_several_reasons_the_strongest_is_notified_once(cast):
    task = stories.task(cast, "CLAIMED")
    event = latest_event("task", task.pk)
    with atomic():
        for _twice in range(2):
            notify_person(
                event, cast.user("customs.officer").pk, agency_id=cast["customs.officer"].agency_id, because="mentioned"
            )
    drain()
    mine = InboxItem.objects.filter(event=event, person=cast.user("customs.officer"))
    assert [item.because for item in mine] == [NoticeReason.MENTIONED]
    assert mine.get().topic == Topic.ASKED


def test_only_mentioned_people_are_notified(cast):
    case = stories.case(cast)
    write_note(case, actor=cast["customs.officer"], text="Please look, @customs.lead", audience="agency")
    drain()
    assert reasons("write", "note") == {("customs.lead", NoticeReason.MENTIONED)}
    assert case.number in about(inbox(cast, "customs.lead"))


@pytest.mark.slow
def test_the_number_of_queries_does_not_grow_with_the_outbox(cast, django_assert_max_num_queries):
    case = stories.shared_case(cast)
    for _n in range(30):
        ask_task(case, actor=cast["customs.officer"], agency="MOFCOM_SCB", title="Check")
    with django_assert_max_num_queries(24):
        drain()


def test_an_item_no_longer_visible_is_neither_shown_nor_counted(cast):
    case = stories.shared_case(cast)
    drain()
    answer = inbox(cast, "commerce.lead")
    assert about(answer) == [case.number]
    assert counted(answer) == 1
    unshare_case(case, actor=cast["customs.officer"], agency="MOFCOM_SCB", reason="done")
    drain()
    answer = inbox(cast, "commerce.lead", "?all=1")
    assert about(answer) == []
    assert not counted(answer)
    assert case.number not in answer.content.decode()


@pytest.mark.slow
def test_reading_one_and_reading_all(cast):
    case = stories.shared_case(cast)
    for _n in range(3):
        ask_task(case, actor=cast["customs.officer"], agency="MOFCOM_SCB", title="Check")
    drain()
    browser = cast.browser("commerce.lead")
    shown = browser.get("/inbox/")
    until = shown.context["until"]
    assert counted(shown) == 4
    items = [line.item for line in shown.context["page"].items]
    browser.post("/inbox/read/", {"item": items[1].pk})
    assert counted(browser.get("/inbox/")) == 3
    ask_task(case, actor=cast["customs.officer"], agency="MOFCOM_SCB", title="Came in meanwhile")
    drain()
    browser.post("/inbox/read/", {"until": until})
    assert about(browser.get("/inbox/")) == ["Came in meanwhile"]
    assert len(about(browser.get("/inbox/?all=1"))) == 5


def test_reading_affects_the_own_inbox_only(cast):
    stories.task(cast)
    drain()
    item = InboxItem.objects.get(person=cast.user("commerce.lead"), event__verb="ask")
    assert mark_read(item.pk, actor=cast["customs.lead"]) == 0
    assert mark_all_read(actor=cast["customs.lead"], until=timezone.now()) == 0
    for given in ({"item": "nonsense"}, {"until": "nonsense"}, {"until": "2026-13-45T00:00"}, {"until": "2026-01-01"}):
        assert cast.browser("customs.lead").post("/inbox/read/", given).status_code in (400, 422), given


@pytest.mark.slow
def test_a_disabled_topic_is_not_counted_but_listed_under_all_news(cast):
    person = cast.user("customs.officer")
    choose_news(person, {Topic.OUTCOME: "off"}, actor=cast["customs.officer"])
    done = stories.task(cast, "CLAIMED")
    stories.walk(cast, done, [("complete", "commerce.officer", {"result": "found"})])
    drain()
    answer = inbox(cast, "customs.officer")
    assert about(answer) == []
    assert not counted(answer)
    answer = inbox(cast, "customs.officer", "?all=1")
    assert about(answer)[0] == done.title
    assert "turned off" in answer.content.decode()


def monday(hour, minute=0):
    return datetime(2026, 11, 23, hour, minute, tzinfo=SHANGHAI)


def answered(cast, at, hour=8):
    """Commerce answers a task of customs, whose officer has chosen to get outcomes once a day."""
    choose_news(cast.user("customs.officer"), {Topic.OUTCOME: "daily"}, actor=cast["customs.officer"], digest_hour=hour)
    with time_machine.travel(at, tick=False):
        done = stories.task(cast, "CLAIMED")
        stories.walk(cast, done, [("complete", "commerce.officer", {"result": "found"})])
        drain()
    InboxItem.objects.exclude(event__verb="complete").delete()
    return done


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answered_at", "counts"),
    [
        (monday(7, 59), monday(8)),
        (monday(8), monday(8) + timedelta(days=1)),  # an item at exactly the hour waits for the next digest
        (monday(18), monday(8) + timedelta(days=1)),
        (monday(18) + timedelta(days=4), monday(8) + timedelta(days=7)),  # Friday evening: over the weekend
        (datetime(2026, 9, 30, 9, tzinfo=SHANGHAI), datetime(2026, 10, 8, 8, tzinfo=SHANGHAI)),  # over National Day
    ],
)
def test_daily_news_count_from_the_next_digest_on(cast, answered_at, counts):
    answered(cast, answered_at)
    item = InboxItem.objects.get(person=cast.user("customs.officer"), event__verb="complete")
    assert (item.when, item.counts_from) == ("daily", counts)
    for moment, number in ((counts - timedelta(seconds=1), None), (counts, 1)):
        with time_machine.travel(moment, tick=False):
            answer = inbox(cast, "customs.officer")
            assert (counted(answer) or None) == number, moment
            assert len(about(answer)) == (number or 0)
            assert len(about(inbox(cast, "customs.officer", "?all=1"))) >= 1


@pytest.mark.slow
def test_unread_news_are_in_the_order_of_the_time_shown(cast):
    answered(cast, monday(9), hour=11)
    answered(cast, monday(10), hour=11)
    with time_machine.travel(monday(10, 30), tick=False):
        stories.walk(
            cast, stories.assistance(cast, "SENT"), [("return", "commerce.officer", {"reason": "Which year?"})]
        )
        drain()
    with time_machine.travel(monday(12), tick=False):
        for query in ("", "?all=1"):
            times = [one.news.entry.happened_at for one in inbox(cast, "customs.officer", query).context["page"].items]
            assert times == sorted(times, reverse=True)
            assert len(times) >= 2


@pytest.mark.slow
def test_unread_news_about_own_matters_come_before_publications(cast):
    stories.transfer(cast, "ACCEPTED")
    stories.typical_case(cast, "PUBLISHED")
    drain()
    kinds = [line.item.about_kind for line in inbox(cast, "customs.officer").context["page"].items]
    assert kinds[-1] == "typical_case"
    assert kinds.count("typical_case") == 1 < len(kinds)
    everything = inbox(cast, "customs.officer", "?all=1").context["page"].items
    assert everything[0].item.about_kind == "typical_case", "all news are in the order of their times"
    on_home = cast.browser("customs.officer").get("/").context["mine"]
    assert [news.entry.event.object_kind for news in on_home] == kinds[: len(on_home)]


# What my own action led to -------------------------------------------------------------------------------------------
@pytest.mark.slow
def test_outcomes_of_ones_own_action_count_at_once(cast):
    """Refusal, return for revision, signed receipt, answered reminder: none waits for the digest of the next day."""
    friday = monday(8, 48) + timedelta(days=4)
    with time_machine.travel(friday, tick=False):
        refused, returned, signed = (stories.transfer(cast, s) for s in ("HEAD_DECISION", "HEAD_DECISION", "DELIVERED"))
        stories.walk(cast, refused, [("refuse", "customs.head", {"ending_reason": "No crime"})])
        stories.walk(cast, returned, [("revise", "customs.head", {"reason": "Name the goods"})])
        stories.walk(cast, signed, [("accept", "antismuggling.officer", {})])
        drain()
        mine = InboxItem.objects.filter(person=cast.user("customs.officer"), counts_from__lte=friday)
        assert {"refuse", "revise", "accept"} <= set(mine.values_list("event__verb", flat=True))
        text = inbox(cast, "customs.officer").content.decode()
        back = cast.browser("customs.officer").get("/queues/?queue=returned").content.decode()
    assert str(returned.pk) in back
    assert str(refused.pk) not in back
    for transfer in (refused, returned, signed):
        assert transfer.case.number in text
    assert cast.user("customs.head").name in text


def test_a_returned_proposal_counts_at_once_and_other_steps_once_a_day(cast):
    transfer = stories.transfer(cast, "ACCEPTED")
    proposed = {"proposed": "not_file", "proposal": "No intent"}
    stories.walk(cast, transfer, [("propose", "antismuggling.officer", proposed)])
    stories.walk(cast, transfer, [("return_proposal", "antismuggling.deputy", {"reason": "Name the witness"})])
    add_party(transfer.case, actor=cast["customs.lead"], kind="org", name="Another firm")
    drain()
    whens = dict(InboxItem.objects.filter(person=cast.user("antismuggling.officer")).values_list("event__verb", "when"))
    assert whens["return_proposal"] == "now"
    news = InboxItem.objects.filter(topic=Topic.NEWS)
    assert set(news.values_list("when", flat=True)) <= {"daily"}


def test_home_shows_the_unread_news_of_the_person_once(cast):
    transfer = stories.transfer(cast, "ACCEPTED")
    drain()
    answer = cast.browser("customs.officer").get("/")
    mine = [news.entry.event.pk for news in answer.context["mine"]]
    assert Event.objects.get(object_id=transfer.pk, verb="accept").pk in mine
    assert [news.entry.event.pk for news in answer.context["news"]] == mine  # nothing else is news while these wait
    assert len(mine) == len(set(mine))
    assert transfer.case.number in answer.content.decode()
    InboxItem.objects.update(read_at=timezone.now())
    assert cast.browser("customs.officer").get("/").context["mine"] == []


def test_a_case_is_named_only_to_those_who_see_it(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    drain()
    envelopes = inbox(cast, "antismuggling.lead").context["page"].items
    assert [line.news.case for line in envelopes] == [""] * len(envelopes) != []
    stories.walk(cast, transfer, [("accept", "antismuggling.officer", {})])
    drain()
    case = f"{transfer.case.number} {transfer.case.title}"
    assert case in [line.news.case for line in inbox(cast, "customs.officer").context["page"].items]


def test_people_on_duty_on_a_day_off_get_the_digest_of_deadlines(cast):
    sunday = datetime(2026, 11, 22, 9, tzinfo=SHANGHAI)
    customs = cast.user("customs.officer")
    choose_news(customs, {Topic.DEADLINE: "daily"}, actor=cast["customs.officer"])
    rows = latest_event("lead", stories.lead(cast).pk)
    item = InboxItem.objects.create(
        event=rows,
        person=customs,
        about_kind="lead",
        about_id=rows.object_id,
        because="in_hand",
        topic="deadline",
        when="daily",
        created_at=sunday - timedelta(days=1),
        counts_from=monday(8),
    )
    assert bring_forward([cast.user("customs.lead").pk], now=sunday) == 0
    assert bring_forward([customs.pk], now=sunday - timedelta(hours=2)) == 0
    assert bring_forward([customs.pk], now=sunday) == 1
    assert bring_forward([customs.pk], now=sunday) == 0
    item.refresh_from_db()
    assert item.counts_from == sunday.replace(hour=8)


def test_no_digest_at_night_and_legal_deadlines_cannot_be_turned_off(cast):
    with pytest.raises(Invalid):
        choose_news(cast.user("customs.officer"), {}, actor=cast["customs.officer"], digest_hour=3)
    with pytest.raises(Invalid):
        choose_news(cast.user("customs.officer"), {Topic.DEADLINE: "off"}, actor=cast["customs.officer"])
    browser = cast.browser("customs.officer")
    chosen = {**dict.fromkeys(Topic, "now"), "digest_hour": "9"}
    assert browser.post("/inbox/settings/", {**chosen, "deadline": "off"}).status_code == 400
    assert browser.post("/inbox/settings/", {**chosen, "news": "off"}).status_code == 302
    assert "checked" in browser.get("/inbox/settings/").content.decode()


@pytest.mark.slow
def test_the_page_costs_few_queries(cast, django_assert_max_num_queries):
    case = stories.shared_case(cast)
    for _n in range(20):
        ask_task(case, actor=cast["customs.officer"], agency="MOFCOM_SCB", title="Check")
    drain()
    browser = cast.browser("commerce.lead")
    with django_assert_max_num_queries(20):
        assert browser.get("/inbox/").status_code == 200


def test_the_api_shows_the_same(cast):
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
