"""Third-party assets are named, licensed and unchanged since they were recorded."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = [ROOT / "coordination" / "site" / "static" / "vendor", ROOT / "tests" / "vendor"]


def assets(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))["assets"]
    return found


CASES = [pytest.param(folder, asset, id=asset["file"]) for folder in FOLDERS for asset in assets(folder)]


@pytest.mark.parametrize(("folder", "asset"), CASES)
def test_the_file_is_the_one_that_was_recorded_with_version_and_licence(folder: Path, asset: dict[str, Any]) -> None:
    assert hashlib.sha256((folder / asset["file"]).read_bytes()).hexdigest() == asset["sha256"]
    assert all(asset[key] for key in ("name", "version", "licence"))
    assert (folder / asset["licence_file"]).read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_no_file_is_kept_without_an_entry(folder: Path) -> None:
    listed = {asset["file"] for asset in assets(folder)}
    present = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    licences = {name for name in present if Path(name).name.startswith("LICENSE")}
    assert present - licences - {"MANIFEST.json"} == listed
