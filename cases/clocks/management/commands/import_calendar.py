"""`manage.py import_calendar FILE.csv`: imports a published holiday schedule and recounts running periods."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agencies.calendar.schedule import ScheduleChanges, compare, read_schedule
from agencies.kernel.actor import SYSTEM
from agencies.kernel.errors import Invalid
from cases.clocks.due_times import import_calendar


class Command(BaseCommand):
    help = "Imports a holiday schedule (CSV: date, override, holiday) and recounts the periods that it affects."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="title of the notice that publishes the schedule")
        parser.add_argument("--document", required=True, help="number of the notice")
        parser.add_argument("--dry-run", action="store_true", help="print the changes without saving them")
        parser.add_argument("--json", action="store_true", help="print JSON only")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            days = read_schedule(options["file"].read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as wrong:
            raise CommandError(f"cannot read {options['file']}: {wrong}") from wrong
        except Invalid as wrong:
            raise CommandError("\n".join(error.detail for error in wrong.errors)) from wrong
        if options["dry_run"]:
            diff, moved = compare(days), None
        else:
            diff, moved = import_calendar(days, source=options["source"], document=options["document"], actor=SYSTEM)
        self.stdout.write(json.dumps(_as_json(diff, moved)) if options["json"] else "\n".join(_lines(diff, moved)))


def _as_json(diff: ScheduleChanges, moved: int | None) -> dict[str, Any]:
    return {
        "years": diff.years,
        "newly_published": diff.unpublished,
        "added": [day.date.isoformat() for day in diff.added],
        "changed": [day.date.isoformat() for day in diff.changed],
        "removed": [one.date.isoformat() for one in diff.removed],
        "clocks_moved": moved,
    }


def _lines(diff: ScheduleChanges, moved: int | None) -> list[str]:
    return [
        f"years {', '.join(map(str, diff.years))}; newly published: {', '.join(map(str, diff.unpublished)) or 'none'}",
        *(f"+ {day.date} {day.kind} {day.holiday}" for day in diff.added),
        *(f"~ {day.date} {day.kind} {day.holiday}" for day in diff.changed),
        *(f"- {one.date} {one.kind} {one.holiday}" for one in diff.removed),
        "dry run: nothing was changed" if moved is None else f"{moved} due times moved",
    ]
