"""Released migrations stay as they are, and databases of releases are upgraded by the commands of the guide.

Before the first release no database is kept; the test then makes one with the command that will write them.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings

from dev import releases

RELEASED = sorted(releases.FOLDER.glob("*/migrations.sha256"))


def changed(released: str, present: dict[str, str]) -> list[str]:
    """Released migrations that are gone or changed."""
    lines = [line.split("  ") for line in released.splitlines()]
    return [path for digest, path in lines if present.get(path) != digest]


def test_no_released_migration_changes():
    present = releases.digests()
    assert {str(path): changed(path.read_text(encoding="utf-8"), present) for path in RELEASED} == {
        str(path): [] for path in RELEASED
    }


def test_a_changed_or_removed_migration_is_found():
    released, present = "aa  a/0001.py\nbb  a/0002.py\ncc  a/0003.py\n", {"a/0001.py": "aa", "a/0002.py": "xx"}
    assert changed(released, present) == ["a/0002.py", "a/0003.py"]


def test_all_migrations_of_the_product_have_a_digest():
    assert "agencies/journal/migrations/0001_initial.py" in releases.digests()
    assert len(releases.digests()) > 40


def test_a_released_version_has_its_databases_and_its_changes():
    if ".dev" in settings.VERSION:
        pytest.skip(f"{settings.VERSION} is not released")
    assert (releases.FOLDER / settings.VERSION / "migrations.sha256").exists()
    assert f"\n## {settings.VERSION}" in (settings.BASE_DIR / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_kept_databases_are_small():
    assert sum(path.stat().st_size for path in releases.FOLDER.glob("*/*.tar.xz")) <= 5_000_000 * max(1, len(RELEASED))


@pytest.mark.slow
def test_a_backup_has_what_the_log_of_sqlite_holds_and_a_restore_nothing_of_the_older_one():
    with releases.system("SQLite") as environ:
        data, kept = Path(environ["DATA_DIR"]), environ["DATA_DIR"] + "/coordination.sqlite3"
        for name in ("checkpoints.jsonl", "content-key.json"):
            (data / name).write_text(name, encoding="utf-8")
        (data / "papers").mkdir()
        (data / "papers" / "scan.pdf").write_text("a scan", encoding="utf-8")
        with closing(sqlite3.connect(kept)) as link:
            link.execute("CREATE TABLE in_the_file (id integer)")
            link.execute("PRAGMA journal_mode=WAL")
            link.execute("CREATE TABLE only_in_the_log (id integer)")
            link.commit()
            assert Path(f"{kept}-wal").stat().st_size
            releases.run(releases.commands("Backup on SQLite"), environ)

            link.execute("CREATE TABLE later (id integer)")
            link.commit()
            for name in ("checkpoints.jsonl", "content-key.json", "papers/scan.pdf"):
                (data / name).unlink()
            releases.run(releases.commands("Restore on SQLite"), environ)

        with closing(sqlite3.connect(kept)) as link:
            tables = {name for (name,) in link.execute("SELECT name FROM sqlite_master")}
        assert tables == {"in_the_file", "only_in_the_log"}
        assert (data / "papers" / "scan.pdf").read_text(encoding="utf-8") == "a scan"
        assert (data / "content-key.json").read_text(encoding="utf-8") == "content-key.json"


@pytest.fixture(scope="module")
def archives(tmp_path_factory):
    """Those of an engine: of all releases, or one that is made now. Made once for all tests."""
    made = {}

    def of(engine):
        kept = sorted(releases.FOLDER.glob(f"*/{engine.lower()}.tar.xz"))
        if not kept and engine not in made:
            made[engine] = releases.make(engine, tmp_path_factory.mktemp("release"))
        return kept or [made[engine]]

    return of


@pytest.mark.slow
@pytest.mark.parametrize(
    ("engine", "two_roles"),
    [
        pytest.param("SQLite", False, id="SQLite"),
        pytest.param("PostgreSQL", False, id="PostgreSQL", marks=pytest.mark.postgres),
        pytest.param("PostgreSQL", True, id="PostgreSQL-two-roles", marks=pytest.mark.postgres),
    ],
)
def test_a_database_of_each_release_is_restored_upgraded_and_verified(engine, two_roles, archives):
    """`prepare` compares its schema; the last commands of the guide verify the journal and the tables."""
    for archive in archives(engine):
        with releases.system(engine, two_roles=two_roles) as environ:
            releases.upgrade(archive, engine, environ)
