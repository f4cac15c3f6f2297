"""An invalid filter is reported with its name."""

import pytest

from tests import stories

# Both databases: conditions and order of lists.
pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize(("language", "message"), [("en", "State: gone; Severity: none"), ("zh-hans", "状态：gone；")])
def test_a_list_is_shown_without_the_filters_that_it_does_not_know_and_names_each(cast, language, message):
    lead = stories.lead(cast)
    browser = cast.browser("customs.officer", language)
    answer = browser.get("/leads/?state=gone&severity=none&sort=received")
    assert answer.status_code == 200
    assert message in answer.text
    assert list(answer.context["left_out"]) == ["state", "severity"]
    assert str(lead.pk) in answer.text
    assert "gone" not in answer.context["request"].GET.urlencode()
    assert browser.get("/api/v1/leads/?state=gone&severity=none").status_code == 400
    assert browser.post("/lists/leads/csv/?state=gone").status_code == 400
