"""`manage.py clock_due RULE START`: prints when a period ends, with each step of the count."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agencies.kernel.errors import Invalid
from cases.clocks.previewing import Preview, iso, preview, preview_as_json
from cases.clocks.texts import sentence_of


class Command(BaseCommand):
    help = "Counts a period of the law: RULE as in the table of rules, START with its offset."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("rule", help="code of the rule, such as TRF_REVIEW")
        parser.add_argument("start", type=moment, help="the event that starts it: 2026-02-13T17:30+08:00")
        parser.add_argument(
            "--pause", action="append", default=[], type=span, metavar="FROM,TO", help="time that does not count"
        )
        parser.add_argument(
            "--extend", type=int, metavar="N", help="the first N extensions of the law, each at full length"
        )
        parser.add_argument(
            "--length",
            action="append",
            default=[],
            type=int,
            metavar="N",
            help="length that was granted, in the unit of the extension; once for each extension, in their order",
        )
        parser.add_argument("--json", action="store_true", help="print JSON only")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = preview(options["rule"], options["start"], options["pause"], options["extend"], options["length"])
        except Invalid as wrong:
            raise CommandError("; ".join(f"{error.pointer[1:]}: {error.detail}" for error in wrong.errors)) from wrong
        if options["json"]:
            self.stdout.write(json.dumps(preview_as_json(found), ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_lines(found)))


def moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as wrong:
        raise ArgumentTypeError(f"{text!r} is not a time such as 2026-02-13T17:30+08:00") from wrong


def span(text: str) -> tuple[datetime, datetime]:
    parts = text.split(",")
    if len(parts) != 2:
        raise ArgumentTypeError(f"{text!r} is not FROM,TO")
    return moment(parts[0].strip()), moment(parts[1].strip())


def _lines(found: Preview) -> list[str]:
    head = f"{found.rule.code} v{found.rule.version}  {found.rule.name}  {found.rule.cited}"
    ends = f"due {iso(found.due.due_at) or '–'}  breach {iso(found.due.breach_at) or '–'}"
    provisional = "  (provisional)" if found.due.provisional else ""
    return [head, *(f"  {sentence_of(step)}" for step in found.due.steps), ends + provisional]
