"""What the environment chooses, in a separate process, because settings are read once."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

# Each starts a process.
# Both databases: which database and queue the environment chooses.
pytestmark = [pytest.mark.slow, pytest.mark.both_databases]

SHOW = """
import json
from django.conf import settings
names = {names!r}
print(json.dumps({{name: getattr(settings, name) for name in names}}, default=str))
"""


def read_settings(*names: str, **environment: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", SHOW.format(names=names)],
        cwd=settings.BASE_DIR,
        env={"DJANGO_SETTINGS_MODULE": "coordination.settings", "PATH": os.environ["PATH"]} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_by_default_everything_lives_in_the_data_folder(tmp_path: Path) -> None:
    found = read_settings("DATABASES", "CELERY_BROKER_URL", "CELERY_BROKER_TRANSPORT_OPTIONS", DATA_DIR=str(tmp_path))

    database = found["DATABASES"]["default"]
    assert database["NAME"] == str(tmp_path / "coordination.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert found["CELERY_BROKER_URL"].startswith("filesystem://")
    assert found["CELERY_BROKER_TRANSPORT_OPTIONS"]["data_folder_in"].startswith(str(tmp_path))


def test_two_variables_switch_to_services(tmp_path: Path) -> None:
    found = read_settings(
        "DATABASES",
        "CELERY_BROKER_URL",
        "CACHES",
        DATA_DIR=str(tmp_path),
        DATABASE_URL="postgres://office@db.example:5433/cases?sslmode=require",
        REDIS_URL="redis://redis.example/3",
    )

    database = found["DATABASES"]["default"]
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example", 5433, "cases")
    assert database["OPTIONS"]["sslmode"] == "require"
    assert "lock_timeout" in database["OPTIONS"]["options"]
    assert found["CELERY_BROKER_URL"] == found["CACHES"]["default"]["LOCATION"] == "redis://redis.example/3"


def test_no_job_outlives_its_claim_on_the_message(tmp_path: Path) -> None:
    found = read_settings(
        "CELERY_TASK_TIME_LIMIT", "CELERY_BROKER_TRANSPORT_OPTIONS", DATA_DIR=str(tmp_path), REDIS_URL="redis://x/0"
    )

    assert found["CELERY_TASK_TIME_LIMIT"] < found["CELERY_BROKER_TRANSPORT_OPTIONS"]["visibility_timeout"]


@pytest.mark.parametrize("cookie", ["SESSION", "CSRF", "LANGUAGE"])
def test_production_binds_its_cookies_to_this_host_and_tls(cookie: str, tmp_path: Path) -> None:
    names = [f"{cookie}_COOKIE_{part}" for part in ("NAME", "SECURE", "HTTPONLY", "SAMESITE")]
    found = read_settings(*names, DATA_DIR=str(tmp_path), ENVIRONMENT="production", SECRET_KEY="x" * 50)

    assert found[names[0]].startswith("__Host-")
    assert [found[name] for name in names[1:]] == [True, True, "Lax"]


def test_a_misspelt_environment_is_refused(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as refused:
        read_settings("DEBUG", DATA_DIR=str(tmp_path), ENVIRONMENT="prod")

    assert "must be development, training or production" in refused.value.stderr
