"""`manage.py check_invariants`: does what stands in the tables fit what the journal tells?"""

import json
import time
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coordination.invariants import UNSEEN, faults, total


class Command(BaseCommand):
    help = (
        "Compare states and their beginnings, stored answers, the people and agencies in charge, what things went "
        "through, periods and shares with the journal; exits 1 and names each row that was changed beside it, and says "
        "what it cannot see. `verify_audit` says whether the journal itself holds: run it first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON only")

    def handle(self, *args: Any, **options: Any) -> None:
        rows, began = total(), time.monotonic()
        self.stderr.write(f"{rows} rows to compare")
        found = []
        for one in faults():
            found.append(one)
            if not options["json"]:
                self.stdout.write(f"{one.kind} {one.id} {one.column}: {one.why}")
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    {"rows": rows, "faults": [asdict(one) for one in found], "unseen": UNSEEN}, ensure_ascii=False
                )
            )
        else:
            rate = rows / max(time.monotonic() - began, 0.001)
            verdict = f"{len(found)} do not fit" if found else "all fit"
            self.stdout.write(f"{rows} rows compared with the journal, {rate:.0f} a second: {verdict}.")
            self.stdout.write("Not compared, because no event holds it:")
            for words in UNSEEN:
                self.stdout.write(f"- {words}")
        if found:
            raise CommandError(f"{len(found)} rows do not fit the journal", returncode=1)
