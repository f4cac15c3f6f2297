"""Putting the facts of a case right: change, remove, and a second person where something rests on them."""

from datetime import timedelta

import pytest
import time_machine

from agencies.confirmations.models import Confirmation
from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.errors import Invalid, Stale
from agencies.kernel.resource import RESOURCES
from cases.casefile.correcting import ACTIONS
from cases.casefile.facts import facts_of
from cases.casefile.models import Case, CaseTechnique, Item, Party, Shipment
from cases.casefile.resting import rests_on
from cases.intake.actions import attach_lead, detach_lead
from cases.intake.similar import find_similar
from cases.proceedings.persons import add_suspect
from coordination.actions.performing import perform
from coordination.exchange.referrals.packages import snapshot
from coordination.exchange.tasks.facts import FACTS
from coordination.insight.search.actions import index_changed
from coordination.insight.search.models import Entry
from tests import stories
from tests.refusals import refused_for

CASES = RESOURCES["cases"]
WHY = {"reason": "Read wrongly from the licence"}


def put_right(cast, case, verb, who="customs.officer", **answers):
    return perform(CASES, cast[who], Case.objects.get(pk=case.pk), verb, WHY | answers, strict=True)


def test_a_changed_party_keeps_its_old_name_in_the_journal_and_loses_it_everywhere_else(cast):
    case = stories.case(cast)
    party = case.parties.get()
    put_right(
        cast, case, "change_party", party=str(party.pk), name="Right Metals Ltd", address="1 Port Road", country=""
    )

    party.refresh_from_db()
    assert (party.name, party.address, party.country, party.kind) == (
        "Right Metals Ltd",
        "1 Port Road",
        None,
        "company",
    )
    note = Event.objects.get(verb="change_party").remark
    assert note.reason == WHY["reason"]
    assert {"field": "name", "was": "Example Metals Ltd", "now": "Right Metals Ltd"} in note.data["changes"]
    assert {"field": "country", "was": "CHN", "now": None} in note.data["changes"]
    timeline = cast.browser("customs.officer").get(f"/cases/{case.pk}/?tab=timeline").text
    assert "<del>Example Metals Ltd</del> → <ins>Right Metals Ltd</ins>" in timeline
    assert snapshot(case)["parties"][0]["name"] == "Right Metals Ltd"


def test_a_removed_row_is_kept_but_nothing_is_derived_from_it(cast):
    case, other = stories.case(cast), stories.lead(cast)
    item, party, shipment = case.items.get(), case.parties.get(), case.shipments.get()
    assert facts_of(case).line.verdict == "above"
    for verb, row in (("party", party), ("item", item), ("shipment", shipment)):
        put_right(cast, case, f"remove_{verb}", **{verb: str(row.pk)})
    index_changed()

    facts = facts_of(case)
    assert (facts.parties, facts.items, facts.shipments, facts.line.verdict) == ([], [], [], "unknown")
    assert snapshot(case) == {"parties": [], "items": [], "shipments": []}
    assert [one.case for one in find_similar(other, cast["customs.officer"]).cases] == []
    assert not Entry.objects.filter(kind__in=["party", "item", "shipment"], subject=case.pk).exists()
    assert not FACTS["parties"].known(case)
    assert (Party.everything.count(), Item.everything.count(), Shipment.everything.count()) == (1, 1, 1)


def test_an_act_goes_on_naming_a_removed_party_instead_of_everybody(cast):
    case = stories.case(cast)
    party = case.parties.get()
    perform(CASES, cast["customs.officer"], case, "add_act", {"title": "Export", "parties": [str(party.pk)]})
    put_right(cast, case, "remove_party", party=str(party.pk))

    assert list(case.acts.get().parties.all()) == [party]


def test_identifiers_and_techniques_are_changed_each_with_a_reason_or_source(cast):
    case = stories.case(cast)
    party = case.parties.get()
    put_right(cast, case, "add_identifier", party=str(party.pk), scheme="PHONE", value="010-1234")
    with pytest.raises(Invalid):
        put_right(cast, case, "add_identifier", party=str(party.pk), scheme="PHONE", value="010-1234")
    wrong = party.identifiers.get(scheme="USCC")
    put_right(cast, case, "remove_identifier", identifier=str(wrong.pk))

    assert [one.value for one in party.identifiers.all()] == ["010-1234"]
    put_right(cast, case, "set_techniques", techniques=["MISNAME", "SHELL"], standing="refuted", source="Report 7")

    held = CaseTechnique.objects.filter(case=case).values_list("technique__code", "standing", "source")
    assert list(held) == [("MISNAME", "refuted", "Report 7"), ("SHELL", "refuted", "Report 7")]
    assert "Refuted" in cast.browser("customs.officer").get(f"/cases/{case.pk}/").text


