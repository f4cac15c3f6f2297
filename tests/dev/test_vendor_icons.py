"""Adding an icon keeps existing ones and updates the recorded digest."""

import hashlib
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from dev.management.commands import vendor_icons

ICON = '<svg xmlns="http://www.w3.org/2000/svg" class="bi" viewBox="0 0 16 16"><path d="M0 0h1"/></svg>'


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "package"
    (folder / "icons").mkdir(parents=True)
    (folder / "package.json").write_text('{"version": "9.9.9"}')
    for name in ("sun", "moon"):
        (folder / "icons" / f"{name}.svg").write_text(ICON)
    return folder


@pytest.fixture
def vendor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "vendor"
    folder.mkdir()
    (folder / "MANIFEST.json").write_text(json.dumps({"assets": [{"file": vendor_icons.SPRITE, "sha256": ""}]}))
    monkeypatch.setattr(vendor_icons, "VENDOR", folder)
    return folder


def test_icons_are_added_to_those_already_there(package: Path, vendor: Path) -> None:
    call_command("vendor_icons", package, "sun")
    call_command("vendor_icons", package, "moon")
    sprite = (vendor / vendor_icons.SPRITE).read_bytes()
    assert vendor_icons.symbols(vendor / vendor_icons.SPRITE) == ["moon", "sun"]
    entry = json.loads((vendor / "MANIFEST.json").read_text())["assets"][0]
    assert entry == {
        "file": vendor_icons.SPRITE,
        "sha256": hashlib.sha256(sprite).hexdigest(),
        "version": "9.9.9",
    }


def test_a_misspelt_icon_changes_nothing(package: Path, vendor: Path) -> None:
    with pytest.raises(CommandError, match="no icon unicorn"):
        call_command("vendor_icons", package, "unicorn")
    assert not (vendor / vendor_icons.SPRITE).exists()
