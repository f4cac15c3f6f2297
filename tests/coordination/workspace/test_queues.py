"""Queues: one page of mixed rows for each question an officer asks in the morning."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from agencies.kernel import times
from agencies.work.reading import DeskReader
from cases.proceedings.actions import open_proceeding
from coordination.exchange.tasks.actions import send_back_task
from coordination.insight.search.actions import index_changed
from coordination.workspace.queues import counts, queue_page
from coordination.workspace.waiting import QUEUES
from tests import stories
from tests.costs import costs_no_more
from tests.kept_stories import story


def rows(cast, who, queue):
    return [line.key for line in cast.browser(who).get(f"/queues/?queue={queue}").context["page"].items]


@pytest.fixture
@story
def desk(cast):
    """A bit of everything for customs and commerce."""
    case = stories.shared_case(cast)
    for state in ("ASKED", "OPEN", "CLAIMED", "DONE"):
        stories.task(cast, state, case)
    stories.lead(cast)
    stories.transfer(cast, "SUPPLEMENT")
    stories.assistance(cast, "SENT")
    stories.proceeding(cast, "INVESTIGATE", stories.shared_case(cast))


def lines(cast, who, queue):
    """The rows of the page, without the page; `test_the_api_shows_the_same_as_the_page` reads the page itself."""
    return [line.key for line in queue_page(DeskReader(cast[who], times.now()), {"queue": queue}).items]


@pytest.mark.slow
@pytest.mark.both_databases  # counts of work items
def test_each_queue_counts_exactly_its_rows(cast, desk):
    for who in ("customs.officer", "customs.lead", "customs.head", "commerce.officer", "antismuggling.officer"):
        number = counts(cast[who])
        assert {queue: len(lines(cast, who, queue)) for queue in QUEUES} == number, who


def test_a_task_is_in_the_queues_of_both_agencies(cast):
    key = ("task", stories.task(cast, "ASKED").pk)
    assert key in rows(cast, "commerce.officer", "unclaimed")
    assert key in rows(cast, "customs.officer", "elsewhere")
    assert key not in rows(cast, "police.officer", "unclaimed")


def test_items_at_another_agency_show_their_state_and_no_name(cast):
    stories.task(cast, "CLAIMED")
    shown = cast.browser("customs.officer").get("/queues/?queue=elsewhere").content.decode()
    assert "In progress" in shown
    assert cast.user("commerce.officer").name_en not in shown


def test_returned_items_are_in_the_returned_queue(cast):
    task = stories.task(cast, "DONE")
    send_back_task(task, actor=cast["customs.officer"], reason="The years before 2025 are missing")
    assert rows(cast, "commerce.officer", "returned") == [("task", task.pk)]
    assert ("task", task.pk) in rows(cast, "commerce.officer", "mine")


def test_a_proceeding_that_waits_for_its_filing_is_on_the_desk_of_the_unit_lead(cast):
    proceeding = stories.proceeding(cast, "VERIFY")

    def on_desk(who):
        page = cast.browser(who).get("/queues/?queue=mine").context["page"]
        return ("proceeding", proceeding.pk) in [line.key for line in page.items]

    assert (on_desk("customs.lead"), on_desk("customs.legal")) == (True, False)
    stories.walk(cast, proceeding, [("file", "customs.lead", {"external_number": "缉违立〔2026〕9号"})])
    assert not on_desk("customs.lead")


@pytest.mark.slow
@pytest.mark.both_databases  # order and pages
def test_a_queue_costs_no_more_for_many(cast):
    case, browser, queue = stories.shared_case(cast), cast.browser("commerce.lead"), "/queues/?queue=unclaimed"
    stories.task(cast, "ASKED", case)
    with costs_no_more(browser, queue):
        for _ in range(59):
            stories.task(cast, "ASKED", case)
    page = browser.get(queue).context["page"]
    assert len(page.items) == 50
    again = browser.get(f"{queue}&after={page.next}").context["page"]
    assert len(again.items) == 10
    assert not {line.key for line in again.items} & {line.key for line in page.items}


@pytest.mark.slow
def test_a_party_that_may_speak_or_must_pay_is_waited_for(cast):
    noticed, served = stories.noticed(cast), stories.served(cast)
    shown = cast.browser("customs.officer").get("/queues/?queue=party")
    urls = {line.url for line in shown.context["page"].items}
    assert f"/decisions/{noticed.pk}/" in urls
    assert f"/decisions/{served.pk}/" in urls
    assert "Payment of the fine" in shown.content.decode()
    assert rows(cast, "commerce.officer", "party") == []
    with time_machine.travel(timezone.now() + timedelta(days=60)):
        assert ("decision", noticed.pk) not in rows(cast, "customs.officer", "party"), "its right has lapsed"


def test_items_from_others_are_new_until_marked_as_seen(cast):
    case = stories.shared_case(cast)
    task = stories.task(cast, "ASKED", case)
    browser = cast.browser("commerce.officer")
    browser.get("/queues/?queue=new")  # to open the page is no look
    shown = browser.get("/queues/?queue=new")
    assert [line.key for line in shown.context["page"].items] == [("task", task.pk)]
    later = stories.task(cast, "ASKED", case)  # after the page was rendered
    browser.post("/queues/looked/", {"until": shown.context["until"]})
    assert rows(cast, "commerce.officer", "new") == [("task", later.pk)]
    assert ("task", task.pk) in rows(cast, "commerce.lead", "new"), "a look is his alone"


def test_own_actions_are_not_new_to_the_actor(cast):
    task = stories.task(cast, "ASKED")
    browser = cast.browser("commerce.officer")
    browser.post("/queues/looked/", {"until": timezone.now().isoformat()})
    stories.walk(cast, task, [("accept", "commerce.officer", {}), ("claim", "commerce.officer", {})])
    assert ("task", task.pk) in rows(cast, "commerce.officer", "mine")
    assert rows(cast, "commerce.officer", "new") == []


@pytest.mark.parametrize("until", ["", "yesterday", "9" * 10_000, "0001-01-01T00:00:00+14:00", "2026-01-01T00:00"])
def test_a_look_at_no_time_is_refused(cast, until):
    answer = cast.browser("customs.officer").post("/queues/looked/", {"until": until})
    assert answer.status_code == 400


def test_a_look_into_the_future_hides_nothing(cast):
    browser = cast.browser("commerce.officer")
    browser.post("/queues/looked/", {"until": "2200-01-01T00:00:00+00:00"})
    task = stories.task(cast, "ASKED")
    assert rows(cast, "commerce.officer", "new") == [("task", task.pk)]


def test_open_work_of_a_case_is_shown_across_agencies_without_foreign_names(cast):
    case = stories.shared_case(cast)
    theirs = stories.task(cast, "CLAIMED", case)
    ours = stories.proceeding(cast, "INVESTIGATE", case)
    shown = cast.browser("customs.officer").get(f"/queues/?case={case.pk}")
    assert {line.key for line in shown.context["page"].items} == {("task", theirs.pk), ("proceeding", ours.pk)}
    assert cast.user("commerce.officer").name_en not in shown.content.decode()
    assert cast.browser("police.officer").get(f"/queues/?case={case.pk}").status_code == 404
    assert cast.browser("police.officer").get("/queues/?case=none").status_code == 400


def test_the_navigation_counts_own_work(cast, desk):
    browser = cast.browser("customs.officer")
    item = next(one for one in browser.get("/queues/").context["nav"] if one["name"] == "queues")
    assert item["count"] == len(rows(cast, "customs.officer", "work"))
    assert item["url"] == "/queues/?queue=work"
    assert 'href="/queues/?queue=new"' in browser.get(item["url"]).content.decode()


@pytest.mark.slow
def test_the_api_shows_the_same_as_the_page(cast, desk):
    browser, number = cast.browser("customs.officer"), counts(cast["customs.officer"])
    for queue in QUEUES:
        data = browser.get(f"/api/v1/queues/?queue={queue}").json()
        shown = rows(cast, "customs.officer", queue)
        assert [(row["kind"], row["id"]) for row in data["results"]] == [(kind, str(pk)) for kind, pk in shown]
        assert shown == lines(cast, "customs.officer", queue)
        assert {one["queue"]: one["count"] for one in data["queues"]} == number
    assert browser.get("/api/v1/queues/?queue=all").json()["errors"][0]["pointer"] == "/queue"


def test_an_opinion_owed_by_another_agency_is_waiting_and_shown_on_the_case(cast):
    opinion = stories.agency_opinion(cast, "WITH_LEAD")
    letter = stories.instruction(cast, "SENT", matter=opinion.case)
    for query in ("queue=elsewhere", f"case={opinion.case.pk}"):
        answer = cast.browser("customs.officer").get(f"/queues/?{query}").text
        assert opinion.round.title in answer, query
        assert letter.title in answer, query
    other = cast.browser("commerce.officer").get(f"/queues/?case={opinion.case.pk}").text
    assert opinion.round.title in other
    assert letter.title not in other


def test_a_conference_waits_for_named_people_or_the_whole_agency(cast):
    case = stories.shared_case(cast)
    theirs = open_proceeding(case, actor=cast["commerce.officer"], kind="commerce")
    named = stories.conference(cast, matter=case, people=[str(theirs.handler_id)])
    whole = stories.conference(cast, "MINUTES", case)
    assert ("conference", named.pk) in rows(cast, "commerce.officer", "mine")
    assert ("conference", named.pk) not in rows(cast, "commerce.officer", "unclaimed")
    assert ("conference", whole.pk) in rows(cast, "commerce.officer", "unclaimed")
    assert {("conference", named.pk), ("conference", whole.pk)} <= set(rows(cast, "commerce.officer", "new"))
    assert ("conference", named.pk) not in rows(cast, "commerce.lead", "new")
    data = cast.browser("commerce.officer").get("/api/v1/queues/?queue=unclaimed").json()
    assert str(whole.pk) in [row["id"] for row in data["results"] if row["kind"] == "conference"]
    stories.walk(cast, whole, [("confirm", "commerce.officer", {})])
    assert ("conference", whole.pk) not in rows(cast, "commerce.officer", "unclaimed")


@pytest.mark.slow
def test_the_parts_of_each_queue_add_up_to_it(cast, desk):
    browser = cast.browser("commerce.lead")
    for queue in ("work", "mine", "unclaimed", "elsewhere", "overdue"):
        context = browser.get(f"/queues/?queue={queue}").context
        everything, *parts = context["chips"]
        assert everything.count == sum(part.count for part in parts) == len(context["page"].items), queue
        for part in parts:
            rows_of_part = browser.get(f"/queues/{part.url}").context["page"].items
            assert len(rows_of_part) == part.count, (queue, part.value)


def test_an_officer_limits_a_queue_to_an_agency_a_kind_and_a_priority(cast, desk):
    browser = cast.browser("commerce.officer")
    whole = browser.get("/queues/?queue=unclaimed")
    labels = {str(label): items for label, items in whole.context["facets"]}
    for items in labels.values():
        for item in items:
            found = browser.get(f"/queues/{item.url}").context
            assert len(found["page"].items) == item.count == found["chips"][0].count, item.label
            assert len(found["chosen"]) == 1
    assert {"Other agency", "Kind", "Priority"} <= set(labels)
    nothing = browser.get("/queues/?queue=unclaimed&kind=decision")
    assert "No entry matches these filters" in nothing.text


@pytest.mark.parametrize("query", ["part=early", "kind=crime", "agency=none", "priority=9"])
def test_a_queue_is_shown_without_a_filter_that_it_does_not_know_and_names_it(cast, query):
    page = cast.browser("customs.officer").get(f"/queues/?queue=mine&{query}")
    assert page.status_code == 200
    name = query.partition("=")[0]
    assert list(page.context["left_out"]) == [name]
    assert page.context["left_out"][name] in page.text
    assert page.context["left_out"][name].endswith(query.partition("=")[2])
    assert query not in page.context["request"].GET.urlencode()


def test_the_order_by_priority_keeps_the_filters(cast, desk):
    answer = cast.browser("commerce.officer").get("/queues/?queue=unclaimed&kind=task")
    assert answer.context["other_order"] == "?queue=unclaimed&kind=task&sort=priority"


@pytest.mark.slow
def test_a_phone_gets_shorter_pages(cast):
    case, browser = stories.shared_case(cast), cast.browser("commerce.lead")
    for _ in range(21):
        stories.task(cast, "ASKED", case)
    phone = {"User-Agent": "Mozilla/5.0 (Linux; Android 15) Mobile"}
    for url in ("/queues/?queue=unclaimed", "/tasks/"):
        page = browser.get(url, headers=phone).context["page"]
        assert (len(page.items), bool(page.next)) == (20, True), url
        assert len(browser.get(url).context["page"].items) == 21


def test_a_lead_shows_its_reference_and_an_opinion_its_case_to_those_who_see_it(cast):
    lead, opinion = stories.lead(cast), stories.agency_opinion(cast)
    assert f"{lead.source_ref} · Severity" in cast.browser("customs.officer").get("/queues/?queue=unclaimed").text
    for path in ("/queues/?queue=elsewhere", "/queues/?queue=awaited", "/"):
        assert f"{opinion.case.number} " in cast.browser("customs.officer").get(path).text, path
    [line] = [
        line
        for line in cast.browser("commerce.officer").get("/queues/?queue=new").context["page"].items
        if line.key == ("opinion", opinion.pk)
    ]
    assert line.case.startswith(opinion.case.number)


@pytest.mark.slow
def test_an_officer_finds_the_work_of_a_queue_by_text_and_keeps_the_search_as_a_view(cast):
    case, other = stories.shared_case(cast, title="玄武专案"), stories.shared_case(cast, title="朱雀专案")
    found, beside = stories.task(cast, "ASKED", case), stories.task(cast, "ASKED", other)
    index_changed()
    browser = cast.browser("commerce.officer")
    url = "/queues/?queue=unclaimed&kind=task"
    shown = browser.get(f"{url}&text=玄武")
    assert [line.key[1] for line in shown.context["page"].items] == [found.pk]
    assert browser.get(f"{url}&text={other.number}").context["page"].items[0].key[1] == beside.pk
    assert "No entry matches these filters" in browser.get(f"{url}&text=青龙").text
    hidden = stories.case(cast, title="白虎专案")  # which the commerce bureau does not see
    index_changed()
    assert not browser.get(f"/queues/?queue=work&text={hidden.number}").context["page"].items
    kept = browser.post(
        "/lists/queues/views/new/?queue=unclaimed&kind=task&text=玄武", {"name": "Antimony", "audience": "agency"}
    )
    again = browser.get(kept.url)
    assert [line.key[1] for line in again.context["page"].items] == [found.pk]
    assert "Antimony <span>1</span>" in " ".join(again.text.split())
    assert "Antimony" in cast.browser("commerce.lead").get("/queues/").text
    assert "Antimony" not in cast.browser("customs.officer").get("/queues/").text


@pytest.mark.parametrize("query", ["queue=none", "part=early", "sort=name", "bogus=1"])
def test_a_view_of_a_queue_that_cannot_be_opened_is_refused(cast, query):
    assert cast.browser("customs.officer").get(f"/lists/queues/views/new/?{query}").status_code == 400
