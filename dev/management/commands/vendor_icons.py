"""Adds icons to the sprite, which is a twentieth of the size of the icon font."""

import hashlib
import json
import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

VENDOR = Path(settings.BASE_DIR) / "coordination" / "site" / "static" / "vendor"
SPRITE = "icons.svg"  # its address is in a page a hundred times
SVG = "http://www.w3.org/2000/svg"


class Command(BaseCommand):
    help = "Copies icons by name from an unpacked bootstrap-icons package into the sprite and renews its digest."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("package", type=Path, help="the folder of the unpacked npm package bootstrap-icons")
        parser.add_argument("names", nargs="+", metavar="NAME", help="icons to add; those present are kept")

    def handle(self, *args: Any, package: Path, names: list[str], **options: Any) -> None:
        target = VENDOR / SPRITE
        wanted = sorted({*names, *symbols(target)})
        sources = {name: package / "icons" / f"{name}.svg" for name in wanted}
        if unknown := [name for name, path in sources.items() if not path.is_file()]:
            raise CommandError(f"the package has no icon {', '.join(unknown)}")
        target.write_text(sprite(sources), encoding="utf-8")
        version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
        renew_manifest(target, version)
        self.stderr.write(f"{len(wanted)} icons of {version} in {SPRITE}")


def symbols(path: Path) -> list[str]:
    return re.findall(r'<symbol id="([^"]+)"', path.read_text(encoding="utf-8")) if path.exists() else []


def sprite(sources: dict[str, Path]) -> str:
    lines = [f'<svg xmlns="{SVG}">', *(symbol(name, path) for name, path in sources.items()), "</svg>", ""]
    return "\n".join(lines)


def symbol(name: str, path: Path) -> str:
    ElementTree.register_namespace("", SVG)
    root = ElementTree.parse(path).getroot()  # noqa: S314 - of a package that a developer chose, not from outside
    shapes = "".join(ElementTree.tostring(shape, encoding="unicode").strip() for shape in root)
    shapes = shapes.replace(f' xmlns="{SVG}"', "")
    return f'<symbol id="{name}" viewBox="{root.attrib["viewBox"]}">{shapes}</symbol>'


def renew_manifest(target: Path, version: str) -> None:
    path = VENDOR / "MANIFEST.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    entry = next(e for e in manifest["assets"] if e["file"] == SPRITE)
    entry["version"] = version
    entry["sha256"] = hashlib.sha256(target.read_bytes()).hexdigest()
    path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
