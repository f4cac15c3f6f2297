"""Bulk actions: each row with its own permission and event, in the background, reported row by row."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencies.journal.models import Event
from agencies.runs.models import Run
from agencies.runs.worker import work
from cases.intake.models import Lead
from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks.actions import ask_task, claim_task, hand_over_task
from coordination.exchange.tasks.models import Task
from coordination.lists import bulk
from coordination.tooling.operation.background_jobs import WORKS
from tests import stories

LEAD, OFFICER = "commerce.lead", "commerce.officer"
TASKS = "/lists/tasks/bulk/"


def row(thing: Any) -> str:
    return f"{thing.pk}:{thing.version}"


def performed(cast: Any, who: str, action: str, things: Any, url: str = TASKS, **answers: Any) -> Any:
    """Confirms the page of the action."""
    data = {"action": action, "scope": "selected", "row": [row(one) for one in things], "sure": "1", **answers}
    return cast.browser(who).post(url, data)


def on_all(cast: Any, who: str, action: str, query: str, seen: int, url: str = TASKS, **answers: Any) -> Any:
    data = {"action": action, "scope": "all", "seen": seen, "sure": "1", **answers}
    return cast.browser(who).post(url + query, data)


def run_of(answer: Any) -> Run:
    assert answer.status_code == 302, answer.content.decode()
    return Run.objects.get(pk=answer.url.split("/")[2])


def worked(run: Run) -> Run:
    work(WORKS, seconds=60)
    run.refresh_from_db()
    assert run.state == "DONE", run.why_stopped
    return run


def open_tasks(cast: Any, count: int) -> list[Task]:
    """Unclaimed tasks of commerce."""
    case = stories.shared_case(cast)
    return [stories.task(cast, "OPEN", matter=case) for _ in range(count)]


@pytest.fixture
def by_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if there were too many rows to wait for."""
    monkeypatch.setattr(bulk, "AT_ONCE", 0)


def colleague(cast: Any) -> dict[str, str]:
    return {"to": str(cast.user(OFFICER).pk), "reason": "Share the load"}


# Selecting -----------------------------------------------------------------------------------------------------------
def test_the_list_offers_its_acts_and_a_box_for_each_row(cast: Any) -> None:
    tasks = open_tasks(cast, 2)
    text = cast.browser(LEAD).get("/tasks/").content.decode()
    for one in tasks:
        assert f'name="row" value="{row(one)}"' in text
    assert 'value="hand_over"' in text
    assert 'value="hand_over"' not in cast.browser("centre.coordinator").get("/tasks/").content.decode()


def test_the_page_shows_fields_and_rows_before_the_action(cast: Any) -> None:
    tasks = open_tasks(cast, 2)
    answer = cast.browser(LEAD).post(
        TASKS, {"action": "hand_over", "scope": "visible", "shown": [row(t) for t in tasks]}
    )
    assert answer.status_code == 200
    assert set(answer.context["form"].fields) == {"to", "reason"}
    assert answer.context["count"] == 2
    assert not Run.objects.exists()


def test_without_a_selected_row_the_page_explains(cast: Any) -> None:
    answer = cast.browser(LEAD).post(TASKS, {"action": "claim", "scope": "selected"}, follow=True)
    assert answer.redirect_chain[0][0] == "/tasks/?"
    assert "Choose at least one row first." in answer.content.decode()


@pytest.mark.parametrize(
    "sent", [{"action": "burn", "scope": "all"}, {"action": "claim", "scope": "some"},
             {"action": "claim", "scope": "selected", "row": "nonsense"},
             {"action": "claim", "scope": "selected", "row": "00000000-0000-4000-8000-000000000000"}],
)  # fmt: skip
def test_nonsense_is_refused(cast: Any, sent: dict[str, str]) -> None:
    assert cast.browser(LEAD).post(TASKS, sent).status_code == 400


def test_the_centre_has_no_act_on_other_agencies_rows(cast: Any) -> None:
    tasks = open_tasks(cast, 1)
    assert performed(cast, "centre.coordinator", "claim", tasks).status_code == 400


