"""On PostgreSQL the application's role may only read the journal and append to it."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from pytest_django.fixtures import Settings

from agencies.journal.actions import erase_note
from agencies.journal.grants import grant_to, owns_journal_tables
from agencies.journal.models import Event
from agencies.kernel.work import atomic
from coordination.config import production
from coordination.config.database import is_owners_command
from tests import stories

pytestmark = pytest.mark.both_databases  # grants protect the journal

ROLE = "coordination_application_of_the_suite"


@pytest.fixture
def as_application(cast: Any) -> Iterator[Any]:
    """Creates a case as the owner and then acts as the other role. The test is rolled back as a whole."""
    case = stories.shared_case(cast)
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            pytest.skip("this role may not create another one")
        cursor.execute(f"CREATE ROLE {ROLE}")
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            cursor.execute(f"GRANT {ROLE} TO CURRENT_USER")
    grant_to(ROLE)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        yield case
        cursor.execute("RESET ROLE")


@pytest.mark.postgres
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_event SET verb = 'x'",
        "DELETE FROM journal_event",
        "TRUNCATE journal_event CASCADE",
        "ALTER TABLE journal_event DISABLE TRIGGER ALL",
        "DROP TRIGGER journal_event_no_change ON journal_event",
        "CREATE OR REPLACE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN END $$",
        "UPDATE journal_eventnote SET reason = 'x'",
        "UPDATE journal_involvement SET object_kind = 'x'",
        "DELETE FROM journal_involvement",
        "TRUNCATE journal_involvement",
        "ALTER TABLE journal_involvement DISABLE TRIGGER ALL",
        "UPDATE custody_custodyevent SET id = id",
        "DELETE FROM custody_custodyevent",
        "SET session_replication_role = replica",
    ],
)
def test_the_application_cannot_change_what_was_recorded(as_application: Any, statement: str) -> None:
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), atomic():
        connection.cursor().execute(statement)


@pytest.mark.postgres
def test_the_application_does_its_work(cast: Any, as_application: Any) -> None:
    assert not owns_journal_tables()
    stories.transfer(cast, "ACCEPTED", as_application)
    stories.confidential(cast, "ANSWERED")
    stories.lot(cast, as_application)
    erase_note(Event.objects.first(), actor=cast["secadmin"], reason="PIPL art. 47", paper="2026-7")


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_role_that_created_the_tables_owns_them() -> None:
    assert owns_journal_tables()


@pytest.mark.postgres
@pytest.mark.django_db
def test_production_refuses_an_owning_role_unless_it_is_accepted(settings: Settings) -> None:
    settings.PRODUCTION, settings.PRODUCTION_WAIVERS = True, []
    assert "PRODUCTION_WAIVERS=owns-the-journal" in production.refusal()
    settings.PRODUCTION_WAIVERS = ["owns-the-journal"]
    assert "owns-the-journal" not in production.refusal()


@pytest.mark.django_db
def test_the_command_asks_for_two_roles() -> None:
    with pytest.raises(CommandError, match="MIGRATE_DATABASE_URL"):
        call_command("grant_application_role", stdout=StringIO())


@pytest.mark.parametrize(
    ("argv", "is_owner"),
    [
        (["manage.py", "migrate"], True),
        (["/srv/manage.py", "prepare"], True),
        (["manage.py", "serve"], False),
        (["manage.py"], False),
        (["gunicorn", "migrate"], False),
    ],
)
def test_only_commands_that_change_tables_take_the_owners_role(argv: list[str], is_owner: bool) -> None:
    assert is_owners_command(argv) is is_owner