def test_a_weight_learnt_later_completes_the_step_and_one_that_was_wrong_becomes_unknown(cast):
    case = stories.case(cast, items=[{"description": "powder"}])
    item = case.items.get()
    put_right(cast, case, "change_item", item=str(item.pk), net_weight_kg="300", value="1000", currency="CNY")
    assert FACTS["weight"].known(case)
    assert facts_of(case).line.verdict == "below"

    put_right(cast, case, "change_item", item=str(item.pk), net_weight_kg="")
    assert facts_of(case).line.verdict == "unknown"
    with pytest.raises(Invalid):
        put_right(cast, case, "change_item", item=str(item.pk), value="1000.00")


def test_a_change_needs_a_reason_the_seen_version_and_a_row_of_the_case(cast):
    case, other = stories.case(cast), stories.case(cast)
    party = str(case.parties.get().pk)
    with pytest.raises(Invalid):
        put_right(cast, case, "remove_party", party=party, reason="")
    with pytest.raises(Invalid):
        put_right(cast, case, "remove_party", party=str(other.parties.get().pk))
    with pytest.raises(Stale):
        put_right(cast, case, "remove_party", party=party, version=case.version + 1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("story", "named"), [("FILED", "Package"), ("paper", "署移"), ("decision", "Decision about a party")]
)
def test_a_second_person_confirms_a_change_on_which_something_rests(cast, story, named):
    case = stories.shared_case(cast)
    if story == "decision":
        line = stories.decision(cast, stories.proceeding(cast, "INVESTIGATE", case))
        stories.serve_notice(cast, line)
    elif story == "paper":
        transfer = stories.transfer(cast, "APPROVED", case)
        transfer.packages.all().delete()  # the paper alone
        stories.paper(cast, "ISSUED", transfer)
    else:
        stories.transfer(cast, story, case)
    party = case.parties.get()
    page = f"/cases/{case.pk}/do/change_party/?party={party.pk}"
    assert named in cast.browser("customs.officer").get(page).text

    right = {"name": "Right Metals Ltd", "kind": "company", "role": "exporter", "country": "CHN", "address": ""}
    asked = put_right(cast, case, "change_party", party=str(party.pk), **right).created
    assert isinstance(asked, Confirmation)
    party.refresh_from_db()
    assert party.name == "Example Metals Ltd"
    assert "Right Metals Ltd" in cast.browser("customs.legal").get(f"/confirmations/{asked.pk}/").text
    stories.walk(cast, asked, [("confirm", "customs.legal", {})])
    party.refresh_from_db()
    assert party.name == "Right Metals Ltd"
    assert Event.objects.get(verb="change_party").remark.data["second"] == cast["customs.legal"].id
    confirmed = f"confirmed by {cast.user('customs.legal').name_en}"
    assert confirmed in cast.browser("customs.officer").get(f"/cases/{case.pk}/?tab=timeline").text
    assert confirmed not in cast.browser("commerce.officer").get(f"/cases/{case.pk}/?tab=timeline").text


def test_the_time_of_a_change_is_checked_at_its_request_and_a_late_second_person_needs_no_paper(cast):
    case = stories.shared_case(cast)
    stories.transfer(cast, "FILED", case)
    now, answers = times.now(), {"party": str(case.parties.get().pk), "name": "Right Metals Ltd"}
    Case.objects.filter(pk=case.pk).update(state_since=now - timedelta(days=1))
    for hours, paper, pointer in ((-1, "", "/happened_at"), (5, "", "/paper"), (30, "No. 7", "/happened_at")):
        at = (now - timedelta(hours=hours)).isoformat()
        with pytest.raises(Invalid) as no:
            put_right(cast, case, "change_party", **answers, happened_at=at, paper=paper)
        assert pointer in {error.pointer for error in no.value.errors}
    assert not Confirmation.objects.exists()

    asked = put_right(cast, case, "change_party", **answers, happened_at=(now - timedelta(hours=3)).isoformat()).created
    with time_machine.travel(now + timedelta(hours=2)):
        stories.walk(cast, asked, [("confirm", "customs.legal", {})])
    assert case.parties.get().name == "Right Metals Ltd"


