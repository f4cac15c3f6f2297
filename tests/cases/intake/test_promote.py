"""Promoting a lead to a case and attaching it to one: choices and carried rows."""

import pytest
from django.urls import reverse

from agencies.kernel.resource import RESOURCES
from coordination.actions.performing import perform
from tests import stories

ALL = ["/parties/0", "/items/0", "/shipments/0"]


def verb_url(lead, verb):
    return reverse("verb", args=["leads", lead.pk, verb])


def form_of(cast, lead, verb, query="", who="customs.officer"):
    return cast.browser(who).get(verb_url(lead, verb) + query).context["form"]


def test_the_form_is_prefilled_from_the_lead_and_groups_its_rows_by_part(cast):
    form = form_of(cast, stories.lead(cast, handling_code="H2"), "promote")
    assert form["title"].value() == "Antimony ingots declared as zinc"
    assert form["handling"].value() == "H2"
    assert form["carry"].value() == ALL
    assert [(group, [str(label) for _, label in rows]) for group, rows in form.fields["carry"].choices] == [
        ("Parties", ["Example Metals Ltd"]),
        ("Items", ["锑锭"]),
        ("Shipments", ["220020260000000001"]),
    ]


@pytest.mark.slow
def test_only_the_ticked_rows_reach_the_case_none_without_a_tick_and_all_without_a_choice(cast):
    lead = stories.lead(cast)
    answer = cast.browser("customs.officer").post(
        verb_url(lead, "promote"),
        {"title": "T", "handling": "H1", "carry": ["", "/items/0"], "violation_types": [""], "version": lead.version},
    )
    lead.refresh_from_db()
    assert answer.status_code == 302
    assert (lead.case.parties.count(), lead.case.items.count(), lead.case.shipments.count()) == (0, 1, 0)
    lead = stories.lead(cast)
    cast.browser("customs.officer").post(verb_url(lead, "promote"), {"title": "T", "handling": "H1", "carry": ""})
    lead.refresh_from_db()
    assert lead.case.items.count() == 0
    lead = stories.lead(cast)
    perform(RESOURCES["leads"], cast["customs.officer"], lead, "promote", {"title": "T", "handling": "H1"})
    lead.refresh_from_db()
    assert lead.contributions.count() == 3


def test_cases_that_name_the_same_numbers_are_offered_first(cast):
    alike = stories.case(cast)
    other = stories.case(cast, parties=[], shipments=[], title="Other")
    groups = form_of(cast, stories.lead(cast), "attach").fields["case"].choices
    offered = {str(words): [value for value, _ in rows] for words, rows in groups[1:]}
    assert str(alike.pk) in offered["Matches the same numbers"]
    assert str(other.pk) in offered["Other open cases"]
    assert str(alike.pk) not in offered["Other open cases"]


def test_no_case_is_preselected_unless_a_link_chooses_it(cast):
    case = stories.case(cast)
    form = form_of(cast, stories.lead(cast), "attach")
    assert form["case"].value() is None
    assert form.fields["case"].choices[0] == ("", "—")
    assert form_of(cast, stories.lead(cast), "attach", f"?case={case.pk}")["case"].value() == str(case.pk)


@pytest.mark.parametrize(
    ("verb", "given"), [("attach", {}), ("close", {"closing": "duplicate", "reason": "Known already"})]
)
def test_the_person_who_settles_an_unassigned_lead_becomes_its_officer(cast, verb, given):
    lead = stories.lead(cast)
    values = given or {"case": str(stories.case(cast).pk)}
    perform(RESOURCES["leads"], cast["customs.officer"], lead, verb, values)
    lead.refresh_from_db()
    assert lead.officer == cast.user("customs.officer")


def test_a_case_of_another_agency_cannot_be_attached_to(cast):
    foreign, lead = stories.case(cast, by="commerce.officer"), stories.lead(cast)
    answer = cast.browser("customs.officer").post(verb_url(lead, "attach"), {"case": str(foreign.pk)})
    lead.refresh_from_db()
    assert (answer.status_code, lead.state) == (400, "RECEIVED")


def test_a_link_cannot_fill_in_the_reason(cast):
    form = form_of(cast, stories.lead(cast), "close", "?reason=forged&closing=duplicate")
    assert form["reason"].value() is None
    assert form["closing"].value() == "duplicate"


def test_a_refused_form_keeps_the_ticked_rows(cast):
    answer = cast.browser("customs.officer").post(
        verb_url(stories.lead(cast), "promote"), {"title": "", "handling": "H1", "carry": ["", "/items/0"]}
    )
    assert answer.status_code == 400
    assert answer.context["form"]["carry"].value() == ["/items/0"]
