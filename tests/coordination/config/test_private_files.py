"""Files of the product are private: 0600 in 0700, regardless of the process that created them."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as the_settings
from django.core.management import call_command
from pytest_django.fixtures import Settings

from coordination.config import private_files, production

pytestmark = pytest.mark.both_databases  # the files of SQLite are private


@pytest.fixture
def data(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder as an older release left it: open to everyone."""
    folder = tmp_path / "data"
    settings.DATA_DIR, settings.STATIC_ROOT = folder, folder / "static"
    settings.EXPORTS_DIR, settings.CONTENT_KEY_FILE = folder / "exports", folder / "content-key.json"
    # The item of the dictionary, restored afterwards: every new connection of the suite is made from it.
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", str(folder / "coordination.sqlite3"))
    for name in ("coordination.sqlite3", "papers/2026/scan.pdf", "exports/list.csv", "static/app.css"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("contents")
        path.chmod(0o644)
        for parent in path.relative_to(folder).parents:
            (folder / parent).chmod(0o755)
    return folder


def modes(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}


def test_mending_closes_everything_but_the_static_files(data: Path) -> None:
    private_files.mend()
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert modes(data) == {
        "coordination.sqlite3": 0o600,
        "papers": 0o700,
        "papers/2026": 0o700,
        "papers/2026/scan.pdf": 0o600,
        "exports": 0o700,
        "exports/list.csv": 0o600,
        "static": 0o755,
        "static/app.css": 0o644,
    }
    assert private_files.exposed() == []
    assert private_files.mend() == 0


@pytest.mark.django_db
def test_production_lists_exposed_files_and_the_command_closes_them(data: Path, settings: Settings) -> None:
    settings.PRODUCTION, settings.ALLOWED_HOSTS = True, ["coordination.example"]
    assert f"can open {data}" in production.refusal()
    call_command("protect_data")
    assert "can open" not in production.refusal()
    assert stat.S_IMODE(settings.CONTENT_KEY_FILE.stat().st_mode) == 0o600


@pytest.mark.slow
def test_a_process_started_with_an_open_mask_writes_closed_files(tmp_path: Path) -> None:
    """The database, its log, the queue, secrets: everything a command creates from scratch."""
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    environment |= {"DATA_DIR": str(tmp_path / "data"), "DJANGO_SETTINGS_MODULE": "coordination.settings"}
    environment.pop("SECRET_KEY")
    for command in (["migrate", "journal", "--verbosity", "0"], ["protect_data"]):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=the_settings.BASE_DIR,
            env=environment,
            check=True,
            umask=0o002,
            capture_output=True,
        )
    made = modes(tmp_path / "data")
    assert {"coordination.sqlite3", "secrets.json", "content-key.json"} <= set(made)
    assert {name: mode for name, mode in made.items() if mode & 0o077} == {}
