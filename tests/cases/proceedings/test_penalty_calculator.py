"""The calculator gives the same answer on its page, by the API, and where a penalty is decided."""

import pytest
from django.urls import reverse

from tests import stories

API, PAGE = "/api/v1/penalties/preview/", "/proceedings/penalties/"


def ask(cast, **figures):
    return cast.browser("customs.officer").post(API, figures, content_type="application/json")


def test_the_api_returns_the_range_its_basis_a_verdict_on_the_fine_and_what_a_ground_changes(cast):
    data = ask(cast, rules=["CPR15_3", "ECL34_1"], turnover=600_000, goods_value="600000", fine=200_000).json()
    assert (data["basis"], data["low"], data["high"], data["fine"]) == (
        *("ECL34_1", "3000000.00", "6000000.00", "below"),
    )
    assert [one["rule"] for one in data["ranges"]] == ["CPR15_3", "ECL34_1"]
    data = ask(cast, rules=["ECL34_1"], turnover=0, ground="APL32_1").json()
    assert (data["low"], data["high"], data["ranges"][0]["low"]) == ("0.00", "500000.00", "500000.00")
    data = ask(cast, rules=["ECL34_1"]).json()
    assert (data["low"], data["high"], data["fine"]) == ("500000.00", None, None)


def test_unknown_provisions_and_fields_are_named(cast):
    answer = ask(cast, rules=["NONE"], colour="red")
    assert answer.status_code == 400
    assert {error["pointer"] for error in answer.json()["errors"]} >= {"/colour"}


@pytest.mark.parametrize(("language", "words"), [("en", "higher fine"), ("zh-hans", "罚款较高")])
def test_the_page_explains_each_provision(cast, language, words):
    query = "?rules=ECL34_1&rules=CPR14&turnover=0&goods_value=100000&fine=100"
    text = cast.browser("customs.officer", language).get(PAGE + query).content.decode()
    assert "500,000 – 5,000,000" in text
    assert "0 – 30,000" in text
    assert words in text


def test_the_page_without_a_question_says_what_to_do_and_reports_a_wrong_figure_at_its_field(cast):
    assert "No calculation yet" in cast.browser("customs.officer").get(PAGE).content.decode()
    answer = cast.browser("customs.officer").get(PAGE + "?rules=ECL34_1&turnover=-1")
    assert answer.status_code == 200
    assert "0" in answer.content.decode()


def test_the_range_is_shown_where_the_penalty_is_decided(cast):
    line = stories.reviewed(cast)
    url = reverse("verb", args=["decisions", line.pk, "decide"])
    browser = cast.browser("customs.head")
    assert "the range is unknown" in browser.get(url).content.decode()
    stories.walk(cast, line, [("record_figures", "customs.officer", {"rules": ["ECL34_1"], "turnover_cny": "0"})])
    text = browser.get(url).content.decode()
    assert "500,000 – 5,000,000" in text
    assert 'value="ECL34_1" selected' in text
