"""Board and workload over JSON equal their pages, for the same readers."""

from agencies.people.models import User
from coordination.automation.routing.prioritising import set_priority
from coordination.exchange.tasks.actions import claim_task
from coordination.workspace.board import CARDS
from tests import stories


def tasks(cast, number):
    case = stories.shared_case(cast)
    return [stories.task(cast, "OPEN", matter=case) for _ in range(number)]


def test_the_board_shows_columns_with_whose_and_how_urgent(cast):
    one, two = tasks(cast, 2)
    claim_task(one, actor=cast["commerce.officer"])
    set_priority(two, actor=cast["commerce.lead"], priority="urgent", reason="The ship leaves")
    data = cast.browser("commerce.officer").get("/api/v1/board/").json()
    columns = {column["state"]: column for column in data["columns"]}
    assert (data["resource"], columns["OPEN"]["count"], columns["CLAIMED"]["count"]) == ("tasks", 1, 1)
    [free], [held] = columns["OPEN"]["cards"], columns["CLAIMED"]["cards"]
    assert (free["id"], free["priority"], free["person"]) == (str(two.pk), "urgent", None)
    assert held["person"]["name"] == cast.user("commerce.officer").name
    assert "claim" in free["transitions"]
    two.refresh_from_db()
    assert free["version"] == two.version


def test_a_column_is_read_page_by_page(cast):
    made = {str(one.pk) for one in tasks(cast, CARDS + 2)}
    browser = cast.browser("commerce.officer")
    whole = browser.get("/api/v1/board/?resource=tasks").json()["columns"]
    assert [len(one["cards"]) for one in whole if one["state"] == "OPEN"] == [CARDS]
    seen, url = [], "/api/v1/board/?state=OPEN&size=4"
    while url:
        data = browser.get(url).json()
        assert [one["count"] for one in data["columns"]] == [CARDS + 2]
        seen += [card["id"] for card in data["columns"][0]["cards"]]
        url = data["next"]
    assert (len(seen), set(seen)) == (len(made), made)


def test_a_wrong_filter_of_the_board_is_named(cast):
    browser = cast.browser("customs.officer")
    for query, field in (
        ("resource=cats", "resource"),
        ("unit=MOFCOM", "unit"),
        ("person=nobody", "person"),
        ("state=X", "state"),
    ):
        answer = browser.get(f"/api/v1/board/?{query}")
        assert answer.status_code == 400, query
        assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{field}"]


def test_leads_read_the_load_and_the_rows_of_a_desk(cast):
    one, two = tasks(cast, 2)
    claim_task(one, actor=cast["commerce.officer"])
    browser = cast.browser("commerce.lead")
    data = browser.get("/api/v1/load/").json()
    people = {row["username"]: row for row in data["people"]}
    assert people["commerce.officer"]["numbers"]["tasks"] == 1
    assert set(people) <= set(User.objects.filter(agency__code="MOFCOM_SCB").values_list("username", flat=True))
    assert sum(unit["unclaimed"] for unit in data["units"]) == 1
    assert data["rows"] == []
    rows = browser.get("/api/v1/load/?person=commerce.officer").json()["rows"]
    assert [row["id"] for row in rows] == [str(one.pk)]
    free = browser.get("/api/v1/load/?unit=MOFCOM_SCB").json()["rows"]
    assert [row["id"] for row in free] == [str(two.pk)]
    assert browser.get("/api/v1/load/?person=customs.officer").status_code == 400
    assert cast.browser("commerce.officer").get("/api/v1/load/").status_code == 403
