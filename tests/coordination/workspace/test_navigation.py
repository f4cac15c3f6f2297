"""The five destinations: one row for every role, with everything reachable."""

from coordination.workspace.navigation import ROW, behind_more
from coordination.workspace.pages import pages
from tests import stories

EVERYBODY = (
    *("customs.officer", "customs.lead", "commerce.head", "centre.supervisor", "centre.coordinator", "auditor"),
    *("sysadmin", "secadmin", "customs.admin"),
)


def names(items):
    return [item["name"] for item in items]


def under_more(shown):
    return [item for group in shown["nav_more"] for item in group["entries"]]


def test_no_two_pages_have_a_route_a_place_or_a_key_in_common():
    for shared in ("page", "place", "key"):
        found = [getattr(page, shared) for page in pages()]
        assert len([value for value in found if value]) == len({*found} - {""}), shared


def test_everyone_reaches_their_pages_from_one_row_of_five_and_those_with_cases_from_five_destinations(cast):
    for who in EVERYBODY:
        shown = cast.browser(who).get("/").context
        assert len(shown["nav_row"]) <= ROW, who
        assert names(shown["nav_row"])[0] in ("today", "home"), who
        if who in EVERYBODY[:5]:
            assert names(shown["nav_row"]) == ["today", "work", "matters", "prevention", "supervise"], who
            assert shown["nav_has_more"], who
        else:
            assert names(shown["nav_row"]) == names(shown["nav"])[:ROW], who
            assert not {"work", "matters", "supervise", "queues", "cases"} & set(names(shown["nav_row"])), who
        rest = set(names(shown["nav"])) - set(names(shown["nav_row"]))
        assert rest == {*names(under_more(shown))} - set(names(shown["nav_row"])), who


def test_the_pages_of_a_destination_are_its_tabs(cast):
    browser = cast.browser("customs.lead")
    shown = browser.get("/queues/").context["nav_tabs"]
    assert names(shown) == ["queues", "board", "tasks", "load"]
    assert [item["name"] for item in shown if item["active"]] == ["queues"]
    assert names(browser.get("/leads/").context["nav_tabs"])[:2] == ["cases", "leads"]
    assert browser.get("/").context["nav_tabs"] == []
    assert "approvals" in names(cast.browser("customs.head").get("/queues/").context["nav_tabs"])


def test_more_shows_how_much_waits_under_it(cast):
    case = stories.shared_case(cast)
    stories.note(cast, matter=case, by="commerce.lead")
    shown = cast.browser("commerce.officer").get("/").context
    under = [item for group in shown["nav_more"] if not group["is_narrow"] for item in group["entries"]]
    assert shown["nav_sums"].get("more", "0") == str(sum(item["count"] or 0 for item in under))
    assert behind_more(cast["commerce.officer"], {"notes": 2, "opinion_rounds": 1}) == {"more": "3"}
    assert behind_more(cast["commerce.officer"], {"tasks": 2}) == {}