def test_nobody_evades_the_second_person(cast):
    """Neither by the action itself, nor by the API, nor by confirming one's own request, nor with an outdated one."""
    case = stories.shared_case(cast)
    stories.transfer(cast, "FILED", case)
    party, item = case.parties.get(), case.items.get()
    for verb, answers in (
        ("change_party", {"party": str(party.pk), "name": "X"}),
        ("remove_item", {"item": str(item.pk)}),
        ("remove_identifier", {"identifier": str(party.identifiers.get().pk)}),
    ):
        with refused_for("second_person"):
            ACTIONS[verb](case, actor=cast["commerce.officer"], **WHY, **answers)
    url, body = f"/api/v1/cases/{case.pk}/change_party/", {"party": str(party.pk), "name": "By API", **WHY}
    answer = cast.browser("customs.officer").post(
        url, body, content_type="application/json", headers={"If-Match": f'"{Case.objects.get(pk=case.pk).version}"'}
    )
    assert answer.json()["created"]["resource"] == "confirmations"
    asked = Confirmation.objects.get()
    assert cast.browser("customs.officer").post(f"/confirmations/{asked.pk}/do/confirm/", {}).status_code in (403, 404)
    Party.objects.filter(pk=party.pk).update(name="Changed meanwhile", version=party.version + 1)
    with refused_for("changed"):
        stories.walk(cast, asked, [("confirm", "customs.legal", {})])


def test_a_change_discloses_no_hidden_matter_of_another_agency(cast):
    """Commerce shares the case and sees neither the transfer nor the suspect. It needs a second person either way."""
    case = stories.shared_case(cast)
    party = case.parties.get()
    page, browser = f"/cases/{case.pk}/do/change_party/?party={party.pk}", cast.browser("commerce.officer")
    before = browser.get(page).context["rests"]
    inside = stories.transfer(cast, "FILED", case).proceeding
    add_suspect(inside, actor=cast["antismuggling.officer"], party=str(party.pk))
    assert browser.get(page).context["rests"] == before != []
    asked = put_right(cast, case, "change_party", "commerce.officer", party=str(party.pk), name="By commerce").created
    assert isinstance(asked, Confirmation)
    assert any("Package" in name for name in cast.browser("customs.officer").get(page).context["rests"])


def test_alone_on_its_case_an_agency_changes_what_nothing_rests_on_at_once(cast):
    case = stories.case(cast)
    assert put_right(cast, case, "change_party", party=str(case.parties.get().pk), name="Right Ltd").created is None


def test_the_page_offers_the_changes_beside_each_row(cast):
    case = stories.shared_case(cast, profile="status")
    party = case.parties.get()
    browser = cast.browser("customs.officer")
    text = browser.get(f"/cases/{case.pk}/").text
    assert f"/cases/{case.pk}/do/change_party/?party={party.pk}" in text
    chooser = browser.get(f"/cases/{case.pk}/do/change_party/").text
    assert f"?party={party.pk}" in chooser
    assert 'name="reason"' not in chooser
    form = browser.get(f"/cases/{case.pk}/do/change_party/?party={party.pk}").text
    assert 'value="Example Metals Ltd"' in form
    assert cast.browser("commerce.officer").get(f"/cases/{case.pk}/do/change_party/").status_code == 403


def test_a_package_whose_freezing_was_recorded_late_is_found_too(cast):
    case = stories.shared_case(cast)
    transfer = stories.transfer(cast, "FILED", case)
    transfer.packages.update(frozen_at=case.opened_at - timedelta(days=9))
    for row in (case.parties.get(), case.items.get(), case.shipments.get()):
        assert any("Package" in name for name in rests_on(row, cast["customs.officer"])), row
    fresh = case.parties.create(name="Another Ltd")
    assert rests_on(fresh, cast["customs.officer"]) == []


