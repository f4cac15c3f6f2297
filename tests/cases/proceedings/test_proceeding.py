"""The page of a proceeding: contents for its own agency, the status for others on the case."""

import pytest
from django.urls import reverse

from cases.proceedings.actions import add_line, move_line, move_proceeding
from cases.proceedings.models import Decision
from tests import stories
from tests.costs import costs_no_more

NAME = "Example Metals Ltd"


def read(cast, username, proceeding, language="en"):
    answer = cast.browser(username, language).get(reverse("proceeding", args=[proceeding.pk]))
    return answer, answer.content.decode()


@pytest.fixture
def notified(cast):
    """A customs investigation on a shared case, with one party that has its pre-penalty notice."""
    case = stories.shared_case(cast)
    line = stories.decision(cast, stories.proceeding(cast, "INVESTIGATE", case))
    stories.serve_notice(cast, line, proposed="Fine of 300,000 CNY")
    line.refresh_from_db()
    return line


def test_its_own_agency_reads_lines_periods_handler_and_what_may_be_done_and_the_centre_reads_inside(cast, notified):
    _, text = read(cast, "customs.officer", notified.proceeding)

    assert NAME in text
    assert "Pre-penalty notice served" in text
    assert "Fine of 300,000 CNY" in text
    assert "Party requests a hearing" in text
    assert reverse("verb", args=["decisions", notified.pk, "waive_hearing"]) in text
    assert reverse("verb", args=["decisions", notified.pk, "serve"]) not in text
    assert "/do/" not in read(cast, "commerce.officer", notified.proceeding)[1]
    case = notified.proceeding.case

    assert reverse("case", args=[case.pk]) in read(cast, "customs.officer", notified.proceeding)[1]
    assert "Lin Zhiyuan" in read(cast, "customs.officer", notified.proceeding)[1]
    assert "Team" not in read(cast, "commerce.officer", notified.proceeding)[1]
    assert NAME in read(cast, "centre.coordinator", notified.proceeding)[1]


def test_another_agency_on_the_case_reads_a_count_and_no_name(cast, notified):
    answer, text = read(cast, "commerce.officer", notified.proceeding)

    assert answer.status_code == 200
    assert "1 person or party, 0 with an outcome." in text
    assert "Penalty decision (customs)" in text
    assert NAME not in text
    assert "300,000" not in text
    assert "Party requests a hearing" not in text


def test_reasons_of_the_outcome_are_hidden_from_other_agencies(cast):
    proceeding = stories.proceeding(cast, "INVESTIGATE", stories.shared_case(cast))
    move_proceeding(proceeding, "drop", actor=cast["customs.lead"], outcome_reason="The goods were zinc after all")

    assert "The goods were zinc after all" in read(cast, "customs.officer", proceeding)[1]
    assert "The goods were zinc after all" not in read(cast, "commerce.officer", proceeding)[1]


def test_a_conviction_shows_charge_sentence_and_fine(cast):
    suspect = stories.suspect(cast)
    stories.judged(cast, suspect.proceeding)
    values = {"charge": "Smuggling", "sentence": "fixed_term", "sentence_months": 36, "fine_cny": "200000"}
    stories.suspect_walk(cast, suspect, ("convict", values))
    _, text = read(cast, "antismuggling.officer", suspect.proceeding)

    assert "Smuggling" in text
    assert "36 months" in text
    assert "fine of CNY 200,000" in text


def test_a_proceeding_without_parties_says_what_to_do(cast):
    _, text = read(cast, "customs.officer", stories.proceeding(cast))

    assert "No party in this proceeding yet" in text


def test_closing_is_the_next_action_once_every_line_has_an_outcome(cast):
    line = stories.decision(cast)
    move_line(line, "drop", actor=cast["customs.officer"], reason="Wrong company")
    move_proceeding(line.proceeding, "drop", actor=cast["customs.lead"], outcome_reason="No violation")
    _, text = read(cast, "customs.lead", line.proceeding)

    assert text.index("Close the proceeding") < text.index("Other actions")


@pytest.mark.slow
@pytest.mark.parametrize("username", ["customs.head", "commerce.officer", "centre.coordinator"])
def test_thirty_parties_cost_no_more_queries_than_two(cast, notified, username):
    proceeding = notified.proceeding

    def add(*numbers):
        for number in numbers:
            party = proceeding.case.parties.create(name=f"Party {number}")
            add_line(proceeding, actor=cast["customs.officer"], party=str(party.pk))

    add(0)
    with costs_no_more(cast.browser(username), reverse("proceeding", args=[proceeding.pk])):
        add(*range(1, 30))
        for line in Decision.objects.filter(proceeding=proceeding, state="OPEN")[:10]:
            move_line(line, "notify", actor=cast["customs.officer"], **stories.notice())
