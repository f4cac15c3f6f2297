"""`manage.py check_invariants`: checks whether the tables agree with the journal."""

import json
import time
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coordination.tooling.invariants import UNSEEN, faults, total


class Command(BaseCommand):
    help = (
        "Compare states and their beginnings, stored answers, responsible people and agencies, state intervals, "
        "periods and shares with the journal. Lists each row that was changed without an action, what ends before it "
        "begins, and what cannot be compared; exits 1 if any was. `verify_audit` checks the journal itself: run it "
        "first."
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
            verdict = f"{len(found)} disagree" if found else "all agree"
            self.stdout.write(f"{rows} rows compared with the journal, {rate:.0f} a second: {verdict}.")
            self.stdout.write("Not compared, because no event contains it:")
            for words in UNSEEN:
                self.stdout.write(f"- {words}")
        if found:
            raise CommandError(f"{len(found)} rows disagree with the journal", returncode=1)
