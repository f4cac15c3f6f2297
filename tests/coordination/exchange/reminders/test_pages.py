"""The reminder desk: late items by agency, contacts, sending, export; the letters and their sheet."""

import csv
import io
import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from agencies.duty.actions import RosterEntry, enter_shift
from agencies.journal.models import Event
from agencies.organisations.models import Agency
from cases.casefile.models import Case
from cases.intake.models import Lead
from coordination.exchange.reminders.models import Reminder
from coordination.exchange.tasks.models import Task
from coordination.workspace import worklist
from tests import stories
from tests.kept_stories import story
from tests.workbooks import read_back

DESK, LETTERS = "/reminder-desk/", "/reminders/"
PREVIEW, SEND = "/reminder-desk/preview/", "/reminder-desk/send/"


def desk(cast, who, **params):
    page = cast.browser(who).get(DESK, params)
    assert page.status_code == 200
    return page


def names(page):
    return [line.row.pk for line in page.context["page"].items]


@pytest.fixture
@story
def late(cast):
    """A review overdue at the anti-smuggling bureau for eight days, a lead of customs, a task of commerce for two."""
    lead = stories.lead(cast)
    return {
        "review": stories.late_clock(stories.transfer(cast, "ACCEPTED"), "TRF_REVIEW", 8),
        "triage": stories.late_clock(lead, "INT_TRIAGE", 5),
        "task": stories.late_task(cast),
    }


def test_the_centre_sees_everything_late_the_longest_on_top_and_sums_that_agree(cast, late):
    page = desk(cast, "centre.coordinator")
    assert names(page) == [late[name].pk for name in ("review", "triage", "task")]
    sums = {one.agency.code: one.number for one, _choice in page.context["debtors"]}
    assert sums == {"GACC_ASB": 1, "GACC": 1, "MOFCOM_SCB": 1}
    assert page.context["total"] == 3


def test_a_late_lead_is_told_apart_by_its_title(cast, late):
    title = Lead.objects.get(pk=late["triage"].subject_id).title
    for who in ("centre.coordinator", "customs.officer"):
        [matter] = [one.matter for one in desk(cast, who).context["page"].items if one.row.pk == late["triage"].pk]
        assert matter == title, who
    client = cast.browser("centre.coordinator")
    assert title in client.get(PREVIEW, {"about": f"clock:{late['triage'].pk}"}).text
    heads, row = read_back(client.post("/reminder-desk/xlsx/?resource=lead").content)
    assert row[heads.index("Case or lead")] == title


