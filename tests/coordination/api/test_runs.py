"""Exports and bulk actions over JSON: started, followed, reported row by row, downloaded, stopped."""

import pytest
from django.urls import reverse

from agencies.journal.models import Event
from agencies.runs.models import Run
from agencies.runs.worker import work
from cases.sharing.actions import unshare_case
from coordination.exchange.tasks.models import Task
from coordination.lists import bulk, export
from coordination.tooling.operation.background_jobs import WORKS
from tests import stories

LEAD, OFFICER = "commerce.lead", "commerce.officer"


@pytest.fixture
def by_worker(monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 0)
    monkeypatch.setattr(export, "AT_ONCE", 0)


def post(cast, who, path, given):
    return cast.browser(who).post(f"/api/v1/{path}", given, content_type="application/json")


def tasks(cast, number):
    case = stories.shared_case(cast)
    return [stories.task(cast, "OPEN", matter=case) for _ in range(number)]


def rows(things):
    return [{"id": str(one.pk), "version": one.version} for one in things]


def content(answer):
    return b"".join(answer.streaming_content).decode("utf-8-sig")


# Files ---------------------------------------------------------------------------------------------------------------
def test_a_small_list_is_ready_at_once_and_taken_by_a_second_call(cast):
    case = stories.case(cast)
    made = post(cast, "customs.officer", "exports/", {"list": "cases", "form": "csv"})
    data = made.json()
    assert (made.status_code, data["state"], data["kind"], data["done"]) == (201, "DONE", "export", 1)
    assert made["Location"] == f"/api/v1/runs/{data['id']}/"
    taken = cast.browser("customs.officer").post(data["file"])
    assert case.number in content(taken)
    assert "attachment" in taken["Content-Disposition"]
    assert Event.objects.filter(verb="export_list").count() == 1


def test_a_large_list_is_followed_until_the_worker_has_done_it(cast, by_worker):
    stories.case(cast)
    data = post(cast, "customs.officer", "exports/", {"list": "cases", "form": "xlsx"}).json()
    assert (data["state"], data["file"], data["result"]) == ("OPEN", None, [])
    work(WORKS, seconds=60)
    browser = cast.browser("customs.officer")
    data = browser.get(f"/api/v1/runs/{data['id']}/").json()
    assert (data["state"], data["file"]) == ("DONE", f"/api/v1/runs/{data['id']}/file/")
    assert data["result"][0] == "1 row was written."
    assert len(b"".join(browser.post(data["file"]).streaming_content)) > 100
    assert [one["id"] for one in browser.get("/api/v1/runs/").json()] == [data["id"]]


def test_a_file_is_for_its_requester_and_invalid_once_they_may_not_read_it(cast):
    case = stories.shared_case(cast)
    data = post(cast, OFFICER, "exports/", {"list": "cases", "form": "csv"}).json()
    for other in (LEAD, "customs.officer", "centre.coordinator"):
        for path in (f"/api/v1/runs/{data['id']}/", f"/api/v1/runs/{data['id']}/rows/"):
            assert cast.browser(other).get(path).status_code == 404
        assert cast.browser(other).post(data["file"]).status_code == 404
    unshare_case(case, actor=cast["customs.officer"], agency="MOFCOM_SCB", reason="done")
    assert cast.browser(OFFICER).post(data["file"]).status_code == 409
    assert cast.browser(OFFICER).get(f"/api/v1/runs/{data['id']}/").json()["file"] is None


