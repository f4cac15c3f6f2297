"""Figures over JSON have the numbers of the pages, and refuse by name what cannot be answered."""

from agencies.kernel import times
from coordination.insight.metrics.asking import Question, ask
from coordination.insight.metrics.following import follow
from coordination.insight.metrics.registry import METRICS
from tests import stories


def get(cast, who, url, **params):
    return cast.browser(who).get(f"/api/v1/metrics/{url}", params)


def test_a_system_learns_all_metrics_in_both_languages(cast):
    listed = get(cast, "centre.supervisor", "").json()["results"]
    assert [one["key"] for one in listed] == list(METRICS)
    leads = listed[0]
    assert (leads["name_zh"], leads["name_en"], leads["unit"]) == ("线索数", "Leads received", "count")
    assert "mineral" in leads["dimensions"]
    assert all(one["definition_zh"] != one["definition_en"] for one in listed)


def test_the_numbers_are_those_of_the_pages(cast):
    stories.transfer(cast, "FILED")
    stories.transfer(cast, "NOT_FILED")
    follow()
    first, last = times.today().replace(day=1), times.today()
    answer = get(cast, "centre.supervisor", "accept_rate/", **{"from": first, "to": last, "by": "pair"}).json()
    shown = ask(cast["centre.supervisor"], Question("accept_rate", first, last, by="pair"))
    assert (answer["key"], answer["by"], answer["from"], answer["to"]) == (
        *("accept_rate", "pair"),
        *(first.isoformat(), last.isoformat()),
    )
    assert answer["results"] == [
        {
            "pair": point.key,
            "label": str(point.label),
            "value": 0.5,
            "numerator": 1,
            "denominator": 2,
            "rows": point.url,
        }
        for point in shown.points
    ]
    assert answer["total"]["value"] == 0.5
    assert answer["left_out"] == []
    assert cast.browser("centre.supervisor").get(answer["results"][0]["rows"]).context["total"] == 1


def test_a_question_too_fine_for_the_reader_is_answered_as_far_as_it_may_be(cast):
    stories.transfer(cast, "FILED")
    follow()
    answer = get(cast, "customs.lead", "transferred/", by="agency").json()
    assert [row["agency"] for row in answer["results"]] == ["GACC"]
    assert len(answer["left_out"]) == 1
    answer = get(cast, "centre.supervisor", "load/", by="officer").json()
    assert (answer["results"], len(answer["left_out"])) == ([], 1)


def test_all_that_cannot_be_answered_is_refused_by_name_in_one_answer(cast):
    reversed_days = {"from": "2026-02-02", "to": "2026-02-01"}
    for params, wrong in (
        ({"reason": "any"}, {"/reason"}),
        ({"mineral": "cheese"}, {"/mineral"}),
        (reversed_days, {"/to"}),
        ({"from": "2026-02-30", "by": "charge", "mineral": "cheese"}, {"/from", "/by", "/mineral"}),
        (reversed_days | {"colour": "red", "agency": "NOWHERE"}, {"/to", "/colour", "/agency"}),
        ({"from": "x", "to": "1999-01-01", "by": "y"}, {"/from", "/by"}),
    ):
        answer = get(cast, "centre.supervisor", "leads/", **params)
        assert answer.status_code == 400, params
        assert {error["pointer"] for error in answer.json()["errors"]} == wrong
    assert get(cast, "centre.supervisor", "weather/").status_code == 404
