"""The time line of a case: acts of persons, deadlines ahead, folded lines of the system, and filters in the address."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agencies.journal.actions import Action, Audience, record_event
from agencies.kernel.actor import SYSTEM
from agencies.kernel.work import atomic
from cases.casefile.actions import stream_of
from cases.casefile.models import Case
from cases.clocks.models import Clock
from coordination.workspace.case_page import CasePage
from coordination.workspace.case_timeline import timeline_of
from tests import stories

OFFICER = "customs.officer"


def line_of(cast, who, case, **params):
    return timeline_of(CasePage(Case.objects.get(pk=case.pk), cast[who], params))


def of_the_system(case, many):
    with atomic():
        for _ in range(many):
            record_event(
                stream_of(case.pk), actor=SYSTEM, action=Action("near", "case", case.pk), audience=Audience("case")
            )


def text_of(cast, who, case, **params):
    answer = cast.browser(who).get(reverse("case", args=[case.pk]), {"tab": "timeline", **params})
    assert answer.status_code == 200
    return answer.content.decode()


def test_neighbouring_lines_of_the_system_are_one_line_that_opens_without_a_script(cast):
    case = stories.case(cast)
    of_the_system(case, 3)
    newest = line_of(cast, OFFICER, case).past[0]
    assert len(newest.folded) == 3
    text = text_of(cast, OFFICER, case)
    assert "3 system entries</summary>" in text
    assert text.count("a deadline is near") == 3


@pytest.mark.slow
def test_deadlines_ahead_stand_above_now_and_late_ones_among_the_acts(cast):
    case = stories.case(cast)
    inside = stories.proceeding(cast, "INVESTIGATE", case)
    line = line_of(cast, OFFICER, case)
    assert line.ahead
    assert all(part.at > line.now for part in line.ahead)
    assert [part.at for part in line.ahead] == sorted((part.at for part in line.ahead), reverse=True)
    past = timezone.now() - timedelta(hours=1)
    Clock.objects.about(inside).running().update(due_at=past, breach_at=past)
    line = line_of(cast, OFFICER, case)
    assert not line.ahead
    assert past in [part.at for part in line.past if part.clock]
    assert "cv-timeline-overdue" in text_of(cast, OFFICER, case)


def test_a_strand_shows_its_own_acts_and_deadlines(cast):
    case = stories.case(cast)
    first, second = stories.proceeding(cast, "INVESTIGATE", case), stories.transfer(cast, "HEAD_DECISION", case)
    for strand in (first, second):
        line = line_of(cast, OFFICER, case, strand=str(strand.pk))
        assert line.past
        assert {part.clock.subject_id for part in line.ahead if part.clock} <= {strand.pk}
        assert {
            one.entry.event.object_id for one in line.past if one.entry and one.entry.event.actor_kind == "user"
        } == {strand.pk}
        assert [choice.active for choice in line.strands].count(True) == 1


def test_the_kind_of_entry_is_chosen_in_the_address(cast):
    case = stories.case(cast)
    of_the_system(case, 2)
    stories.proceeding(cast, "INVESTIGATE", case)
    persons, system, deadlines = (
        line_of(cast, OFFICER, case, kind=kind) for kind in ("persons", "system", "deadlines")
    )
    assert {part.entry.event.actor_kind for part in persons.past} == {"user"}
    assert not persons.ahead
    assert {part.entry.event.actor_kind for part in system.past} == {"system"}
    assert deadlines.ahead
    assert all(part.clock or part.entry.event.object_kind == "clock" for part in deadlines.past)


def test_a_strand_that_the_reader_does_not_see_is_no_filter(cast):
    case = stories.shared_case(cast)
    hidden = stories.transfer(cast, "HEAD_DECISION", case)  # commerce does not see the draft
    line = line_of(cast, "commerce.officer", case, strand=str(hidden.pk))
    assert line.strands == [] or all(str(hidden.pk) not in choice.url for choice in line.strands)
    assert hidden.pk not in {part.entry.event.object_id for part in line.past if part.entry}
    assert (
        f'&amp;strand={hidden.pk}"'
        not in text_of(cast, "commerce.officer", case, strand=str(hidden.pk)).split("cv-chips", 1)[1]
    )


def test_unknown_filters_show_everything(cast):
    case = stories.case(cast)
    whole = line_of(cast, OFFICER, case)
    strange = line_of(cast, OFFICER, case, strand="x", kind="y")
    assert len(strange.past) == len(whole.past)


def test_later_pages_have_no_deadlines_ahead_and_miss_no_act(cast):
    case = stories.case(cast)
    stories.proceeding(cast, "INVESTIGATE", case)
    of_the_system(case, 60)
    first = line_of(cast, OFFICER, case)
    later = line_of(cast, OFFICER, case, after=first.page.next)
    assert first.is_first
    assert not later.is_first
    assert not later.ahead
    shown = {event.pk for page in (first.page, later.page) for event in page.items}
    assert len(shown) == len(first.page.items) + len(later.page.items)


@pytest.mark.slow
def test_the_queries_do_not_grow_with_the_entries(cast):
    case = stories.case(cast)
    inside = stories.proceeding(cast, "INVESTIGATE", case)
    costs = []
    browser = cast.browser(OFFICER)
    for more in (1, 30):
        of_the_system(case, more)
        for params in ({}, {"strand": str(inside.pk)}):
            with CaptureQueriesContext(connection) as queries:
                browser.get(reverse("case", args=[case.pk]), {"tab": "timeline", **params})
            costs.append(len(queries))
    assert costs[:2] == costs[2:]
    assert max(costs) <= 35
