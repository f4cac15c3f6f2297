"""A case shows what the control law says of each item for the days of its conduct and each destination."""

from datetime import date
from typing import Any

import pytest

from agencies.kernel.resource import RESOURCES
from cases.casefile.conduct import spans_of
from cases.casefile.facts import facts_of
from cases.casefile.models import Act, Case, Item, Shipment
from cases.controls.destinations import matter_of
from cases.controls.rulebook import shipped
from coordination.actions.performing import perform
from tests import stories
from tests.refusals import invalid_at


def put_right(cast: Any, case: Case, verb: str, **answers: Any) -> None:
    given = {"reason": "Read wrongly from the declaration", **answers}
    perform(RESOURCES["cases"], cast["customs.officer"], Case.objects.get(pk=case.pk), verb, given, strict=True)


@pytest.fixture
def case(cast: Any) -> Case:
    """Gallium to the United States, on a day on which exports there were not licensed."""
    return stories.case(cast, items=[{"description": "金属镓"}], shipments=[{"route": ["CHN", "USA"]}])


def act(case: Case, first: date | None, last: date | None, *items: Item) -> Act:
    made: Act = Act.objects.create(case=case, title="Export", conduct_from=first, conduct_until=last)
    made.items.set(items)
    return made


def lines(case: Case) -> list[tuple[str, str, str, str]]:
    return [
        (span.first.isoformat(), span.last.isoformat(), one.code, one.verdict.verdict)
        for item in facts_of(case).items
        for span in item.spans
        for one in span.verdicts
    ]


def test_a_changed_day_route_or_description_changes_the_line_at_once(cast: Any, case: Case) -> None:
    item, shipment = case.items.get(), case.shipments.get()
    put_right(cast, case, "change_item", item=str(item.pk), conduct_on="2024-12-04")
    assert lines(case) == [("2024-12-04", "2024-12-04", "USA", "not_licensed")]
    put_right(cast, case, "change_item", item=str(item.pk), conduct_on="2025-11-15")
    assert lines(case) == [("2025-11-15", "2025-11-15", "USA", "licence")]
    put_right(cast, case, "change_shipment", shipment=str(shipment.pk), route="CHN VNM")
    assert lines(case) == [("2025-11-15", "2025-11-15", "VNM", "licence")]
    put_right(cast, case, "change_item", item=str(item.pk), description="cotton shirts")
    assert lines(case) == [("2025-11-15", "2025-11-15", "VNM", "outside_scope")]


def test_a_period_is_divided_where_the_law_changed(case: Case) -> None:
    act(case, date(2024, 12, 1), date(2024, 12, 10))
    assert lines(case) == [
        ("2024-12-01", "2024-12-02", "USA", "licence"),
        ("2024-12-03", "2024-12-10", "USA", "not_licensed"),
    ]


def test_several_days_and_destinations_give_several_lines(case: Case) -> None:
    Shipment.objects.create(case=case, route=["CHN", "VNM"])
    Item.objects.filter(case=case).update(conduct_on=date(2024, 11, 1))
    act(case, date(2026, 1, 5), None)
    assert lines(case) == [
        ("2024-11-01", "2024-11-01", "USA", "licence"),
        ("2024-11-01", "2024-11-01", "VNM", "licence"),
        ("2026-01-05", "2026-01-05", "USA", "licence"),
        ("2026-01-05", "2026-01-05", "VNM", "licence"),
    ]


def test_the_act_of_another_item_and_a_day_within_an_act_add_no_line(case: Case) -> None:
    item = case.items.get()
    Item.objects.filter(pk=item.pk).update(conduct_on=date(2024, 12, 5))
    other = Item.objects.create(case=case, description="cotton shirts")
    acts = [act(case, date(2024, 12, 4), date(2024, 12, 6), item), act(case, date(2020, 1, 1), None, other)]
    item.refresh_from_db()
    (span,) = spans_of(item, acts, matter_of([{"route": ["CHN", "USA"]}]), shipped())
    assert (span.first, span.last) == (date(2024, 12, 4), date(2024, 12, 6))


