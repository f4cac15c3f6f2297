"""Persons and measures: readers of the contents see one row per suspect, others on the case the counts."""

import pytest
from django.urls import reverse

from cases.clocks.actions import extend_clock
from cases.clocks.models import Clock
from cases.proceedings.models import Measure
from tests import stories

INVESTIGATOR = "antismuggling.officer"


def read(cast, username, query="", language="en"):
    answer = cast.browser(username, language).get(f"{reverse('persons')}{query}")
    return answer, answer.content.decode()


@pytest.fixture
def held(cast):
    """One suspect arrested, another on bail, in one proceeding."""
    first = stories.suspect(cast)
    stories.arrested(cast, first)
    other = stories.suspect(cast, first.proceeding)
    stories.measure(cast, other, "bail")
    return first, other


def test_a_row_shows_measure_end_extensions_and_next_duty(cast, held):
    arrest = held[0].measures.standing().get()
    clock = Clock.objects.about(arrest).get(rule__code="CRM_INVEST")
    extend_clock(clock, actor=cast["antismuggling.lead"], step="1", paper="检延", reason="complex")
    answer, text = read(cast, INVESTIGATOR)
    assert answer.status_code == 200
    row = next(row for row in answer.context["rows"] if row.suspect.pk == held[0].pk)
    assert (row.held[0].end.pk, row.held[0].granted) == (clock.pk, 1)
    assert row.held[0].extensions_left == "2 months more"
    assert row.duty.rule.code in ("CRM_FAMILY", "CRM_QUESTION")
    assert "Investigation custody after arrest" in text
    assert "1 granted" in text


def test_other_agencies_see_only_the_counts_on_the_case_and_over_the_api(cast, held):
    _, text = read(cast, "customs.officer")
    assert held[0].party.name not in text
    case = held[0].proceeding.case
    page = cast.browser("customs.officer").get(reverse("proceeding", args=[held[0].proceeding_id])).content.decode()
    assert case.number in page
    assert "Arrest: 1, Bail: 1" in page
    assert held[0].party.name not in page
    data = cast.browser("customs.officer").get(f"/api/v1/proceedings/{held[0].proceeding_id}/").json()
    assert data["measures"] == [{"kind": "arrest", "persons": 1}, {"kind": "bail", "persons": 1}]
    assert data["inside"] is None


def test_persons_of_a_restricted_case_are_hidden_from_the_centre(cast, held):
    case = held[0].proceeding.case
    case.handling = "H3"
    case.save(update_fields=["handling"])
    assert held[0].party.name not in read(cast, "centre.coordinator")[1]
    assert held[0].party.name in read(cast, INVESTIGATOR)[1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?measure=arrest", [0]),
        ("?measure=bail", [1]),
        ("?measure=arrest&measure=bail", [0, 1]),
        ("?measure=detention", []),
        ("?open=1", [0, 1]),
        ("?over=1", []),
        ("?foreign=1", [0]),
        ("?state=INVESTIGATED", [0, 1]),
        ("?near=24h", [0]),
        ("?sort=-ends", [1, 0]),
    ],
)
def test_filters_and_sorts_apply_to_the_list(cast, held, query, found):
    stories.suspect_walk(cast, held[0], ("identify", {"country": "VNM"}))
    answer, _ = read(cast, INVESTIGATOR, query)
    rows = [row.suspect.pk for row in answer.context["rows"]]
    wanted = [held[n].pk for n in found]
    assert rows == wanted if "sort" in query else sorted(rows) == sorted(wanted)
    api = cast.browser(INVESTIGATOR).get(f"/api/v1/suspects/{query}").json()["results"]
    assert [row["id"] for row in api] == [str(pk) for pk in rows]


@pytest.mark.slow
def test_one_proceeding_is_shown_alone(cast, held):
    elsewhere = stories.suspect(cast)
    answer, text = read(cast, INVESTIGATOR, f"?proceeding={held[0].proceeding_id}")
    assert {row.suspect.pk for row in answer.context["rows"]} == {line.pk for line in held}
    assert elsewhere.party.name not in text


def test_a_person_to_be_released_is_marked(cast, held):
    bail = held[1].measures.standing()
    bail.update(state=Measure.State.OVER, over_because="expired")
    answer, text = read(cast, INVESTIGATOR, "?over=1")
    assert [row.suspect.pk for row in answer.context["rows"]] == [held[1].pk]
    assert "Over: must be released" in text


@pytest.mark.slow
def test_a_sentence_is_shown_as_the_outcome(cast):
    line = stories.suspect(cast)
    stories.judged(cast, line.proceeding)
    line.refresh_from_db()
    values = {
        "charge": "Smuggling",
        "sentence": "fixed_term",
        "sentence_months": 36,
        "suspended_months": 48,
        "fine_cny": "2000",
    }
    stories.suspect_walk(cast, line, ("convict", values))
    row = read(cast, INVESTIGATOR)[0].context["rows"][0]
    assert row.fate == "Guilty, Fixed-term imprisonment, 36 months, suspended for 48 months, fine of CNY 2,000"


# The file ------------------------------------------------------------------------------------------------------------
