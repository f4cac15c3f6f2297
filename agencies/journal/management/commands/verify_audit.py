"""`manage.py verify_audit`: does every chain of the journal still hold?"""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agencies.journal.models import Event, Stream
from agencies.journal.verify import verify_streams


class Command(BaseCommand):
    help = "Verify the journal's chains; exits 1 and names the first broken row of each broken stream."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON only")

    def handle(self, *args: Any, **options: Any) -> None:
        breaks = list(verify_streams())
        counts = {"streams": Stream.objects.count(), "events": Event.objects.count()}
        if options["json"]:
            self.stdout.write(json.dumps({**counts, "breaks": [asdict(b) for b in breaks]}, ensure_ascii=False))
        else:
            for found in breaks:
                self.stdout.write(f"{found.stream} row {found.seq} (event {found.event_id}): {found.why}")
            verdict = "broken" if breaks else "holds"
            self.stdout.write(f"{counts['events']} events in {counts['streams']} streams: the journal {verdict}.")
        if breaks:
            raise CommandError(f"{len(breaks)} broken stream(s)", returncode=1)
