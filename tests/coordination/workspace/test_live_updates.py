"""Live updates: a page learns the number of new rows and nothing else; polling does not extend the session."""

from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.utils import timezone

from agencies.people.models import Membership
from tests import stories

LISTS = ("/", "/queues/?queue=mine", "/cases/", "/leads/", "/referrals/", "/tasks/", "/notes/", "/inbox/")


def address(page, since=None):
    moment = (since or timezone.now() - timedelta(seconds=1)).isoformat()
    return f"/fresh/?page={quote(page)}&since={quote(moment)}"


def new(browser, page, since):
    return browser.get(address(page, since)).json()["new"]


@pytest.mark.slow
def test_a_list_shows_the_number_of_new_rows(cast):
    case = stories.shared_case(cast)
    browser, since = cast.browser("commerce.officer"), timezone.now()
    assert {page: new(browser, page, since) for page in LISTS} == dict.fromkeys(LISTS, 0)
    stories.task(cast, "ASKED", case)
    assert new(browser, "/", since) == 1
    assert new(browser, "/tasks/?agency=MOFCOM_SCB", since) == 1
    assert new(browser, "/tasks/?mine=1", since) == 0
    assert new(browser, "/queues/?queue=unclaimed", since) == 1
    assert new(browser, "/queues/?queue=mine", since) == 0


def test_own_actions_are_not_new(cast):
    since = timezone.now()
    stories.case(cast)
    assert new(cast.browser("customs.officer"), "/cases/", since) == 0
    assert new(cast.browser("customs.lead"), "/cases/", since) == 1


def test_internal_changes_of_another_agency_are_no_change(cast):
    task = stories.task(cast, "OPEN")
    since = timezone.now()
    stories.walk(cast, task, [("claim", "commerce.officer", {})])
    assert new(cast.browser("customs.officer"), "/queues/?queue=elsewhere", since) == 0
    assert new(cast.browser("commerce.lead"), "/tasks/", since) == 1


