"""Saved views over JSON, by the same actions as the page."""

from typing import Any

from coordination.lists.saved_views.models import SavedView
from tests import stories

URL = "/api/v1/saved-views/"
AS_JSON = {"content_type": "application/json"}


def test_a_view_is_saved_read_changed_and_deleted(cast: Any) -> None:
    browser = cast.browser("customs.officer")
    data = {"list": "cases", "name": "Open", "query": "sort=number&state=OPENED", "audience": "agency"}
    made = browser.post(URL, data, **AS_JSON)
    assert made.status_code == 201, made.content
    one = made.json()
    assert (one["query"], one["known"], one["pinned"]) == ("state=OPENED&sort=number", True, False)
    assert [row["id"] for row in cast.browser("customs.head").get(f"{URL}?list=cases").json()] == [one["id"]]
    url = f"{URL}{one['id']}/"
    changed = browser.post(url, {"version": 1, "query": "state=CLOSED"}, **AS_JSON).json()
    assert (changed["query"], changed["version"]) == ("state=CLOSED", 2)
    assert browser.post(f"{url}delete/", {"version": 1}, **AS_JSON).status_code == 412
    assert browser.post(f"{url}delete/", {"version": 2}, **AS_JSON).status_code == 204
    assert browser.get(url).status_code == 404


def test_unsupported_filters_are_named(cast: Any) -> None:
    data = {"list": "cases", "name": "x", "query": "sate=OPENED", "audience": "private"}
    answer = cast.browser("customs.officer").post(URL, data, **AS_JSON)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/sate"


def test_another_agency_finds_none_and_a_colleague_changes_none(cast: Any) -> None:
    view = stories.saved_view(cast)
    for who in ("commerce.officer", "centre.coordinator"):
        assert cast.browser(who).get(URL).json() == []
        assert cast.browser(who).get(f"{URL}{view.pk}/").status_code == 404
    answer = cast.browser("procurator").post(f"{URL}{view.pk}/delete/", {"version": 1}, **AS_JSON)
    assert answer.status_code == 404
    SavedView.objects.filter(pk=view.pk).update(owner=cast.user("customs.head"))
    answer = cast.browser("customs.officer").post(f"{URL}{view.pk}/", {"version": 1, "name": "x"}, **AS_JSON)
    assert answer.status_code == 403
