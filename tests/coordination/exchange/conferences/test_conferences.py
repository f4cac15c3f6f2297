"""Conferences: invited agencies see the agenda, readers of the case also see the minutes."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.kernel.errors import Forbidden, TransitionRefused
from agencies.kernel.resource import resource_of
from cases.casefile.models import Case
from coordination.actions.performing import perform as perform_verb
from coordination.exchange.conferences.actions import call_conference
from coordination.exchange.conferences.models import Conference
from coordination.exchange.tasks.models import Task
from coordination.messaging.notifications.jobs import drain
from tests import stories
from tests.refusals import invalid_at, refused_for


def perform(cast, who, thing, verb, **given):
    return perform_verb(resource_of(thing), cast[who], thing, verb, given).thing


def page(cast, who, thing, language="en"):
    return cast.browser(who, language).get(reverse("conference", args=[thing.pk]))


def soon():
    return timezone.now() + timedelta(days=3)


def test_a_guest_reads_the_agenda_and_nothing_of_the_case(cast):
    conference = stories.conference(cast, desks=["MOFCOM_SCB", "MPS_ECID"])
    stories.begin(conference)
    minutes = {"text": "Canary minutes"}
    stories.walk(cast, conference, [("write_minutes", "customs.officer", minutes)])
    resolved = {"agency": "MPS_ECID", "title": "Canary resolution"}
    stories.walk(cast, conference, [("add_resolution", "customs.officer", resolved)])
    api = f"/api/v1/conferences/{conference.pk}/"
    for text in (page(cast, "police.officer", conference).text, cast.browser("police.officer").get(api).text):
        assert "Who weighs them" in text
        hidden = (conference.case.number, conference.case.title, str(conference.case_id), "Canary minutes")
        for words in (*hidden, "Canary resolution"):
            assert words not in text
    assert not Case.objects.visible_to(cast["police.officer"]).filter(pk=conference.case_id).exists()
    assert "Canary minutes" in page(cast, "commerce.officer", conference).text
    with pytest.raises(Forbidden):
        perform(cast, "police.officer", conference, "confirm")


def test_it_is_called_for_a_time_to_come_moved_to_one_and_has_no_minutes_before(cast):
    case, past = stories.shared_case(cast), timezone.now() - timedelta(hours=1)
    data = {"title": "x", "agenda": "y", "desks": ["MOFCOM_SCB"]}
    with invalid_at("/starts_at"):
        call_conference(case, actor=cast["customs.officer"], starts_at=past, **data)
    conference = stories.conference(cast)
    stories.walk(cast, conference, [("answer", "commerce.officer", {"answer": "coming"})])
    stories.walk(cast, conference, [("postpone", "customs.officer", {"starts_at": soon(), "reason": "Typhoon"})])
    assert conference.participants.get().answer == ""
    assert "Typhoon" in page(cast, "commerce.officer", conference).text
    with refused_for("begun"):
        perform(cast, "customs.officer", conference, "write_minutes", text="Already?")


def test_the_last_confirmation_confirms_and_a_later_wording_is_confirmed_anew(cast):
    conference = stories.conference(cast, "CONFIRMED")
    perform(cast, "customs.officer", conference, "edit_minutes", text="Weighed on Tuesday.")
    conference.refresh_from_db()
    assert (conference.state, conference.edition) == ("MINUTES", 2)
    html = page(cast, "commerce.officer", conference).text
    assert "Weighed on Tuesday." in html
    assert "Weighed on Monday." in html
    stories.walk(cast, conference, [("object", "commerce.officer", {"reason": "It was Wednesday"})])
    assert "It was Wednesday" in page(cast, "customs.officer", conference).text
    stories.walk(cast, conference, [("confirm", "commerce.officer", {})])
    assert conference.state == "CONFIRMED"


def test_only_participants_confirm_minutes(cast):
    conference = stories.conference(cast)
    stories.walk(cast, conference, [("answer", "commerce.officer", {"answer": "absent", "reason": "Duty"})])
    stories.begin(conference)
    stories.walk(cast, conference, [("write_minutes", "customs.officer", {"text": "Weighed."})])
    assert conference.state == "CONFIRMED"


def test_resolutions_become_tasks_where_their_agency_shares_the_case(cast):
    conference = stories.conference(cast, "MINUTES", desks=["MOFCOM_SCB", "MPS_ECID"])
    for agency in ("MOFCOM_SCB", "MPS_ECID", "GACC"):
        data = {"agency": agency, "title": f"Job of {agency}", "due_at": soon()}
        stories.walk(cast, conference, [("add_resolution", "customs.officer", data)])
    stories.walk(cast, conference, [("ask_tasks", "customs.officer", {})])
    asked = set(Task.objects.filter(case=conference.case, step="").values_list("title", flat=True))
    assert asked == {"Job of MOFCOM_SCB", "Job of GACC"}
    assert "not requested yet" in page(cast, "customs.officer", conference).text
    with pytest.raises(TransitionRefused):
        perform(cast, "customs.officer", conference, "ask_tasks")


def test_the_centre_calls_one_but_asks_no_task_and_not_about_a_restricted_case(cast):
    case = stories.shared_case(cast)
    data = {"title": "Who leads?", "agenda": "The lead", "starts_at": soon(), "desks": ["GACC", "MOFCOM_SCB"]}
    conference = call_conference(case, actor=cast["centre.coordinator"], **data)
    stories.begin(conference)
    stories.walk(cast, conference, [("write_minutes", "centre.coordinator", {"text": "Customs leads."})])
    resolved = {"agency": "GACC", "title": "Go on"}
    stories.walk(cast, conference, [("add_resolution", "centre.coordinator", resolved)])
    with pytest.raises(Forbidden):
        perform(cast, "centre.coordinator", conference, "ask_tasks")
    perform(cast, "customs.officer", conference, "ask_tasks")
    with pytest.raises(Forbidden):
        call_conference(stories.case(cast, handling="H3"), actor=cast["centre.coordinator"], **data)


def test_a_restricted_case_is_conferred_about_without_the_centre(cast):
    conference = stories.conference(cast, matter=stories.shared_case(cast, handling="H3"))
    assert not Conference.objects.visible_to(cast["centre.coordinator"]).filter(pk=conference.pk).exists()
    assert page(cast, "centre.supervisor", conference).status_code == 404


def test_invited_people_are_notified_and_find_it_waiting(cast):
    lead = cast.user("customs.lead")
    conference = stories.conference(cast, people=[str(lead.pk)])
    drain()
    assert conference.title in cast.browser("customs.lead").get(reverse("inbox")).text
    assert conference.title in cast.browser("commerce.officer").get("/").text
    stories.walk(cast, conference, [("answer", "commerce.officer", {"answer": "coming"})])
    waiting = Conference.objects.visible_to(cast["commerce.officer"]).waiting_on(cast["commerce.officer"])
    assert not waiting.exists()


def test_one_that_was_held_already_is_recorded_with_the_paper_that_shows_its_call(cast):
    case, now = stories.shared_case(cast), timezone.now()
    type(case).objects.filter(pk=case.pk).update(state_since=now - timedelta(days=9))
    data = {"title": "x", "agenda": "y", "desks": ["MOFCOM_SCB"], "starts_at": now - timedelta(days=2)}
    with invalid_at("/paper"):
        call_conference(case, actor=cast["customs.officer"], happened_at=now - timedelta(days=4), **data)
    conference = call_conference(
        case, actor=cast["customs.officer"], happened_at=now - timedelta(days=4), paper="会议通知〔2026〕3号", **data
    )
    stories.walk(cast, conference, [("write_minutes", "customs.officer", {"text": "Weighed."})])
    data = page(cast, "customs.officer", conference, "zh-hans").text
    assert "待确认" in data
    assert "会议通知〔2026〕3号" in data
    stories.walk(cast, conference, [("confirm", "commerce.officer", {})])
    assert conference.state == "CONFIRMED"
