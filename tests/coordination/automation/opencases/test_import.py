"""From the workbook to the case: two people of the agency import it, and take it back while nobody has acted on it."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.confirmations.models import Confirmation
from agencies.kernel.errors import Forbidden
from agencies.kernel.large_tables import read_large_table
from agencies.kernel.resource import RESOURCES
from agencies.kernel.tables import book_file, csv_file
from agencies.kernel.uploads import Verdict
from cases.casefile.models import Case
from cases.clocks.models import Clock
from cases.intake.models import Lead
from cases.proceedings.models import Proceeding
from coordination.actions.performing import perform
from coordination.automation.imports.actions import upload_table
from coordination.automation.imports.kinds import KINDS
from coordination.automation.imports.models import Import
from coordination.automation.opencases import reading
from coordination.automation.opencases.sheets import SHEET, SHEETS
from tests import stories
from tests.refusals import refused_for

from .register import ASKED, FILED, ITEM, NUMBER, PARTY, PROCEEDING, rows, tables

pytestmark = pytest.mark.django_db
OTHER = "沪关缉字〔2026〕119号"
KIND = KINDS["open_cases"]


def sent(name, content):
    file = SimpleUploadedFile(name, content)
    file.verdict = Verdict()
    return file


def uploaded(cast, listed, who="customs.lead", form="xlsx"):
    if form == "zip":
        file = BytesIO()
        with ZipFile(file, "w") as archive:
            for name, lines in tables(listed):
                archive.writestr(f"{name}.csv", csv_file(lines))
        content = file.getvalue()
    else:
        content = book_file(tables(listed))
    table = read_large_table(sent(f"register.{form}", content), sheets=len(SHEETS))
    return upload_table(KIND, table, actor=cast[who], source=KIND.source, file_name=f"register.{form}")


def do(cast, thing, verb, who, **answers):
    """One action as its page performs it, and the work that it starts."""
    made = perform(RESOURCES[f"{thing._meta.model_name}s"], cast[who], thing, verb, answers)
    stories.work_off()
    thing.refresh_from_db()
    return made.created


def checked(cast, listed=None, **given):
    made = uploaded(cast, listed or rows(parties=[PARTY], items=[ITEM], proceedings=[FILED]), **given)
    do(cast, made, "check", given.get("who", "customs.lead"))
    return made


def taken(cast, listed=None):
    made = checked(cast, listed)
    asked = do(cast, made, "take", "customs.lead")
    do(cast, asked, "confirm", "customs.head")
    made.refresh_from_db()
    return made


def results(imported):
    return {(row.sheet, row.line): row.result for row in imported.rows.all()}


def test_a_workbook_and_an_archive_of_csv_files_are_read_alike(cast):
    listed = rows(parties=[PARTY], items=[ITEM], proceedings=[FILED])
    for form in ("xlsx", "zip"):
        made = checked(cast, listed, form=form)
        assert made.state == "CHECKED"
        assert set(results(made).values()) == {"new"}
        assert made.total == 4
    assert not Case.objects.exists()


def test_columns_that_no_field_takes_are_named_and_not_imported(cast):
    listed = dict(tables(rows(parties=[PARTY])))
    listed["案件"] = [[*listed["案件"][0], "备注"], [*listed["案件"][1], "内部"]]
    table = read_large_table(sent("register.xlsx", book_file(listed.items())), sheets=len(SHEETS))
    made = upload_table(KIND, table, actor=cast["customs.lead"], source=KIND.source, file_name="register.xlsx")
    page = cast.browser("customs.lead").get(f"/imports/{made.pk}/columns/").text
    assert "Not imported" in page
    assert "备注" in page


def test_the_confirmer_is_another_chief_of_the_agency_and_only_then_is_it_taken(cast):
    made = checked(cast)
    asked = do(cast, made, "take", "customs.lead")
    assert (asked.kind, made.state) == ("import", "CHECKED")
    assert not Case.objects.exists()
    for who in ("customs.lead", "customs.officer", "commerce.lead", "centre.supervisor"):
        with pytest.raises(Forbidden):
            perform(RESOURCES["confirmations"], cast[who], asked, "confirm", {})
    do(cast, asked, "confirm", "customs.head")
    made.refresh_from_db()
    assert made.state == "TAKEN"
    assert set(results(made).values()) == {"new"}
    assert Case.objects.get().leads.get().source_ref == NUMBER
    assert asked.confirmer == cast.user("customs.head")


def test_what_was_checked_anew_in_between_is_asked_for_again(cast):
    made = checked(cast)
    asked = do(cast, made, "take", "customs.lead")
    do(cast, made, "check", "customs.lead")
    with refused_for("changed"):
        perform(RESOURCES["confirmations"], cast["customs.head"], asked, "confirm", {})
    assert not Case.objects.exists()


def test_no_one_confirms_where_the_agency_has_no_second_chief(cast):
    made = checked(cast)
    head = cast.user("customs.head")
    head.is_active = False
    head.save()
    with refused_for("second_person"):
        perform(RESOURCES["imports"], cast["customs.lead"], made, "take", {})
    assert not Confirmation.objects.exists()


def test_officers_and_other_agencies_neither_import_nor_see_it(cast):
    with pytest.raises(Forbidden):
        uploaded(cast, rows(), who="customs.officer")
    made = checked(cast)
    for who in ("customs.officer", "commerce.lead", "police.head", "centre.coordinator", "auditor", "sysadmin"):
        answer = cast.browser(who).get(f"/imports/{made.pk}/")
        assert answer.status_code in (403, 404), who
    page = cast.browser("customs.head").get(f"/imports/{made.pk}/").content.decode()
    assert NUMBER in page


@pytest.mark.slow
def test_a_mistake_refuses_its_case_as_a_whole_and_the_corrected_file_takes_it(cast):
    wrong = FILED | {"number": "沪关缉违字〔2026〕119号", "filed_on": "2026-08-01"}
    listed = [*rows(proceedings=[FILED]), *rows(OTHER, parties=[PARTY], proceedings=[wrong])]
    made = taken(cast, listed)
    assert Case.objects.count() == 1
    assert sorted(results(made).values()) == ["new", "new", "refused", "refused", "refused"]
    party = made.rows.get(sheet="parties")
    assert "refused as a whole" in party.problems[0][2]

    answer = cast.browser("customs.lead").post(f"/imports/{made.pk}/rows/xlsx/", {"result": "refused"})
    table = read_large_table(sent("again.xlsx", answer.content), sheets=len(SHEETS))
    lines = {sheet.name: list(sheet.lines.values()) for sheet in table.sheets}
    assert [len(one) for one in lines.values()] == [1, 1, 1]
    [proceeding] = lines[SHEET["proceedings"].words]
    assert "earlier than the step before" in proceeding["Reason for the import result"]

    right = [
        *rows(proceedings=[FILED]),
        *rows(OTHER, parties=[PARTY], proceedings=[wrong | {"filed_on": "2026-08-25"}]),
    ]
    again = taken(cast, right)
    assert sorted(results(again).values()) == ["new", "new", "new", "unchanged", "unchanged"]
    assert Case.objects.count() == 2


def test_a_case_of_more_rows_than_a_batch_is_taken_as_a_whole(cast, monkeypatch):
    parties = [PARTY | {"name": f"某{n}公司", "identifier": ""} for n in range(40)]
    made = taken(cast, [*rows(parties=parties), *rows(OTHER)])
    assert set(results(made).values()) == {"new"}
    assert Case.objects.get(leads__source_ref=NUMBER).parties.count() == 40
    monkeypatch.setattr(reading, "MOST_ROWS", 40)
    third = "沪关缉字〔2026〕120号"
    refused = checked(cast, rows(third, parties=parties))
    assert set(results(refused).values()) == {"refused"}
    assert "more than 40 rows" in refused.rows.get(sheet="cases").problems[0][2]


def test_another_content_of_a_known_case_is_shown_and_changes_nothing(cast):
    taken(cast)
    made = checked(cast, rows(parties=[PARTY], items=[ITEM], proceedings=[FILED | {"filed_on": "2026-08-24"}]))
    assert set(results(made).values()) == {"differs"}
    [doubt] = made.rows.get(sheet="proceedings").doubts
    assert doubt[1] == "differs"
    assert made.rows.exclude(doubts=[]).count() == 1


@pytest.mark.slow
def test_it_is_taken_back_by_two_people_and_may_be_imported_again(cast):
    made = taken(cast)
    first = Case.objects.get()
    asked = do(cast, made, "undo", "customs.lead", reason="Wrong dates")
    assert made.state == "TAKEN"
    do(cast, asked, "confirm", "customs.head")
    made.refresh_from_db()
    assert (made.state, set(results(made).values())) == ("UNDONE", {"withdrawn"})
    first.refresh_from_db()
    assert first.state == "CLOSED"
    assert not Clock.objects.running().exists()
    assert not first.holds.standing().exists()
    assert Proceeding.objects.get().state == "CLOSED"
    assert Lead.objects.get().closing == "mistake"

    taken(cast)
    second = Case.objects.exclude(pk=first.pk).get()
    assert second.leads.get().source_ref == NUMBER
    assert second.proceedings.get().external_number == PROCEEDING


@pytest.mark.slow
def test_what_someone_acted_on_and_what_reached_others_stays(cast):
    touched = FILED | {"number": "沪关缉违字〔2026〕119号"}
    third = "沪关缉字〔2026〕120号"
    listed = [*rows(proceedings=[FILED]), *rows(OTHER, proceedings=[touched]), *rows(third, referrals=[ASKED])]
    made = taken(cast, listed)
    proceeding = Proceeding.objects.get(external_number=touched["number"])
    stories.walk(cast, proceeding, [("investigate", "customs.officer", {"team": stories.team(cast)})])
    asked = do(cast, made, "undo", "customs.lead", reason="Wrong dates")
    do(cast, asked, "confirm", "customs.head")
    stays = {row.group: row.result for row in made.rows.all()}
    assert stays == {NUMBER: "withdrawn", OTHER: "stays", third: "stays"}
    assert Case.objects.exclude(state="CLOSED").count() == 2
    reasons = {row.group: row.problems[0][1] for row in made.rows.exclude(problems=[])}
    assert reasons == {OTHER: "touched", third: "stays"}


def test_the_template_is_a_workbook_that_can_be_imported_as_it_is(cast):
    answer = cast.browser("customs.lead").get("/imports/new/", {"template": "open_cases"})
    table = read_large_table(sent("template.xlsx", answer.content), sheets=len(SHEETS))
    assert [sheet.name for sheet in table.sheets] == [sheet.en for sheet in SHEETS]
    made = upload_table(KIND, table, actor=cast["customs.lead"], source=KIND.source, file_name="template.xlsx")
    do(cast, made, "check", "customs.lead")
    problems = list(made.rows.exclude(problems=[]).values_list("sheet", "problems"))
    assert set(results(made).values()) == {"new"}, problems
    assert cast.browser("customs.officer").get("/imports/new/").content.count(b"open_cases") == 0
    assert Import.objects.count() == 1
