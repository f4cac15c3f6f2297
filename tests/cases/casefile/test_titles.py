"""The two titles of a case: readers in English read the second one, and papers print the first."""

import re

import pytest
from django.utils import translation

from agencies.kernel.resource import RESOURCES
from cases.casefile.models import Case
from cases.sharing.actions import share_case
from coordination.actions.performing import perform
from coordination.insight.search.actions import index_changed
from tests import stories

CHINESE, ENGLISH = "锑锭伪报出口案", "Antimony under a false name"
OFFICER = "customs.officer"


@pytest.fixture
def case(cast):
    lead = stories.lead(cast)
    values = {"title": CHINESE, "title_en": ENGLISH, "handling": "H1"}
    return perform(RESOURCES["leads"], cast[OFFICER], lead, "promote", values).thing.case


def page(cast, path, language):
    return re.sub("</?mark>", "", cast.browser(OFFICER, language).get(path).content.decode())


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/cases/", "/search/?q={number_part}", "/cases/{pk}/brief/", "/cases/{pk}/report/"])
def test_a_page_names_the_case_in_the_readers_language(cast, case, path):
    index_changed()
    address = path.format(pk=case.pk, number_part="锑锭伪报")
    assert ENGLISH in page(cast, address, "en")
    assert CHINESE in page(cast, address, "zh-hans")


@pytest.mark.slow
def test_a_task_names_its_case_in_the_readers_language(cast, case):
    share_case(case, actor=cast["customs.lead"], agency="MOFCOM_SCB", profile="full", reason="joint work")
    task = stories.task(cast, matter=case)
    for path in (f"/tasks/{task.pk}/", "/tasks/", f"/cases/{case.pk}/?tab=tasks"):
        assert ENGLISH in page(cast, path, "en"), path
    assert CHINESE not in page(cast, "/tasks/", "en")
    assert CHINESE in page(cast, "/tasks/", "zh-hans")


def test_a_case_without_an_english_title_has_one_title_for_all(cast):
    plain = stories.case(cast, title=CHINESE)
    assert CHINESE in page(cast, f"/cases/{plain.pk}/", "en")


@pytest.mark.slow
def test_search_finds_a_case_by_either_title_in_either_language(cast, case):
    index_changed()
    for language, title in (("en", ENGLISH), ("zh-hans", CHINESE)):
        for typed in (CHINESE, ENGLISH):
            shown = page(cast, f"/search/?q={typed}", language)
            assert f"/cases/{case.pk}/" in shown, (language, typed)
            assert title in shown, (language, typed)


def test_the_api_gives_both_titles(cast, case):
    browser = cast.browser(OFFICER)
    row = browser.get("/api/v1/cases/").json()["results"][0]
    detail = browser.get(f"/api/v1/cases/{case.pk}/").json()
    assert (row["title"], row["title_en"]) == (detail["title"], detail["title_en"]) == (CHINESE, ENGLISH)


def test_both_titles_are_edited_together_and_the_second_may_be_emptied(cast, case):
    given = {"title": "另一案", "title_en": "", "severity": "low", "handling": "H1"}
    perform(RESOURCES["cases"], cast[OFFICER], case, "classify", given)
    kept = Case.objects.get(pk=case.pk)
    assert (kept.title, kept.title_en) == ("另一案", "")
    with translation.override("en"):
        assert kept.label == "另一案"
