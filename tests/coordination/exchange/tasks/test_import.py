"""A list of tasks from a spreadsheet is shown, and the rows that remain chosen are requested."""

from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from agencies.journal.models import Event
from agencies.kernel.tables import xlsx_file
from agencies.runs.models import Run
from cases.casefile.models import Case
from cases.sharing.actions import unshare_case
from coordination.exchange.tasks.actions import accept_task
from coordination.exchange.tasks.importing import MOST_ROWS
from coordination.exchange.tasks.models import Task
from tests import stories
from tests.workbooks import read_back

ROWS = """agency,title,details,due,optional
MOFCOM_SCB,Check the licence,Both years,2030-02-16,
GACC,Weigh the goods,,2030-02-16 17:30,1
"""


@pytest.fixture
def case(cast):
    return stories.shared_case(cast)


@pytest.fixture
def officer(cast):
    return cast.browser("customs.officer", "en")


def page_of(case):
    return f"/cases/{case.pk}/tasks/import/"


def test_the_rows_are_shown_and_nothing_is_requested_yet(case, officer):
    shown = officer.post(page_of(case), {"text": ROWS})
    assert [row.title for row in shown.context["rows"]] == ["Check the licence", "Weigh the goods"]
    assert shown.context["taken"] == {2, 3}
    assert shown.text.count('name="take"') == 2
    assert not Task.objects.exists()


def test_only_the_chosen_rows_are_requested(case, officer, cast):
    answer = officer.post(page_of(case), {"text": ROWS, "go": "1", "take": ["3"]})
    assert answer.headers["Location"] == f"/runs/{Run.objects.get().pk}/"
    assert "1 task was requested." in officer.get(answer.headers["Location"]).text
    made = Task.objects.get()
    assert (made.agency.code, made.title, made.mandatory, made.asker.username) == (
        "GACC",
        "Weigh the goods",
        False,
        "customs.officer",
    )
    assert timezone.localtime(made.due_at).strftime("%Y-%m-%d %H:%M") == "2030-02-16 17:30"


def test_a_day_means_its_end_and_another_agency_answers_first(case, officer):
    officer.post(page_of(case), {"text": ROWS, "go": "1", "take": ["2"]})
    made = Task.objects.get()
    assert (made.state, made.body) == ("ASKED", "Both years")
    assert timezone.localtime(made.due_at).strftime("%Y-%m-%d %H:%M") == "2030-02-16 23:59"


def test_a_workbook_with_chinese_headings_and_names(case, cast):
    book = xlsx_file("tasks", [["承办机关", "任务事项"], [case.lead.name_zh, "核对报关单"]])
    browser = cast.browser("customs.officer", "zh-hans")
    shown = browser.post(page_of(case), {"file": SimpleUploadedFile("tasks.xlsx", book)})
    assert [(row.node, row.title) for row in shown.context["rows"]] == [(case.lead, "核对报关单")]
    browser.post(page_of(case), {"text": shown.context["csv"], "go": "1", "take": ["2"]})
    assert Task.objects.get().title == "核对报关单"


def test_the_template_has_the_columns(case, cast, officer):
    template = officer.get(page_of(case), {"template": "1"})
    assert read_back(template.content) == [("agency", "title", "details", "due", "optional")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title\nCheck\n", "Line 1 lacks the columns: agency (承办机关)."),
        ("agency,title\n", "no lines below its headings"),
        ("agency,title,owner\nGACC,Check,me\n", "Line 1, column C: the heading “owner” is unknown."),
        ("agency,title\nGACC,\n", "Line 2, title: Say what is to be done."),
        (
            "agency,title\nGACC,ok\n\nGACC_ASB,Check\n",
            "Line 4, agency: “GACC_ASB” is no agency or unit that shares this case.",
        ),
        ("承办机关,任务事项,期限\nGACC,Check,soon\n", "Line 2, 期限: Enter a day or a time such as"),
        ("agency,title,due\nGACC,Check,2030-02-31\n", "Line 2, due: Enter a day or a time such as"),
        ("agency,title,optional\nGACC,Check,perhaps\n", "Line 2, optional: Enter 1 or 0."),
        ("agency,title\nGACC," + "x" * 201 + "\n", "Line 2, title: Enter at most 200 characters."),
        ("", "lacks the columns"),
    ],
)
def test_a_bad_list_names_its_row_and_requests_nothing(case, officer, text, words):
    answer = officer.post(page_of(case), {"text": text, "go": "1", "take": ["2"]})
    assert answer.status_code == 400
    assert words in answer.text
    assert not Task.objects.exists()


