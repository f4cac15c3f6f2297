"""Major cases: the mark, the progress that is owed every week, and its end."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from agencies.kernel.errors import Forbidden, TransitionRefused
from agencies.kernel.resource import RESOURCES
from agencies.work.models import WorkItem
from cases.casefile.models import Case
from cases.clocks.models import Clock
from coordination.actions.performing import perform
from coordination.exchange.majorcases.actions import mark_major
from coordination.exchange.majorcases.models import MajorCase
from coordination.exchange.reminders.late import late_items
from tests import stories
from tests.stories.basics import running


def late_for(actor):
    return {str(row.pk) for rows in late_items(actor) for row in rows}


def test_the_lead_agency_owes_progress_every_week(cast):
    mark = stories.major_case(cast)
    assert running(mark) == {"INT_MAJOR_WEEK", "INT_MAJOR_END"}
    item = WorkItem.objects.get(object_id=mark.pk)
    assert (item.kind, item.case_id, item.due_at) == ("major_case", mark.case_id, mark.due_at)
    with time_machine.travel(timezone.now() + timedelta(days=14)):
        clock = Clock.objects.running().about(mark).get(rule__code="INT_MAJOR_WEEK")
        assert str(clock.pk) in late_for(cast["customs.officer"]), "late as everywhere"
        assert str(clock.pk) in late_for(cast["centre.coordinator"])
        assert MajorCase.objects.overdue().get() == mark
        home = cast.browser("customs.officer").get("/").text
        assert "Weekly progress of a major case" in home
        assert f"/major-cases/{mark.pk}/do/report_progress/" in home
        stories.walk(cast, mark, [("report_progress", "customs.officer", {"text": "Two witnesses heard."})])
        assert not MajorCase.objects.overdue().exists()
        assert mark.due_at > timezone.now() + timedelta(days=6)
        page = cast.browser("commerce.officer")
        assert page.get(f"/major-cases/{mark.pk}/").status_code == 404
        assert "Two witnesses heard." in cast.browser("customs.officer").get(f"/major-cases/{mark.pk}/").text


def test_the_week_that_has_begun_passes_to_a_new_lead_agency(cast):
    case = stories.shared_case(cast)
    mark = stories.major_case(cast, matter=case)
    due = mark.due_at
    offer = {"agency": "MOFCOM_SCB", "reason": "a matter of licences"}
    perform(RESOURCES["cases"], cast["customs.lead"], Case.objects.get(pk=case.pk), "offer_lead", offer)
    perform(RESOURCES["cases"], cast["commerce.lead"], Case.objects.get(pk=case.pk), "accept_lead", {})
    mark.refresh_from_db()
    item = WorkItem.objects.get(object_id=mark.pk)
    assert {one.agency.code for one in Clock.objects.running().about(mark)} == {"MOFCOM_SCB"}
    assert (item.agency_id, item.due_at, mark.due_at) == (cast["commerce.officer"].agency_id, due, due)
    with pytest.raises(Forbidden):
        stories.walk(cast, mark, [("report_progress", "customs.officer", {"text": "No longer ours."})])
    stories.walk(cast, mark, [("report_progress", "commerce.officer", {"text": "Two licences checked."})])


def test_the_mark_is_on_the_case_and_in_its_filter(cast):
    plain, marked = stories.case(cast), stories.case(cast)
    stories.major_case(cast, matter=marked)
    browser = cast.browser("customs.officer")
    assert "under supervision of the centre" in browser.get(f"/cases/{marked.pk}/").text
    listed = browser.get("/api/v1/cases/?major=1").json()["results"]
    assert [row["number"] for row in listed] == [marked.number]
    assert plain.number not in browser.get("/cases/?major=1").text


def test_the_case_is_closed_only_after_a_coded_outcome(cast):
    case = stories.concluded(cast)
    mark = stories.major_case(cast, matter=case)
    case.refresh_from_db()
    with pytest.raises(TransitionRefused) as refused:
        stories.walk(cast, case, [("close", "customs.lead", {"reason": "done"})])
    assert "it is a major case under supervision" in str(refused.value)
    with pytest.raises(Forbidden):
        stories.walk(cast, mark, [("end", "customs.lead", {"outcome": "concluded", "ending_reason": "x"})])
    stories.walk(cast, mark, [("end", "centre.coordinator", {"outcome": "concluded", "ending_reason": "done"})])
    assert running(mark) == set()
    assert not WorkItem.objects.filter(object_id=mark.pk).exists()
    case.refresh_from_db()
    stories.walk(cast, case, [("close", "customs.lead", {"reason": "done"})])


def test_only_the_coordinator_designates_and_a_case_once(cast):
    case = stories.case(cast)
    given = {"number": "督1", "designation_reason": "large"}
    for who in ("customs.lead", "centre.supervisor"):
        with pytest.raises(Forbidden):
            mark_major(case, actor=cast[who], **given)
    mark_major(case, actor=cast["centre.coordinator"], **given)
    with pytest.raises(TransitionRefused) as refused:
        mark_major(Case.objects.get(pk=case.pk), actor=cast["centre.coordinator"], **given)
    assert "It is a major case already." in str(refused.value)


def test_of_a_restricted_case_the_lead_agency_removes_the_mark(cast):
    mark = stories.major_case(cast)
    Case.objects.filter(pk=mark.case_id).update(handling="H3")
    mark = MajorCase.objects.select_related("case").get(pk=mark.pk)
    assert not MajorCase.objects.visible_to(cast["centre.coordinator"]).exists()
    stories.walk(cast, mark, [("end", "customs.lead", {"outcome": "not_major", "ending_reason": "restricted"})])
    assert mark.state == "ENDED"
