"""Faults that prevent a start, and others that do not."""

import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from pytest_django.fixtures import Settings

from agencies.journal.models import Event
from agencies.people.models import User
from coordination.config import production, proxies, secrets
from tests.databases import migrated_file

pytestmark = pytest.mark.both_databases  # what a start requires of each database

SAFE = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "a key of the suite for a production that does not exist 0123456789",
    "ALLOWED_HOSTS": "coordination.example",
}


@pytest.fixture
def in_production(settings: Settings, tmp_path: Path, db: None) -> Settings:
    """A production system without fault; the suite's demo people are disabled in it."""
    settings.PRODUCTION = True
    settings.PRODUCTION_WAIVERS = ["owns-the-journal"]  # on PostgreSQL the suite owns its tables
    settings.DATA_DIR = tmp_path
    settings.ALLOWED_HOSTS = ["coordination.example"]
    User.objects.update(is_active=False)
    return settings


def enable(*usernames: str) -> None:
    User.objects.filter(username__in=usernames).update(is_active=True)


def manage(command: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", *SAFE}}
    return subprocess.run(
        [sys.executable, "manage.py", command, *arguments],
        cwd=settings.BASE_DIR,
        env=kept | {"DJANGO_SETTINGS_MODULE": "coordination.settings"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_safe_system_starts(in_production: Settings) -> None:
    assert production.refusal() == ""


@pytest.mark.slow
def test_active_demo_accounts_are_named_until_they_are_disabled(in_production: Settings) -> None:
    enable("customs.officer", "auditor")
    assert "(auditor, customs.officer)" in production.refusal()
    with pytest.raises(SystemCheckError, match="demo accounts are active"):
        call_command("check", deploy=True)

    call_command("disable_demo", stdout=StringIO())

    assert production.refusal() == ""
    assert Event.objects.filter(verb="disable_account").count() == 2


@pytest.mark.django_db
def test_demo_accounts_may_be_active_in_development() -> None:
    assert User.objects.filter(is_demo=True, is_active=True).exists()
    assert production.refusal() == ""


def test_generated_secrets_are_named(in_production: Settings, tmp_path: Path) -> None:
    secrets.obtain("DEMO_PASSWORD_OF_THIS_TEST", folder=tmp_path)

    assert "DEMO_PASSWORD_OF_THIS_TEST was generated" in production.refusal()


def test_every_fault_is_named_at_once(in_production: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY")
    in_production.ALLOWED_HOSTS = []
    in_production.DEBUG = True
    enable("auditor")

    text = production.refusal()

    for name in ("DEBUG", "ALLOWED_HOSTS", "SECRET_KEY", "auditor"):
        assert name in text
    in_production.ALLOWED_HOSTS = ["*"]
    assert "ALLOWED_HOSTS is *" in production.refusal()


RISKS = {
    "weak-secret-key": {"SECRET_KEY": "changeme" * 8},
    "trusts-every-proxy": {"FORWARDED_ALLOW_IPS": "127.0.0.1,*"},
    "webhooks-anywhere": {"WEBHOOK_NETWORKS": "10.0.0.0/8,::/0"},
    "redis-without-password": {"REDIS_URL": "rediss://redis.example/0"},
    "redis-without-tls": {"REDIS_URL": "redis://:secret@redis.example/0"},
    "mail-without-tls": {
        "MAIL_URL": "smtp://mail.example:25",
        "MAIL_FROM": "office@coordination.example",
        "PUBLIC_URL": "https://coordination.example",
    },
    "wildcard-hosts": {"ALLOWED_HOSTS": ".coordination.example"},
}


AT_ONCE = {name: value for risk in RISKS.values() for name, value in risk.items()} | {
    "SECRET_KEY": "changeme" * 8,
    "REDIS_URL": "redis://redis.example/0",
}
# Settings from the environment that `production` reads.
READ = (
    *("SECRET_KEY", "ALLOWED_HOSTS", "PRODUCTION_WAIVERS", "WEBHOOK_NETWORKS", "REDIS_URL", "MAILS", "EMAIL_BACKEND"),
    *("EMAIL_HOST", "EMAIL_USE_TLS", "EMAIL_USE_SSL"),
)


@pytest.fixture
def check(in_production: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Runs `manage.py check --deploy --tag security` in this process, with the settings of an environment."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)

    def said(waivers: str = "", **environment: str) -> str:
        waived = f"{production.OWNS_THE_JOURNAL},{waivers}".strip(",")
        given = {**SAFE, "DATA_DIR": str(in_production.DATA_DIR), "PRODUCTION_WAIVERS": waived, **environment}
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        made = runpy.run_path(str(Path(production.__file__).with_name("settings.py")))
        for name in set(READ) & set(made):
            setattr(in_production, name, made[name])
        trusted = runpy.run_path(proxies.__file__)["TRUSTED"]
        monkeypatch.setattr(proxies, "TRUSTED", trusted)
        stderr = StringIO()
        call_command("check", deploy=True, tags=["security"], stdout=StringIO(), stderr=stderr)
        return stderr.getvalue()

    return said


@pytest.mark.parametrize("name", sorted(production.WAIVERS - {production.OWNS_THE_JOURNAL}))
def test_each_risk_is_refused_unless_it_is_accepted_by_name(name: str, check: Callable[..., str]) -> None:
    with pytest.raises(SystemCheckError, match=f"PRODUCTION_WAIVERS={name}"):
        check(**RISKS[name])

    assert f"(accepted: {name})" in check(name, **RISKS[name])


@pytest.mark.slow
def test_the_command_line_refuses_all_risks_at_once_and_accepts_them(tmp_path: Path) -> None:
    environment = {**SAFE, "DATA_DIR": str(tmp_path), **AT_ONCE}

    refused = manage("check", "--deploy", "--tag", "security", **environment)
    assert refused.returncode == 1
    assert [name for name in RISKS if f"PRODUCTION_WAIVERS={name}" not in refused.stderr] == []

    accepted = manage("check", "--deploy", "--tag", "security", **environment, PRODUCTION_WAIVERS=",".join(RISKS))
    assert accepted.returncode == 0, accepted.stderr
    assert [name for name in RISKS if f"(accepted: {name})" not in accepted.stderr] == []


@pytest.mark.parametrize(
    "environment",
    [
        {"REDIS_URL": "redis://127.0.0.1:6379/0"},
        {"REDIS_URL": "rediss://:secret@redis.example/0"},
        {"WEBHOOK_NETWORKS": "10.0.0.0/8", "FORWARDED_ALLOW_IPS": "10.0.0.7"},
        {"MAIL_URL": "smtp+tls://mail.example:587", "MAIL_FROM": "a@b.example", "PUBLIC_URL": "https://b.example"},
        {"MAIL_URL": "smtp://localhost:25", "MAIL_FROM": "a@b.example", "PUBLIC_URL": "https://b.example"},
    ],
)
def test_encrypted_or_local_services_are_no_risk(environment: dict[str, str], check: Callable[..., str]) -> None:
    assert "coordination." not in check(**environment)


def test_a_misspelt_waiver_waives_nothing(in_production: Settings) -> None:
    in_production.PRODUCTION_WAIVERS = ["redis-without-pasword"]

    assert "PRODUCTION_WAIVERS names redis-without-pasword" in production.refusal()


def test_accepted_risks_are_logged_at_every_start(in_production: Settings, caplog: pytest.LogCaptureFixture) -> None:
    in_production.ALLOWED_HOSTS = [".coordination.example"]
    in_production.PRODUCTION_WAIVERS = [*in_production.PRODUCTION_WAIVERS, "wildcard-hosts"]

    production.log_waived()

    assert production.refusal() == ""
    assert "wildcard-hosts" in caplog.text


@pytest.mark.django_db
@pytest.mark.parametrize(("hosts", "is_refused"), [(["localhost", "127.0.0.1"], False), (["10.0.0.7"], True)])
def test_debug_is_for_this_machine_only(settings: Settings, hosts: list[str], is_refused: bool) -> None:
    settings.DEBUG = True
    settings.ALLOWED_HOSTS = hosts

    assert ("DEBUG" in production.refusal()) is is_refused


@pytest.mark.slow
def test_an_empty_database_can_be_migrated_and_then_served(tmp_path: Path) -> None:
    """Runs the migrations of one app on an empty database; the suite runs all of them for its own database."""
    begun = manage("migrate", "journal", DATA_DIR=str(tmp_path / "empty"), **SAFE)
    assert begun.returncode == 0, begun.stderr

    migrated_file(tmp_path / "coordination.sqlite3")
    migrated = manage("migrate", DATA_DIR=str(tmp_path), **SAFE)
    assert migrated.returncode == 0, migrated.stderr

    started = manage("clearsessions", DATA_DIR=str(tmp_path), **SAFE)
    assert started.returncode == 0, started.stderr


@pytest.mark.slow
def test_an_unsafe_system_runs_only_repairing_commands(tmp_path: Path) -> None:
    unsafe = {"DATA_DIR": str(tmp_path), "ENVIRONMENT": "production"}

    refused = manage("serve", **unsafe)
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert refused.stderr.startswith("Refusing to start:\n- ALLOWED_HOSTS is not set")
    assert manage("showmigrations", **unsafe).returncode == 0


@pytest.mark.parametrize("command", ["serve", "prepare", "clearsessions"])
def test_every_other_command_is_refused(in_production: Settings, command: str) -> None:
    in_production.ALLOWED_HOSTS = []

    with pytest.raises(SystemExit, match=r"^Refusing to start:\n- ALLOWED_HOSTS is not set"):
        production.CommandLine(["manage.py", command]).fetch_command(command)


CELERY = ("-m", "celery", "--app", "coordination", "--workdir", "{folder}")


@pytest.mark.slow
@pytest.mark.parametrize("process", [("-c", "import coordination.asgi"), (*CELERY, "worker"), (*CELERY, "beat")])
def test_the_web_server_the_worker_and_the_scheduler_refuse_too(process: tuple[str, ...], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, *(part.format(folder=tmp_path) for part in process)],
        cwd=settings.BASE_DIR,
        env={"DATA_DIR": str(tmp_path), "ENVIRONMENT": "production", "SECRET_KEY": SAFE["SECRET_KEY"]},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert "ALLOWED_HOSTS is not set" in done.stderr
