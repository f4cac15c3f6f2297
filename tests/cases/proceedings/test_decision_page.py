"""The page of a decision for the deciding agency: assessment, decision, amounts owed, remedies."""

from decimal import Decimal

import pytest
from django.urls import reverse

from tests import stories


def read(cast, username, line, language="en"):
    answer = cast.browser(username, language).get(reverse("decision", args=[line.pk]))
    return answer, answer.content.decode()


@pytest.fixture
def decision_line(cast):
    """Fined above the range, partly paid, under reconsideration."""
    line = stories.reviewed(cast, rules=["ECL34_1"], figures={"turnover_cny": "0"})
    steps = [
        (
            "decide",
            "customs.head",
            {"decision_number": "N-1", "fine_cny": "6000000", "basis_rule": "ECL34_1", "penalties": ["fine"]},
        ),
        ("serve", "customs.officer", {"service": "on_the_spot", **stories.by_person("serve")}),
        ("pay", "customs.officer", {"on": "fine", "amount": Decimal(100_000), "receipt": "R-77"}),
        ("seek_remedy", "customs.officer", {"remedy": "reconsideration", "body": "The higher customs"}),
    ]
    stories.walk(cast, line, steps)
    return line


def test_the_page_shows_every_part_and_the_api_the_same(cast, decision_line):
    _, text = read(cast, "customs.officer", decision_line)
    for words in (
        *("Exported without a licence.", "Administrative handling", "500,000 – 5,000,000", "above the range"),
        *("5,900,000", "R-77", "The higher customs", "Reconsideration", "handed over on the spot"),
        "Penalty help",
    ):
        assert words in text, words
    shown = cast.browser("customs.officer").get(f"/api/v1/decisions/{decision_line.pk}/").json()
    assert shown["owed"]["fine_left"] == "5900000.00"
    assert [one["kind"] for one in shown["remedies"]] == ["reconsideration"]
    assert shown["assessments"][0]["conclusion"] == "administrative"
