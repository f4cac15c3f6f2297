"""A decision's page: what was weighed, decided, owed and sought against it, for the agency that decides."""

from decimal import Decimal

import pytest
from django.urls import reverse

from tests import stories


def read(cast, username, line, language="en"):
    answer = cast.browser(username, language).get(reverse("decision", args=[line.pk]))
    return answer, answer.content.decode()


@pytest.fixture
def told(cast):
    """Fined above the range, paid in part, under reconsideration."""
    line = stories.reviewed(cast)
    steps = [
        ("record_figures", "customs.officer", {"rules": ["ECL34_1"], "turnover_cny": "0"}),
        (
            "decide",
            "customs.head",
            {"decision_number": "N-1", "fine_cny": "6000000", "basis_rule": "ECL34_1", "penalties": ["fine"]},
        ),
        ("serve", "customs.officer", {"service": "on_the_spot"}),
        ("pay", "customs.officer", {"on": "fine", "amount": Decimal(100_000), "receipt": "R-77"}),
        ("seek_remedy", "customs.officer", {"remedy": "reconsideration", "body": "The higher customs"}),
    ]
    stories.walk(cast, line, steps)
    return line


def test_it_shows_every_part(cast, told):
    _, text = read(cast, "customs.officer", told)
    for words in (
        *("Exported without a licence.", "Administrative handling", "500,000 – 5,000,000", "above the range"),
        *("5,900,000", "R-77", "The higher customs", "Reconsideration", "handed over on the spot"),
        "Penalty help",
    ):
        assert words in text, words


def test_it_reads_in_chinese(cast, told):
    _, text = read(cast, "customs.officer", told, "zh-hans")
    assert "移送评估" in text
    assert "罚款幅度" in text
    assert "尚应缴纳" in text


def test_another_agency_finds_nothing(cast, told):
    assert read(cast, "commerce.officer", told)[0].status_code == 404
    assert read(cast, "centre.coordinator", told)[0].status_code == 200


def test_the_proceeding_leads_to_it(cast, told):
    page = cast.browser("customs.officer").get(reverse("proceeding", args=[told.proceeding_id]))
    assert reverse("decision", args=[told.pk]) in page.content.decode()


def test_the_api_tells_the_same(cast, told):
    shown = cast.browser("customs.officer").get(f"/api/v1/decisions/{told.pk}/").json()
    assert shown["owed"]["fine_left"] == "5900000.00"
    assert [one["kind"] for one in shown["remedies"]] == ["reconsideration"]
    assert shown["assessments"][0]["conclusion"] == "administrative"


def test_it_costs_few_queries(cast, told, django_assert_max_num_queries):
    browser = cast.browser("customs.head")
    with django_assert_max_num_queries(25):
        assert browser.get(reverse("decision", args=[told.pk])).status_code == 200
