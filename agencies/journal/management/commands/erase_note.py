"""`manage.py erase_note`: deletes the note of one event, as the law orders. The event stays in its chain."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agencies.journal.actions import erase_note
from agencies.journal.models import Event, EventNote
from agencies.kernel.actor import SYSTEM
from agencies.kernel.errors import Invalid, TransitionRefused


class Command(BaseCommand):
    help = (
        "Erase the names, reasons and values in the note of one event (PIPL art. 47), as ordered by a paper. An event "
        "of the same chain records reason and paper; the chain stays valid. The object itself, files and backups are "
        "not changed. `verify_audit --json` and the database name events by this id."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("event", type=int, help="id of the event")
        parser.add_argument("--paper", required=True, help="number of the paper that orders it")
        parser.add_argument("--reason", required=True, help="the ground, such as the article; no personal data")
        parser.add_argument("--yes", action="store_true", help="do not ask for confirmation")

    def handle(self, *, event: int, paper: str, reason: str, yes: bool, **options: Any) -> None:
        found = Event.objects.select_related("stream").filter(pk=event).first()
        if found is None:
            raise CommandError(f"There is no event {event}.")
        at = timezone.localtime(found.recorded_at).strftime("%Y-%m-%d %H:%M")
        self.stdout.write(
            f"Event {event}: row {found.seq} of {found.stream.name}, {found.object_kind} {found.object_id}, "
            f"“{found.verb}”, recorded {at}."
        )
        if not yes and input("The note cannot be restored. Type the id of the event to erase it: ") != str(event):
            raise CommandError("Nothing was erased.")
        try:
            erasure = erase_note(found, actor=SYSTEM, reason=reason, paper=paper)
        except EventNote.DoesNotExist as gone:
            raise CommandError(f"The note of event {event} is erased already.") from gone
        except TransitionRefused as refused:
            raise CommandError(" ".join(missing.detail for missing in refused.missing)) from refused
        except Invalid as invalid:
            raise CommandError(" ".join(error.detail for error in invalid.errors)) from invalid
        self.stdout.write(f"Erased. Event {erasure.pk} of the same chain records it, with the paper {paper.strip()}.")
