"""The strip of a case page: open work, soonest first, with the responsible agency, and the next action."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.casefile.models import Case
from cases.clocks.models import Clock, PeriodRule
from coordination.workspace.case_page import CasePage
from tests import stories

OFFICER = "customs.officer"


def strip(cast, who, case):
    return CasePage(case, cast[who], {}).strip


def text_of(cast, who, case, language="en"):
    answer = cast.browser(who, language).get(reverse("case", args=[case.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def ready(cast, who, case):
    """The panel of the next action, without its folded part."""
    panel = text_of(cast, who, case).split("cv-panel-next")[1]
    return panel.split("<summary>")[0]


def test_the_strip_lists_everything_open_soonest_first(cast):
    case = stories.case(cast)
    stories.proceeding(cast, "INVESTIGATE", case)
    stories.transfer(cast, "HEAD_DECISION", case)
    shown = strip(cast, OFFICER, case)
    running = Clock.objects.filter(case=case).running()
    assert {one.clock.pk for one in shown} == set(running.values_list("pk", flat=True))
    dues = [one.clock.due_at for one in shown if one.clock.due_at]
    assert dues == sorted(dues)


def test_each_entry_links_to_its_clock_names_desk_and_phone_and_says_what_is_provisional_or_paused(cast):
    case = stories.case(cast)
    inside = stories.proceeding(cast, "INVESTIGATE", case)
    text, person = text_of(cast, OFFICER, case), cast.user(OFFICER)
    clock = Clock.objects.about(inside).running().first()
    assert reverse("clock", args=[clock.pk]) in text
    assert all(words in text for words in (person.phone, person.desk_en, clock.rule.name_en))
    Clock.objects.about(inside).update(provisional=True)
    assert "provisional" in text_of(cast, OFFICER, case)
    Clock.objects.about(inside).update(state="PAUSED", due_at=None, breach_at=None)
    assert "Paused" in text_of(cast, OFFICER, case).split("Responsible")[0]


def test_a_lapsed_right_is_not_on_the_strip(cast):
    case = stories.case(cast)
    inside = stories.proceeding(cast, "INVESTIGATE", case)
    past = timezone.now() - timedelta(days=1)
    Clock.objects.about(inside).update(
        rule=PeriodRule.objects.get(code="ADM_PAY"),
        rule_kind="right",
        started_at=past - timedelta(days=9),
        due_at=past,
        breach_at=past,
    )
    assert strip(cast, OFFICER, case) == []


def test_periods_between_two_agencies_are_on_their_strips_only(cast):
    case = stories.shared_case(cast)
    stories.transfer(cast, "ACCEPTED", case)
    assert strip(cast, OFFICER, case)
    assert strip(cast, "commerce.officer", case) == []


@pytest.mark.parametrize("who", [OFFICER, "commerce.officer"])
def test_opening_a_proceeding_is_the_next_action_only_while_none_is_open(cast, who):
    case = stories.shared_case(cast)
    assert "Open a proceeding" in ready(cast, who, case)
    stories.proceeding(cast, "FILED_ADM", case)
    assert "Open a proceeding" not in ready(cast, who, case)
    assert "Open a proceeding" in text_of(cast, who, case)


def test_the_next_action_is_the_readers_own_step(cast):
    case = stories.case(cast)
    stories.proceeding(cast, "FILED_ADM", case)
    assert "Start the investigation: Administrative (customs)" in ready(cast, OFFICER, case)


def test_a_chinese_title_on_an_english_page_says_its_language(cast):
    case = stories.case(cast, title="锑锭伪报案")
    assert '<span lang="zh-Hans">锑锭伪报案</span>' in text_of(cast, OFFICER, case)
    assert 'lang="zh-Hans">锑锭伪报案' not in text_of(cast, OFFICER, case, "zh-hans")
    english = Case.objects.get(pk=stories.case(cast, title="Antimony declared as zinc").pk)
    assert '<span lang="en">Antimony declared as zinc</span>' in text_of(cast, OFFICER, english, "zh-hans")
