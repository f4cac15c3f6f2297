"""Intake by hand: the machine contract behind a form that never loses input."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.intake.actions import promote_lead
from cases.intake.models import Lead
from tests.costs import MORE

URL = reverse("lead_new")


def typed(**changes: Any) -> dict[str, Any]:
    """The submitted form, with one row of each part."""
    counts = {f"{p}-{n}_FORMS": v for p in ("parties", "items", "shipments") for n, v in (("TOTAL", 1), ("INITIAL", 0))}
    values = {
        "title": "Caller names an exporter",
        "report_type": "hotline",
        "severity": "high",
        "handling_code": "H2",
        "occurred_on": "2026-03-01",
        "parties-0-name": "Example Metals Ltd",
        "parties-0-kind": "company",
        "parties-0-country": "chn",
        "parties-0-scheme_1": "USCC",
        "parties-0-value_1": "91110000600037341L",
        "items-0-description": "锑锭",
        "items-0-net_weight_kg": "25,000",
        "items-0-currency": "CNY",
        "shipments-0-route": "CHN → VNM, USA",
    }
    return {**counts, **values, **changes}


def post(cast, who="customs.officer", **changes):
    return cast.browser(who).post(URL, typed(**changes))


def only_lead():
    return Lead.objects.get()


def content():
    return only_lead().revisions.get().content


def test_a_report_becomes_a_lead_of_the_officers_agency_in_the_shape_of_the_contract(cast):
    answer = post(cast)
    lead = only_lead()
    assert answer.url == reverse("lead", args=[lead.pk])
    assert (lead.agency.code, lead.title, lead.severity, lead.handling) == ("GACC", typed()["title"], "high", "H2")
    assert lead.occurred_precision == "day"
    report = content()
    assert report["source_system"] == "manual"
    assert report["parties"][0]["identifiers"] == [{"scheme": "USCC", "value": "91110000600037341L"}]
    assert report["parties"][0]["country"] == "CHN"
    assert report["items"] == [{"description": "锑锭", "net_weight_kg": "25000"}]
    assert report["shipments"] == [{"route": ["CHN", "VNM", "USA"]}]


def test_the_officer_reads_at_once_what_the_control_law_says(cast):
    answer = cast.browser("customs.officer").post(URL, typed(), follow=True)
    assert "Control verdict: Licence needed." in answer.text


def test_an_empty_row_is_left_out(cast):
    post(cast, **{"shipments-0-route": "", "items-0-description": "", "items-0-net_weight_kg": ""})
    assert "shipments" not in content()
    assert "items" not in content()


def test_a_title_and_a_kind_are_enough(cast):
    values = {name: value for name, value in typed().items() if "_FORMS" in name}
    answer = cast.browser("customs.officer").post(
        URL, {**values, "title": "T", "report_type": "t", "severity": "medium", "handling_code": "H1"}
    )
    assert answer.status_code == 302


def test_without_a_reference_the_agencies_next_number_is_taken(cast):
    post(cast)
    post(cast, title="Another")
    first, second = Lead.objects.order_by("received_at").values_list("source_ref", flat=True)
    assert (first[-2:], second[-2:]) == ("1号", "2号")


@pytest.mark.slow
def test_a_refused_report_uses_up_no_number_and_a_number_already_used_as_reference_is_skipped(cast):
    post(cast, **{"items-0-net_weight_kg": "-1"})
    post(cast)
    assert only_lead().source_ref.endswith("1号")
    taken = only_lead().source_ref
    post(cast, title="Typed", source_ref=taken.replace("1号", "2号"))
    post(cast, title="Third")
    assert Lead.objects.get(title="Third").source_ref.endswith("3号")


def test_a_known_reference_becomes_a_revision_and_says_so(cast):
    post(cast, source_ref="L-1")
    browser = cast.browser("customs.officer")
    answer = browser.post(URL, typed(source_ref="L-1", narrative="More."), follow=True)
    assert only_lead().revision == 2
    assert "as revision 2" in answer.text


def test_a_paper_entered_later_keeps_its_day_of_arrival_in_shanghai_time(cast):
    post(cast, received_at="2026-03-02T09:30", occurred_time="08:00")
    assert only_lead().occurred_at.isoformat() == "2026-03-01T00:00:00+00:00"
    assert only_lead().received_at.isoformat() == "2026-03-02T01:30:00+00:00"


def test_every_error_is_shown_at_its_field_and_no_input_is_lost(cast):
    answer = post(
        cast,
        title="",
        **{
            "parties-0-country": "XXX",
            "items-0-net_weight_kg": "much",
            "shipments-0-customs_district": "9999",
            "shipments-0-route": "CHN QQQ",
        },
    )
    form = answer.context["form"]
    assert answer.status_code == 400
    assert set(form.head.errors) == {"title"}
    assert set(form.rows["parties"].forms[0].errors) == {"country"}
    assert set(form.rows["items"].forms[0].errors) == {"net_weight_kg"}
    assert set(form.rows["shipments"].forms[0].errors) == {"customs_district", "route"}
    for words in ("Example Metals Ltd", "much", "CHN QQQ", "锑锭"):
        assert words in answer.text
    assert "Party 1 › Country" in " ".join(answer.text.split())
    assert not Lead.objects.exists()


def test_an_error_finds_its_row_after_empty_ones_and_its_field_in_the_second_identifier(cast):
    answer = post(cast, **{"items-TOTAL_FORMS": 3, "items-0-description": "", "items-0-net_weight_kg": "",
                           "items-2-value": "-5"})  # fmt: skip
    rows = answer.context["form"].rows["items"].forms
    assert [set(row.errors) for row in rows] == [set(), set(), {"value"}]
    answer = post(cast, **{"parties-0-scheme_2": "x" * 30, "parties-0-value_2": "1"})
    assert set(answer.context["form"].rows["parties"].forms[0].errors) == {"scheme_2"}


@pytest.mark.slow
def test_a_report_from_the_future_or_with_a_time_but_no_day_is_refused_at_its_date(cast):
    assert set(post(cast, occurred_on="2099-01-01").context["form"].head.errors) == {"occurred_on"}
    assert set(post(cast, received_at="2099-01-01T00:00").context["form"].head.errors) == {"received_at"}
    answer = post(cast, occurred_on="", occurred_time="08:00")
    assert set(answer.context["form"].head.errors) == {"occurred_on"}


@pytest.mark.parametrize("part", ["parties", "items", "shipments"])
def test_without_javascript_an_added_row_keeps_input_and_shows_no_errors(cast, part):
    answer = post(cast, title="", add=part)
    form = answer.context["form"]
    assert answer.status_code == 200
    assert {name: len(rows.forms) for name, rows in form.rows.items()} == {
        **{"parties": 1, "items": 1, "shipments": 1},
        part: 2,
    }
    assert "Example Metals Ltd" in answer.text
    assert "cv-field-wrong" not in answer.text
    assert not Lead.objects.exists()


@pytest.mark.parametrize("part", ["", "nonsense", "techniques"])
def test_adding_a_row_to_an_unknown_part_adds_none(cast, part):
    form = post(cast, add=part).context["form"]
    assert [len(rows.forms) for rows in form.rows.values()] == [1, 1, 1]


@pytest.mark.slow
def test_rows_are_bounded(cast):
    form = post(cast, add="items", **{"items-TOTAL_FORMS": "50"}).context["form"]
    assert len(form.rows["items"].forms) == 50


def test_the_handling_code_starts_at_the_agencies_default(cast):
    form = cast.browser("customs.officer").get(URL).context["form"]
    assert form.head["handling_code"].value() == cast.user("customs.officer").agency.default_handling


def test_the_button_is_shown_only_to_people_with_permission(cast):
    assert URL in cast.browser("customs.officer").get(reverse("leads")).text
    assert URL not in cast.browser("centre.supervisor").get(reverse("leads")).text


def test_forty_rows_cost_no_more_queries_than_one(cast):
    browser, costs = cast.browser("customs.officer"), []
    for number in (1, 1, 40):
        rows = {"items-TOTAL_FORMS": number, **{f"items-{n}-description": f"Item {n}" for n in range(number)}}
        with CaptureQueriesContext(connection) as asked:
            browser.post(URL, typed(**rows))
        costs.append(len(asked))
    assert costs[2] <= costs[1] + MORE


def test_submitting_twice_creates_one_lead(cast):
    first, second = post(cast, sheet="the same"), post(cast, sheet="the same")
    assert first.url == second.url
    assert only_lead().revisions.count() == 1


def test_a_corrected_form_and_a_second_form_are_new_reports(cast):
    assert post(cast, sheet="the same").url != post(cast, sheet="the same", title="Another exporter").url
    assert Lead.objects.count() == 2
    assert post(cast, sheet="one").url != post(cast, sheet="two").url


def test_each_empty_form_has_its_own_number(cast):
    browser = cast.browser("customs.officer")
    sheets = {re.search(r'name="sheet" value="(\w+)"', browser.get(URL).text)[1] for _ in range(2)}
    assert len(sheets) == 2


# Unusual input --------------------------------------------------------------------------------------------------------
def bare(**changes):
    return {name: value for name, value in typed().items() if "_FORMS" in name} | {
        "title": "t",
        "report_type": "举报",
        "severity": "medium",
        "handling_code": "H1",
        **changes,
    }


def test_a_country_and_a_route_by_names_are_accepted(cast):
    values = {"parties-0-country": "越南", "shipments-0-route": "China, Vietnam"}
    cast.browser("customs.officer").post(URL, bare(**values))
    assert [party["country"] for party in content()["parties"]] == ["VNM"]
    assert content()["shipments"] == [{"route": ["CHN", "VNM"]}]


def test_names_that_the_lists_show_are_stored_as_codes_and_shown_as_names(cast):
    values = {
        "report_type": "举报",
        "parties-0-role": "出口经营者",
        "parties-0-scheme_1": "统一社会信用代码",
        "parties-0-value_1": "91110000600037341X",
        "items-0-net_weight_kg": "3.9吨",
        "items-0-value": "20万元",
        "shipments-0-customs_district": "深圳海关",
        "shipments-0-route": "zhongguo、yuenan",
        "occurred_on": "2026年3月1日",
    }
    refused = post(cast, **values, title="")
    assert set(refused.context["form"].head.errors) == {"title"}
    assert all(f'value="{shown}"' in refused.text for shown in ("Exporter", "Shenzhen Customs", "3.9吨"))
    post(cast, **values)
    report = content()
    assert report["report_type"] == "tip_off"
    assert report["parties"][0]["role"] == "exporter"
    assert report["parties"][0]["identifiers"] == [{"scheme": "USCC", "value": "91110000600037341X"}]
    assert "/parties/0/identifiers/0/value" in {flag["pointer"] for flag in only_lead().revisions.get().flags}
    assert report["items"] == [{"description": "锑锭", "net_weight_kg": "3900", "value": "200000", "currency": "CNY"}]
    assert report["shipments"] == [{"route": ["CHN", "VNM"], "customs_district": "5300"}]
    assert report["occurred_at"] == "2026-03-01"


def test_an_unknown_district_and_a_foreign_currency_are_refused_at_their_fields(cast):
    values = {"shipments-0-customs_district": "深圳", "items-0-value": "20万元", "items-0-currency": "美元"}
    answer = post(cast, **values)
    assert "Shenzhen Customs" in str(answer.context["form"].rows["shipments"].forms[0].errors["customs_district"])
    assert set(answer.context["form"].rows["items"].forms[0].errors) == {"currency"}
    assert not Lead.objects.exists()


def test_errors_in_several_rows_are_shown_at_their_rows(cast):
    """The first error in a row once removed the row from the count, and the second error raised an exception (500)."""
    counts = {"shipments-TOTAL_FORMS": 3, "parties-TOTAL_FORMS": 2}
    values = {
        "shipments-0-route": "Atlantis Mu",
        "shipments-1-declaration_no": "9" * 41,
        "shipments-1-port": "p" * 201,
        "shipments-2-customs_district": "xxxx",
        "shipments-2-route": "nowhere",
        "parties-0-country": "Atlantis",
        "parties-1-value_2": "1" * 121,
        "parties-1-role": "r" * 61,
    }
    answer = cast.browser("customs.officer").post(URL, bare(**counts, **values))
    assert answer.status_code == 400
    form = answer.context["form"]
    wrong = {part: [set(row.errors) for row in form.rows[part].forms] for part in ("shipments", "parties")}
    assert wrong["shipments"] == [{"route"}, {"declaration_no", "port"}, {"customs_district", "route"}]
    assert wrong["parties"] == [{"country"}, {"value_2", "role"}]
    page = answer.content.decode()
    assert all(str(value) in page for value in values.values())


@pytest.mark.parametrize("count", ["0", "x", "", "-1", "9" * 400, "１", None])
def test_no_row_is_dropped_for_any_submitted_count(cast, count):
    values = bare(**{"shipments-0-route": "中国", "shipments-TOTAL_FORMS": count, "shipments-INITIAL_FORMS": count})
    cast.browser("customs.officer").post(URL, {name: value for name, value in values.items() if value is not None})
    assert content()["shipments"] == [{"route": ["CHN"]}]


def test_more_rows_than_the_page_takes_are_refused_and_not_dropped(cast):
    answer = cast.browser("customs.officer").post(URL, bare(**{"shipments-50-route": "中国"}))
    assert answer.status_code == 400
    assert "50" in " ".join(answer.context["form"].general_errors)
    assert not Lead.objects.exists()


def test_technology_is_entered_with_its_recipient_and_channel_and_comes_to_the_case(cast):
    item = {"items-0-nature": "technology", "items-0-recipient": "Buyer Ltd", "items-0-channel": "e-mail"}
    post(cast, **item, **{"parties-0-address": "1 Port Road", "handling_code": "H1"})
    lead = only_lead()
    assert "Buyer Ltd" in cast.browser("customs.officer").get(reverse("lead", args=[lead.pk])).text
    case = promote_lead(lead, actor=cast["customs.officer"], title="T", handling="H1").thing.case
    found = case.items.get()
    assert (found.nature, found.recipient, found.channel) == ("technology", "Buyer Ltd", "e-mail")
    assert case.parties.get().address == "1 Port Road"
