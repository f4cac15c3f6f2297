"""A fact of a case is corrected in its place, one field at a time, and taken back within a minute."""

import re

import pytest
from django.urls import reverse

from agencies.confirmations.models import Confirmation
from tests import stories

OFFICER = "customs.officer"
TOKEN = re.compile(r'name="token" value="([^"]+)"')


def page_of(cast, case, who=OFFICER, **query):
    return cast.browser(who).get(reverse("case", args=[case.pk]), query).text


def form_of(text):
    """The address of the form in the place of a fact, and its fields."""
    form = text.split("cv-fact-form")[1].split("</form>")[0]
    action = re.search(r'action="([^"]+)"', form)[1].replace("&amp;", "&")
    return action, dict(re.findall(r'name="(version|item)" value="([^"]+)"', form)), form


@pytest.mark.slow
def test_one_field_opens_in_its_place_and_is_taken_back(cast):
    case = stories.case(cast)
    item = case.items.get()
    was, browser = item.net_weight_kg, cast.browser(OFFICER)
    place = f"item-{item.pk}-net_weight_kg"
    assert f'href="?edit={place}#{place}"' in page_of(cast, case)
    url, given, form = form_of(page_of(cast, case, edit=place))
    assert 'name="net_weight_kg"' in form
    assert 'name="description"' not in form

    answer = browser.post(url, {**given, "net_weight_kg": "4.9 t", "reason": "Weighed again"}, follow=True)
    item.refresh_from_db()
    assert (item.net_weight_kg, item.description) == (4900, case.items.get().description)
    token = TOKEN.search(answer.text)[1]
    assert "Undone." in browser.post(reverse("undo"), {"token": token}, follow=True).text
    item.refresh_from_db()
    assert item.net_weight_kg == was


def test_a_refused_answer_is_asked_again_for_this_field_alone(cast):
    case = stories.case(cast)
    item = case.items.get()
    url, given, _form = form_of(page_of(cast, case, edit=f"item-{item.pk}-net_weight_kg"))
    answer = cast.browser(OFFICER).post(url, {**given, "net_weight_kg": "heavy", "reason": "Weighed again"})
    assert answer.status_code == 400
    assert set(answer.context["form"].fields) == {"item", "net_weight_kg", "reason", "version"}


def test_a_second_person_confirms_where_something_rests_on_the_fact(cast):
    case = stories.case(cast)
    stories.transfer(cast, "DELIVERED", case)
    item = case.items.get()
    url, given, _form = form_of(page_of(cast, case, edit=f"item-{item.pk}-net_weight_kg"))
    cast.browser(OFFICER).post(url, {**given, "net_weight_kg": "4900", "reason": "Weighed again"})
    assert Confirmation.objects.get().answers["net_weight_kg"] == "4900"
    item.refresh_from_db()
    assert item.net_weight_kg != 4900


def test_a_reader_who_may_not_correct_sees_no_pencil(cast):
    case = stories.shared_case(cast)
    place = f"item-{case.items.get().pk}-net_weight_kg"
    assert "?edit=" not in page_of(cast, case, "centre.supervisor")
    assert "cv-fact-form" not in page_of(cast, case, "centre.supervisor", edit=place)
