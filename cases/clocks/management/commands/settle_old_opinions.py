"""`manage.py settle_old_opinions`: for databases older than the letters of the procuratorate's opinion (检察意见)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone, translation

from cases.clocks.actions import supersede_clock
from cases.clocks.models import Clock

RULE = "REV_PROC_OPINION"
# The period of the reply once ran about the suspect. Nothing that anybody records can stop it there.
OLD_SUBJECT = "suspect"
REASON = "检察意见现以函件登记，回复期限随函件计算；此处登记的期限停止。"


class Command(BaseCommand):
    """Not a migration: the journal is chained, and only the product's own actions may append to it."""

    help = "Ends periods of reply that run about suspects; such a period runs about the letter now. Run it once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="list them and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        found = Clock.objects.running().filter(rule__code=RULE, subject_kind=OLD_SUBJECT)
        clocks = list(found.select_related("rule", "case").order_by("started_at", "pk"))
        with translation.override("en"):
            for clock in clocks:
                self.stdout.write(_told(clock))
        if options["dry_run"]:
            self.stdout.write(f"dry run: {len(clocks)} periods would end, nothing was changed")
            return
        for clock in clocks:
            supersede_clock(clock, reason=REASON)
        self.stdout.write(f"{len(clocks)} periods ended, each with an event in the journal of its case")


def _told(clock: Clock) -> str:
    number = clock.case.number if clock.case else "–"
    due = timezone.localtime(clock.due_at).isoformat(timespec="minutes") if clock.due_at else "no due time"
    return f"{number}  {clock.pk}  from {timezone.localtime(clock.started_at).date()}  due {due}"
