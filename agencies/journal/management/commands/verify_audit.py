"""`manage.py verify_audit`: verifies every chain of the journal, the triggers and the checkpoints."""

import json
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agencies.journal.models import Event, Stream
from agencies.journal.verify import Break, verify_outside_chains, verify_stream

EVERY = 5  # seconds between two progress messages


class Command(BaseCommand):
    help = (
        "Verify the journal: the triggers, the checkpoints and every chain. Exits 1 and names the first broken row of "
        "each broken stream. Progress goes to standard error. Run it on the host with CHECKPOINT_FILE."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON only")

    def handle(self, *args: Any, **options: Any) -> None:
        counts = {"streams": Stream.objects.count(), "events": Event.objects.count()}
        breaks = [*verify_outside_chains(), *self._streams(counts["streams"])]
        if options["json"]:
            self.stdout.write(json.dumps({**counts, "breaks": [asdict(b) for b in breaks]}, ensure_ascii=False))
        else:
            for found in breaks:
                self.stdout.write(f"{found.stream} row {found.seq} (event {found.event_id}): {found.why}")
            verdict = "broken" if breaks else "holds"
            self.stdout.write(f"{counts['events']} events in {counts['streams']} streams: the journal {verdict}.")
        if breaks:
            raise CommandError(f"{len(breaks)} broken stream(s)", returncode=1)

    def _streams(self, total: int) -> Iterator[Break]:
        last_report = time.monotonic()
        for number, stream in enumerate(Stream.objects.order_by("pk").iterator(), start=1):
            if (found := verify_stream(stream)) is not None:
                yield found
            if time.monotonic() - last_report > EVERY:
                last_report = time.monotonic()
                self.stderr.write(f"{number} of {total} streams")