def test_missing_input_is_reported_at_its_field(cast: Any) -> None:
    tasks = open_tasks(cast, 1)
    answer = performed(cast, LEAD, "hand_over", tasks, to="")
    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == {"to", "reason"}
    assert answer.context["rows"] == [row(tasks[0])]


def test_absent_and_foreign_colleagues_are_refused(cast: Any) -> None:
    stories.roster(cast)
    lead = stories.lead(cast)
    for username in ("customs.legal", "police.officer"):
        data = {"to": str(cast.user(username).pk), "reason": "x"}
        answer = performed(cast, "customs.lead", "assign", [lead], "/lists/leads/bulk/", **data)
        assert answer.status_code == 400, username
        assert "to" in answer.context["form"].errors
    assert not Run.objects.exists()


# A few rows ----------------------------------------------------------------------------------------------------------
def test_a_few_rows_are_done_when_the_page_comes_back_each_with_its_own_event(cast: Any) -> None:
    tasks = open_tasks(cast, 3)
    run = run_of(performed(cast, LEAD, "hand_over", tasks, **colleague(cast)))
    assert (run.state, run.done, run.total, run.refused) == ("DONE", 3, 3, 0)
    assert {one.assignee for one in Task.objects.all()} == {cast.user(OFFICER)}
    events = Event.objects.filter(verb="hand_over", object_kind="task")
    assert {event.object_id for event in events} == {one.pk for one in tasks}
    assert run.answers == {}, "what was written is kept with the events, and not here"


@pytest.mark.slow
def test_each_refused_row_has_a_reason_and_the_others_continue(cast: Any) -> None:
    tasks = open_tasks(cast, 4)
    claim_task(tasks[0], actor=cast[OFFICER])
    claim_task(tasks[1], actor=cast["commerce.head"])
    chosen = list(Task.objects.filter(pk__in=[one.pk for one in tasks]).order_by("created_at"))
    hand_over_task(chosen[3], actor=cast[LEAD], to=str(cast.user("commerce.head").pk), reason="before")
    run = run_of(performed(cast, LEAD, "hand_over", chosen, **colleague(cast)))
    assert (run.done, run.refused) == (4, 2)
    data = dict(run.rows.filter(outcome="refused").values_list("subject", "said"))
    assert data[chosen[0].pk] == "This person is already handling it."
    assert "changed after you opened this page" in data[chosen[3].pk]
    page = cast.browser(LEAD).get(f"/runs/{run.pk}/").content.decode()
    assert "2 rows refused" in page
    assert f"/tasks/{chosen[3].pk}/" in page
    everything = cast.browser(LEAD).get(f"/runs/{run.pk}/?rows=all")
    assert len(everything.context["rows"]) == 4


def test_invisible_rows_are_refused_like_missing_ones(cast: Any) -> None:
    foreign = stories.lead(cast)
    run = run_of(performed(cast, LEAD, "assign", [foreign], "/lists/leads/bulk/", **colleague(cast)))
    assert run.rows.get().said == "You may not see this item, or no longer."
    assert str(foreign.title) not in cast.browser(LEAD).get(f"/runs/{run.pk}/").content.decode()


def test_rights_hold_row_by_row(cast: Any) -> None:
    """An officer hands over their own row, not that of a colleague."""
    mine, other = open_tasks(cast, 2)
    claim_task(mine, actor=cast[OFFICER])
    claim_task(other, actor=cast["commerce.head"])
    chosen = list(Task.objects.filter(pk__in=[mine.pk, other.pk]))
    data = {"to": str(cast.user(LEAD).pk), "reason": "x"}
    run = run_of(performed(cast, OFFICER, "hand_over", chosen, **data))
    assert dict(run.rows.values_list("subject", "outcome")) == {mine.pk: "done", other.pk: "refused"}
    assert run.rows.get(outcome="refused").said.startswith("Work is handed over by the person concerned")


