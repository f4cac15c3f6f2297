"""Where letters to exporters appear: queues, board, search, handover, figures, reminders, the daily brief."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.work.rebuilding import rebuild
from coordination.exchange.reminders.late import late_items
from coordination.insight.metrics.asking import Question, ask_many
from coordination.insight.metrics.following import follow
from coordination.insight.search.actions import index_changed
from coordination.prevention.warnings.models import ExporterLetter
from coordination.workspace.reassignment import hand_over_all
from tests import stories
from tests.stories.exporter_letters import LEAD, OFFICER, answered

TITLE = "Rules for antimony"


def figure(cast, key, who=OFFICER):
    today = timezone.localdate()
    follow()
    [answer] = ask_many(cast[who], [Question(key, today, today)])
    return answer.total.value


@pytest.mark.slow
def test_in_the_queues_on_home_and_on_the_board(cast):
    stories.exporter_letter(cast, "READ")
    browser = cast.browser(LEAD)
    assert TITLE in browser.get("/").text
    assert TITLE in browser.get("/queues/").text
    assert TITLE in browser.get("/board/", {"resource": "exporter-letters"}).text
    assert TITLE not in cast.browser("customs.lead").get("/queues/").text


def test_found_by_its_own_agency_and_the_remark_by_no_other(cast):
    page = f"/exporter-letters/{stories.exporter_letter(cast, 'SENT').pk}/"
    index_changed()
    for who, asked, finds in (
        (OFFICER, TITLE, True),
        (OFFICER, "Ask Lin", True),
        ("centre.supervisor", TITLE, True),
        ("centre.supervisor", "Ask Lin", False),
        ("customs.officer", TITLE, False),
    ):
        assert (page in cast.browser(who).get("/search/", {"q": asked}).text) == finds, (who, asked)


def test_handed_over_to_a_colleague(cast):
    letter = stories.exporter_letter(cast)
    colleague = cast.user(LEAD)
    hand_over_all(cast.user(OFFICER), actor=cast[LEAD], to=colleague, reason="moves")
    letter.refresh_from_db()
    assert letter.handler == colleague


def test_figures_of_letters_sent_answered_and_in_time(cast):
    about = stories.exporter(cast)
    due = timezone.now() + timedelta(days=9)
    in_time = stories.exporter_letter(cast, "READ", "warning", about)
    stories.walk(cast, in_time, [("send", LEAD, {"due_at": due})])
    stories.walk(cast, in_time, [("answer", OFFICER, answered())])
    stories.exporter_letter(cast, "SENT", "guidance", about)
    assert figure(cast, "letters_sent") == 2
    assert figure(cast, "letters_answered") == 1
    assert figure(cast, "letters_in_time") == 1
    assert figure(cast, "letters_sent", "customs.officer") in (0, None)


@pytest.mark.slow
def test_the_median_of_the_days_until_release(cast):
    stories.release(cast, "RELEASED")
    assert figure(cast, "release_days") == 0


def test_a_late_answer_is_among_what_is_late(cast):
    letter = stories.exporter_letter(cast, "SERVED")
    ExporterLetter.objects.filter(pk=letter.pk).update(due_at=timezone.now() - timedelta(days=1))
    list(rebuild("letter"))
    found = {row.pk for rows in late_items(cast[OFFICER]) for row in rows}
    assert letter.pk in found
    assert TITLE in cast.browser(OFFICER).get("/queues/", {"queue": "overdue"}).text


def test_the_brief_names_what_was_sent(cast):
    stories.exporter_letter(cast, "SENT")
    assert TITLE in cast.browser("centre.supervisor").get("/one-page/list/", {"what": "new-exporter-letters"}).text
