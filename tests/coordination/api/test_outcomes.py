"""A machine gets the outcomes of its reports: in each receipt, and in a list that it reads on."""

import json

import pytest

from cases.intake.actions import close_lead, promote_lead, take_up_lead
from cases.intake.models import Lead
from cases.sharing.models import Share
from coordination.messaging.outcomes.actions import record_outcomes
from coordination.messaging.outcomes.models import Outcome
from tests import stories

URL = "/api/v1/outcomes/"


def send(sender, **changes):
    return Lead.objects.get(pk=sender.post(stories.content(**changes)).json()["id"])


def asked(sender, after=""):
    answer = sender.get(f"{URL}?after={after}")
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.fixture
def sender(machine):
    return machine()


def test_the_receipt_carries_the_outcome(cast, sender):
    lead = send(sender)
    close_lead(lead, actor=cast["customs.officer"], closing="out_of_remit", reason="Canary reason")
    record_outcomes()
    receipt = sender.get(f"/api/v1/leads/{lead.pk}/")
    assert "Canary reason" not in receipt.content.decode()
    (line,) = receipt.json()["outcome"]
    assert (line["code"], line["ground"], line["case"]) == ("lead.close", "out_of_remit", None)
    assert (line["sentence"], line["agency"]["code"], line["annulled"]) == ("closed the lead", "GACC", False)


def test_reading_marks_nothing_and_the_machine_confirms_outcomes(cast, machine, sender):
    take_up_lead(send(sender), actor=cast["customs.officer"])
    record_outcomes()
    (line,) = asked(sender)["results"]
    sender.get(f"/api/v1/leads/{line['lead']}/")
    assert Outcome.objects.get().seen_at is None
    data = {"outcomes": [line["id"]]}
    other = machine("MOFCOM_SCB").post(data, path=f"{URL}seen/")
    assert (other.status_code, other.json()) == (200, {"marked": 0})
    assert Outcome.objects.get().seen_at is None
    assert sender.post(data, path=f"{URL}seen/").json() == {"marked": 1}
    seen = Outcome.objects.get().seen_at
    assert seen is not None
    assert sender.post(data, path=f"{URL}seen/").json() == {"marked": 0}
    assert Outcome.objects.get().seen_at == seen
    wrong = sender.post({"outcomes": []}, path=f"{URL}seen/")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "/outcomes")


def test_a_case_has_a_number_only_where_the_agency_shares_it(cast, sender):
    lead = send(sender, title="Canary title")
    case = promote_lead(lead, actor=cast["customs.officer"], title="Canary title", handling="H1").thing.case
    record_outcomes()
    lines = sender.get(f"/api/v1/leads/{lead.pk}/").json()["outcome"]
    assert [(one["code"], one["case"]) for one in lines] == [("lead.promote", case.number)]
    Share.objects.filter(case=case).update(ended_at=lead.received_at)
    data = sender.get(f"/api/v1/leads/{lead.pk}/").json()["outcome"]
    assert [(one["code"], one["case"]) for one in data] == [("lead.promote", None)]
    assert "Canary title" not in json.dumps(data)


def test_reading_on_misses_and_repeats_nothing(cast, sender):
    assert asked(sender) == {"results": [], "next": None, "reached": ""}
    leads = [send(sender) for _n in range(3)]
    for lead in leads:
        take_up_lead(lead, actor=cast["customs.officer"])
    record_outcomes()
    first = asked(sender)
    assert {one["lead"] for one in first["results"]} == {str(lead.pk) for lead in leads}
    assert asked(sender) == first
    assert asked(sender, first["reached"]) == {"results": [], "next": None, "reached": first["reached"]}
    leads[0].refresh_from_db()
    close_lead(leads[0], actor=cast["customs.officer"], closing="duplicate", reason="x")
    record_outcomes()
    assert [one["code"] for one in asked(sender, first["reached"])["results"]] == ["lead.close"]


def test_a_long_list_is_walked_by_its_pages(cast, sender):
    for _n in range(5):
        take_up_lead(send(sender), actor=cast["customs.officer"])
    record_outcomes()
    found, reached = [], ""
    for _page in range(3):
        page = sender.get(f"{URL}?size=2&after={reached}").json()
        found += [one["id"] for one in page["results"]]
        reached = page["reached"]
    assert len(found) == len(set(found)) == 5
    assert page["next"] is None


def test_a_corrected_outcome_appears_again_with_its_id(cast, sender):
    lead = send(sender)
    take_up_lead(lead, actor=cast["customs.officer"])
    record_outcomes()
    before = asked(sender)
    proposed = stories.correction(cast, of=lead, verb="take_up")
    stories.walk(cast, proposed, [("confirm", "customs.lead", {})])
    record_outcomes()
    after = asked(sender, before["reached"])
    assert [(one["id"], one["annulled"]) for one in after["results"]] == [(before["results"][0]["id"], True)]


def test_each_machine_has_its_own_and_none_without_the_scope(cast, machine, sender):
    take_up_lead(send(sender), actor=cast["customs.officer"])
    take_up_lead(stories.lead(cast, source_system="manual"), actor=cast["customs.lead"])
    record_outcomes()
    assert len(asked(sender)["results"]) == 1
    assert asked(machine(name="another", sources=["OTHER"]))["results"] == []
    assert asked(machine("MOFCOM_SCB"))["results"] == []
    assert machine("GACC", "leads:write", name="writer").get(URL).status_code == 403
    assert len(cast.browser("customs.officer").get(URL).json()["results"]) == 2
    assert cast.browser("commerce.officer").get(URL).json()["results"] == []


def test_a_place_that_we_did_not_make_is_refused(sender):
    answer = sender.get(f"{URL}?after=nonsense")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/after"


def test_steps_of_one_run_are_in_order(cast, sender):
    leads = [send(sender) for _n in range(8)]
    for lead in leads:
        take_up_lead(lead, actor=cast["customs.officer"])
        lead.refresh_from_db()
        close_lead(lead, actor=cast["customs.officer"], closing="duplicate", reason="x")
    record_outcomes()
    shown = asked(sender)["results"]
    for lead in leads:
        assert [one["code"] for one in shown if one["lead"] == str(lead.pk)] == ["lead.take_up", "lead.close"]
    assert len({one["changed_at"] for one in shown}) == len(shown) == 16