def test_a_due_date_is_changed_by_the_asking_agency(cast: Any) -> None:
    tasks = open_tasks(cast, 2)
    due = timezone.localtime(timezone.now() + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M")
    run = run_of(performed(cast, "customs.officer", "set_due", tasks, due_at=due, reason="later"))
    assert run.refused == 0
    assert {timezone.localtime(one.due_at).strftime("%Y-%m-%dT%H:%M") for one in Task.objects.all()} == {due}
    assert run_of(performed(cast, LEAD, "set_due", Task.objects.all(), due_at=due, reason="x")).refused == 2


def test_leads_are_handed_to_a_colleague_who_is_notified(cast: Any) -> None:
    leads = [stories.lead(cast) for _ in range(2)]
    data = {"to": str(cast.user("customs.officer").pk), "reason": "Triage"}
    run = run_of(performed(cast, "customs.lead", "assign", leads, "/lists/leads/bulk/", **data))
    assert run.refused == 0
    assert {one.officer for one in Lead.objects.all()} == {cast.user("customs.officer")}
    assert Event.objects.filter(verb="pass_on", object_kind="lead").count() == 2
    assert run_of(performed(cast, "customs.officer", "take_up", Lead.objects.all(), "/lists/leads/bulk/")).refused == 0


def test_a_referral_gets_a_handler_at_its_receiver_and_never_another_author(cast: Any) -> None:
    transfer = stories.transfer(cast, "ACCEPTED")
    url = "/lists/referrals/bulk/"
    Referral.objects.filter(pk=transfer.pk).update(handler=None)
    data = {"to": str(cast.user("antismuggling.officer").pk), "reason": "x"}
    assert run_of(performed(cast, "antismuggling.lead", "assign", [transfer], url, **data)).refused == 0
    transfer.refresh_from_db()
    assert transfer.handler == cast.user("antismuggling.officer")
    sender = {"to": str(cast.user("customs.officer").pk), "reason": "x"}
    drafter = transfer.drafter
    assert run_of(performed(cast, "customs.lead", "assign", [transfer], url, **sender)).refused == 1
    transfer.refresh_from_db()
    assert transfer.drafter == drafter


# All matching --------------------------------------------------------------------------------------------------------
@pytest.mark.slow
@pytest.mark.usefixtures("by_worker")
def test_all_that_fit_are_the_workers_and_are_found_again(cast: Any) -> None:
    open_tasks(cast, 3)
    asked = cast.browser(LEAD).post(f"{TASKS}?state=OPEN", {"action": "claim", "scope": "all"})
    assert asked.context["count"] == 3
    run = run_of(on_all(cast, LEAD, "claim", "?state=OPEN", 3))
    assert run.done == 0
    assert "0 of 3" in cast.browser(LEAD).get(f"/runs/{run.pk}/").content.decode()
    worked(run)
    assert (run.done, run.refused) == (3, 0)
    text = cast.browser(LEAD).get("/runs/").content.decode()
    assert "Bulk actions · Tasks: Claim" in text
    assert "/tasks/?state=OPEN" in cast.browser(LEAD).get(f"/runs/{run.pk}/").content.decode()


def test_a_grown_list_needs_confirmation_again(cast: Any) -> None:
    open_tasks(cast, 3)
    answer = on_all(cast, LEAD, "claim", "?state=OPEN", 2)
    assert answer.status_code == 409
    assert "grown from 2 to 3 rows" in answer.content.decode()
    assert re.search(r'name="seen" value="3"', answer.content.decode())
    assert not Run.objects.exists()
    assert not Task.objects.filter(state="CLAIMED").exists()
    worked(run_of(on_all(cast, LEAD, "claim", "?state=OPEN", 3)))


def test_only_rows_in_sight_are_among_all_that_fit(cast: Any) -> None:
    open_tasks(cast, 1)
    ask_task(stories.case(cast), actor=cast["customs.officer"], agency="GACC", title="Of customs alone")
    run = worked(run_of(on_all(cast, LEAD, "claim", "", 99)))
    assert (run.total, Task.objects.count()) == (1, 2)


@pytest.mark.slow
@pytest.mark.usefixtures("by_worker")
def test_rows_changed_before_their_turn_are_refused_as_stale(cast: Any) -> None:
    tasks = open_tasks(cast, 2)
    run = run_of(on_all(cast, LEAD, "hand_over", "?state=OPEN", 2, **colleague(cast)))
    hand_over_task(tasks[0], actor=cast[LEAD], to=str(cast.user("commerce.head").pk), reason="meanwhile")
    worked(run)
    assert (run.done, run.refused) == (2, 1)
    assert Task.objects.get(pk=tasks[0].pk).assignee == cast.user("commerce.head")


def test_more_than_a_run_takes_is_refused_with_the_cure(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST", 1)
    open_tasks(cast, 2)
    answer = cast.browser(LEAD).post(TASKS, {"action": "claim", "scope": "all"})
    assert answer.status_code == 400
    assert "Narrow the filters first." in answer.content.decode()


def test_the_chosen_rows_alone_are_taken_out_as_a_file(cast: Any) -> None:
    _first, second = open_tasks(cast, 2)
    data = {"action": "csv", "scope": "selected", "row": [row(second)]}
    lines = list(csv.reader(io.StringIO(cast.browser(LEAD).post(TASKS, data).content.decode("utf-8-sig"))))
    assert len(lines[: lines.index([])]) == 2
    foreign = stories.lead(cast)
    data = {"action": "csv", "scope": "selected", "row": [row(foreign)]}
    assert foreign.title not in cast.browser(LEAD).post("/lists/leads/bulk/", data).content.decode()


# Result --------------------------------------------------------------------------------------------------------------
def test_the_starter_can_download_the_result(cast: Any) -> None:
    tasks = open_tasks(cast, 2)
    Task.objects.filter(pk=tasks[0].pk).update(title="=HYPERLINK(1)")
    run = run_of(performed(cast, LEAD, "claim", tasks))
    url = f"/runs/{run.pk}/result/"
    assert cast.browser(OFFICER).post(url).status_code == 404
    assert cast.browser(LEAD).get(url).status_code == 405
    content = b"".join(cast.browser(LEAD).post(url).streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(content)))
    assert lines[0] == ["Object", "Outcome history", "Why", "Address"]
    assert sorted(line[0] for line in lines[1:])[0] == "'=HYPERLINK(1)"
    assert {line[1] for line in lines[1:]} == {"Done"}
    assert Event.objects.filter(verb="take_result").count() == 1


# Costs ---------------------------------------------------------------------------------------------------------------
@pytest.mark.slow
@pytest.mark.usefixtures("by_worker")
def test_a_row_costs_the_same_in_a_short_run_and_in_a_long_one(cast: Any) -> None:
    """Only one row is held in memory: each step reads one, however many wait."""
    open_tasks(cast, 12)
    run = run_of(on_all(cast, LEAD, "claim", "?state=OPEN", 12))
    actor, costs = cast[LEAD], []
    for _row in range(12):
        with CaptureQueriesContext(connection) as asked:
            step = WORKS[bulk.KIND].step(run, actor)
        costs.append(len(asked))
        assert step.done == 1
        assert not [one for one in asked if "runs_runrow" in one["sql"] and one["sql"].startswith("SELECT")
                    and "LIMIT 1" not in one["sql"]]  # fmt: skip
    assert len(set(costs)) == 1, costs


@pytest.mark.both_databases  # many rows at once
def test_all_that_fit_are_written_down_by_one_statement(cast: Any) -> None:
    open_tasks(cast, 5)
    with CaptureQueriesContext(connection) as asked:
        run = run_of(on_all(cast, LEAD, "claim", "?state=OPEN", 5))
    written = [one for one in asked if one["sql"].startswith("INSERT") and "runs_runrow" in one["sql"]]
    assert len(written) == 1
    assert run.total == 5
