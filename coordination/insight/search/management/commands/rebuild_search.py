"""`manage.py rebuild_search`: creates missing entries of the search index. Resumable at any time."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from coordination.insight.search.actions import clear_index, index_missing


class Command(BaseCommand):
    help = "Create missing or outdated entries of the search index. Resumes where it was stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--anew", action="store_true", help="empty the index first; until done, searches are incomplete"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["anew"]:
            clear_index()
        done = 0
        for count in index_missing():
            if done // 10_000 != (done + count) // 10_000:
                self.stdout.write(f"{done + count:,} cases and leads")
            done += count
        self.stdout.write(f"The search index is complete: {done:,} cases and leads were missing.")