def test_a_step_that_follows_a_period_of_its_own_agency_is_late_with_it_and_not_twice(cast, late):
    of_customs = stories.proceeding(cast, "INVESTIGATE")
    follows = {"proceeding": of_customs, "step": "REPORT", "follows": "CUS_DECISION"}
    Task.objects.filter(pk=late["task"].pk).update(**follows)
    assert late["task"].pk in names(desk(cast, "centre.coordinator")), "another agency owes it by this task alone"
    Task.objects.filter(pk=late["task"].pk).update(agency=of_customs.agency)
    assert late["task"].pk not in names(desk(cast, "centre.coordinator"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("params", "left"),
    [
        ({"agency": "GACC_ASB"}, ["review"]),
        ({"resource": "task"}, ["task"]),
        ({"resource": "lead"}, ["triage"]),
        ({"over": "3"}, ["review", "triage"]),
        ({"over": "3", "agency": "GACC"}, ["triage"]),
        ({"reminded": "no"}, ["review", "triage", "task"]),
        ({"reminded": "yes"}, []),
    ],
)
def test_filters_cut_list_total_and_sums_alike(cast, late, params, left):
    page = desk(cast, "centre.coordinator", **params)
    assert names(page) == [late[name].pk for name in left]
    assert page.context["total"] == len(left)
    for one, choice in page.context["debtors"]:
        if not choice.active:
            assert len(names(cast.browser("centre.coordinator").get(DESK + choice.url))) == one.number


@pytest.mark.parametrize(
    "params", [{"agency": "NOBODY"}, {"over": "soon"}, {"resource": "ufo"}, {"late_from": "yesterday"}]
)
def test_a_filter_that_no_one_knows_is_refused(cast, params):
    assert cast.browser("centre.coordinator").get(DESK, params).status_code == 400


def test_an_agency_sees_what_it_owes_and_what_is_owed_to_it(cast, late):
    assert set(names(desk(cast, "customs.officer"))) == {late["review"].pk, late["triage"].pk, late["task"].pk}
    assert names(desk(cast, "customs.officer", side="us")) == [late["review"].pk, late["task"].pk]
    assert names(desk(cast, "customs.officer", side="we")) == [late["triage"].pk]
    assert names(desk(cast, "commerce.lead")) == [late["task"].pk]
    assert names(desk(cast, "police.lead")) == []


def test_the_centre_reads_who_does_the_task_and_its_asker_the_desk_on_duty(cast, late):
    now = timezone.now()
    lead = cast.user("commerce.lead")
    entry = RosterEntry(Agency.objects.get(code="MOFCOM_SCB"), lead, now - timedelta(hours=1), now + timedelta(hours=9))
    enter_shift(entry, actor=cast["commerce.lead"])
    [line] = desk(cast, "centre.coordinator", resource="task").context["page"].items
    assert line.contact == cast.user("commerce.officer")
    [line] = desk(cast, "customs.officer", resource="task").context["page"].items
    assert line.contact.person == lead


def send_as_shown(client, **asked):
    """Opens the preview and sends what it shows."""
    shown = client.get(PREVIEW, asked)
    assert shown.status_code == 200, shown.content.decode()[:300]
    return client.post(SEND, {"about": shown.context["about"]}, follow=True)


def test_a_letter_is_shown_before_it_is_sent_with_number_addressee_and_due_date(cast, late):
    client, before = cast.browser("centre.coordinator"), Event.objects.count()
    shown = client.get(PREVIEW, {"about": f"task:{late['task'].pk}"})
    text = shown.content.decode()
    draft = shown.context["draft"]
    assert draft.agency.code == "MOFCOM_SCB"
    assert draft.number in text
    assert [one.row.pk for one in shown.context["items"]] == [late["task"].pk]
    assert (Reminder.objects.count(), Event.objects.count()) == (0, before)
    client.post(SEND, {"about": shown.context["about"], "remark": "Please hurry"})
    letter = Reminder.objects.get()
    assert (letter.number, letter.agency, letter.remark) == (draft.number, draft.agency, "Please hurry")
    assert letter.due_at is not None
    assert letter.due_at.date() == draft.due_at.date()


def test_a_sent_letter_is_shown_beside_the_row_and_its_answer_too(cast, late):
    answer = send_as_shown(cast.browser("centre.coordinator"), about=f"task:{late['task'].pk}")
    letter = Reminder.objects.get()
    assert answer.redirect_chain[-1][0] == f"{LETTERS}{letter.pk}/"
    [line] = desk(cast, "centre.coordinator", resource="task").context["page"].items
    assert line.reminded.letter == letter
    assert (line.may_send, line.may_perform) == (False, True)
    given = {"answer": "The file is with the archive.", "expected_on": stories.tomorrow()}
    stories.walk(cast, letter, [("answer", "commerce.lead", given)])
    page = desk(cast, "centre.coordinator", resource="task")
    assert "The file is with the archive." in page.content.decode()
    assert stories.tomorrow().isoformat() in page.content.decode()


def test_the_button_beside_an_agency_takes_all_items_without_a_letter(cast, late):
    client, more = cast.browser("centre.coordinator"), stories.late_task(cast, 9)
    send_as_shown(client, about=f"task:{late['task'].pk}")
    send_as_shown(client, agency="MOFCOM_SCB", query="")
    newest = Reminder.objects.latest("sent_at")
    assert [item.thing_id for item in newest.items.all()] == [more.pk]
    again = client.get(PREVIEW, {"agency": "MOFCOM_SCB", "query": ""}, follow=True)
    assert "There is nothing to remind of" in again.content.decode()
    assert Reminder.objects.count() == 2


def test_the_button_beside_an_agency_keeps_the_filters_of_the_desk(cast, late):
    old = stories.late_task(cast, 9)
    send_as_shown(cast.browser("customs.officer"), agency="MOFCOM_SCB", query="over=7")
    assert [item.thing_id for item in Reminder.objects.get().items.all()] == [old.pk]


def test_too_long_a_remark_is_refused(cast, late):
    given = {"about": f"task:{late['task'].pk}", "remark": "x" * 4001}
    assert cast.browser("centre.coordinator").post(SEND, given).status_code == 400
    assert not Reminder.objects.exists()


def test_withdrawing_a_reminder_has_its_own_words_and_the_act_is_once_in_the_timeline_of_either_side(cast):
    letter = stories.reminder(cast)
    page = cast.browser("centre.coordinator", "zh-hans").get(f"{LETTERS}{letter.pk}/").content.decode()
    assert "撤销催办函" in page
    assert "撤销保密函件" not in page

    for who in ("centre.coordinator", "commerce.officer"):
        page = cast.browser(who).get(f"{LETTERS}{letter.pk}/").content.decode()
        assert len(re.findall("sent a reminder", page)) == 1


@pytest.mark.parametrize(
    ("who", "about", "status"),
    [("centre.supervisor", "task", 403), ("police.officer", "task", 400), ("centre.coordinator", "nonsense", 400)],
)
def test_an_action_of_another_person_is_refused_with_the_reason_and_writes_nothing(cast, late, who, about, status):
    before = Event.objects.count()
    shown = f"task:{late['task'].pk}" if about == "task" else about
    assert cast.browser(who).get(PREVIEW, {"about": shown}).status_code == status
    assert cast.browser(who).post(SEND, {"about": shown}).status_code == status
    assert (Reminder.objects.count(), Event.objects.count()) == (0, before)


def test_the_file_has_the_rows_of_the_screen_and_is_recorded_in_the_journal(cast, late):
    client = cast.browser("centre.coordinator")
    file = client.post("/reminder-desk/csv/?resource=task").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(file)))
    assert rows[1][5] == "Check licences"
    assert cast.user("centre.coordinator").name_en in rows[-1][0]
    assert [len(row) > 1 for row in rows] == [True, True, False, False]
    answer = Event.objects.get(verb="export_late")
    assert (answer.agency_id, answer.fields) == (cast["centre.coordinator"].agency_id, "overdue,resource")
    assert client.get("/reminder-desk/csv/").status_code == 405
    heads, row = read_back(client.post("/reminder-desk/xlsx/?resource=task").content)
    assert isinstance(row[heads.index("Late since")], datetime)
    assert (heads[-1], row[-1]) == ("System id", f"task:{late['task'].pk}")