def test_a_list_beyond_the_limit_is_too_large(case, officer):
    answer = officer.post(page_of(case), {"text": "agency,title\n" + "GACC,Check\n" * (MOST_ROWS + 1)})
    assert (answer.status_code, f"more than {MOST_ROWS} lines" in answer.text) == (413, True)


def test_one_refused_task_leaves_none(case, officer):
    late = ROWS + "GACC,Too late,,2001-01-01,\n"
    answer = officer.post(page_of(case), {"text": late, "go": "1", "take": ["2", "4"]})
    assert (answer.status_code, "Line 4: The deadline has already passed." in answer.text) == (400, True)
    assert answer.context["taken"] == {2, 4}
    assert not Task.objects.exists()


def test_no_row_chosen(case, officer):
    answer = officer.post(page_of(case), {"text": ROWS, "go": "1", "take": "none"})
    assert (answer.status_code, "Choose at least one row." in answer.text) == (400, True)


def test_only_those_who_may_request_a_task_have_the_page(case, cast):
    link = page_of(case)
    assert link in cast.browser("customs.officer").get(f"/cases/{case.pk}/?tab=tasks").text
    for who, status in (("commerce.officer", 200), ("centre.coordinator", 403), ("police.officer", 404)):
        browser = cast.browser(who)
        assert browser.get(link).status_code == status, who
        assert (browser.post(link, {"text": ROWS, "go": "1", "take": "2"}).status_code != 302) is (status != 200), who
    assert link not in cast.browser("centre.coordinator").get(f"/cases/{case.pk}/?tab=tasks").text


def test_a_closed_case_takes_no_list(case, cast, officer):
    Case.objects.filter(pk=case.pk).update(state="CLOSED")
    assert officer.get(page_of(case)).status_code == 409
    assert officer.post(page_of(case), {"text": ROWS, "go": "1", "take": "2"}).status_code == 409
    assert not Task.objects.exists()


def test_an_agency_whose_share_ended_is_refused(case, cast, officer):
    unshare_case(case, actor=cast["customs.officer"], agency="MOFCOM_SCB", reason="done")
    answer = officer.post(page_of(case), {"text": ROWS, "go": "1", "take": "2"})
    assert (answer.status_code, Task.objects.count()) == (400, 0)


# Twice, and taken back -----------------------------------------------------------------------------------------------
def imported(browser, case, **more):
    sent = {"text": ROWS, "go": "1", "take": ["2", "3"], **more}
    return browser.post(page_of(case), sent)


def as_workbook():
    lines = [line.split(",") for line in ROWS.splitlines()]
    return {"text": "", "file": SimpleUploadedFile("tasks.xlsx", xlsx_file("tasks", lines))}


def test_the_same_table_again_needs_a_confirmation(case, cast, officer):
    imported(officer, case)
    for colleague in (officer, cast.browser("customs.lead", "en")):
        shown = colleague.post(page_of(case), as_workbook())
        assert f"{cast.user('customs.officer').name_en} already imported this table on" in shown.text
        assert 'name="again"' in shown.text
        assert ("Open the import" in shown.text) is (colleague is officer)
        refused = imported(colleague, case)
        assert (refused.status_code, Task.objects.count()) == (400, 2)
        assert "Confirm that it is to be imported again." in refused.text
    assert imported(officer, case, again="1").status_code == 302
    assert Task.objects.count() == 4


