"""Saved views: personal ones, those of the agency, pinned by its lead; counted, and never wider than intended."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict
from django.urls import reverse

from agencies.journal.models import Event
from agencies.kernel.errors import Invalid
from agencies.kernel.permissions import CASE_READER
from coordination.lists import saved_view_pages
from coordination.lists.listing import LISTS
from coordination.lists.saved_views.actions import MOST, save_view
from coordination.lists.saved_views.models import DefaultView, SavedView
from tests import stories
from tests.costs import costs_no_more

OFFICER, LEAD, COLLEAGUE = "customs.officer", "customs.lead", "customs.head"


def kept(
    cast: Any, query: str = "state=OPENED", *, by: str = OFFICER, audience: str = "private", name: str = "Mine",
    list_name: str = "cases",
) -> SavedView:  # fmt: skip
    text, chosen = saved_view_pages.read(LISTS[list_name], QueryDict(query), cast[by])
    return save_view(actor=cast[by], list_name=list_name, name=name, query=text, chosen=chosen, audience=audience)


def perform(cast: Any, who: str, view: SavedView, do: str, query: str = "", **given: Any) -> Any:
    view = SavedView.objects.get(pk=view.pk)
    return cast.browser(who).post(
        reverse("saved_view", args=[view.pk]) + query, {"do": do, "version": view.version, **given}
    )


def tabs(cast: Any, who: str, list_name: str = "cases", query: str = "") -> dict[str, int | None]:
    found = saved_view_pages.tabs(LISTS[list_name], cast[who], QueryDict(query))
    return {tab.view.name: tab.choice.count for tab in found}


# Saving --------------------------------------------------------------------------------------------------------------
def test_the_filters_of_a_list_are_kept_under_a_name_in_one_order_and_open_from_its_chip(cast: Any) -> None:
    case = stories.case(cast)
    browser = cast.browser(OFFICER)
    url = reverse("saved_view_new", args=["cases"])
    answer = browser.post(f"{url}?severity=high&state=OPENED&sort=number&after=&state=HANDLING", {
        "name": "Open and grave", "audience": "private", "sheet": "one",
    })  # fmt: skip
    assert answer.status_code == 302
    view = SavedView.objects.get()
    assert view.query == "severity=high&state=HANDLING&state=OPENED&sort=number"
    shown = browser.get(answer.url)
    assert [one.pk for one in shown.context["page"].items] == [case.pk]
    text = shown.content.decode()
    assert "Open and grave <span>1</span>" in " ".join(text.split())
    assert f'href="{reverse("saved_view", args=[view.pk])}?' in text


@pytest.mark.parametrize("query", ["sate=OPENED", "state=NONE", "lead=NOBODY", "sort=colour"])
def test_unsupported_filters_are_refused_and_nothing_is_saved(cast: Any, query: str) -> None:
    answer = cast.browser(OFFICER).post(
        f"{reverse('saved_view_new', args=['cases'])}?{query}", {"name": "x", "audience": "private"}
    )
    assert answer.status_code == 400
    assert not SavedView.objects.exists()


def test_a_name_is_used_once_by_a_person_on_a_list(cast: Any) -> None:
    kept(cast)
    with pytest.raises(Invalid, match="view of this name"):
        kept(cast)
    kept(cast, list_name="tasks", query="mine=1")
    kept(cast, by=LEAD)
    url = reverse("saved_view_new", args=["cases"])
    answer = cast.browser(OFFICER).post(url, {"name": "Mine", "audience": "private"})
    assert answer.status_code == 400
    assert "name" in answer.context["form"].errors


@pytest.mark.slow
def test_the_number_of_views_is_limited(cast: Any) -> None:
    for n in range(MOST):
        kept(cast, name=str(n))
    url = reverse("saved_view_new", args=["cases"])
    answer = cast.browser(OFFICER).post(url, {"name": "one more", "audience": "private"})
    assert "Delete one first." in answer.content.decode()


# Visibility ----------------------------------------------------------------------------------------------------------
def test_personal_views_are_private_and_agency_views_internal(cast: Any) -> None:
    own, agencies = kept(cast, name="Own"), kept(cast, name="Agency", audience="agency")
    assert set(tabs(cast, OFFICER)) == {"Own", "Agency"}
    assert set(tabs(cast, COLLEAGUE)) == {"Agency"}
    for who in ("commerce.officer", "centre.coordinator"):
        assert tabs(cast, who) == {}
        for view in (own, agencies):
            assert cast.browser(who).get(reverse("saved_view", args=[view.pk])).status_code == 404
            assert perform(cast, who, view, "default").status_code == 404


def test_a_view_shows_and_counts_what_each_reader_may_see(cast: Any) -> None:
    stories.task(cast)
    kept(cast, "mine=1", list_name="tasks", name="Mine", audience="agency")
    kept(cast, "open=1", list_name="tasks", name="Open", audience="agency")
    assert tabs(cast, OFFICER, "tasks") == {"Mine": 0, "Open": 1}
    stories.lead(cast, handling_code="H3")
    kept(cast, "handling=H3", list_name="leads", by="centre.coordinator", name="Secret")
    assert tabs(cast, "centre.coordinator", "leads") == {"Secret": 0}


def test_filters_by_code_are_counted_without_looking_each_up(cast: Any) -> None:
    case = stories.shared_case(cast)
    stories.transfer(cast, "DELIVERED", case)
    views = [kept(cast, "open=1", list_name="referrals", name=f"{n}") for n in range(8)]
    with costs_no_more(cast.browser(OFFICER), LISTS["referrals"].url):
        for view in views:
            view.delete()
            kept(cast, "sender=GACC&open=1", list_name="referrals", name=view.name)
    assert set(tabs(cast, OFFICER, "referrals").values()) == {1}


# Changing ------------------------------------------------------------------------------------------------------------
def test_its_owner_renames_it_and_brings_it_up_to_the_present_filters(cast: Any) -> None:
    view = kept(cast)
    assert perform(cast, OFFICER, view, "edit", name="Other", audience="agency").status_code == 302
    assert perform(cast, OFFICER, view, "update", "?state=CLOSED&view=x").status_code == 302
    view.refresh_from_db()
    assert (view.name, view.audience, view.query, view.version) == ("Other", "agency", "state=CLOSED", 3)


def test_a_colleague_uses_the_agencies_view_and_changes_nothing_of_it(cast: Any) -> None:
    view = kept(cast, audience="agency", by=LEAD)
    for do in ("delete", "pin", "update"):
        assert perform(cast, OFFICER, view, do, "?state=CLOSED").status_code == 403, do
    assert perform(cast, OFFICER, view, "edit", name="x", audience="agency").status_code == 403
    text = cast.browser(OFFICER).get(reverse("saved_view", args=[view.pk])).content.decode()
    assert 'value="delete"' not in text
    assert 'value="default"' in text


def test_the_lead_pins_orders_and_deletes_agency_views(cast: Any) -> None:
    first, second = kept(cast, name="B", audience="agency"), kept(cast, name="A", audience="agency")
    own = kept(cast, name="0", by=COLLEAGUE)
    for view in (first, second):
        assert perform(cast, LEAD, view, "pin").status_code == 302
    assert list(tabs(cast, COLLEAGUE)) == ["B", "A", "0"]
    assert perform(cast, LEAD, own, "pin").status_code == 404
    assert perform(cast, LEAD, first, "unpin").status_code == 302
    assert list(tabs(cast, COLLEAGUE)) == ["A", "0", "B"]
    assert perform(cast, LEAD, first, "delete").status_code == 302
    assert list(tabs(cast, COLLEAGUE)) == ["A", "0"]


def test_a_view_withdrawn_from_the_agency_is_unpinned_and_no_default_for_others(cast: Any) -> None:
    view = kept(cast, audience="agency")
    perform(cast, LEAD, view, "pin")
    for who in (OFFICER, COLLEAGUE):
        perform(cast, who, view, "default")
    perform(cast, OFFICER, view, "edit", name="Mine", audience="private")
    view.refresh_from_db()
    assert view.position is None
    assert [one.person for one in DefaultView.objects.all()] == [cast.user(OFFICER)]


def test_a_save_on_an_older_version_shows_both(cast: Any) -> None:
    view = stories.saved_view(cast)
    first, second = cast.browser(OFFICER), cast.browser(OFFICER)
    url = reverse("saved_view", args=[view.pk])
    first.post(url, {"do": "edit", "version": 1, "name": "Theirs", "audience": "private"})
    answer = second.post(url, {"do": "edit", "version": 1, "name": "Mine", "audience": "private"})
    assert answer.status_code == 409
    assert "Theirs" in answer.text
    assert 'value="Mine"' in answer.text
    assert "changed a saved view" in answer.text
    second.post(url, {"do": "edit", "version": 2, "name": "Mine", "audience": "private"})
    view.refresh_from_db()
    assert view.name == "Mine"


def test_an_action_on_an_older_version_is_refused(cast: Any) -> None:
    view = kept(cast)
    url = reverse("saved_view", args=[view.pk])
    perform(cast, OFFICER, view, "edit", name="Other", audience="private")
    stale = cast.browser(OFFICER).post(url, {"do": "delete", "version": 1})
    assert stale.status_code == 409
    assert SavedView.objects.exists()


@pytest.mark.parametrize("do", ["", "burn"])
def test_a_button_that_is_none_is_refused(cast: Any, do: str) -> None:
    assert perform(cast, OFFICER, kept(cast), do).status_code == 400


def test_the_journal_records_actions_without_names_or_values(cast: Any) -> None:
    view = kept(cast, name="Secret words", audience="agency")
    perform(cast, OFFICER, view, "edit", name="Other words", audience="agency")
    perform(cast, LEAD, view, "pin")
    perform(cast, OFFICER, view, "delete")
    events = Event.objects.filter(object_kind="saved_view").order_by("pk")
    assert [event.verb for event in events] == ["save_view", "edit_view", "pin_view", "delete_view"]
    assert {event.visibility for event in events} == {"own"}
    assert not any("words" in event.body or event.note.data for event in events)


# Default view --------------------------------------------------------------------------------------------------------
def test_the_navigation_opens_the_default_view_and_explicit_addresses_win(cast: Any) -> None:
    view = kept(cast)
    perform(cast, OFFICER, view, "default")
    browser = cast.browser(OFFICER)
    page = browser.get("/cases/")
    assert page.context["chosen"] == []
    nav = {item["name"]: item["url"] for item in page.context["nav"]}
    assert nav["cases"] == "/lists/cases/"
    went_to = urlsplit(browser.get(nav["cases"]).url)
    assert (went_to.path, parse_qs(went_to.query)) == ("/cases/", {"state": ["OPENED"], "view": [str(view.pk)]})
    perform(cast, OFFICER, view, "everything")
    assert browser.get("/lists/cases/").url == "/cases/"
    assert {item["name"]: item["url"] for item in browser.get("/cases/").context["nav"]}["cases"] == "/cases/"


def test_a_view_no_longer_in_sight_opens_the_whole_list(cast: Any) -> None:
    view = kept(cast, audience="agency")
    perform(cast, COLLEAGUE, view, "default")
    SavedView.objects.filter(pk=view.pk).update(audience="private")
    assert cast.browser(COLLEAGUE).get("/lists/cases/").url == "/cases/"


# Unsupported filters -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("query", ["sate=OPENED", "state=NONE", "lead=GACC"])
def test_an_unsupported_view_is_explained_instead_of_opened(cast: Any, query: str) -> None:
    """If opened, it would show more than intended."""
    view = kept(cast)
    SavedView.objects.filter(pk=view.pk).update(query=query, chosen={})
    perform(cast, OFFICER, view, "default")
    assert tabs(cast, OFFICER) == {"Mine": None}
    page = reverse("saved_view", args=[view.pk])
    assert f'href="{page}"' in cast.browser(OFFICER).get("/cases/").content.decode()
    assert cast.browser(OFFICER).get("/lists/cases/").url == page
    text = cast.browser(OFFICER).get(page).content.decode()
    assert "no longer matches the list" in text
    assert perform(cast, OFFICER, view, "delete").status_code == 302


# Costs ---------------------------------------------------------------------------------------------------------------
@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(name for name, one in LISTS.items() if one.of.permission is CASE_READER))
def test_views_that_a_list_does_not_show_cost_nothing(cast: Any, name: str) -> None:
    case = stories.shared_case(cast)
    stories.lead(cast)
    stories.task(cast, matter=case)
    stories.transfer(cast, "DELIVERED", case)
    for n in range(saved_view_pages.SHOWN):
        kept(cast, "", by=OFFICER, list_name=name, name=f"{n}")
    browser = cast.browser(OFFICER)
    with costs_no_more(browser, LISTS[name].url):
        for n in range(8):
            kept(cast, "", by=OFFICER, list_name=name, name=f"more {n}")
    shown = browser.get(LISTS[name].url)
    assert str(shown.content.decode()).count("view=") >= saved_view_pages.SHOWN


def test_a_view_has_a_name_in_each_language(cast):
    url = reverse("saved_view_new", args=["cases"])
    sent = {"name": "高风险在办案件", "name_en": "Grave open cases", "audience": "agency"}
    assert cast.browser(OFFICER).post(f"{url}?severity=critical", sent).status_code == 302
    view = SavedView.objects.get()
    for path in ("/cases/", "/saved-views/", f"/saved-views/{view.pk}/"):
        assert "Grave open cases" in cast.browser(OFFICER).get(path).text, path
        chinese = cast.browser(OFFICER, "zh-hans").get(path).text
        assert "高风险在办案件" in chinese, path
    assert "Grave open cases" not in cast.browser(OFFICER, "zh-hans").get("/cases/").text
    edited = {"do": "edit", "version": "1", "name": "高风险在办案件", "name_en": "", "audience": "agency"}
    cast.browser(OFFICER).post(f"/saved-views/{view.pk}/", edited)
    assert "高风险在办案件" in cast.browser(OFFICER).get("/cases/").text
