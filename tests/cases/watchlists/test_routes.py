"""Agencies watch declared routes: who keeps a watch, which routes meet it, and who gets the work."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.resource import RESOURCES
from agencies.organisations.models import Agency
from agencies.work.models import WorkItem
from cases.controls.destinations import matter_of
from cases.intake.receiving import receive_lead
from cases.sharing.actions import share_case
from cases.watchlists.actions import desks_of, end_listing, import_listings
from cases.watchlists.models import Listing, WatchHit
from cases.watchlists.routes import meets, voyages
from cases.watchlists.spreadsheet import EntryRow, changes, changes_digest, read_rows, row_of, write_rows
from coordination.actions.performing import perform
from coordination.automation.routing.dispatch import route_arrivals
from coordination.automation.routing.placement import placements
from coordination.automation.routing.watching import watch_shipments
from coordination.exchange.tasks.models import Task
from coordination.insight.search.screening import screen_case, screen_lead
from tests import stories

DAY = date(2024, 12, 4)
GALLIUM = {"description": "金属镓"}
TO_USA: dict[str, Any] = {"items": [GALLIUM], "shipments": [{"route": ["CHN", "VNM", "USA"]}]}


def row(code: str = "R-1", owner: str = "GACC_RISK", **terms: Any) -> EntryRow:
    days = {"document_date": DAY, "effective_from": DAY}
    named = {"name_zh": "经越南转口", "name_en": "By Vietnam", "document": "布控指令"}
    return EntryRow(watch_list="route", code=code, owner=owner, **named, **days, **terms)


def keep(cast: Any, *rows: EntryRow, by: str = "customs.lead") -> list[Listing]:
    return import_listings(rows, actor=cast[by], seen=changes_digest(changes(rows)))


def lead(cast: Any, by: str = "customs.officer", **content: Any) -> Any:
    return stories.lead(cast, by, **{**TO_USA, **content})


def ship(cast: Any, case: Any, route: str = "CHN VNM USA") -> None:
    case.refresh_from_db()
    perform(RESOURCES["cases"], cast["customs.officer"], case, "add_shipment", {"route": route})


def found(screened: Any) -> list[tuple[str, list[list[str]]]]:
    return [(one.listing.code, one.routes) for one in screened]


# Terms ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("terms", "is_met"),
    [
        ({"origins": ["CHN"]}, True),
        ({"origins": ["VNM"]}, False),
        ({"transits": ["VNM", "THA"]}, True),
        ({"transits": ["USA"]}, False),
        ({"destinations": ["USA"]}, True),
        ({"destinations": ["VNM"]}, False),
        ({"transits": ["VNM"], "destinations": ["JPN"]}, False),
        ({"destinations": ["USA"], "materials": ["gallium", "antimony"]}, True),
        ({"destinations": ["USA"], "materials": ["antimony"]}, False),
        ({"verdict_from": "not_licensed"}, True),
        ({"verdict_from": "barred"}, False),
    ],
)
def test_all_terms_of_a_watch_hold_together(terms: dict[str, Any], is_met: bool) -> None:
    (voyage,) = voyages([["CHN", "VNM", "USA"]], [(GALLIUM, DAY)])
    assert meets(Listing(**terms), voyage) is is_met


def test_a_watch_on_a_verdict_is_met_by_a_military_user_in_a_third_country() -> None:
    traders = matter_of([], [{"name": "US Army", "role": "end_user"}]).traders
    for known, is_met in (((), False), (traders, True)):
        (voyage,) = voyages([["CHN", "THA"]], [(GALLIUM, DAY)], known)
        assert meets(Listing(verdict_from="barred"), voyage) is is_met


def test_a_single_stop_is_a_destination_and_no_origin_and_an_undecidable_verdict_meets_no_limit() -> None:
    (voyage,) = voyages([["USA"], [], ["USA"]], [])
    assert meets(Listing(destinations=["USA"]), voyage)
    assert not meets(Listing(origins=["USA"]), voyage)
    (voyage,) = voyages([["CHN", "USA"]], [({"hs_code": "8110101000"}, DAY)])
    assert not meets(Listing(verdict_from="suspended"), voyage)


# The entry -----------------------------------------------------------------------------------------------------------
def test_a_file_of_watched_routes_is_read_back_unchanged(cast: Any) -> None:
    typed = write_rows([row(transits=("VNM",), destinations=("USA",), materials=("gallium",), verdict_from="licence")])
    (made,) = keep(cast, *read_rows(typed.replace("USA", "United States")))
    assert (made.transits, made.destinations, made.verdict_from) == (["VNM"], ["USA"], "licence")
    assert read_rows(write_rows([row_of(made)])) == [row_of(made)]
    assert "GACC_RISK" in cast.browser("customs.lead").get("/listings/watch-lists.csv").content.decode()


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"owner": ""}, "owner is empty"),
        ({"owner": "NOWHERE"}, "owner: “NOWHERE” is not on the list"),
        ({"destinations": ()}, "A watched route needs one of"),
        ({"destinations": ("Atlantis",)}, "destinations: “Atlantis” is not on the list"),
        ({"materials": ("butter",)}, "materials: “butter” is not on the list"),
        ({"verdict_from": "cannot_tell"}, "verdict_from: “cannot_tell” is not on the list"),
    ],
)
def test_a_wrong_term_is_named(cast: Any, cells: dict[str, Any], says: str) -> None:
    with pytest.raises(Invalid) as no:
        read_rows(write_rows([row(**{"destinations": ("USA",), **cells})]))
    assert says in no.value.errors[0].detail


def test_a_name_has_no_route(cast: Any) -> None:
    text = write_rows([row(destinations=("USA",))]).replace("route,", "control,", 1)
    with pytest.raises(Invalid) as no:
        read_rows(text)
    assert {one.code for one in no.value.errors} == {"route"}


def test_only_the_agency_of_the_desk_keeps_its_watches(cast: Any) -> None:
    for who in ("customs.officer", "commerce.lead"):
        with pytest.raises(Forbidden):
            keep(cast, row(destinations=("USA",)), by=who)
    (made,) = keep(cast, row(destinations=("USA",)))
    with pytest.raises(TransitionRefused, match="another agency"):
        desks_of([row(owner="MOFCOM_SCB", destinations=("USA",))], actor=cast["commerce.lead"])
    with pytest.raises(Forbidden):
        end_listing(made, actor=cast["commerce.lead"], effective_to=timezone.localdate(), end_document="x", reason="x")
    ended = end_listing(
        made, actor=cast["customs.lead"], effective_to=timezone.localdate(), end_document="指令", reason="结束"
    )
    assert ended.thing.state == "ENDED"


def test_others_do_not_see_the_watch_and_the_centre_does(cast: Any) -> None:
    (made,) = keep(cast, row(destinations=("USA",)))
    for who, status in (("customs.officer", 200), ("centre.coordinator", 200), ("commerce.officer", 404)):
        browser = cast.browser(who)
        assert browser.get(f"/listings/{made.pk}/").status_code == status
        assert browser.get(f"/api/v1/listings/{made.pk}/").status_code == status
        assert ("R-1" in browser.get("/listings/").text) is (status == 200)


def test_a_watch_is_imported_on_its_page(cast: Any) -> None:
    browser, text = cast.browser("customs.lead"), write_rows([row(destinations=("USA",))])
    shown = browser.post("/listings/import/", {"text": text})
    assert "Record these versions" in shown.text
    browser.post("/listings/import/", {"text": text, "go": "1", "seen": shown.context["seen"]})
    page = browser.get(f"/listings/{Listing.objects.get(code='R-1').pk}/").text
    assert "United States" in page
    assert "Desk that gets the work" in page


# Leads ---------------------------------------------------------------------------------------------------------------
def test_a_lead_that_meets_a_watch_is_shown_and_becomes_work_of_its_desk(cast: Any) -> None:
    keep(cast, row(transits=("VNM",), materials=("gallium",)))
    made, other = lead(cast), lead(cast, shipments=[{"route": ["CHN", "THA"]}])
    assert found(screen_lead(made, cast["customs.officer"])) == [("R-1", [["CHN", "VNM", "USA"]])]
    assert screen_lead(other, cast["customs.officer"]) == []
    risk = Agency.objects.get(code="GACC_RISK").pk
    assert WorkItem.objects.get(object_id=made.pk).unit_id == risk
    assert WorkItem.objects.get(object_id=made.pk).priority == 2
    assert WorkItem.objects.get(object_id=other.pk).unit_id is None
    page = cast.browser("customs.officer").get(f"/leads/{made.pk}/").text
    assert "Watched route" in page
    assert "China → Vietnam → United States" in page
    watch = Listing.objects.get(code="R-1")
    assert f"/leads/{made.pk}/" in cast.browser("customs.officer").get(f"/listings/{watch.pk}/").text
    (line,) = cast.browser("customs.officer").get(f"/api/v1/leads/{made.pk}/screening/").json()["listings"]
    assert line["routes"] == [["CHN", "VNM", "USA"]]


def test_a_rule_gives_way_to_the_desk_of_the_watch_and_keeps_its_higher_priority(cast: Any) -> None:
    stories.rule_set(cast, "PUBLISHED", "1,1,GACC,claim,urgent,,lead")
    keep(cast, row(destinations=("USA",)))
    made = lead(cast)
    route_arrivals()
    placed = placements([made], made.agency_id)[made.pk]
    assert (placed.unit.code, placed.get_priority_display) == ("GACC_RISK", "Urgent")
    item = WorkItem.objects.get(object_id=made.pk)
    assert (item.unit_id, item.priority) == (placed.unit.pk, 3)


def test_a_revision_may_meet_a_watch_or_leave_it(cast: Any) -> None:
    keep(cast, row(destinations=("USA",)))
    report = stories.content(**{**TO_USA, "shipments": [{"route": ["CHN", "VNM"]}]})
    actor, agency = cast["customs.officer"], cast.user("customs.officer").agency
    for route, hits in ((["CHN", "VNM"], 0), (["CHN", "USA"], 1), (["CHN", "JPN"], 0)):
        receive_lead({**report, "shipments": [{"route": route}]}, actor=actor, agency=agency)
        assert WatchHit.objects.count() == hits


def test_the_watch_of_another_agency_is_neither_shown_nor_a_reason_of_placement(cast: Any) -> None:
    keep(cast, row(owner="MOFCOM_SCB", destinations=("USA",)), by="commerce.lead")
    made = lead(cast)
    assert screen_lead(made, cast["customs.officer"]) == []
    assert placements([made], made.agency_id) == {}
    assert not WorkItem.objects.filter(agency_id=cast["commerce.officer"].agency_id, object_id=made.pk).exists()
    assert "Watched route" not in cast.browser("customs.officer").get(f"/leads/{made.pk}/").text


def test_an_ended_watch_and_one_that_begins_later_are_met_by_nothing(cast: Any) -> None:
    tomorrow, yesterday = timezone.localdate() + timedelta(days=1), timezone.localdate() - timedelta(days=1)
    later = EntryRow(**{**row("R-2", destinations=("USA",)).__dict__, "effective_from": tomorrow})
    ended = EntryRow(**{**row("R-3", destinations=("USA",)).__dict__, "effective_to": yesterday})
    keep(cast, later, ended)
    made = lead(cast)
    assert not WatchHit.objects.exists()
    assert screen_lead(made, cast["customs.officer"]) == []


# Cases ---------------------------------------------------------------------------------------------------------------
def test_a_shipment_that_meets_a_watch_becomes_one_task_of_its_desk(cast: Any) -> None:
    case = stories.case(cast, shipments=[], items=[GALLIUM])
    keep(cast, row(transits=("VNM",)))
    ship(cast, case)
    assert (watch_shipments(), watch_shipments()) == (1, 0)
    task = Task.objects.get(case=case)
    assert (task.agency.code, task.unit.code, task.state) == ("GACC", "GACC_RISK", "OPEN")
    assert task.label == "Check the route against the watch R-1: By Vietnam"
    assert found(screen_case(case, cast["customs.officer"])) == [("R-1", [["CHN", "VNM", "USA"]])]
    browser = cast.browser("customs.officer", "zh-hans")
    assert "关注航线" in browser.get(f"/cases/{case.pk}/").text
    assert "核查航线是否涉及关注航线R-1：经越南转口" in browser.get("/queues/?queue=unit").text


def test_an_agency_without_the_case_gets_no_task_until_it_is_shared_in_full(cast: Any) -> None:
    case = stories.case(cast, shipments=[], items=[GALLIUM])
    keep(cast, row(owner="MOFCOM_SCB", transits=("VNM",)), by="commerce.lead")
    ship(cast, case)
    assert watch_shipments() == 0
    assert not Task.objects.exists()
    assert not WorkItem.objects.filter(agency_id=cast["commerce.officer"].agency_id).exists()
    page = f"/listings/{Listing.objects.get(code='R-1').pk}/"
    assert case.title not in cast.browser("commerce.officer").get(page).text
    share_case(case, actor=cast["customs.lead"], agency="MOFCOM_SCB", profile="full", reason="joint work")
    assert watch_shipments() == 1
    assert Task.objects.get().agency.code == "MOFCOM_SCB"
    assert case.title in cast.browser("commerce.officer").get(page).text


def test_a_route_put_right_before_the_case_is_shared_gives_no_task(cast: Any) -> None:
    case = stories.case(cast, shipments=[], items=[GALLIUM])
    keep(cast, row(owner="MOFCOM_SCB", transits=("VNM",)), by="commerce.lead")
    ship(cast, case)
    assert (watch_shipments(), WatchHit.objects.count()) == (0, 1)
    case.refresh_from_db()
    right = {"shipment": str(case.shipments.get().pk), "route": "CHN THA USA", "reason": "Read wrongly"}
    perform(RESOURCES["cases"], cast["customs.officer"], case, "change_shipment", right, strict=True)
    share_case(case, actor=cast["customs.lead"], agency="MOFCOM_SCB", profile="full", reason="joint work")
    assert (watch_shipments(), WatchHit.objects.count()) == (0, 0)


def test_a_status_share_is_not_enough(cast: Any) -> None:
    case = stories.shared_case(cast, profile="status", shipments=[], items=[GALLIUM])
    keep(cast, row(owner="MOFCOM_SCB", transits=("VNM",)), by="commerce.lead")
    ship(cast, case)
    assert watch_shipments() == 0


def test_the_desk_that_had_the_lead_gets_no_second_task_for_its_case(cast: Any) -> None:
    keep(cast, row(destinations=("USA",)))
    stories.case(cast, **TO_USA)
    assert WatchHit.objects.filter(kind="lead").count() == 1
    assert watch_shipments() == 0
    assert not Task.objects.exists()
