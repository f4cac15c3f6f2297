"""`manage.py import_package FILE… [--receipts FOLDER]`: takes in packages of gateways and writes their receipts."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agencies.kernel.actor import SYSTEM
from agencies.kernel.errors import ActionError
from coordination.automation.gateways.actions import take_package
from coordination.automation.gateways.receipts import name_of, receipt_of


class Command(BaseCommand):
    help = "Take in packages of gateways. A package that was taken before changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", metavar="FILE", nargs="+", type=Path)
        parser.add_argument("--receipts", metavar="FOLDER", type=Path, help="where the receipts are written")

    def handle(self, *args: Any, **options: Any) -> None:
        for path in options["files"]:
            try:
                package, is_new = take_package(path.read_bytes(), actor=SYSTEM)
                if options["receipts"]:
                    (options["receipts"] / name_of(package)).write_bytes(receipt_of(package))
            except (OSError, ActionError) as refused:
                raise CommandError(f"{path}: {getattr(refused, 'detail', refused)}") from refused
            counts = ", ".join(f"{effect} {n}" for effect, n in sorted(package.counts.items()))
            state = "taken" if is_new else "had been taken before"
            missing = package.gateway.missing_words or "none"
            self.stdout.write(f"{path.name}: package {package.sequence} {state}: {counts}. Missing packages: {missing}")
