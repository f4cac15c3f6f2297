"""Exports of lists: all rows, as visible to the reader and in their language, at once or by the worker."""

import csv
import io
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agencies.journal.models import Event
from agencies.kernel.permissions import CASE_READER
from agencies.kernel.work import atomic
from agencies.people.models import Membership
from agencies.runs.models import Run
from agencies.runs.worker import work
from cases.casefile.models import Case
from cases.sharing.actions import unshare_case
from cases.sharing.models import Share
from coordination.lists import export, export_page
from coordination.lists.listing import LISTS, ResourceList
from coordination.tooling.operation.background_jobs import WORKS
from tests import stories
from tests.workbooks import read_back

OFFICER, COORDINATOR = "customs.officer", "centre.coordinator"


def taken(cast: Any, who: str, name: str, query: str = "", form: str = "csv", language: str = "en") -> Any:
    return cast.browser(who, language).post(reverse(f"list_{form}", args=[name]) + query)


def read(answer: Any) -> tuple[list[list[str]], list[list[str]]]:
    """The headings and rows, and the marks below them."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    page = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    return page[: page.index([])], page[page.index([]) + 1 :]


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a list with three rows were large."""
    monkeypatch.setattr(export_page, "AT_ONCE", 2)
    monkeypatch.setattr(export, "ROWS", 2)


def started(cast: Any, who: str, name: str, query: str = "", form: str = "csv") -> Run:
    answer = taken(cast, who, name, query, form)
    assert answer.status_code == 302, answer.content
    return Run.objects.get(pk=answer.url.split("/")[2])


def finished(run: Run) -> Run:
    work(WORKS, seconds=60)
    run.refresh_from_db()
    assert run.state == "DONE", run.why_stopped
    return run


def download(cast: Any, who: str, run: Run) -> Any:
    return cast.browser(who).post(reverse("run_file", args=[run.pk]))


def before_goods_leave(cast: Any) -> None:
    """One of each noun of prevention, for its reader."""
    for name in ("exporter_letter", "circular", "review", "inspection", "certificate", "licence", "risk_finding"):
        getattr(stories, name)(cast)
    for name in ("match", "stop", "customs_query", "identification", "release", "end_use"):
        getattr(stories, name)(cast)


# Changes of the control law are for those who keep it.
FOR_CASE_READERS = sorted(name for name, one in LISTS.items() if one.of.permission is CASE_READER)


def everything(cast: Any) -> None:
    case = stories.shared_case(cast)
    stories.transfer(cast, "DELIVERED", case)
    stories.task(cast, matter=case)
    stories.note(cast, matter=case)
    stories.lead(cast)


@pytest.mark.slow
@pytest.mark.parametrize("name", FOR_CASE_READERS)
@pytest.mark.parametrize("who", [OFFICER, "antismuggling.officer", "centre.coordinator"])
def test_every_list_can_be_taken_out_as_its_page_shows_it(cast: Any, name: str, who: str) -> None:
    everything(cast)
    stories.suspect(cast)
    rows = cast.browser(who).get(LISTS[name].url, {"sort": LISTS[name].default}).context["page"].items
    text, marks = read(taken(cast, who, name, f"?sort={LISTS[name].default}"))
    assert len(text) == 1 + len(rows)
    assert {len(row) for row in text} == {len(text[0])}
    assert text[0][0] == "Handling code"
    assert cast.user(who).name_en in marks[0][0]
    assert marks[1] == [f"List: {LISTS[name].title}", "without filters"]


def test_it_is_marked_with_its_filters_and_the_highest_handling_code(cast: Any) -> None:
    stories.case(cast, handling="H2")
    stories.case(cast)
    text, marks = read(taken(cast, OFFICER, "cases", "?state=OPENED&severity=high&sort=number&view=&after="))
    assert sorted(row[0] for row in text[1:]) == ["H1", "H2"]
    assert marks[1:] == [
        ["List: Cases", "State: Opened", "Severity: High"],
        ["Highest handling code: H2"],
    ]


def test_a_name_that_is_no_filter_is_refused_for_the_file_would_be_wider_than_asked(cast: Any) -> None:
    answer = taken(cast, OFFICER, "cases", "?sate=OPENED")
    assert answer.status_code == 400
    assert "“sate” is not a filter of this list." in answer.content.decode()
    assert not Event.objects.filter(verb="export_list").exists()


