"""A failed upload leaves no file; files with a row are kept at any age."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages

from agencies.kernel.work import atomic
from cases.papers.models import IncomingPaper
from cases.papers.orphans import KEPT, sweep_orphans
from tests import stories


class Killed(BaseException):
    """Simulates a server that dies between file and commit."""


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A separate storage: the sweep deletes what its database does not know."""
    settings.STORAGES = {
        **settings.STORAGES,
        "papers": {**settings.STORAGES["papers"], "OPTIONS": {"location": tmp_path / "papers"}},
    }
    field = IncomingPaper._meta.get_field("file")
    before, field.storage = field.storage, storages["papers"]
    yield tmp_path / "papers"
    field.storage = before


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def age_files(folder: Path) -> None:
    for path in files(folder):
        then = path.stat().st_mtime - (KEPT + timedelta(minutes=1)).total_seconds()
        os.utime(path, (then, then))


def test_a_server_that_dies_before_the_commit_leaves_a_file_for_a_day_and_no_row(cast: Any, folder: Path) -> None:
    case = stories.case(cast)

    @atomic
    def upload() -> None:
        stories.incoming(cast, matter=case)
        raise Killed

    with pytest.raises(Killed):
        upload()
    assert not IncomingPaper.objects.exists()
    assert len(files(folder)) == 1
    assert sweep_orphans() == 0  # an upload may not be committed yet
    age_files(folder)
    assert sweep_orphans() == 1
    assert files(folder) == []


def test_a_storage_without_files_is_no_error_and_a_file_with_a_row_is_kept(db: None, folder: Path, cast: Any) -> None:
    assert sweep_orphans() == 0
    paper = stories.incoming(cast)
    age_files(folder)
    assert sweep_orphans() == 0
    with paper.file.open("rb") as stored:
        assert stored.read().startswith(b"%PDF")
