"""The second level: one row for every role, with everything reachable."""

import pytest

from coordination.workspace.navigation import FIRST, GROUPS, ITEMS, NARROW, ROW, behind_more
from tests import stories

EVERYBODY = ("customs.officer", "customs.lead", "commerce.head", "centre.supervisor", "auditor", "sysadmin")


def names(items):
    return [item["name"] for item in items]


def test_every_page_of_the_navigation_has_a_place():
    grouped = [name for _label, inside in GROUPS for name in inside]
    assert len(grouped) == len(set(grouped))
    assert {name for name, _label, _policy in ITEMS} == {"home", *grouped}
    assert set(FIRST) <= {name for name, _label, _policy in ITEMS}


@pytest.mark.parametrize("who", EVERYBODY)
def test_permitted_pages_are_in_the_row_or_under_more(cast, who):
    shown = cast.browser(who).get("/").context
    more = [item for group in shown["nav_more"] for item in group["entries"]]
    assert len(shown["nav_row"]) <= ROW
    assert names(shown["nav_row"])[0] == "home"
    assert {*names(shown["nav_row"]), *names(more)} == set(names(shown["nav"]))
    # A telephone shows the first items of the row, and repeats the others under "More".
    assert {*names(shown["nav_row"][:NARROW]), *names(more)} == set(names(shown["nav"]))


def test_with_few_pages_there_is_no_more_menu_on_wide_pages(cast):
    assert not cast.browser("sysadmin").get("/").context["nav_has_more"]
    assert cast.browser("customs.lead").get("/").context["nav_has_more"]


def test_more_shows_how_much_waits_under_it(cast):
    case = stories.shared_case(cast)
    stories.note(cast, matter=case, by="commerce.lead")
    shown = cast.browser("commerce.officer").get("/").context
    counts = {item["name"]: item["count"] or 0 for item in shown["nav"]}
    under = [item["name"] for item in shown["nav"] if item["place"] == "more"]
    assert shown["nav_sums"].get("more", "0") == str(sum(counts[name] for name in under))
    assert behind_more(cast["commerce.officer"], {"notes": 2, "opinion_rounds": 1}) == {"more": "3", "more_narrow": "3"}
    assert behind_more(cast["commerce.officer"], {"tasks": 2}) == {"more_narrow": "2"}
    assert behind_more(cast["commerce.officer"], {}) == {}
