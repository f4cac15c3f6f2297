"""A production on PostgreSQL whose tables belong to another role than the application's."""

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from tests import stories
from tests.coordination.wire import PATIENCE, Web, Wire, wait_until
from tests.databases import databases_of_this_process, digest_of_migrations

NAME = "coordination_two_roles_of_the_suite"  # of the application's role, and its password
TEMPLATE = f"%\\_migrated\\_{digest_of_migrations()}"


class Production:
    def __init__(self, folder: Path, application: str, owner: str) -> None:
        self.folder, self.application, self.owner = folder, application, owner
        self.environment = {
            "ENVIRONMENT": "production",
            "SECRET_KEY": "a key of the suite for a production that does not exist 0123456789",
            "ALLOWED_HOSTS": "127.0.0.1",
            "DATABASE_URL": application,
            "MIGRATE_DATABASE_URL": owner,
        }

    def run(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=settings.BASE_DIR,
            env=self.environment | {"DATA_DIR": str(self.folder / "var")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def statement(self, role: str, text: str) -> None:
        with psycopg.connect(role) as link:
            link.execute(text)


@pytest.fixture
def production(db: None, tmp_path: Path) -> Iterator[Production]:
    databases, name = databases_of_this_process(), f"{settings.DATABASES['default']['NAME']}_two_roles"
    if not databases.ask("SELECT 1 FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolcreaterole)"):
        pytest.skip("this role may not create another one")
    [(port,)] = databases.ask("SHOW port")
    [(template,), *_others] = databases.ask("SELECT datname FROM pg_database WHERE datname LIKE %s", TEMPLATE)
    databases.copy(template, name)
    databases.ask(f"DROP ROLE IF EXISTS {NAME}")
    databases.ask(f"CREATE ROLE {NAME} LOGIN PASSWORD '{NAME}'")
    wire = Wire()  # leads to the server as the suite's own role
    wire.mend()
    try:
        owner = wire.url.rpartition("/")[0]
        yield Production(tmp_path, f"postgres://{NAME}:{NAME}@127.0.0.1:{port}/{name}", f"{owner}/{name}")
    finally:
        wire.cut()
        databases.drop(name)
        databases.ask(f"DROP ROLE {NAME}")


def report(web: Web, key: str, reference: str) -> int:
    """The status of a lead that a machine reports through the proxy."""
    content = stories.content() | {"source_system": "risk-engine", "source_ref": reference}
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "X-Forwarded-Proto": "https"}
    with closing(http.client.HTTPConnection("127.0.0.1", web.port, timeout=PATIENCE)) as link:
        link.request("POST", "/api/v1/leads/", json.dumps(content), headers)
        answer = link.getresponse()
        assert answer.status < 400, answer.read().decode()
        return answer.status


@pytest.mark.postgres
def test_the_application_works_after_prepare_and_after_a_migration_with_a_new_table(production: Production) -> None:
    production.run("prepare")
    key = production.run("create_api_client", "risk-engine", "--agency", "GACC_RISK", "--scope", "leads:write").strip()
    web = Web(production.folder, **production.environment)
    try:
        wait_until(lambda: web.status("/readyz") == 200, web.output)
        assert report(web, key, "R-1") == 201
        production.run("verify_audit")

        production.statement(production.owner, "CREATE TABLE added_later (id bigserial PRIMARY KEY)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            production.statement(production.application, "INSERT INTO added_later DEFAULT VALUES")
        production.run("migrate")

        production.statement(production.application, "INSERT INTO added_later DEFAULT VALUES")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            production.statement(production.application, "UPDATE journal_event SET verb = 'x'")
        assert report(web, key, "R-2") == 201
        production.run("verify_audit")
    finally:
        web.stop()
