"""Only the auditor sees who read which case, and no contents are shown."""

from typing import Any

import pytest

from coordination.insight.audit.route_titles import title_of
from coordination.insight.read_log.jobs import take_in
from coordination.insight.read_log.models import ReadRecord
from tests import stories
from tests.coordination.routes import every_route


@pytest.fixture
def read(cast: Any) -> Any:
    """A shared case, read by two people of two agencies, by one of them through a part of it."""
    case = stories.shared_case(cast, title="Antimony through Vietnam")
    within = stories.proceeding(cast, "INVESTIGATE", case)
    cast.browser("customs.officer").get(f"/proceedings/{within.pk}/")
    cast.browser("commerce.officer").get(f"/cases/{case.pk}/")
    cast.browser("customs.lead").get(f"/cases/{stories.case(cast).pk}/")
    take_in()
    return case


def who(page: Any) -> list[str]:
    return [line.who for line in page.context["lines"]]


def test_the_auditor_asks_by_case_person_agency_and_outcome(cast: Any, read: Any) -> None:
    browser = cast.browser("auditor")
    assert who(browser.get("/readings/", {"case": read.number})) == ["commerce.officer", "customs.officer"]
    assert who(browser.get("/readings/", {"username": "customs.lead"})) == ["customs.lead"]
    assert who(browser.get("/readings/", {"agency": "MOFCOM_SCB"})) == ["commerce.officer"]
    assert who(browser.get("/readings/", {"case": read.number, "agency": "MOFCOM_SCB"})) == ["commerce.officer"]
    assert who(browser.get("/readings/", {"outcome": "refused"})) == []
    assert who(browser.get("/readings/", {"case": "no such number"})) == []
    assert who(browser.get("/readings/", {"read_to": "2020-01-01"})) == []
    assert browser.get("/readings/", {"read_from": "x"}).status_code == 400


def test_no_contents_are_shown(cast: Any, read: Any) -> None:
    browser = cast.browser("auditor")
    for address in ("/readings/", "/readings/csv/", "/api/v1/readings/"):
        page = browser.get(address).content.decode()
        assert "commerce.officer" in page
        assert "Antimony" not in page
        assert read.number not in page


def test_the_file_and_the_api_show_the_same_rows(cast: Any, read: Any) -> None:
    browser = cast.browser("auditor")
    asked = {"case": read.number}
    data = browser.get("/api/v1/readings/", asked).json()["results"]
    assert [(one["actor"], one["route"]) for one in data] == [
        ("commerce.officer", "case"),
        ("customs.officer", "proceeding"),
    ]
    lines = browser.get("/readings/csv/", asked).content.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert str(read.pk) in lines[1]


def test_each_page_is_named_by_its_title_in_the_readers_language(cast: Any, read: Any) -> None:
    cast.browser("commerce.officer").get(f"/api/v1/cases/{read.pk}/verbs/")
    take_in()
    data = {"en": ["API: Available actions", "Case", "Proceeding"], "zh-hans": ["案件", "办案程序"]}
    for language, titles in data.items():
        page = cast.browser("auditor", language).get("/readings/")
        assert set(titles) <= {line.title for line in page.context["lines"]}
        assert all(title in page.content.decode() for title in titles)


def test_every_route_has_a_title() -> None:
    routes = {route.name for route in every_route()}
    names = {route: {route, f"API: {route.removeprefix('api-')}"} for route in routes if route}
    assert sorted(route for route, names_of_it in names.items() if title_of(route) in names_of_it) == []
    assert title_of("a page that is gone") == "a page that is gone"


def test_the_log_is_paged(cast: Any, read: Any) -> None:
    row = ReadRecord.objects.first()
    ReadRecord.objects.bulk_create(
        ReadRecord(at=row.at, actor_kind="user", actor_id=row.actor_id, route="case", status=200, address="")
        for _ in range(60)
    )
    browser = cast.browser("auditor")
    page = browser.get("/readings/").context["page"]
    assert len(page.items) == 50
    assert len(browser.get("/readings/", {"after": page.next}).context["page"].items) == 13
