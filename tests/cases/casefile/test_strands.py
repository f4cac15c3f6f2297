"""The strands of a case and the next step: above the tabs, the reader's own first, and never empty."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.organisations.models import Agency
from cases.casefile.models import Case
from cases.clocks.models import Clock, PeriodRule
from coordination.workspace.case_page import CasePage
from tests import stories

OFFICER = "customs.officer"


def strands(cast, who, case):
    return CasePage(case, cast[who], {}).strands


def text_of(cast, who, case, language="en"):
    answer = cast.browser(who, language).get(reverse("case", args=[case.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def ready(cast, who, case):
    """The panel of the next step."""
    return text_of(cast, who, case).split("cv-panel-next")[1].split("</section>")[0]


@pytest.mark.slow
def test_open_strands_are_listed_the_own_ones_first_by_what_ends_first(cast):
    case = stories.shared_case(cast)
    proceeding = stories.proceeding(cast, "INVESTIGATE", case)
    approved, delivered = (stories.transfer(cast, state, case) for state in ("APPROVED", "DELIVERED"))
    ended = stories.transfer(cast, "REFUSED_INTERNAL", case)
    assert [row.thing for row in strands(cast, OFFICER, case)] == [approved, proceeding, delivered]
    assert [row.thing for row in CasePage(case, cast[OFFICER], {}).ended] == [ended]


def test_each_strand_links_to_its_period_names_phone_and_says_what_is_provisional_or_paused(cast):
    case = stories.case(cast)
    inside = stories.proceeding(cast, "INVESTIGATE", case)
    text, person = text_of(cast, OFFICER, case), cast.user(OFFICER)
    clock = Clock.objects.about(inside).running().first()
    assert reverse("clock", args=[clock.pk]) in text
    assert all(words in text for words in (person.phone, person.desk_en, clock.rule.name_en))
    Clock.objects.about(inside).update(provisional=True)
    assert "provisional" in text_of(cast, OFFICER, case)
    Clock.objects.about(inside).update(state="PAUSED", due_at=None, breach_at=None)
    assert "Paused" in text_of(cast, OFFICER, case).split("cv-tabs")[0]


def test_a_right_of_a_party_is_no_deadline_of_a_strand(cast):
    case = stories.case(cast)
    inside = stories.proceeding(cast, "INVESTIGATE", case)
    soon = timezone.now() + timedelta(days=1)
    rule = PeriodRule.objects.get(code="ADM_PAY")
    Clock.objects.about(inside).update(rule=rule, rule_kind="right", due_at=soon, breach_at=soon)
    [row] = strands(cast, OFFICER, case)
    assert row.pressing is None


def test_strands_between_two_agencies_are_shown_to_them_only(cast):
    case = stories.shared_case(cast)
    stories.transfer(cast, "ACCEPTED", case)
    assert strands(cast, OFFICER, case)
    assert strands(cast, "commerce.officer", case) == []


@pytest.mark.slow
@pytest.mark.parametrize("who", [OFFICER, "commerce.officer"])
def test_opening_a_proceeding_is_the_next_action_only_while_none_is_open(cast, who):
    case = stories.shared_case(cast)
    assert "Open a proceeding" in ready(cast, who, case)
    stories.proceeding(cast, "FILED_ADM", case)
    assert "Open a proceeding" not in ready(cast, who, case)
    assert "Open a proceeding" in text_of(cast, who, case)


def test_the_next_action_is_the_readers_own_step_with_its_reason(cast):
    case = stories.case(cast)
    stories.proceeding(cast, "FILED_ADM", case)
    assert "Start the investigation: Administrative (customs)" in ready(cast, OFFICER, case)


def test_what_is_recorded_for_an_agency_without_a_sign_in_says_so(cast):
    case = stories.case(cast)
    stories.proceeding(cast, "INVESTIGATE", case)
    letter = stories.assistance(cast, "SENT", matter=case)
    Agency.objects.filter(code="MOFCOM_SCB").update(signs_in=False)
    panel = ready(cast, OFFICER, case)
    assert f"/referrals/{letter.pk}/do/accept/" in panel
    assert "does not sign in. Record its step from its paper:" in panel


@pytest.mark.parametrize(
    "state",
    [
        *("HEAD_DECISION", "ACCEPTED"),
        *(pytest.param(one, marks=pytest.mark.slow) for one in ("DRAFT_REPORT", "APPROVED", "DELIVERED", "NOT_FILED")),
    ],
)
def test_while_a_transfer_is_open_every_side_reads_what_comes_next(cast, state):
    case = stories.shared_case(cast)
    stories.transfer(cast, state, case)
    for who in (OFFICER, "customs.lead", "customs.head"):
        assert "Nothing is open on this case" not in ready(cast, who, case), who


def test_a_chinese_title_on_an_english_page_says_its_language(cast):
    case = stories.case(cast, title="锑锭伪报案")
    assert '<span lang="zh-Hans">锑锭伪报案</span>' in text_of(cast, OFFICER, case)
    assert 'lang="zh-Hans">锑锭伪报案' not in text_of(cast, OFFICER, case, "zh-hans")
    english = Case.objects.get(pk=stories.case(cast, title="Antimony declared as zinc").pk)
    assert '<span lang="en">Antimony declared as zinc</span>' in text_of(cast, OFFICER, english, "zh-hans")
