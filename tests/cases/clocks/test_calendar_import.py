"""Import of a published schedule: provisional periods are recounted, and the changes are visible."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from agencies.calendar.models import CalendarDay
from agencies.calendar.reference import load
from agencies.journal.models import Event
from agencies.kernel.reference import read_csv
from cases.clocks.due_times import import_calendar
from cases.clocks.models import Clock, ClockChange
from coordination.tooling.operation.jobs import go_on
from tests import stories

PAGE = "/deadlines/calendar/"
NOTICE = {"source": "国务院办公厅关于2027年部分节假日安排的通知", "document": "国办发明电〔2026〕9号"}


def schedule(*days: str) -> str:
    """An invented schedule for 2027: the statutory festivals, and the days that a test adds."""
    festivals = Path(load.__globals__["DATA"]) / "statutory_festivals.csv"
    rows = [f"{row['date']},day_off,x" for row in read_csv(festivals) if row["year"] == "2027"]
    return "\n".join(["date,override,holiday", *rows, *days])


def command(tmp_path: Path, text: str, *args: str) -> dict[str, Any]:
    file, out = tmp_path / "schedule.csv", StringIO()
    file.write_text(text, encoding="utf-8")
    options = ["--source", NOTICE["source"], "--document", NOTICE["document"], "--json", *args]
    call_command("import_calendar", str(file), *options, stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def provisional_clock(cast: Any) -> Clock:
    clock = Clock.objects.about(stories.proceeding(cast, "INVESTIGATE")).get(rule__code="CUS_DECISION")
    assert clock.provisional
    return clock


def day_of(clock: Clock) -> str:
    assert clock.due_at is not None
    return clock.due_at.astimezone().date().isoformat()


def test_a_provisional_due_time_becomes_firm_and_a_dry_run_or_a_second_import_changes_nothing(
    cast: Any, tmp_path: Path
) -> None:
    clock = provisional_clock(cast)
    output = command(tmp_path, schedule(f"{day_of(clock)},day_off,moved"), "--dry-run")
    assert output["added"] == [day_of(clock)]
    assert output["clocks_moved"] is None
    assert not CalendarDay.objects.filter(date__year=2027, confirmed=True).exists()
    assert not ClockChange.objects.exists()
    was, ends_in = clock.due_at, int(day_of(clock)[:4])
    text = schedule(f"{day_of(clock)},day_off,moved")
    output = command(tmp_path, text)
    years = sorted({2027, ends_in})  # it ends after the schedule if today is after 2026
    assert (output["years"], output["newly_published"], output["clocks_moved"]) == (years, years, 1)
    clock.refresh_from_db()
    assert was is not None
    assert clock.due_at is not None
    assert clock.due_at > was
    assert not clock.provisional
    change = ClockChange.objects.get(clock=clock)
    assert (change.why, change.was_due_at, change.due_at) == ("calendar", was, clock.due_at)
    assert Event.objects.filter(verb="recount", object_id=clock.pk).count() == 1
    assert Event.objects.filter(verb="import_calendar").count() == 1
    again = command(tmp_path, text)
    assert (again["added"], again["changed"], again["removed"], again["clocks_moved"]) == ([], [], [], 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("day,kind\n2027-01-01,day_off", "columns"),
        ("date,override,holiday", "no lines below its headings"),
        ("date,override,holiday\n2027-13-01,day_off,x\n2027-01-04,maybe,x", "Line 2.*\n.*Line 3"),
        ("date,override,holiday\n2027-01-04,day_off,x\n2027-01-04,day_off,x", "twice"),
    ],
)
def test_a_bad_file_is_refused_with_its_lines(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(CommandError, match=why):
        command(tmp_path, text)


def test_the_administrator_sees_a_preview_before_the_import(cast: Any) -> None:
    clock = provisional_clock(cast)
    client, form = cast.browser("sysadmin"), {**NOTICE, "text": schedule(f"{day_of(clock)},day_off,moved")}
    checked = client.post(PAGE, {**form, "act": "check"})
    assert [one.date.isoformat() for one in checked.context["diff"].added] == [day_of(clock)]
    assert not CalendarDay.objects.filter(date__year=2027, confirmed=True).exists()
    run = client.post(PAGE, {**form, "act": "import"})
    assert run.status_code == 302
    assert CalendarDay.objects.filter(date__year=2027, confirmed=True).exists()
    was = clock.due_at
    clock.refresh_from_db()
    assert (clock.due_at, clock.provisional) == (was, True)  # the worker recounts it later
    assert "Waiting for the background worker" in client.get(run["Location"]).content.decode()
    go_on()
    assert "1 deadline changed." in client.get(run["Location"]).content.decode()
    clock.refresh_from_db()
    assert was is not None
    assert clock.due_at is not None
    assert clock.due_at > was
    assert not clock.provisional
    assert client.post(PAGE, {**form, "text": "nonsense", "act": "import"}).status_code == 400


def test_an_imported_correction_survives_the_next_load(cast: Any) -> None:
    from_file = CalendarDay.objects.filter(date__year=2026).count()
    import_calendar([], actor=cast["sysadmin"], **NOTICE)  # an empty list names no year
    assert CalendarDay.objects.filter(date__year=2026).count() == from_file


@pytest.mark.parametrize("year", [2026, 2027])
def test_an_imported_schedule_survives_loading_the_shipped_files(cast: Any, tmp_path: Path, year: int) -> None:
    """Including a correction of a shipped year: the next start loads the shipped files again."""
    text = "\n".join(
        [
            "date,override,holiday",
            f"{year}-01-01,day_off,New Year",
            f"{year}-03-02,day_off,invented",
            f"{year}-03-07,extra_workday,x",
        ]
    )
    command(tmp_path, text)
    imported = set(CalendarDay.objects.filter(date__year=year).values_list("date", "kind", "source", "confirmed"))
    assert len(imported) == 3
    clock = provisional_clock(cast) if year == 2026 else None
    for _ in range(2):
        call_command("load_reference", stdout=StringIO())
    again = set(CalendarDay.objects.filter(date__year=year).values_list("date", "kind", "source", "confirmed"))
    assert again == imported
    if clock is not None:
        due = clock.due_at
        clock.refresh_from_db()
        assert clock.due_at == due
