"""`manage.py load_reference`: updates all reference data from its files. Idempotent."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from agencies.calendar import reference as calendar
from agencies.kernel.work import atomic
from agencies.organisations import reference as agencies
from cases.clocks import reference as clocks
from cases.controls import reference as controls
from coordination.automation.escalation import reference as escalation
from coordination.automation.playbooks import reference as playbooks
from coordination.prevention.diligence import reference as diligence


class Command(BaseCommand):
    help = "Load or update reference data from the data files of each app."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON only")

    def handle(self, *args: Any, **options: Any) -> None:
        counts: dict[str, int] = {}
        with atomic():
            for resource in (agencies, calendar, controls, clocks, escalation, playbooks, diligence):
                counts |= resource.load()
        if options["json"]:
            self.stdout.write(json.dumps(counts))
        else:
            self.stdout.write(", ".join(f"{count} {name}" for name, count in counts.items()))
