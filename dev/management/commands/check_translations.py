import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

SOURCES = ("agencies", "cases", "coordination", "templates", "manage.py")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


class Command(BaseCommand):
    help = "Lists every text without a valid zh-hans translation, and every translation whose text no longer exists."
    requires_system_checks = ()

    def handle(self, **options: Any) -> None:
        if shutil.which("xgettext") is None:
            raise CommandError("xgettext is needed to find the texts; install gettext")
        with tempfile.TemporaryDirectory() as folder:
            used = read_catalogue(extract(Path(folder)))
        path = catalogue_path(settings.BASE_DIR, "zh_Hans")
        apart = [f"apart from the catalogue: {one}" for one in other_catalogues(settings.BASE_DIR)]
        faults = sorted([*compare(used, read_catalogue(path)), *errors_of_gettext(path), *apart])
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} translations are wrong; `make translations` brings in new texts")
        self.stdout.write(f"{len(used)} texts, all translated")


def catalogue_path(root: Path, locale: str) -> Path:
    return root / "coordination" / "site" / "locale" / locale / "LC_MESSAGES" / "django.po"


def other_catalogues(root: Path) -> list[Path]:
    """Returns catalogues of single apps. Their texts would not be compared; delete them and run `make translations`."""
    main = catalogue_path(root, "zh_Hans")
    found = (path for name in SOURCES for path in (root / name).rglob("*.po"))
    return [path.relative_to(root) for path in found if path != main]


def extract(folder: Path) -> Path:
    """Extracts the texts in use into a copy of the sources, because `makemessages` writes into its source tree."""
    root = folder / "copy"
    for name in SOURCES:
        source = settings.BASE_DIR / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("*.po", "*.mo", "__pycache__"))
        else:
            shutil.copy(source, root / name)
    catalogue_path(root, "en").parent.mkdir(parents=True)
    ours = {"DATA_DIR": str(folder / "var"), "ENVIRONMENT": "development"}
    environ = {**os.environ, **ours, "DJANGO_SETTINGS_MODULE": "coordination.settings"}
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "--locale", "en"],
        cwd=root,
        env=environ,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return catalogue_path(root, "en")


def read_catalogue(path: Path) -> Catalog:
    with path.open("rb") as lines:
        return read_po(lines, locale=path.parent.parent.name)


def compare(used: Catalog, translated: Catalog) -> Iterator[str]:
    ours = {key(message): message for message in translated if message.id}
    needed = {key(message): message for message in used if message.id}
    for missing in needed.keys() - ours.keys():
        yield f"missing: {label(needed[missing])}"
    for stale in ours.keys() - needed.keys():
        yield f"stale: {label(ours[stale])}"
    for message in (ours[both] for both in ours.keys() & needed.keys()):
        yield from faults_of(message)


def errors_of_gettext(path: Path) -> list[str]:
    """Returns what `msgfmt` refuses, such as a text that is there twice, which the parser merges without a word."""
    checked = subprocess.run(
        ["msgfmt", "--check-format", "--output-file", os.devnull, str(path)],  # noqa: S607 - gettext, as installed
        capture_output=True,
        text=True,
        check=False,
    )
    return checked.stderr.splitlines() if checked.returncode else []


def faults_of(message: Message) -> Iterator[str]:
    if message.fuzzy:
        yield f"fuzzy: {label(message)}"
    strings = as_tuple(message.string)
    if not all(strings):
        yield f"empty: {label(message)}"
    # Chinese has one plural form; its placeholders must be those of the English plural.
    elif any(placeholders(string) != placeholders(as_tuple(message.id)[-1]) for string in strings):
        yield f"other placeholders: {label(message)}"


def key(message: Message) -> tuple[str | None, str]:
    return message.context, as_tuple(message.id)[0]


def as_tuple(text: Any) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, (list, tuple)) else (text,)


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def label(message: Message) -> str:
    places = ", ".join(f"{name}:{line}" if line else name for name, line in message.locations[:2])
    return f"{as_tuple(message.id)[0]!r} ({places})" if places else repr(as_tuple(message.id)[0])