def test_the_filters_of_the_list_cut_the_file_and_a_strange_one_is_refused(cast):
    stories.case(cast)
    data = {"list": "cases", "form": "csv", "query": "state=CLOSED"}
    assert post(cast, "customs.officer", "exports/", data).json()["done"] == 0
    wrong = post(cast, "customs.officer", "exports/", data | {"query": "colour=red"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "/colour")
    assert post(cast, "customs.officer", "exports/", data | {"list": "confidential_letters"}).status_code == 400
    assert Run.objects.count() == 1


# Many rows -----------------------------------------------------------------------------------------------------------
def test_a_bulk_action_reports_each_row(cast):
    first, second = tasks(cast, 2)
    stories.walk(cast, first, [("claim", OFFICER, {})])
    result = post(cast, LEAD, "bulk/", {"list": "tasks", "action": "claim", "rows": rows([first, second])})
    assert result.status_code == 201, result.content
    run = result.json()
    assert (run["state"], run["total"], run["done"], run["refused"]) == ("DONE", 2, 2, 1)
    shown = cast.browser(LEAD).get(run["rows"]).json()["results"]
    by_id = {row["id"]: row for row in shown}
    assert by_id[str(second.pk)]["outcome"] == "done"
    assert by_id[str(first.pk)]["outcome"] == "refused"
    assert by_id[str(first.pk)]["why"]
    assert by_id[str(first.pk)]["page"] == reverse("task", args=[first.pk])
    refused = cast.browser(LEAD).get(run["rows"] + "?outcome=refused").json()["results"]
    assert [row["id"] for row in refused] == [str(first.pk)]
    assert cast.browser(LEAD).get(run["rows"] + "?outcome=lost").status_code == 400


def test_all_matching_rows_are_processed_only_if_their_number_was_seen(cast):
    tasks(cast, 3)
    data = {"list": "tasks", "action": "claim", "all": True, "seen": 2, "query": "state=OPEN"}
    grown = post(cast, OFFICER, "bulk/", data)
    assert (grown.status_code, Run.objects.count()) == (409, 0)
    assert "3" in grown.json()["missing"][0]["detail"]
    assert post(cast, OFFICER, "bulk/", data | {"seen": 3}).json()["done"] == 3
    assert Task.objects.filter(state="CLAIMED", assignee=cast.user(OFFICER)).count() == 3


def test_rows_of_a_queue_name_their_resource(cast):
    [task] = tasks(cast, 1)
    lead = stories.lead(cast, by="commerce.officer")
    to = {"to": str(cast.user(OFFICER).pk), "reason": "Share the load"}
    data = {"list": "queues", "action": "assign", "rows": rows([task, lead]), "answers": to}
    wrong = post(cast, LEAD, "bulk/", data)
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "/rows/0/noun")
    for row, resource in zip(data["rows"], ("tasks", "leads"), strict=True):
        row["resource"] = resource
    run = post(cast, LEAD, "bulk/", data).json()
    assert (run["state"], run["done"]) == ("DONE", 2)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"action": "burn"}, "/action"),
        ({"action": "take_up"}, "/action"),  # no action of tasks
        ({"rows": []}, "/rows"),
        ({"all": True}, "/rows"),  # both
        ({"answers": {"colour": "red"}}, "/answers/colour"),
        ({"list": "cats"}, "/list"),
        ({"query": "colour=red"}, "/colour"),
    ],
)
def test_bad_input_names_its_field_and_starts_nothing(cast, wrong, field):
    data = {"list": "tasks", "action": "claim", "rows": rows(tasks(cast, 1))} | wrong
    answer = post(cast, LEAD, "bulk/", data)
    assert answer.status_code == 400, answer.content
    assert field in [error["pointer"] for error in answer.json()["errors"]]
    assert not Run.objects.exists()


def test_a_run_is_stopped_and_goes_on(cast, by_worker):
    data = {"list": "tasks", "action": "claim", "rows": rows(tasks(cast, 2))}
    run = post(cast, LEAD, "bulk/", data).json()
    stopped = post(cast, LEAD, f"runs/{run['id']}/cancel/", {})
    assert (stopped.status_code, stopped.json()["state"]) == (200, "CANCELLED")
    assert post(cast, LEAD, f"runs/{run['id']}/cancel/", {}).status_code == 409
    assert post(cast, OFFICER, f"runs/{run['id']}/continue/", {}).status_code == 404
    assert post(cast, LEAD, f"runs/{run['id']}/continue/", {}).json()["state"] == "OPEN"
    work(WORKS, seconds=60)
    assert cast.browser(LEAD).get(f"/api/v1/runs/{run['id']}/").json()["done"] == 2