def test_a_removed_fact_is_brought_back_with_the_identifiers_that_left_with_it(cast):
    case = stories.case(cast)
    party, item, shipment = case.parties.get(), case.items.get(), case.shipments.get()
    put_right(cast, case, "add_identifier", party=str(party.pk), scheme="PHONE", value="010-1234")
    put_right(cast, case, "remove_identifier", identifier=str(party.identifiers.get(scheme="PHONE").pk))
    before = snapshot(case)
    for name, row in (("party", party), ("item", item), ("shipment", shipment)):
        put_right(cast, case, f"remove_{name}", **{name: str(row.pk)})
    for name, row in (("party", party), ("item", item), ("shipment", shipment)):
        put_right(
            cast, case, f"restore_{name}", reason="The licence was read again", **{f"removed_{name}": str(row.pk)}
        )
    index_changed()

    assert snapshot(case) == before
    assert [one.scheme for one in party.identifiers.all()] == ["USCC"]  # the telephone was removed by itself
    assert Entry.objects.filter(kind="party", subject=case.pk).exists()
    note = Event.objects.get(verb="restore_party").remark
    assert note.reason == "The licence was read again"
    assert {"field": "name", "was": "", "now": "Example Metals Ltd"} in note.data["changes"]
    with pytest.raises(Invalid):
        put_right(cast, case, "restore_party", removed_party=str(party.pk))


def test_a_removed_identifier_is_brought_back_unless_the_party_has_it_again(cast):
    case = stories.case(cast)
    party = case.parties.get()
    wrong = party.identifiers.get()
    put_right(cast, case, "remove_identifier", identifier=str(wrong.pk))
    put_right(cast, case, "restore_identifier", removed_identifier=str(wrong.pk))
    assert party.identifiers.get() == wrong

    put_right(cast, case, "remove_identifier", identifier=str(wrong.pk))
    put_right(cast, case, "add_identifier", party=str(party.pk), scheme=wrong.scheme, value=wrong.value)
    with pytest.raises(Invalid):
        put_right(cast, case, "restore_identifier", removed_identifier=str(wrong.pk))


@pytest.mark.slow
@pytest.mark.parametrize(("language", "title"), [("en", "Removed (2)"), ("zh-hans", "已移除（2）")])
def test_the_page_lists_what_was_removed_for_those_who_may_bring_it_back(cast, language, title):
    case = stories.shared_case(cast, profile="status")
    party, item = case.parties.get(), case.items.get()
    for name, row in (("party", party), ("item", item)):
        put_right(cast, case, f"remove_{name}", **{name: str(row.pk)})
    page = cast.browser("customs.officer", language).get(f"/cases/{case.pk}/").text
    folded = page[page.index('id="removed"') : page.index("</details>", page.index('id="removed"'))]
    assert title in folded
    for words in ("Example Metals Ltd", WHY["reason"], cast.user("customs.officer").name):
        assert words in folded
    assert f"/cases/{case.pk}/do/restore_party/?removed_party={party.pk}" in folded
    assert 'id="removed"' not in cast.browser("commerce.officer", language).get(f"/cases/{case.pk}/").text


@pytest.mark.slow
def test_a_second_person_confirms_that_a_fact_on_which_something_rests_is_brought_back(cast):
    case = stories.shared_case(cast)
    stories.transfer(cast, "FILED", case)
    party = case.parties.get()
    asked = put_right(cast, case, "remove_party", party=str(party.pk)).created
    stories.walk(cast, asked, [("confirm", "customs.legal", {})])
    url, body = f"/api/v1/cases/{case.pk}/restore_party/", {"removed_party": str(party.pk), **WHY}
    version = {"If-Match": f'"{Case.objects.get(pk=case.pk).version}"'}
    answer = cast.browser("customs.officer").post(url, body, content_type="application/json", headers=version)
    assert answer.json()["created"]["resource"] == "confirmations"
    assert not case.parties.exists()
    asked = Confirmation.objects.latest("created_at")
    assert "Example Metals Ltd" in cast.browser("customs.legal").get(f"/confirmations/{asked.pk}/").text
    stories.walk(cast, asked, [("confirm", "customs.legal", {})])
    assert case.parties.get() == party


def test_what_left_with_its_lead_comes_back_with_the_lead_only(cast):
    case, other = stories.case(cast), stories.lead(cast)
    attach_lead(other, actor=cast["customs.officer"], case=str(case.pk))
    given = case.parties.order_by("-created_at")[0]
    other.refresh_from_db()
    detach_lead(other, actor=cast["customs.officer"], reason="It is another matter")
    assert list(case.parties.filter(pk=given.pk)) == []
    with pytest.raises(Invalid):
        put_right(cast, case, "restore_party", removed_party=str(given.pk))