def test_nothing_new_is_an_empty_answer(cast):
    browser, since = cast.browser("customs.officer"), timezone.now()
    first = browser.get(address("/cases/", since))
    again = browser.get(address("/cases/", since), headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    stories.case(cast, by="customs.lead")
    assert browser.get(address("/cases/", since), headers={"if-none-match": first["ETag"]}).status_code == 200


def test_a_tag_of_one_person_or_language_is_none_of_another(cast):
    since = timezone.now()
    tags = {
        cast.browser(who, language).get(address("/cases/", since))["ETag"]
        for who in ("customs.officer", "customs.lead")
        for language in ("en", "zh-hans")
    }
    assert len(tags) == 4


def test_without_a_role_nothing_is_shown(cast):
    browser, since = cast.browser("commerce.officer"), timezone.now()
    stories.task(cast, "ASKED")
    tag = browser.get(address("/tasks/", since))["ETag"]
    Membership.objects.filter(user=cast.user("commerce.officer")).delete()
    answer = browser.get(address("/tasks/", since), headers={"if-none-match": tag})
    assert answer.json()["new"] == 0
    assert answer.json()["counts"] == {}


def test_polling_keeps_no_one_signed_in(cast):
    browser = cast.browser("customs.officer")
    browser.get("/")
    ends = Session.objects.get(pk=browser.session.session_key).expire_date
    for minutes in (20, 60, 110):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            assert browser.get(address("/cases/")).status_code == 200
    assert Session.objects.get(pk=browser.session.session_key).expire_date == ends
    with time_machine.travel(timezone.now() + timedelta(minutes=125)):
        assert browser.get(address("/cases/")).status_code == 302


@pytest.mark.parametrize(
    "query",
    ["", "page=", "page=/&since=x", "page=//x&since=2026-01-01T00:00:00Z", "since=0001-01-01T00:00:00%2B14:00",
     "page=/nowhere/&since=2026-01-01T00:00:00Z", "page=/cases/&since=9999-12-31T23:59:59-12:00", "page=%00&since=%00"],
)  # fmt: skip
def test_nonsense_is_nothing_new(cast, query):
    answer = cast.browser("customs.officer").get(f"/fresh/?{query}")
    assert answer.status_code == 200
    assert answer.json()["new"] == 0


# Further lists -------------------------------------------------------------------------------------------------------
def test_the_board_shows_new_cards(cast):
    case = stories.shared_case(cast)
    browser, since = cast.browser("commerce.officer"), timezone.now()
    assert new(browser, "/board/?resource=tasks", since) == 0
    stories.task(cast, "ASKED", case)
    assert new(browser, "/board/?resource=tasks", since) == 1
    assert new(browser, "/board/?resource=leads", since) == 0
    assert new(browser, "/board/?resource=tasks&state=OPEN", since) == 0
    assert new(browser, "/board/?resource=tasks&person=commerce.lead", since) == 0


def test_people_outside_agencies_get_nothing_of_a_board(cast):
    stories.task(cast, "ASKED")
    assert new(cast.browser("centre.coordinator"), "/board/", timezone.now() - timedelta(hours=1)) == 0


def test_lists_of_instructions_show_new_rows(cast):
    since = timezone.now()
    letter = stories.instruction(cast, "SENT")
    receiver = next(who for who in ("antismuggling.officer", "customs.lead", "commerce.officer", "police.officer")
                    if cast[who].agency_id == letter.receiver_id)  # fmt: skip
    assert new(cast.browser(receiver), "/instructions/", since) == 1
    assert new(cast.browser("procurator"), "/instructions/", since) == 0


@pytest.mark.slow
def test_a_round_of_opinions_is_new_when_it_is_asked_and_when_an_agency_answers(cast):
    since = timezone.now()
    opinion = stories.agency_opinion(cast)
    owing = "commerce.lead" if cast["commerce.lead"].agency_id == opinion.agency_id else "police.lead"
    assert new(cast.browser(owing), "/opinion-rounds/", since) == 1
    stories.agency_opinion(cast, "WITH_LEAD")
    assert new(cast.browser(owing), "/opinion-rounds/?state=OPEN", since) == 2


def test_a_conference_is_new_to_participants_and_not_to_the_caller(cast):
    since = timezone.now()
    conference = stories.conference(cast)
    called = [who for who in ("commerce.officer", "police.officer", "antismuggling.officer")
              if conference in type(conference).objects.visible_to(cast[who])]  # fmt: skip
    assert called
    assert {new(cast.browser(who), "/conferences/", since) for who in called} == {1}
    assert new(cast.browser("customs.officer"), "/conferences/", since) == 0


@pytest.mark.slow
def test_the_list_of_persons_shows_new_people_and_measures(cast):
    since = timezone.now()
    line = stories.suspect(cast)
    assert new(cast.browser("antismuggling.lead"), "/proceedings/persons/", since) == 1
    assert new(cast.browser("customs.lead"), "/proceedings/persons/", since) == 0
    later = timezone.now()
    stories.measure(cast, line)
    people = ("antismuggling.lead", "antismuggling.officer", "antismuggling.head")
    shown = [new(cast.browser(who), "/proceedings/persons/", later) for who in people]
    assert sorted(shown) == [0, 1, 1], "all but the person who did it"


def test_deadlines_show_periods_started_by_others(cast):
    since = timezone.now()
    lead = stories.lead(cast)
    assert lead.due_at is not None
    assert new(cast.browser("customs.lead"), "/deadlines/running/", since) > 0
    assert new(cast.browser("customs.officer"), "/deadlines/running/", since) == 0
    assert new(cast.browser("commerce.lead"), "/deadlines/running/", since) == 0


@pytest.mark.slow
def test_the_reminder_desk_shows_newly_late_items_and_letters(cast):
    task = stories.late_task(cast)
    browser = cast.browser("commerce.lead")
    assert new(browser, "/reminder-desk/", task.due_at - timedelta(minutes=1)) == 0, (
        "longer ago than a page stands open"
    )
    with time_machine.travel(task.due_at + timedelta(minutes=5)):
        assert new(cast.browser("commerce.lead"), "/reminder-desk/", task.due_at - timedelta(minutes=1)) == 1
        assert new(cast.browser("commerce.lead"), "/reminder-desk/", task.due_at + timedelta(minutes=1)) == 0
    since = timezone.now()
    stories.reminder(cast)
    assert new(cast.browser("commerce.lead"), "/reminders/", since) == 1


ALL = (
    *LISTS,
    *("/board/", "/board/?resource=referrals", "/instructions/", "/opinion-rounds/", "/conferences/"),
    *("/proceedings/persons/", "/deadlines/running/", "/reminder-desk/", "/reminders/"),
)


@pytest.mark.slow
def test_each_list_contains_its_time_and_polls_in_few_queries_unless_switched_off(cast, django_assert_max_num_queries):
    browser = cast.browser("commerce.officer")
    stories.late_task(cast)
    for page in ALL:
        shown = browser.get(page).text
        assert "data-fresh=" in shown, page
        assert "fresh.js" in shown, page
        with django_assert_max_num_queries(20, info=page):
            browser.get(address(page))
    browser.post("/keys/", {"live": "off"})
    assert "fresh.js" not in browser.get("/").text


@pytest.mark.slow
def test_hidden_objects_change_neither_answer_nor_tag(cast):
    browser = cast.browser("commerce.officer")
    stories.task(cast, "OPEN")
    since = timezone.now()
    before = [browser.get(address(page, since)) for page in ALL]
    for _ in range(5):
        case = stories.case(cast, handling="H3", handling_code="H3")
        stories.proceeding(cast, "INVESTIGATE", case)
        stories.note(cast, matter=case)
    stories.suspect(cast)
    after = [browser.get(address(page, since)) for page in ALL]
    assert [(one.content, one["ETag"]) for one in before] == [(one.content, one["ETag"]) for one in after]
