"""`manage.py rebuild_projections`: rebuilds the work items."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from agencies.kernel.work import REGISTER
from agencies.work.rebuilding import rebuild


class Command(BaseCommand):
    help = "Rebuild the work items from their objects while people work."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kind", choices=sorted(REGISTER), help="only this noun")
        parser.add_argument(
            "--after", type=UUID, help="with --kind: continue after this id, printed in the last progress line"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["after"] and not options["kind"]:
            raise CommandError("--after needs --kind.")
        for kind in [options["kind"]] if options["kind"] else sorted(REGISTER):
            written = 0
            for at in rebuild(kind, after=options["after"]):
                written = at.written
                if options["verbosity"] > 0:
                    self.stdout.write(f"{kind}: {at.things:,} read, {at.written:,} rows written, until {at.last}")
            self.stdout.write(f"{kind}: done, {written:,} rows written")