def test_the_journal_names_list_and_filters_but_none_of_their_values(cast: Any) -> None:
    everything(cast)
    taken(cast, OFFICER, "cases", "?state=OPENED&severity=high")
    event = Event.objects.get(verb="export_list")
    assert event.fields == "cases,severity,state"
    assert event.note.data == {"list": "cases", "form": "csv", "rows": 1}


def test_the_export_of_an_envelope_has_no_title_and_no_code_of_the_case(cast: Any) -> None:
    stories.transfer(cast, "DELIVERED", stories.case(cast, handling="H2", title="Secret words"))
    text, marks = read(taken(cast, "antismuggling.officer", "referrals"))
    assert (text[1][0], text[1][3]) == ("", "basic details only")
    assert "Secret" not in str(text)
    assert len(marks) == 2


def test_only_readers_take_a_list_out_and_only_lists_there_are(cast: Any) -> None:
    assert taken(cast, "auditor", "cases").status_code == 403
    assert taken(cast, OFFICER, "confidential_letters").status_code == 404
    assert cast.browser(OFFICER).get(reverse("list_csv", args=["cases"])).status_code == 405


def test_more_rows_than_a_file_holds_are_refused_with_the_cure(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MOST", 1)
    stories.case(cast)
    stories.case(cast)
    answer = taken(cast, OFFICER, "cases")
    assert answer.status_code == 400
    assert "Narrow the filters first." in answer.content.decode()


# By the worker -------------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("in_parts")
@pytest.mark.both_databases  # order over parts
def test_a_large_file_made_in_parts_equals_a_small_one(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(5):
        stories.case(cast, title=f"Case {n}")
    run = finished(started(cast, OFFICER, "cases", "?sort=number&state=OPENED"))
    assert (run.done, run.total) == (5, 5)
    large = read(download(cast, OFFICER, run))
    monkeypatch.setattr(export_page, "AT_ONCE", 1000)
    small = read(taken(cast, OFFICER, "cases", "?sort=number&state=OPENED"))
    assert large[0] == small[0]
    assert large[1][1:] == small[1][1:]
    assert Event.objects.filter(verb="export_list").count() == 2


@pytest.mark.usefixtures("in_parts")
def test_a_large_workbook_equals_a_small_one(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        stories.case(cast)
    answer = download(cast, OFFICER, finished(started(cast, OFFICER, "cases", form="xlsx")))
    large = read_back(b"".join(answer.streaming_content))
    assert len(large) == 1 + 5
    monkeypatch.setattr(export_page, "AT_ONCE", 1000)
    assert large == read_back(taken(cast, OFFICER, "cases", form="xlsx").content)
    assert [type(cell) for cell in large[1]].count(datetime) > 0


@pytest.mark.slow
def test_every_list_is_a_workbook_with_typed_cells_that_equals_its_csv(cast: Any) -> None:
    everything(cast)
    for name in ("suspect", "opinion_round", "conference", "instruction", "major_case", "campaign", "bulletin"):
        getattr(stories, name)(cast)
    for name in ("threshold", "rule_change", "uploaded_import"):
        getattr(stories, name)(cast)
    before_goods_leave(cast)
    stories.typical_case(cast, "PUBLISHED")
    filled = set()
    for name, listed in LISTS.items():
        who = READERS.get(name, "customs.lead")
        _heads, *rows = book = read_back(taken(cast, who, name, form="xlsx").content)
        text, _marks = read(taken(cast, who, name))
        assert list(book[0]) == text[0], name
        assert book[0][-1] == "System id", name
        assert all(all(map(same, row, line)) for row, line in zip(rows, text[1:], strict=True)), name
        for row in rows:
            assert UUID(row[-1]), name
            for column, cell in zip(listed.listing.columns, row[1:], strict=False):
                assert cell is None or isinstance(cell, TYPES_OF[column.kind]), (name, column.key, cell)
        filled |= {name} if rows else set()
    assert set(LISTS) - filled == set()


TYPES_OF = {"text": str, "number": (int, float), "date": datetime, "moment": datetime}


READERS = {
    **dict.fromkeys(("rule_changes", "bulletins", "persons"), COORDINATOR),
    **dict.fromkeys(
        ("exporters", "exporter_letters", "circulars", "reviews", "inspections", "certificates"), "commerce.lead"
    ),
}


def same(cell: Any, text: str) -> bool:
    """Whether a cell of a workbook has the value of a cell of a CSV file."""
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d" if cell.time() == time() else "%Y-%m-%d %H:%M") == text
    if isinstance(cell, int | float):
        return cell == float(text)
    return (cell or "") == text.removeprefix("'")


def test_a_file_has_the_id_by_which_the_api_names_the_row(cast: Any) -> None:
    case = stories.case(cast)
    [_heads, row] = read_back(taken(cast, OFFICER, "cases", form="xlsx").content)
    assert cast.browser(OFFICER).get(f"/api/v1/cases/{row[-1]}/").json()["number"] == case.number


@pytest.mark.parametrize(("name", "who"), [("rule_changes", OFFICER), ("thresholds", OFFICER), ("cases", "auditor")])
def test_a_list_that_one_may_not_see_is_forbidden_also_as_a_file(cast: Any, name: str, who: str) -> None:
    assert taken(cast, who, name).status_code == 403
    for path, body in (("exports", {"form": "csv"}), ("bulk", {"action": "hand_over", "all": True})):
        sent = {"list": name, **body}
        assert cast.browser(who).post(f"/api/v1/{path}/", sent, "application/json").status_code == 403, path
    assert not Run.objects.exists()


@pytest.mark.usefixtures("in_parts")
def test_a_filter_that_no_row_can_meet_makes_an_empty_file(cast: Any) -> None:
    run = export.start_export(LISTS["cases"], Case.objects.none(), QueryDict(), "xlsx", actor=cast[OFFICER])
    assert (finished(run).total, len(read_back(export.path_of(run).read_bytes()))) == (0, 1)


@pytest.mark.parametrize(
    ("language", "maker", "heading"),
    [("en", "Lin Zhiyuan (General Administration of Customs", "Case no."), ("zh-hans", "林知远（海关总署", "案号")],
)
def test_a_file_names_its_maker_and_columns_in_the_readers_language(
    cast: Any, language: str, maker: str, heading: str
) -> None:
    rows, marks = read(taken(cast, OFFICER, "cases", language=language))
    assert maker in marks[0][0]
    assert rows[0][1] == heading


@pytest.fixture
def made(cast: Any, in_parts: None) -> Run:
    """A finished file of three cases."""
    for _ in range(3):
        stories.case(cast)
    return finished(started(cast, OFFICER, "cases"))


def test_only_its_maker_gets_the_file(cast: Any, made: Run) -> None:
    for who in ("customs.lead", "customs.head", "centre.coordinator", "auditor"):
        assert download(cast, who, made).status_code == 404
    browser = cast.browser(OFFICER)
    assert browser.get(reverse("run_file", args=[made.pk])).status_code == 405
    assert "Download the file" in browser.get(reverse("run", args=[made.pk])).content.decode()


def test_a_lost_role_ends_the_download(cast: Any, made: Run) -> None:
    Membership.objects.filter(user=cast.user(OFFICER)).delete()
    assert download(cast, OFFICER, made).status_code == 409


def test_a_changed_file_is_not_delivered(cast: Any, made: Run) -> None:
    with export.path_of(made).open("ab") as file:
        file.write(b"one row more")
    assert download(cast, OFFICER, made).status_code == 409


def test_after_a_day_the_file_is_gone(cast: Any, made: Run) -> None:
    assert export.sweep_exports() == 0
    Run.objects.filter(pk=made.pk).update(ended_at=timezone.now() - timedelta(days=1, seconds=1))
    answer = download(cast, OFFICER, made)
    assert answer.status_code == 409
    assert "no longer kept" in answer.content.decode()
    assert export.sweep_exports(timezone.now() + timedelta(days=1, minutes=1)) > 0
    assert not export.path_of(made).exists()


@pytest.mark.usefixtures("in_parts")
def test_a_file_is_void_once_its_maker_may_no_longer_read_one_row_of_it(cast: Any) -> None:
    cases = [stories.shared_case(cast) for _ in range(3)]
    run = finished(started(cast, "commerce.officer", "cases"))
    unshare_case(cases[0], actor=cast[OFFICER], agency="MOFCOM_SCB", reason="done")
    answer = download(cast, "commerce.officer", run)
    assert answer.status_code == 409
    assert "so it is invalid" in answer.content.decode()
    assert not export.path_of(run).exists()
    assert not Event.objects.filter(verb="export_list").exists()


@pytest.mark.usefixtures("in_parts")
def test_a_file_of_tasks_is_void_once_the_case_behind_one_is_out_of_sight(cast: Any) -> None:
    """The task stays visible, its case does not, and the file contains the case's title."""
    cases = [stories.shared_case(cast) for _ in range(3)]
    for case in cases:
        stories.task(cast, matter=case)
    run = finished(started(cast, "commerce.officer", "tasks"))
    yesterday = timezone.localdate() - timedelta(days=1)
    Share.objects.filter(case=cases[0], agency__code="MOFCOM_SCB").update(until=yesterday)
    assert download(cast, "commerce.officer", run).status_code == 409


@pytest.mark.usefixtures("in_parts")
def test_rows_that_become_invisible_are_left_out_and_counted(cast: Any) -> None:
    cases = [stories.shared_case(cast) for _ in range(3)]
    run = started(cast, "commerce.officer", "cases")
    unshare_case(cases[0], actor=cast[OFFICER], agency="MOFCOM_SCB", reason="done")
    finished(run)
    assert (run.done, run.refused) == (3, 1)
    text, _marks = read(download(cast, "commerce.officer", run))
    assert len(text) == 1 + 2


@pytest.mark.usefixtures("in_parts")
def test_parts_that_were_cleared_away_make_no_shorter_file(cast: Any) -> None:
    for _ in range(5):
        stories.case(cast)
    run = started(cast, OFFICER, "cases")
    with atomic():
        export._step(run, cast[OFFICER])
        transaction.set_rollback(True)  # the worker dies after it wrote, and before it committed
    finished(run)
    assert len(read(download(cast, OFFICER, run))[0]) == 1 + 5
    other = started(cast, OFFICER, "cases")
    Run.objects.filter(pk=other.pk).update(found={"parts": 3})
    other.rows.update(outcome="whole")
    finished(other)
    assert download(cast, OFFICER, other).status_code == 409


def test_however_long_the_list_as_many_rows_are_held_and_asked_for_as_a_part_has(
    cast: Any, monkeypatch: pytest.MonkeyPatch, in_parts: None
) -> None:
    held: list[int] = []
    shown = ResourceList.__dict__["seen"]

    def seen(self: ResourceList, actor: Any) -> Any:
        rows = shown(self, actor)
        plain_filter = rows.filter

        def counted(**which: Any) -> Any:
            held.append(len(which["pk__in"]))
            return plain_filter(**which)

        rows.filter = counted
        return rows

    monkeypatch.setattr(ResourceList, "seen", seen)
    for _ in range(7):
        stories.case(cast)
    run = started(cast, OFFICER, "cases")
    costs = []
    for _part in range(4):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            export._step(run, cast[OFFICER])
        costs.append(len(asked))
    assert held == [2, 2, 2, 1]
    assert len(set(costs[:3])) == 1


@pytest.mark.slow
def test_every_list_prints_all_rows_with_person_filters_and_highest_code(cast: Any) -> None:
    everything(cast)
    stories.suspect(cast)
    browser = cast.browser(OFFICER)
    for listed in (LISTS[name] for name in FOR_CASE_READERS):
        text = browser.get(listed.url, {"print": "1"}).content.decode()
        assert "Printed by" in text, listed.name
        assert "Back to the screen view" in text, listed.name
        assert 'class="cv-rail"' not in text, listed.name
    assert "Highest handling code: H1" in browser.get(LISTS["cases"].url, {"print": "1"}).content.decode()


@pytest.mark.slow
@pytest.mark.parametrize("name", FOR_CASE_READERS)
def test_every_list_offers_facets_and_takes_each_filter_off_by_its_chip(cast: Any, name: str) -> None:
    everything(cast)
    shown = cast.browser(OFFICER).get(LISTS[name].url, {"sort": LISTS[name].default}).context
    assert any(items for _title, items in shown["facets"]) or not shown["page"].items
    assert shown["chosen"] == []
