"""A list of tasks from a spreadsheet is shown, and the rows that remain chosen are requested."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from agencies.kernel.tables import xlsx_file
from cases.casefile.models import Case
from cases.sharing.actions import unshare_case
from coordination.exchange.tasks.importing import MOST_ROWS
from coordination.exchange.tasks.models import Task
from tests import stories

pytestmark = pytest.mark.django_db
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
    assert shown.context["taken"] == {1, 2}
    assert shown.text.count('name="take"') == 2
    assert not Task.objects.exists()


def test_only_the_chosen_rows_are_requested(case, officer, cast):
    answer = officer.post(page_of(case), {"text": ROWS, "go": "1", "take": ["2"]})
    assert answer.headers["Location"] == f"/cases/{case.pk}/?tab=tasks"
    made = Task.objects.get()
    assert (made.agency.code, made.title, made.mandatory, made.asker.username) == (
        "GACC",
        "Weigh the goods",
        False,
        "customs.officer",
    )
    assert timezone.localtime(made.due_at).strftime("%Y-%m-%d %H:%M") == "2030-02-16 17:30"


def test_a_day_means_its_end_and_another_agency_answers_first(case, officer):
    officer.post(page_of(case), {"text": ROWS, "go": "1", "take": ["1"]})
    made = Task.objects.get()
    assert (made.state, made.body) == ("ASKED", "Both years")
    assert timezone.localtime(made.due_at).strftime("%Y-%m-%d %H:%M") == "2030-02-16 23:59"


def test_a_workbook_with_chinese_headings_and_names(case, cast):
    book = xlsx_file("tasks", [["承办机关", "任务事项"], [case.lead.name_zh, "核对报关单"]])
    browser = cast.browser("customs.officer", "zh-hans")
    shown = browser.post(page_of(case), {"file": SimpleUploadedFile("tasks.xlsx", book)})
    assert [(row.node, row.title) for row in shown.context["rows"]] == [(case.lead, "核对报关单")]
    browser.post(page_of(case), {"text": shown.context["csv"], "go": "1", "take": ["1"]})
    assert Task.objects.get().title == "核对报关单"


def test_the_template_has_the_columns(case, cast, officer):
    template = officer.get(page_of(case), {"template": "1"})
    assert "spreadsheetml" in template.headers["Content-Type"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title\nCheck\n", "lacks the columns agency"),
        ("agency,title\n", f"1 to {MOST_ROWS} tasks"),
        ("agency,title\n" + "GACC,Check\n" * (MOST_ROWS + 1), f"1 to {MOST_ROWS} tasks"),
        ("agency,title\nGACC,\n", "Line 1: Say what is to be done."),
        ("agency,title\nGACC,ok\nGACC_ASB,Check\n", "Line 2: “GACC_ASB” is no agency or unit that shares this case."),
        ("agency,title,due\nGACC,Check,soon\n", "Line 1: due must be a day or a time"),
        ("agency,title,due\nGACC,Check,2030-02-31\n", "Line 1: due must be a day or a time"),
        ("agency,title,optional\nGACC,Check,perhaps\n", "Line 1: optional must be 1 or 0."),
        ("agency,title\nGACC," + "x" * 201 + "\n", "Line 1: Enter at most 200 characters."),
        ("", "1 to"),
    ],
)
def test_a_bad_list_names_its_row_and_requests_nothing(case, officer, text, words):
    answer = officer.post(page_of(case), {"text": text, "go": "1", "take": ["1"]})
    assert answer.status_code == 400
    if text:
        assert words in answer.text
    assert not Task.objects.exists()


def test_one_refused_task_leaves_none(case, officer):
    late = ROWS + "GACC,Too late,,2001-01-01,\n"
    answer = officer.post(page_of(case), {"text": late, "go": "1", "take": ["1", "3"]})
    assert (answer.status_code, "The deadline has already passed." in answer.text) == (400, True)
    assert answer.context["taken"] == {1, 3}
    assert not Task.objects.exists()


def test_no_row_chosen(case, officer):
    answer = officer.post(page_of(case), {"text": ROWS, "go": "1", "take": "none"})
    assert (answer.status_code, "Choose at least one row." in answer.text) == (400, True)


def test_the_same_form_sent_twice_requests_once(case, officer):
    sent = {"text": ROWS, "go": "1", "take": ["1", "2"], "sheet": "5d0e4f3c-1111-4222-8333-444455556666"}
    assert [officer.post(page_of(case), sent).status_code for _ in range(2)] == [302, 302]
    assert Task.objects.count() == 2


def test_only_those_who_may_request_a_task_have_the_page(case, cast):
    link = page_of(case)
    assert link in cast.browser("customs.officer").get(f"/cases/{case.pk}/?tab=tasks").text
    for who, status in (("commerce.officer", 200), ("centre.coordinator", 403), ("police.officer", 404)):
        browser = cast.browser(who)
        assert browser.get(link).status_code == status, who
        assert (browser.post(link, {"text": ROWS, "go": "1", "take": "1"}).status_code != 302) is (status != 200), who
    assert link not in cast.browser("centre.coordinator").get(f"/cases/{case.pk}/?tab=tasks").text


def test_a_closed_case_takes_no_list(case, cast, officer):
    Case.objects.filter(pk=case.pk).update(state="CLOSED")
    assert officer.get(page_of(case)).status_code == 409
    assert officer.post(page_of(case), {"text": ROWS, "go": "1", "take": "1"}).status_code == 409
    assert not Task.objects.exists()


def test_an_agency_whose_share_ended_is_refused(case, cast, officer):
    unshare_case(case, actor=cast["customs.officer"], agency="MOFCOM_SCB", reason="done")
    answer = officer.post(page_of(case), {"text": ROWS, "go": "1", "take": "1"})
    assert (answer.status_code, Task.objects.count()) == (400, 0)


def send(browser, case, *tasks):
    return browser.post(f"/api/v1/cases/{case.pk}/tasks/", {"tasks": list(tasks)}, "application/json")


def test_a_list_is_requested_over_the_api_by_the_same_rules(case, officer, cast):
    weigh = {"agency": "GACC", "title": "Weigh the goods", "due": "2030-02-16", "optional": True}
    check = {"agency": "MOFCOM_SCB", "title": "Check the licence", "details": "Both years"}
    answer = send(officer, case, weigh, check)
    assert answer.status_code == 201
    made = Task.objects.in_bulk(answer.json()["tasks"])
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


def test_a_repeat_over_the_api_requests_nothing_again(case, officer):
    sent = {"data": {"tasks": [{"agency": "GACC", "title": "Weigh"}]}, "content_type": "application/json"}
    first, second = (
        officer.post(f"/api/v1/cases/{case.pk}/tasks/", **sent, headers={"Idempotency-Key": "once"}) for _ in range(2)
    )
    assert first.json() == second.json()
    assert Task.objects.count() == 1
