"""A bulk action that only says who works on something is taken back as a whole within a minute."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from agencies.journal.models import Event
from agencies.runs.models import Run
from cases.intake.models import Lead
from coordination.exchange.tasks.actions import hand_over_task
from coordination.exchange.tasks.models import Task
from tests import stories

LEAD, OFFICER = "commerce.lead", "commerce.officer"
DONE = "2 rows done."


def started(cast: Any, who: str, action: str, things: Any, resource: str = "tasks", **answers: Any) -> Run:
    rows = [f"{one.pk}:{one.version}" for one in things]
    data = {"action": action, "scope": "selected", "row": rows, "sure": "1", **answers}
    answer = cast.browser(who).post(f"/lists/{resource}/bulk/", data)
    assert answer.status_code == 302, answer.text
    return Run.objects.get(pk=answer.url.split("/")[2])


def taken_back(cast: Any, who: str, run: Run) -> Any:
    return cast.browser(who).post(f"/runs/{run.pk}/undo/", follow=True)


@pytest.fixture
def tasks(cast: Any) -> list[Task]:
    case = stories.shared_case(cast)
    return [stories.task(cast, "OPEN", matter=case) for _ in range(2)]


@pytest.fixture
def leads(cast: Any) -> list[Lead]:
    return [stories.lead(cast, LEAD), stories.lead(cast, LEAD)]


def to_officer(cast: Any) -> dict[str, str]:
    return {"to": str(cast.user(OFFICER).pk), "reason": "Share the load"}


def states(rows: list[Any]) -> set[str]:
    return {type(one).objects.get(pk=one.pk).state for one in rows}


def test_claimed_tasks_are_released_together(cast: Any, tasks: list[Task]) -> None:
    run = started(cast, OFFICER, "claim", tasks)
    assert states(tasks) == {"CLAIMED"}
    assert "possible for a minute" in cast.browser(OFFICER).get(f"/runs/{run.pk}/").text
    assert DONE in taken_back(cast, OFFICER, run).text
    assert states(tasks) == {"OPEN"}
    assert "possible for a minute" not in cast.browser(OFFICER).get(f"/runs/{run.pk}/").text


@pytest.mark.parametrize(
    ("action", "who", "before"), [("take_up", OFFICER, None), ("assign", LEAD, None), ("hand_over", LEAD, LEAD)]
)
def test_leads_go_back_to_their_former_handler_or_to_none(
    cast: Any, leads: list[Lead], action: str, who: str, before: str | None
) -> None:
    former = cast.user(before) if before else None
    Lead.objects.update(officer=former)
    run = started(cast, who, action, leads, "leads", **({} if action == "take_up" else to_officer(cast)))
    assert {one.officer for one in Lead.objects.all()} == {cast.user(OFFICER)}
    taken_back(cast, who, run)
    assert {(one.officer, one.state) for one in Lead.objects.all()} == {(former, "RECEIVED")}
    if action == "assign":
        assert Event.objects.filter(object_id=leads[0].pk, verb="take_off").exists()


def test_a_row_that_changed_meanwhile_stays_and_is_reported(cast: Any, tasks: list[Task]) -> None:
    run = started(cast, OFFICER, "claim", tasks)
    moved = Task.objects.get(pk=tasks[0].pk)
    hand_over_task(moved, actor=cast[LEAD], to=str(cast.user(LEAD).pk), reason="Mine")
    assert "1 row refused" in taken_back(cast, OFFICER, run).text
    assert states(tasks) == {"OPEN", "CLAIMED"}


def test_after_a_minute_and_a_second_time_it_is_refused(cast: Any, tasks: list[Task]) -> None:
    run = started(cast, OFFICER, "claim", tasks)
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert taken_back(cast, OFFICER, run).status_code == 409
    assert states(tasks) == {"CLAIMED"}
    taken_back(cast, OFFICER, run)
    assert taken_back(cast, OFFICER, run).status_code == 409


def test_only_its_starter_takes_it_back(cast: Any, tasks: list[Task]) -> None:
    run = started(cast, OFFICER, "claim", tasks)
    assert taken_back(cast, LEAD, run).status_code == 404
    assert states(tasks) == {"CLAIMED"}


def test_a_changed_deadline_is_no_assignment_and_cannot_be_taken_back(cast: Any, tasks: list[Task]) -> None:
    due = (timezone.localtime() + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M")
    run = started(cast, "customs.officer", "set_due", tasks, due_at=due, reason="More time")
    assert run.found == {"done": 2}
    assert "possible for a minute" not in cast.browser("customs.officer").get(f"/runs/{run.pk}/").text
    assert taken_back(cast, "customs.officer", run).status_code == 409


def test_the_api_says_until_when_and_takes_back(cast: Any, tasks: list[Task]) -> None:
    run = started(cast, OFFICER, "claim", tasks)
    browser = cast.browser(OFFICER)
    assert browser.get(f"/api/v1/runs/{run.pk}/").json()["undo_until"]
    answer = browser.post(f"/api/v1/runs/{run.pk}/undo/", content_type="application/json")
    assert answer.status_code == 200, answer.text
    assert states(tasks) == {"OPEN"}
    assert browser.get(f"/api/v1/runs/{run.pk}/").json()["undo_until"] is None