@pytest.mark.slow
def test_the_desk_and_the_letters_cost_the_same_for_many(cast, late, django_assert_max_num_queries):
    clients = [cast.browser(who) for who in ("centre.coordinator", "customs.lead")]
    case = stories.shared_case(cast)
    for rows in (0, 20):
        for n in range(rows):
            stories.reminder(cast, ["SENT", "ANSWERED"][n % 2], stories.late_task(cast, matter=case))
        for client in clients:
            for url in (DESK, f"{DESK}?agency=MOFCOM_SCB&resource=task", LETTERS):
                with django_assert_max_num_queries(32):
                    client.get(url)


def test_pages_of_many_rows_hold_all_and_each_once(cast):
    case = stories.shared_case(cast)
    first = stories.late_task(cast, matter=case)
    since = first.due_at
    same = {"case": case, "agency": first.agency, "asked_by": first.asked_by}
    copies = [Task(title=f"T{n}", due_at=since + timedelta(hours=n % 3), **same) for n in range(70)]
    Task.objects.bulk_create(copies)
    seen, url, client = [], DESK, cast.browser("centre.coordinator")
    while url:
        page = client.get(url)
        seen += names(page)
        url = f"{DESK}?after={page.context['page'].next}" if page.context["page"].next else ""
    assert len(seen) == len(set(seen)) == page.context["total"] == 71


def test_a_letter_reads_alike_in_both_languages_and_prints_as_a_sheet(cast):
    letter = stories.reminder(cast, "ANSWERED")
    page = cast.browser("commerce.officer").get(f"{LETTERS}{letter.pk}/").content.decode()
    assert "Pending duties" in page
    page = cast.browser("commerce.officer", "zh-hans").get(f"{LETTERS}{letter.pk}/").content.decode()
    assert "催办函" in page
    sheet = cast.browser("commerce.officer").get(f"{LETTERS}{letter.pk}/print/").content.decode()
    assert letter.number in sheet
    assert "催办函" in sheet
    assert letter.agency.name_zh in sheet


def _counted(client):
    """Number of waiting letters in the navigation; None if it does not show them."""
    return next((item["count"] for item in client.get(DESK).context["nav"] if item["label"] == "Reminders"), None)


def test_a_letter_waits_on_the_desk_of_its_addressee_until_it_is_answered(cast):
    letter = stories.reminder(cast)
    client = cast.browser("commerce.officer")
    assert _counted(client) == 1
    lines = worklist.worklist(cast["commerce.officer"]).lines
    assert ("reminder", letter.pk) in {line.key for line in lines}
    mine = cast.browser("commerce.officer").get("/queues/?queue=mine")
    assert letter.number in mine.content.decode()
    assert "Reminders" in mine.content.decode()
    stories.walk(cast, letter, [("answer", "commerce.lead", {"answer": "Soon.", "expected_on": stories.tomorrow()})])
    assert _counted(client) is None


@pytest.mark.slow
def test_lists_of_letters_lead_to_what_they_count(cast):
    stories.reminder(cast)
    stories.reminder(cast, "ANSWERED")
    stories.reminder(cast, "OFFICE")
    client = cast.browser("commerce.lead")
    cuts = client.get(LETTERS).context["chips"]
    assert {one.label: one.count for one in cuts}["To be answered by us"] == 1
    for cut in cuts:
        assert len(client.get(LETTERS + cut.url).context["page"].items) == cut.count, cut.label


def test_what_became_restricted_leaves_the_desk_of_the_centre(cast, late):
    Case.objects.filter(pk=late["task"].case_id).update(handling="H3")
    assert late["task"].pk not in names(desk(cast, "centre.coordinator"))
    assert late["task"].pk in names(desk(cast, "customs.officer"))


def test_an_agency_code_with_a_control_character_is_refused_and_not_looked_up(cast):
    answer = cast.browser("centre.coordinator").get(PREVIEW, {"agency": "a\x00b", "query": ""})
    assert answer.status_code == 400
