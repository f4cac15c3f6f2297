"""Every read of a case and every refusal is logged for the auditor; confidential letters are not."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.utils import timezone
from pytest_django.fixtures import Settings

from agencies.journal.models import Event
from coordination.insight.audit import read_log_middleware
from coordination.insight.read_log import actions, spool
from coordination.insight.read_log.jobs import forget, take_in
from coordination.insight.read_log.models import ReadAlert, ReadRecord
from coordination.tooling.operation.jobs import watch_reads
from tests import stories
from tests.coordination.routes import every_route

pytestmark = pytest.mark.both_databases  # a table on PostgreSQL, a file on SQLite


def logged(**given: Any) -> list[ReadRecord]:
    take_in()
    return list(ReadRecord.objects.filter(**given).order_by("at"))


def test_each_read_is_logged_with_person_case_time_and_address(cast: Any) -> None:
    case = stories.case(cast)
    cast.browser("customs.officer").get(f"/cases/{case.pk}/", REMOTE_ADDR="10.7.0.9")
    [row] = logged()
    assert (row.actor_kind, row.actor_id) == ("user", cast["customs.officer"].id)
    assert (row.route, row.object_kind, row.object_id, row.status) == ("case", "case", case.pk, 200)
    assert row.agency_id == cast["customs.officer"].agency_id
    assert row.address == "10.7.0.9"
    assert timezone.now() - row.at < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("address", "route"),
    [
        ("/cases/", "cases"),
        ("/cases/?print=1", "cases"),
        ("/search/?q=antimony", "search"),
        ("/api/v1/cases/", "api-cases"),
        ("/api/v1/cases/{pk}/", "api-cases-one"),
        ("/cases/{pk}/do/classify/", "verb"),
    ],
)
def test_pages_prints_files_searches_and_the_api_are_reads(cast: Any, address: str, route: str) -> None:
    case = stories.case(cast)
    assert cast.browser("customs.officer").get(address.format(pk=case.pk)).status_code == 200
    assert [row.route for row in logged()] == [route]


def test_a_list_taken_out_as_a_file_is_a_read(cast: Any) -> None:
    stories.case(cast)
    assert cast.browser("customs.officer").post("/lists/cases/csv/").status_code == 200
    assert [row.route for row in logged()] == ["list_csv"]


def test_a_refusal_is_logged_with_its_route_and_without_the_id(cast: Any) -> None:
    hidden = stories.case(cast, handling="H3", handling_code="H3")
    browser = cast.browser("police.officer")
    for address in (f"/cases/{hidden.pk}/", f"/cases/{uuid4()}/", f"/api/v1/cases/{hidden.pk}/"):
        assert browser.get(address).status_code == 404
    assert browser.get("/journal/").status_code == 403
    rows = logged(actor_id=cast["police.officer"].id)
    assert [(row.route, row.status) for row in rows] == [
        ("case", 404),
        ("case", 404),
        ("api-cases-one", 404),
        ("journal", 403),
    ]
    assert {(row.object_kind, row.object_id, row.terms) for row in rows} == {("", None, "")}


def test_an_anonymous_refusal_at_the_api_is_logged(client: Any, db: None) -> None:
    assert client.get("/api/v1/cases/").status_code in (401, 403)
    [row] = logged()
    assert (row.actor_kind, row.actor_id, row.route) == ("anonymous", "", "api-cases")


@pytest.mark.parametrize("address", ["/fresh/", "/drafts/?page=/cases/", "/glossary/", "/readyz", "/deadlines/"])
def test_polls_help_and_law_are_no_reads(cast: Any, address: str) -> None:
    cast.browser("customs.officer").get(address)
    assert [row for row in logged() if not row.is_refusal] == []


def test_every_group_of_routes_without_contents_exists() -> None:
    names = [route.name for route in every_route()]
    assert [one for one in read_log_middleware.NO_CONTENTS if not any(name.startswith(one) for name in names)] == []
    assert not any(
        name.startswith(read_log_middleware.NO_CONTENTS) for name in ("case", "lead", "search", "list_csv", "run_file")
    )


def test_search_terms_are_kept_as_digests_by_which_they_are_found_again(cast: Any) -> None:
    cast.browser("customs.officer").get("/search/", {"q": "Zirkonium GmbH"})
    [row] = logged()
    assert "zirkonium" not in row.terms.casefold()
    browser = cast.browser("auditor")
    assert [one.pk for one in browser.get("/readings/", {"term": "zirkonium gmbh "}).context["page"].items] == [row.pk]
    assert browser.get("/readings/", {"term": "zirkon"}).context["page"].items == []


# Confidential letters ------------------------------------------------------------------------------------------------
def test_reading_a_confidential_letter_is_recorded_only_in_its_own_chain(cast: Any) -> None:
    letter = stories.confidential(cast)
    browser = cast.browser("customs.officer")
    for address in (
        "/confidential-letters/",
        f"/confidential-letters/{letter.pk}/",
        f"/api/v1/confidential-letters/{letter.pk}/",
    ):
        assert browser.get(address).status_code == 200
    assert logged() == []
    reads = Event.objects.filter(object_id=letter.pk, verb="read")
    assert [(read.stream.kind, read.actor_id) for read in reads] == [("confidential", cast["customs.officer"].id)] * 2
    assert "Last read by" in browser.get(f"/confidential-letters/{letter.pk}/").content.decode()


def test_a_refused_confidential_letter_is_logged_like_an_unknown_one(cast: Any) -> None:
    letter = stories.confidential(cast)
    browser = cast.browser("customs.lead")
    for pk in (letter.pk, uuid4()):
        assert browser.get(f"/confidential-letters/{pk}/").status_code == 404
    first, second = logged()
    assert (first.route, first.object_id, first.terms) == (second.route, second.object_id, second.terms)
    assert not Event.objects.filter(object_id=letter.pk, verb="read").exists()


def test_a_reader_of_a_letter_is_not_named_as_who_changed_it(cast: Any) -> None:
    letter = stories.confidential(cast, "DRAFT")
    cast.browser("customs.officer").get(f"/confidential-letters/{letter.pk}/")
    page = cast.browser("customs.officer").post(
        f"/confidential-letters/{letter.pk}/do/edit/",
        {"addressee": "x", "official": "y", "facts": "z", "version": "99"},
    )
    assert page.status_code == 409
    named = Event.objects.filter(object_id=letter.pk).exclude(verb="read").order_by("-id").first()
    assert named.verb == "name"


# The spool -----------------------------------------------------------------------------------------------------------
def a_row(**given: Any) -> dict[str, Any]:
    return {
        "at": timezone.now().isoformat(),
        "actor_kind": "user",
        "actor_id": str(uuid4()),
        "agency_id": None,
        "address": "",
        "route": "case",
        "object_kind": "",
        "object_id": None,
        "status": 200,
        "terms": "",
        **given,
    }


def append(**given: Any) -> None:
    spool.append({"id": str(uuid4()), **a_row(**given)})


@pytest.mark.django_db
def test_rows_are_taken_in_once_also_after_a_crash_in_between() -> None:
    for n in range(3):
        append(route=f"r{n}")
    [path] = spool.taken()  # renamed, then the worker died after importing one row
    ReadRecord.objects.bulk_create([actions._row(next(spool.rows(path)))])
    append(route="r3")
    assert take_in() == 4
    assert sorted(ReadRecord.objects.values_list("route", flat=True)) == ["r0", "r1", "r2", "r3"]
    assert take_in() == 0
    assert list(spool.folder().iterdir()) == []


@pytest.mark.django_db
def test_a_line_that_was_cut_short_costs_only_itself(caplog: pytest.LogCaptureFixture) -> None:
    append(route="whole")
    with (spool.folder() / spool.CURRENT).open("ab") as file:
        file.write(b'{"id": "cut sho\n')
    append(route="later")
    take_in()
    assert set(ReadRecord.objects.values_list("route", flat=True)) == {"whole", "later"}
    assert "not a complete row" in caplog.text


@pytest.mark.django_db
def test_a_writer_that_opened_the_file_before_it_was_taken_writes_into_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    append(route="first")
    lock, taken = spool.fcntl.flock, []

    def taken_away(file: int, how: int) -> None:
        if how == spool.fcntl.LOCK_SH and not taken:
            taken.append(list(spool.taken()))
        lock(file, how)

    monkeypatch.setattr(spool.fcntl, "flock", taken_away)
    append(route="second")
    assert taken
    assert (spool.folder() / spool.CURRENT).read_text().count("second") == 1
    assert take_in() == 2


def gone(*_args: Any, **_named: Any) -> None:
    """What saving does while the PostgreSQL server is gone."""
    raise OperationalError("the server closed the connection")


@pytest.mark.django_db
def test_a_row_that_the_database_does_not_take_waits_in_the_file(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    settings.READ_LOG_AT_ONCE = True
    with monkeypatch.context() as without:
        without.setattr(ReadRecord, "save", gone)
        actions.write(a_row(route="kept"))
    assert "waits in a file" in caplog.text
    assert [row.route for row in logged()] == ["kept"]


@pytest.mark.postgres
@pytest.mark.django_db
def test_postgresql_takes_a_row_at_once(settings: Settings) -> None:
    settings.READ_LOG_AT_ONCE = True
    before = set(ReadRecord.objects.values_list("pk", flat=True))
    actions.write(a_row(route="kept"))
    assert [row.route for row in ReadRecord.objects.exclude(pk__in=before)] == ["kept"]


def test_spooled_rows_are_closed_to_other_accounts(cast: Any) -> None:
    append()
    assert (spool.folder() / spool.CURRENT).stat().st_mode & 0o077 == 0
    assert spool.folder().stat().st_mode & 0o077 == 0


# Alerts and deletion -------------------------------------------------------------------------------------------------
@pytest.mark.slow
def test_many_reads_in_an_hour_raise_one_alert_that_grows(cast: Any, settings: Settings) -> None:
    settings.READ_ALERT_PER_HOUR = 3
    case, browser = stories.case(cast), cast.browser("customs.officer")
    for _ in range(4):
        browser.get(f"/cases/{case.pk}/")
    cast.browser("customs.lead").get(f"/cases/{case.pk}/")
    take_in()
    assert (watch_reads(), watch_reads()) == (1, 0)
    browser.get(f"/cases/{case.pk}/")
    take_in()
    assert watch_reads() == 0
    alert = ReadAlert.objects.get()
    assert (alert.kind, alert.actor_id, alert.reads) == ("volume", cast["customs.officer"].id, 5)


def test_a_first_read_of_a_restricted_case_or_its_parts_raises_an_alert(cast: Any) -> None:
    case = stories.case(cast, handling="H3", handling_code="H3")
    proceeding = stories.proceeding(cast, "INVESTIGATE", case)
    cast.browser("customs.officer").get(f"/proceedings/{proceeding.pk}/")
    cast.browser("customs.officer").get(f"/cases/{stories.case(cast).pk}/")
    take_in()
    assert (watch_reads(), watch_reads()) == (1, 0)
    alert = ReadAlert.objects.get()
    assert (alert.kind, alert.case_id, alert.actor_id) == ("restricted", case.pk, cast["customs.officer"].id)


def test_an_auditor_settles_an_alert_once_with_a_finding(cast: Any) -> None:
    case = stories.case(cast, handling="H3", handling_code="H3")
    cast.browser("customs.officer").get(f"/cases/{case.pk}/")
    take_in()
    watch_reads()
    alert, browser = ReadAlert.objects.get(), cast.browser("auditor")
    assert "First read of a restricted case" in browser.get("/readings/alerts/").content.decode()
    address = f"/readings/alerts/{alert.pk}/settle/"
    assert browser.post(address, {"reason": " ", "version": "1"}).status_code == 400
    assert browser.post(address, {"reason": "Its handler.", "version": "1"}).status_code == 302
    assert browser.post(address, {"reason": "Again.", "version": "1"}).status_code == 409
    alert.refresh_from_db()
    assert alert.state == "SETTLED"
    event = Event.objects.get(object_kind="read_alert")
    assert (event.verb, event.note.reason) == ("settle", "Its handler.")
    assert cast.browser("customs.head").post(address, {"reason": "x"}).status_code == 403


@pytest.mark.django_db
def test_the_log_is_forgotten_when_its_time_is_over(settings: Settings) -> None:
    settings.READ_LOG_DAYS = 200
    for days in (199, 201):
        append(at=(timezone.now() - timedelta(days=days)).isoformat(), route=f"d{days}")
    take_in()
    assert (forget(), forget()) == (1, 0)
    assert [row.route for row in ReadRecord.objects.all()] == ["d199"]
