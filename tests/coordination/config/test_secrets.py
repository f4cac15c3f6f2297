"""Secrets that were not supplied."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from coordination.config import secrets


def test_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", "supplied")

    assert secrets.obtain("SOME_KEY", folder=tmp_path) == "supplied"
    assert secrets.stored_names(tmp_path) == []


def test_a_generated_secret_is_kept(tmp_path: Path) -> None:
    first = secrets.obtain("SOME_KEY", folder=tmp_path)

    assert len(first) == 64
    assert secrets.obtain("SOME_KEY", folder=tmp_path) == first
    assert secrets.obtain("OTHER_KEY", folder=tmp_path, size=12) != first
    assert secrets.stored_names(tmp_path) == ["OTHER_KEY", "SOME_KEY"]


def test_nothing_is_generated_where_that_is_off(tmp_path: Path) -> None:
    assert secrets.obtain("SOME_KEY", folder=tmp_path, generate=False) == ""
    assert list(tmp_path.iterdir()) == []


def test_only_the_owner_reads_the_file(tmp_path: Path) -> None:
    secrets.obtain("SOME_KEY", folder=tmp_path)

    assert stat.S_IMODE((tmp_path / secrets.FILE_NAME).stat().st_mode) == 0o600


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(lambda _: secrets.obtain("SOME_KEY", folder=tmp_path), range(40)))

    assert found == {json.loads((tmp_path / secrets.FILE_NAME).read_text())["SOME_KEY"]}
