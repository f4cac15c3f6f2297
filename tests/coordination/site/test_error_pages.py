"""An error that no page handles becomes an error page for people, and a problem document for machines."""

from tests import stories


def test_a_page_reports_an_unknown_filter(cast):
    page = cast.browser("customs.officer").get("/cases/?state=LOST")
    assert page.status_code == 400
    assert page.headers["Content-Type"].startswith("text/html")
    assert page.headers["X-Trace-Id"] in page.content.decode()


def test_an_act_of_another_agency_is_refused_with_a_page(cast):
    case = stories.shared_case(cast)
    page = cast.browser("commerce.officer").get(f"/cases/{case.pk}/do/share/")
    assert page.status_code == 403
    assert "Another role or agency is responsible for this action." in page.content.decode()


def test_the_same_question_over_the_api_is_a_problem(cast):
    answer = cast.browser("customs.officer").get("/api/v1/cases/?state=LOST")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/state"
