"""Acts on a case: validation and events."""

from agencies.journal.models import Event
from agencies.kernel.resource import RESOURCES
from cases.casefile.actions import create_party, lift_holds, place_hold
from cases.casefile.models import Case
from cases.proceedings.workflow.decision_conditions import no_criminal_matter_pending
from coordination.actions.performing import perform
from tests import stories
from tests.refusals import invalid_at


def test_an_identifier_too_long_in_upper_case_and_an_act_that_ends_before_it_began_are_refused(cast):
    case = stories.case(cast)
    answer = cast.browser("customs.officer").post(
        f"/api/v1/cases/{case.pk}/add_party/",
        {"name": "Strauß", "kind": "company", "scheme": "HRB", "value": "ß" * 100},
        content_type="application/json",
    )
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/value"]
    values = {"title": "Act", "conduct_from": "2026-03-02", "conduct_until": "2026-03-01"}
    with invalid_at("/conduct_until"):
        perform(RESOURCES["cases"], cast["customs.officer"], case, "add_act", values)
    assert not case.acts.exists()


def test_the_event_keeps_the_chosen_violation_types(cast):
    case = stories.case(cast)
    form = RESOURCES["cases"].form(cast["customs.officer"], case, "set_violation_types")
    offered = dict(form.fields["violation_types"].choices)
    values = {"violation_types": [next(iter(offered))], "reason": "As the analysis found"}
    perform(RESOURCES["cases"], cast["customs.officer"], case, "set_violation_types", values)
    event = Event.objects.latest("id")
    assert event.remark is not None
    assert event.remark.data["violation_types"] == values["violation_types"]
    assert [one.code for one in Case.objects.get(pk=case.pk).violation_types.all()] == values["violation_types"]


def test_an_act_is_recorded_and_its_end_date_added_later(cast):
    case, officer, cases = stories.case(cast), cast["customs.officer"], RESOURCES["cases"]
    party, item = case.parties.get(), case.items.get()
    values = {"title": "Antimony declared as zinc", "parties": [str(party.pk)], "conduct_from": "2026-03-01"}
    perform(cases, officer, case, "add_act", values)
    act = case.acts.get()
    assert list(act.parties.all()) == [party]
    perform(
        cases,
        *(officer, case, "change_act"),
        {"act": str(act.pk), "items": [str(item.pk)], "conduct_until": "2026-04-02", "reason": "from the bookings"},
    )
    act.refresh_from_db()
    assert (act.title, str(act.conduct_until), list(act.items.all())) == (values["title"], "2026-04-02", [item])
    assert list(act.parties.all()) == [party], "an omitted field is unchanged"
    page = cast.browser("customs.officer").get(f"/cases/{case.pk}/").content.decode()
    assert "Antimony declared as zinc" in page


def test_a_police_hold_blocks_fines_only_for_the_same_party_and_act(cast):
    line = stories.decision(cast)
    case, party = line.proceeding.case, line.party
    other = create_party(case, {"name": "Another Ltd"})
    mine, another = (case.acts.create(title=title) for title in ("declared as zinc", "sent by parcel"))
    line.act = mine
    agency = cast["antismuggling.officer"].own_agency

    def held(**about):
        lift_holds(line.pk)
        place_hold(case.pk, "punish", because="police_decide", agency_id=agency, source=line.pk, **about)
        return no_criminal_matter_pending(line, cast["customs.head"]) is not None

    assert held()
    assert held(party_id=party.pk)
    assert held(party_id=party.pk, act_id=mine.pk)
    assert not held(party_id=other.pk)
    assert not held(party_id=party.pk, act_id=another.pk)
    line.act = None
    assert held(party_id=party.pk, act_id=another.pk), "an act not named may be any of them"
