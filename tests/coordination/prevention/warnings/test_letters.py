"""An agency writes to an exporter: a second person reads the letter, the lead sends it, the answer is followed up."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from agencies.journal.models import Event
from agencies.kernel.errors import Forbidden
from coordination.prevention.warnings.actions import ACTIONS, BEGINS
from coordination.prevention.warnings.models import ExporterLetter
from tests import stories
from tests.refusals import invalid_at, refused_for
from tests.stories.exporter_letters import HEAD, LEAD, OFFICER, answered, service


def state_of(letter):
    return ExporterLetter.objects.get(pk=letter.pk).state


def test_an_officer_begins_guidance_on_the_page_of_the_exporter(cast):
    exporter = stories.exporter(cast)
    browser = cast.browser(OFFICER)
    assert "Write a warning letter" in browser.get(f"/exporters/{exporter.pk}/").text
    answer = browser.post(
        f"/exporters/{exporter.pk}/do/write_guidance/",
        {"title": "Rules for antimony", "text": "Antimony needs a licence.", "version": exporter.version},
    )
    letter = ExporterLetter.objects.get()
    assert answer["Location"] == f"/exporter-letters/{letter.pk}/"
    assert (letter.kind, letter.state, letter.handler.username) == ("guidance", "DRAFT", OFFICER)
    assert "Rules for antimony" in browser.get("/exporter-letters/").text


def test_other_agencies_write_guidance_but_no_warning(cast):
    exporter = stories.exporter(cast, by="customs.officer")
    given = {"title": "Rules", "text": "Antimony needs a licence."}
    assert BEGINS["write_guidance"](exporter, actor=cast["customs.officer"], **given).agency.code == "GACC"
    for verb in ("write_warning", "write_suspension"):
        with pytest.raises(Forbidden):
            BEGINS[verb](exporter, actor=cast["customs.head"], **given)


def test_the_author_does_not_confirm_and_another_person_may(cast):
    letter = stories.exporter_letter(cast, "REVIEW")
    with refused_for("own"):
        ACTIONS["confirm"](letter, actor=cast[OFFICER])
    ACTIONS["confirm"](letter, actor=cast[LEAD])
    assert state_of(letter) == "READ"


def test_a_returned_letter_says_why_until_it_is_submitted_again(cast):
    letter = stories.exporter_letter(cast, "REVIEW")
    stories.walk(cast, letter, [("return", LEAD, {"reason": "Names the informant"})])
    page = cast.browser(OFFICER).get(f"/exporter-letters/{letter.pk}/").text
    assert "Names the informant" in page
    stories.walk(cast, letter, [("edit", OFFICER, {"title": "Rules", "text": "Antimony."}), ("finish", OFFICER, {})])
    assert letter.to_revise == ""


def test_the_lead_sends_letters_with_numbers_in_a_row_and_the_officer_does_not(cast):
    exporter = stories.exporter(cast)
    letters = [stories.exporter_letter(cast, "READ", about=exporter) for _ in range(2)]
    with pytest.raises(Forbidden):
        ACTIONS["send"](letters[0], actor=cast[OFFICER])
    for letter in letters:
        stories.walk(cast, letter, [("send", LEAD, {})])
    year = timezone.localdate().year
    assert [letter.number for letter in letters] == [f"商安控合规〔{year}〕{n}号" for n in (1, 2)]


def test_a_warning_letter_runs_to_its_end(cast):
    due = timezone.now() + timedelta(days=10)
    letter = stories.exporter_letter(cast, "READ", "warning")
    steps = [
        ("send", LEAD, {"due_at": due}),
        ("serve", OFFICER, service()),
        ("answer", OFFICER, answered()),
        ("close", OFFICER, {"follow_up": "inspection"}),
    ]
    stories.walk(cast, letter, steps)
    assert (letter.state, letter.follow_up, letter.due_at) == ("CLOSED", "inspection", due)
    page = cast.browser(OFFICER).get(f"/exporter-letters/{letter.pk}/").text
    for shown in ("EMS 1234", "We have set up internal control.", letter.number, "Inspection"):
        assert shown in page


def test_the_responsible_person_issues_a_suspension_notice(cast):
    letter = stories.exporter_letter(cast, "AT_OFFICE", "suspension")
    assert "Rules for antimony" in cast.browser(HEAD).get("/approvals/").text
    with pytest.raises(Forbidden):
        ACTIONS["issue"](letter, actor=cast[LEAD])
    ACTIONS["issue"](letter, actor=cast[HEAD])
    assert state_of(letter) == "SENT"


def test_a_responsible_person_who_wrote_the_notice_does_not_issue_it(cast):
    letter = stories.exporter_letter(cast, kind="suspension")
    stories.walk(
        cast,
        letter,
        [
            ("edit", HEAD, {"title": "Stop", "text": "No exports."}),
            ("finish", OFFICER, {}),
            ("confirm", LEAD, {}),
            ("submit", LEAD, {}),
        ],
    )
    with refused_for("own"):
        ACTIONS["issue"](letter, actor=cast[HEAD])


def test_a_consultation_is_a_question_with_our_reply(cast):
    asked = {"title": "Alloy", "question": "Is our alloy controlled?", "asked_on": timezone.localdate()}
    letter = stories.exporter_letter(cast, kind="consultation", text="")
    with refused_for("text"):
        ACTIONS["finish"](letter, actor=cast[OFFICER])
    stories.walk(cast, letter, [("edit", OFFICER, {**asked, "text": "It is controlled."})])
    stories.walk(cast, letter, [("finish", OFFICER, {}), ("confirm", LEAD, {}), ("send", LEAD, {})])
    stories.walk(cast, letter, [("serve", OFFICER, service()), ("close", OFFICER, {"follow_up": "none"})])
    assert letter.state == "CLOSED"


def test_a_talk_has_place_time_attendees_and_minutes(cast):
    letter = stories.exporter_letter(cast, "SENT", "talk")
    later = timezone.now() + timedelta(days=8)
    stories.walk(cast, letter, [("move", LEAD, {"venue": "Room 5", "due_at": later, "reason": "They are abroad"})])
    stories.walk(cast, letter, [("hold", OFFICER, {**answered(), "attendees": "Lin, Wang"})])
    page = cast.browser(OFFICER).get(f"/exporter-letters/{letter.pk}/").text
    assert "Room 5" in page
    assert "Lin, Wang" in page


def test_days_of_service_and_answer_lie_between_sending_and_today(cast):
    letter = stories.exporter_letter(cast, "SENT")
    for days in (-1, 1):
        with invalid_at("/served_on"):
            ACTIONS["serve"](
                letter, actor=cast[OFFICER], **service() | {"served_on": timezone.localdate() + timedelta(days=days)}
            )
    with invalid_at("/due_at"):
        ACTIONS["set_due"](letter, actor=cast[LEAD], due_at=timezone.now() - timedelta(days=1), reason="soon")


def test_service_and_answer_have_the_time_of_their_days(cast):
    with time_machine.travel(timezone.now() - timedelta(days=9), tick=False):
        letter = stories.exporter_letter(cast, "SENT")
    served, answered_on = (timezone.localdate() - timedelta(days=days) for days in (7, 3))
    stories.walk(cast, letter, [("serve", OFFICER, service() | {"served_on": served})])
    paper = {"paper": "收文〔2026〕3号"}
    stories.walk(cast, letter, [("answer", OFFICER, answered() | {"answered_on": answered_on} | paper)])
    rows = Event.objects.filter(object_id=letter.pk, verb__in=("serve", "answer")).order_by("pk")
    assert [timezone.localdate(one.happened_at) for one in rows] == [served, answered_on]
    assert [one.note.data["paper"] for one in rows] == [service()["service_proof"], paper["paper"]]
    letter.refresh_from_db()
    assert timezone.localdate(letter.state_since) == answered_on


def test_an_answer_of_an_earlier_day_needs_the_paper_that_shows_it_and_none_is_before_the_service(cast):
    with time_machine.travel(timezone.now() - timedelta(days=9), tick=False):
        letter = stories.exporter_letter(cast, "SENT")
    day = timezone.localdate() - timedelta(days=5)
    with invalid_at("/paper"):
        ACTIONS["answer"](letter, actor=cast[OFFICER], **answered() | {"answered_on": day})
    stories.walk(cast, letter, [("serve", OFFICER, service() | {"served_on": day})])
    with invalid_at("/answered_on"):
        ACTIONS["answer"](letter, actor=cast[OFFICER], **answered() | {"answered_on": day - timedelta(days=1)})


def test_the_remark_stays_in_the_agency(cast):
    letter = stories.exporter_letter(cast, "SENT")
    address = f"/exporter-letters/{letter.pk}/"
    assert "Ask Lin." in cast.browser(OFFICER).get(address).text
    assert "Ask Lin." not in cast.browser(OFFICER).get(address, {"print": "1"}).text
    assert "Ask Lin." not in cast.browser("centre.supervisor").get(address).text
    assert cast.browser("centre.supervisor").get(f"/api/v1{address}").json()["remark"] == ""
    for who in ("customs.officer", "police.officer"):
        assert cast.browser(who).get(address).status_code == 404


def test_an_unanswered_letter_is_late_and_waits_for_its_handler(cast):
    letter = stories.exporter_letter(cast, "SERVED")
    ExporterLetter.objects.filter(pk=letter.pk).update(due_at=timezone.now() - timedelta(days=2))
    late = cast.browser(OFFICER).get("/exporter-letters/?overdue=1").text
    assert "Rules for antimony" in late
    stories.walk(cast, letter, [("answer", OFFICER, answered())])
    assert "Rules for antimony" not in cast.browser(OFFICER).get("/exporter-letters/?overdue=1").text
