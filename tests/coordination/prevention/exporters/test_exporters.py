"""An agency registers exporters and reads on one page what it may see about each."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coordination.prevention.exporters.actions import ACTIONS, register_party, register_reported
from coordination.prevention.exporters.models import Exporter
from tests import stories
from tests.costs import costs_no_more
from tests.refusals import invalid_at
from tests.stories.exporters import USCC

COMMERCE = "commerce.officer"


def page_of(cast, who, exporter):
    return cast.browser(who).get(f"/exporters/{exporter.pk}/")


def named_in_a_case(cast):
    """A case of customs, shared whole with commerce and not with the police, that names the exporter as a party."""
    case = stories.shared_case(cast)
    stories.add_party(
        case,
        actor=cast["customs.officer"],
        kind="company",
        role="exporter",
        name="海纳金属",
        scheme="USCC",
        value=USCC,
    )
    return case


def test_an_officer_registers_an_exporter_on_the_page(cast):
    browser = cast.browser(COMMERCE)
    answer = browser.post("/exporters/new/", {"name": "深圳海纳金属有限公司", "uscc": USCC.lower(), "district": "5300"})
    made = Exporter.objects.get()
    assert answer["Location"] == f"/exporters/{made.pk}/"
    assert (made.uscc, made.district.code, made.agency.code) == (USCC, "5300", "MOFCOM_SCB")
    assert "深圳海纳金属有限公司" in browser.get("/exporters/").text


def test_a_party_of_a_case_is_registered_with_what_the_case_knows_and_the_case_does_not_show_it(cast):
    case = named_in_a_case(cast)
    case.refresh_from_db()
    party = case.parties.get(name="海纳金属")
    form = f"/cases/{case.pk}/do/register_exporter/?party={party.pk}"
    browser, customs = cast.browser(COMMERCE), cast.browser("customs.officer")
    timeline = customs.get(f"/cases/{case.pk}/?tab=timeline").text.count("<li")
    assert f'href="{form}"' in browser.get(f"/cases/{case.pk}/").text
    initial = browser.get(form).context["form"].initial
    assert (initial["name"], initial["uscc"]) == ("海纳金属", USCC)
    given = {"party": str(party.pk), "name": "深圳海纳金属有限公司", "uscc": USCC, "version": case.version}
    answer = browser.post(form, given)
    made = Exporter.objects.get()
    assert (answer["Location"], made.agency.code) == (f"/exporters/{made.pk}/", "MOFCOM_SCB")
    assert "already has an exporter" in browser.post(form, given).text
    assert customs.get(f"/exporters/{made.pk}/").status_code == 404
    assert customs.get(f"/cases/{case.pk}/?tab=timeline").text.count("<li") == timeline
    assert cast.browser("police.officer").get(form).status_code == 404
    with invalid_at("/party"):
        register_party(case, actor=cast[COMMERCE], party=str(made.pk), name="Other")


def test_a_party_of_a_lead_is_registered_with_what_the_report_says_before_there_is_a_case(cast):
    party = {
        **{"name": "海纳金属", "role": "exporter", "address": "深圳市南山区科技路1号"},
        "identifiers": [{"scheme": "USCC", "value": USCC}],
    }
    lead = stories.lead(cast, parties=[{"name": "Buyer", "role": "consignee"}, party])
    form = f"/leads/{lead.pk}/do/register_exporter/"
    browser = cast.browser("customs.officer")
    assert f'href="{form}?party=1"' in browser.get(f"/leads/{lead.pk}/").text
    initial = browser.get(f"{form}?party=1").context["form"].initial
    assert [initial[name] for name in ("name", "uscc", "address")] == ["海纳金属", USCC, party["address"]]
    answer = browser.post(form, initial)
    made = Exporter.objects.get()
    assert (answer["Location"], made.agency.code, made.uscc) == (f"/exporters/{made.pk}/", "GACC", USCC)
    for who in (COMMERCE, "police.officer"):
        assert cast.browser(who).get(form).status_code == 404, who
    assert form not in cast.browser("centre.coordinator").get(f"/leads/{lead.pk}/").text
    with invalid_at("/party"):
        register_reported(lead, actor=cast["customs.officer"], party="2", name="Other")


def test_the_page_offers_at_most_eight_actions_and_the_rest_by_typing(cast):
    exporter = stories.exporter(cast)
    text = page_of(cast, COMMERCE, exporter).text
    assert text.partition("<main")[2].count("cv-btn-wide") == 7
    assert text.index("Write guidance</a>") < text.index("Plan an inspection</a>")
    listed = text.partition('id="command-list"')[2].partition("</details>")[0]
    for words in ("Write guidance", "Write a suspension notice", "Send stop notice", "No longer follow"):
        assert words in listed, words
    assert "Take off a circular" not in text
    circular = stories.circular(cast)
    addressee = circular.addressees.first().exporter
    assert "Take off a circular" in page_of(cast, COMMERCE, addressee).text


def test_a_wrong_number_and_a_second_entry_are_refused_at_their_field(cast):
    stories.exporter(cast)
    browser = cast.browser(COMMERCE)
    for uscc, said in ((USCC, "already has an exporter"), (USCC[:-1] + "A", "This number is not correct")):
        answer = browser.post("/exporters/new/", {"name": "Haina", "uscc": uscc})
        assert answer.status_code == 400
        assert said in answer.text
    assert Exporter.objects.count() == 1


def test_two_entries_without_a_number_differ_by_name(cast):
    stories.exporter(cast, uscc="")
    with invalid_at("/name"):
        stories.exporter(cast, uscc="")


def test_an_edit_cannot_take_the_number_of_another_entry(cast):
    stories.exporter(cast)
    other = stories.exporter(cast, name="Other", uscc="")
    with invalid_at("/uscc"):
        ACTIONS["edit"](other, actor=cast[COMMERCE], name="Other", uscc=USCC)


def test_each_agency_has_a_register_that_others_do_not_see(cast):
    ours = stories.exporter(cast)
    theirs = stories.exporter(cast, by="customs.officer")
    assert page_of(cast, COMMERCE, theirs).status_code == 404
    assert page_of(cast, "police.officer", ours).status_code == 404
    for one in (ours, theirs):
        assert page_of(cast, "centre.supervisor", one).status_code == 200


def test_the_page_lists_the_cases_whose_parties_the_reader_reads(cast):
    case = named_in_a_case(cast)
    ours, police = stories.exporter(cast), stories.exporter(cast, by="police.officer")
    stories.share_case(
        case, actor=cast["customs.officer"], agency="MPS_ECID", profile="status", reason="joint campaign"
    )
    assert f"/cases/{case.pk}/" in page_of(cast, COMMERCE, ours).text
    assert f"/cases/{case.pk}/" not in page_of(cast, "police.officer", police).text


def test_an_entry_without_a_number_claims_no_case(cast):
    case = named_in_a_case(cast)
    assert f"/cases/{case.pk}/" not in page_of(cast, COMMERCE, stories.exporter(cast, uscc="")).text


@pytest.mark.parametrize("who", ["centre.supervisor", "procurator.head"])
def test_the_api_registers_for_the_agency_of_the_caller(cast, who):
    answer = cast.browser(who).post(
        "/api/v1/exporters/",
        {"name": "海纳", "uscc": USCC},
        content_type="application/json",
        headers={"Idempotency-Key": f"exporter-{who}"},
    )
    assert answer.status_code == (201 if who == "procurator.head" else 403)
    assert Exporter.objects.filter(agency__code="SPP").exists() == (who == "procurator.head")


def test_the_page_begins_with_the_reader_s_next_step_the_soonest_due_first(cast):
    exporter = stories.exporter(cast)
    soon = timezone.now() + timedelta(days=1)
    for title, due in (("Later", soon + timedelta(days=9)), ("Soon", soon)):
        stories.exporter_letter(cast, kind="consultation", about=exporter, title=title, due_at=due)
    shown = page_of(cast, COMMERCE, exporter).context["steps"]
    assert [(line.what, str(line.button.words.button)) for line in shown] == [
        ("Soon", "Submit to the second reader"),
        ("Later", "Submit to the second reader"),
    ]
    assert page_of(cast, "commerce.lead", exporter).context["steps"] == []


def test_the_page_has_the_timeline_of_all_its_matters_goods_and_gaps(cast):
    exporter = stories.exporter(cast, uscc=USCC, district="")
    case = named_in_a_case(cast)
    stories.exporter_letter(cast, "REVIEW", about=exporter)
    page = page_of(cast, COMMERCE, exporter)
    about = {entry.about for entry in page.context["entries"]}
    assert {case.number, "Rules for antimony"} <= about
    goods = case.items.values_list("description", flat=True)
    assert all(any(one.startswith(words) for one in page.context["goods"]) for words in goods)
    assert "Customs registration code" in page.context["gaps"]
    assert {str(label): number for label, number in page.context["numbers"]} == {
        "Cases": 1,
        "Letters to exporters": 1,
    }


def test_an_entry_without_a_number_lists_its_own_letters(cast):
    exporter = stories.exporter(cast, uscc="")
    letter = stories.exporter_letter(cast, about=exporter)
    assert [one.thing for one in page_of(cast, COMMERCE, exporter).context["open_matters"]] == [letter]


@pytest.mark.slow
def test_more_letters_ask_no_more_of_the_database(cast):
    exporter = stories.exporter(cast)
    stories.exporter_letter(cast, "SENT", about=exporter)
    with costs_no_more(cast.browser(COMMERCE), f"/exporters/{exporter.pk}/"):
        for _ in range(5):
            stories.exporter_letter(cast, "SENT", about=exporter)