@pytest.mark.slow
def test_page_and_api_name_verdict_instrument_and_doubt_by_todays_rules_without_any_day(cast: Any, case: Case) -> None:
    (found,) = facts_of(case).items
    assert [span.is_known for span in found.spans] == [False]
    page = cast.browser("customs.officer").get(f"/cases/{case.pk}/").text
    assert "date unknown: today&#x27;s rules apply" in page or "date unknown: today's rules apply" in page
    Item.objects.filter(case=case).update(conduct_on=date(2024, 12, 4))
    browser = cast.browser("customs.officer")
    page = browser.get(f"/cases/{case.pk}/").text
    for words in ("Not licensed in principle", "MOFCOM Ann. 2024 No.46", "2024-12-04", "to be verified"):
        assert words in page
    (line,) = browser.get(f"/api/v1/cases/{case.pk}/").json()["contents"]["control"]
    assert (line["item"], line["first_day"], line["on_known"]) == (str(case.items.get().pk), "2024-12-04", True)
    assert (line["destination"], line["verdict"], line["verify"]) == ("USA", "not_licensed", True)
    assert line["citations"] == ["MOFCOM Ann. 2024 No.46, item 2"]


def test_a_case_asks_about_its_users_both_names_of_its_goods_and_its_final_destination(cast: Any, case: Case) -> None:
    Item.objects.filter(case=case).update(conduct_on=date(2026, 3, 1), declared_as="cotton shirts")
    assert lines(case) == [
        ("2026-03-01", "2026-03-01", "USA", "licence"),
        ("2026-03-01", "2026-03-01", "USA", "outside_scope"),
    ]
    put_right(
        cast, case, "change_shipment", shipment=str(case.shipments.get().pk), final_destination="THA", mode="export"
    )
    add = {"name": "US Army", "kind": "company", "role": "end_user", "military": "yes"}
    perform(RESOURCES["cases"], cast["customs.officer"], Case.objects.get(pk=case.pk), "add_party", add, strict=True)
    assert lines(case)[0] == ("2026-03-01", "2026-03-01", "THA", "barred")
    page = cast.browser("customs.officer").get(f"/cases/{case.pk}/").text
    for words in ("Export barred", "as declared", "Military user", "Final destination", "Thailand"):
        assert words in page, words
    controls = cast.browser("customs.officer").get(f"/api/v1/cases/{case.pk}/").json()["contents"]["control"]
    assert [(one["reading"], one["verdict"]) for one in controls] == [
        ("described", "barred"),
        ("declared", "outside_scope"),
    ]


def test_a_listed_consignee_is_named_on_the_case_and_ends_with_its_entry(cast: Any, case: Case) -> None:
    Item.objects.filter(case=case).update(conduct_on=date(2026, 3, 1))
    add = {"name": "示例名单公司", "kind": "company", "role": "consignee"}
    perform(RESOURCES["cases"], cast["customs.officer"], Case.objects.get(pk=case.pk), "add_party", add, strict=True)
    assert [verdict for *_days, verdict in lines(case)] == ["licence"]
    stories.listing(cast, "control,T-9,示例名单公司,,,,JPN,示例公告,2026-02-24,2026-02-24,2026-03-31")
    assert [verdict for *_days, verdict in lines(case)] == ["barred"]
    assert "示例名单公司" in cast.browser("customs.officer").get(f"/cases/{case.pk}/").text
    Item.objects.filter(case=case).update(conduct_on=date(2026, 4, 1))
    assert [verdict for *_days, verdict in lines(case)] == ["licence"]


def test_a_share_above_one_hundred_percent_is_refused(cast: Any, case: Case) -> None:
    add = {"name": "Example Works", "kind": "company", "owner": "Example Holding", "owner_share": "100.5"}
    with invalid_at("/owner_share"):
        perform(RESOURCES["cases"], cast["customs.officer"], case, "add_party", add, strict=True)
