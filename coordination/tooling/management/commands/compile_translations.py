from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation.reloader import translation_file_changed


class Command(BaseCommand):
    """Babel's compiler instead of Django's `compilemessages`, so that running the product needs no gettext."""

    help = "Compiles every language catalogue (.po) that is newer than its compiled form (.mo)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="also compile files that are up to date")

    def handle(self, *, force: bool, **options: Any) -> None:
        # Packages of others bring their compiled catalogues.
        own = [Path(app.path, "locale") for app in apps.get_app_configs() if "site-packages" not in app.path]
        for folder in (*settings.LOCALE_PATHS, *own):
            for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
                compiled = source.with_suffix(".mo")
                if force or not is_current(compiled, source):
                    compile_catalogue(source, compiled)
                    self.stdout.write(f"{source.relative_to(folder)}: compiled")


def is_current(compiled: Path, source: Path) -> bool:
    return compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime


def compile_catalogue(source: Path, compiled: Path) -> None:
    """Omits fuzzy entries, which are guesses of the merge tool."""
    with source.open("rb") as lines:
        catalogue = read_po(lines, locale=source.parent.parent.name)
    # Written aside and renamed, because a running web server may be reading the old file.
    draft = compiled.with_suffix(".draft")
    with draft.open("wb") as out:
        write_mo(out, catalogue, use_fuzzy=False)
    draft.replace(compiled)
    # Resets the catalogue cached in this process.
    translation_file_changed(sender=None, file_path=compiled)
