"""A step that waits for another agency is asked for by a reminder where it is late, else by a task, and never by a link
that would be refused.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.casefile.models import Case
from cases.clocks.models import Clock
from cases.sharing.actions import share_case
from coordination.actions.next_steps import steps_of_others
from coordination.exchange.reminders.actions import send_letter
from tests import stories


@pytest.fixture
def transfer(cast):
    return stories.transfer(cast, "DELIVERED")


@pytest.fixture
def shared(cast, transfer):
    """The receiver also shares the case, and may be asked for a task on it."""
    share_case(transfer.case, actor=cast["customs.lead"], agency="GACC_ASB", profile="full", reason="Joint work")
    return transfer


def asking(cast, who, transfer):
    step, *_own = steps_of_others([type(transfer).objects.get(pk=transfer.pk)], cast[who])
    return step.asking


def is_late(transfer):
    moment = timezone.now() - timedelta(hours=3)
    Clock.objects.running().filter(subject_id=transfer.pk).update(due_at=moment, breach_at=moment)
    type(transfer).objects.filter(pk=transfer.pk).update(due_at=moment, breach_at=moment)


def test_a_step_in_time_is_asked_for_by_a_task_of_that_agency(cast, shared):
    found = asking(cast, "customs.officer", shared)
    assert found.url == f"/cases/{shared.case_id}/do/ask_task/?agency=GACC_ASB"
    browser = cast.browser("customs.officer", "en")
    assert f'href="{found.url}"' in browser.get(f"/referrals/{shared.pk}/").text
    assert browser.get(found.url).context["form"].initial["agency"] == "GACC_ASB"


def test_no_task_is_offered_of_an_agency_without_the_case(cast, transfer):
    assert asking(cast, "customs.officer", transfer) is None


def test_no_task_is_offered_on_a_closed_case(cast, shared):
    Case.objects.filter(pk=shared.case_id).update(state="CLOSED")
    assert asking(cast, "customs.officer", shared) is None


@pytest.mark.slow
def test_a_late_step_is_asked_for_by_a_reminder_once(cast, transfer):
    is_late(transfer)
    clock = Clock.objects.running().filter(subject_id=transfer.pk, agency__code="GACC_ASB").get()
    browser = cast.browser("customs.officer", "en")
    found = asking(cast, "customs.officer", transfer)
    assert (str(found.words), found.url) == ("Send reminder", f"/reminder-desk/preview/?about=clock%3A{clock.pk}")
    assert browser.get(found.url).status_code == 200
    for path in (f"/referrals/{transfer.pk}/", f"/cases/{transfer.case_id}/"):
        assert f'href="{found.url}"' in browser.get(path).text, path  # beside a step of the reader's own

    send_letter([f"clock:{clock.pk}"], actor=cast["customs.officer"], remark="")
    found = asking(cast, "customs.officer", transfer)
    assert (str(found.words), found.url) == ("reminded, not answered yet", "")
    assert "reminded, not answered yet" in browser.get(f"/referrals/{transfer.pk}/").text


@pytest.mark.parametrize("who", ["centre.supervisor", "auditor"])
def test_those_who_ask_for_nothing_are_offered_nothing(cast, shared, who):
    is_late(shared)
    assert all(step.asking is None for step in steps_of_others([shared], cast[who]))


def test_the_coordinator_reminds_of_what_is_owed_to_others(cast, shared):
    assert asking(cast, "centre.coordinator", shared) is None
    is_late(shared)
    found = asking(cast, "centre.coordinator", shared)
    assert cast.browser("centre.coordinator").get(found.url).status_code == 200
