"""Notes over the API."""

import pytest

from tests import stories

pytestmark = pytest.mark.django_db
JSON = {"content_type": "application/json"}


def test_a_note_is_written_read_and_withdrawn_over_the_api(cast):
    case = stories.shared_case(cast)
    browser = cast.browser("customs.officer")
    data = {"text": "Rang @GACC_RISK", "audience": "unit:GACC_RISK"}
    made = browser.post(f"/api/v1/cases/{case.pk}/write_note/", data, **JSON).json()["created"]
    note = browser.get(made["url"]).json()
    assert (note["audience"], note["unit"], note["text"]) == ("unit", "GACC_RISK", "Rang @GACC_RISK")
    assert note["case"]["number"] == case.number
    assert cast.browser("commerce.officer").get(made["url"]).status_code == 404
    done = browser.post(f"{made['url']}withdraw/", {"reason": "twice"}, **JSON)
    assert done.json()["state"] == "WITHDRAWN"


def test_a_misspelt_audience_is_reported_at_its_field(cast):
    case = stories.case(cast)
    answer = cast.browser("customs.officer").post(
        f"/api/v1/cases/{case.pk}/write_note/", {"text": "x", "audience": "everybody"}, **JSON
    )
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/audience"]