def test_another_table_another_case_and_another_agency_need_no_confirmation(case, cast, officer):
    imported(officer, case)
    assert "already imported" not in officer.post(page_of(case), {"text": ROWS + "GACC,Third,,,\n"}).text
    assert "already imported" not in officer.post(page_of(stories.shared_case(cast)), {"text": ROWS}).text
    assert "already imported" not in cast.browser("commerce.officer").post(page_of(case), {"text": ROWS}).text


def test_an_untouched_import_is_taken_back_as_a_whole(case, cast, officer):
    run = imported(officer, case).headers["Location"]
    assert "possible as long as no task was touched" in officer.get(run).text
    assert cast.browser("customs.lead").post(f"{run}undo/").status_code == 404
    assert officer.post(f"{run}undo/").status_code == 302
    assert set(Task.objects.values_list("state", flat=True)) == {"CANCELLED"}
    assert Event.objects.filter(object_kind="task", verb="cancel").count() == 2
    assert "its tasks are cancelled" in officer.get(run).text
    assert officer.post(f"{run}undo/").status_code == 409
    assert "already imported" not in officer.post(page_of(case), {"text": ROWS}).text


def test_an_import_of_which_one_task_was_touched_stays_and_says_which(case, cast, officer):
    run = imported(officer, case).headers["Location"]
    accept_task(Task.objects.get(title="Check the licence"), actor=cast["commerce.officer"])
    answer = officer.post(f"{run}undo/")
    assert answer.status_code == 409
    assert "“Check the licence” was changed after the import" in answer.text
    assert "Weigh the goods" not in answer.text
    assert not Task.objects.filter(state="CANCELLED").exists()


def send(browser, case, *tasks):
    return browser.post(f"/api/v1/cases/{case.pk}/tasks/", {"tasks": list(tasks)}, "application/json")


def test_a_list_is_requested_over_the_api_by_the_same_rules(case, officer, cast):
    weigh = {"agency": "GACC", "title": "Weigh the goods", "due": "2030-02-16", "optional": True}
    check = {"agency": "MOFCOM_SCB", "title": "Check the licence", "details": "Both years"}
    answer = send(officer, case, weigh, check)
    assert answer.status_code == 201
    made = Task.objects.in_bulk([UUID(pk) for pk in answer.json()["tasks"]])
    assert sorted((one.title, one.state, one.mandatory) for one in made.values()) == [
        ("Check the licence", "ASKED", True),
        ("Weigh the goods", "OPEN", False),
    ]


def test_a_wrong_row_over_the_api_is_named_and_nothing_is_requested(case, officer, cast):
    answer = send(officer, case, {"agency": "GACC", "title": "Weigh"}, {"agency": "PBC", "title": "Pay", "due": "soon"})
    assert answer.status_code == 400
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/tasks/2", "/tasks/2"]
    assert not Task.objects.exists()


def test_those_who_may_not_ask_import_nothing_over_the_api(case, cast):
    row = {"agency": "GACC", "title": "Weigh"}
    assert send(cast.browser("police.officer"), case, row).status_code == 404
    assert send(cast.browser("centre.supervisor"), case, row).status_code in (403, 409)
    assert not Task.objects.exists()


def test_the_same_list_again_over_the_api_needs_a_confirmation_and_its_run_takes_it_back(case, officer):
    row = {"agency": "GACC", "title": "Weigh"}
    first = send(officer, case, row)
    second = send(officer, case, row)
    assert (second.status_code, second.json()["errors"][0]["pointer"]) == (400, "/again")
    confirmed = {"tasks": [row], "again": True}
    assert officer.post(f"/api/v1/cases/{case.pk}/tasks/", confirmed, "application/json").status_code == 201
    assert officer.post(f"/api/v1/runs/{first.json()['run']}/undo/").status_code == 200
    assert sorted(Task.objects.values_list("state", flat=True)) == ["CANCELLED", "OPEN"]
