"""Changing an object requires the version that was read: If-Match or `version`; 428 without, 412 with an old one."""

import pytest

from tests import stories
from tests.contract import expanded

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(cast):
    found = cast.browser("commerce.officer")
    found.blind = True
    return found


def claim(browser, task, *, tag=None, **body):
    headers = {} if tag is None else {"if-match": tag}
    path = f"/api/v1/tasks/{task.pk}/claim/"
    return browser.post(path, body, content_type="application/json", headers=headers)


def test_without_a_version_nothing_is_done_and_the_remedy_is_named(cast, browser):
    task = stories.task(cast)
    answer = claim(browser, task)
    assert answer.status_code == 428
    assert answer.json()["type"].endswith("#problem-version_required")
    assert "If-Match" in answer.json()["detail"]
    assert "version" in answer.json()["detail"]
    task.refresh_from_db()
    assert task.state == "OPEN"


@pytest.mark.parametrize("form", ["{0}", "W/{0}", '"9", {0}', " {0} "])
def test_the_etag_of_a_get_is_accepted_as_if_match_also_weakened_or_in_a_list(cast, browser, form):
    task = stories.task(cast)
    tag = browser.get(f"/api/v1/tasks/{task.pk}/").headers["ETag"]
    assert tag == f'"{task.version}"'
    answer = claim(browser, task, tag=form.format(tag))
    assert answer.status_code == 200
    assert answer.headers["ETag"] == f'"{answer.json()["version"]}"'


def test_an_old_version_is_answered_with_the_present_one_and_header_and_body_must_both_hold(cast, browser):
    task = stories.task(cast)
    for answer in (claim(browser, task, tag='"0"'), claim(browser, task, version=0)):
        assert answer.status_code == 412
        assert answer.json()["version"] == task.version
        assert answer.headers["ETag"] == f'"{task.version}"'
    task.refresh_from_db()
    assert task.state == "OPEN"
    assert claim(browser, task, tag='"0"', version=task.version).status_code == 412
    assert claim(browser, task, tag=f'"{task.version}"', version=task.version + 1).status_code == 412


def test_a_wrong_body_is_named_before_an_old_version(cast, browser):
    task = stories.task(cast)
    for answer in (claim(browser, task, tag='"0"', colour="red"), claim(browser, task, version=0, colour="red")):
        assert answer.status_code == 400
        assert [error["pointer"] for error in answer.json()["errors"]] == ["/colour"]
    lead, leader = stories.lead(cast), cast.browser("customs.lead")
    leader.blind = True
    path, old = f"/api/v1/leads/{lead.pk}/priority/", {"if-match": '"9"'}
    for body, status in (({"priority": "urgent"}, 400), ({"priority": "urgent", "reason": "The ship sails"}, 412)):
        assert leader.post(path, body, content_type="application/json", headers=old).status_code == status


@pytest.mark.parametrize("tag", ["*", "7", '"x"', '""', '"1" "2"', '"９"'])
def test_a_header_that_names_no_version_is_refused(cast, browser, tag):
    answer = claim(browser, stories.task(cast), tag=tag)
    assert answer.status_code == 400
    assert [error["code"] for error in answer.json()["errors"]] == ["if_match"]


def test_missing_permission_is_reported_first(cast):
    case, stranger = stories.shared_case(cast), cast.browser("centre.supervisor")
    stranger.blind = True
    path = f"/api/v1/cases/{case.pk}/share/"
    assert stranger.post(path, {}, content_type="application/json").status_code == 403


def test_a_priority_and_a_saved_view_ask_for_it_too(cast):
    lead, browser = stories.lead(cast), cast.browser("customs.lead")
    browser.blind = True
    body = {"priority": "urgent", "reason": "The ship sails tomorrow"}
    path = f"/api/v1/leads/{lead.pk}/priority/"
    assert browser.post(path, body, content_type="application/json").status_code == 428
    tag = browser.get(f"/api/v1/leads/{lead.pk}/why/").headers["ETag"]
    set_to = browser.post(path, body, content_type="application/json", headers={"if-match": tag})
    assert set_to.status_code == 200, set_to.content
    data = {"list": "tasks", "name": "Mine", "query": "", "audience": "private"}
    view = browser.post("/api/v1/saved-views/", data, content_type="application/json").json()
    path = f"/api/v1/saved-views/{view['id']}/"
    assert browser.post(path, {"name": "Ours"}, content_type="application/json").status_code == 428
    tag = browser.get(path).headers["ETag"]
    renamed = browser.post(path, {"name": "Ours"}, content_type="application/json", headers={"if-match": tag})
    assert renamed.status_code == 200
    assert browser.post(f"{path}delete/", {"version": 1}, content_type="application/json").status_code == 412


def test_the_contract_names_both_headers_and_their_errors():
    paths = expanded()["paths"]
    verb, sent = paths["/api/v1/tasks/{id}/claim/"]["post"], paths["/api/v1/reminders/"]["post"]
    assert {"If-Match", "Idempotency-Key"} <= {one["name"] for one in verb["parameters"]}
    assert "412: " in verb["responses"]["default"]["description"]
    assert "Idempotency-Key" in {one["name"] for one in sent["parameters"]}
    assert "If-Match" not in {one["name"] for one in sent["parameters"]}
