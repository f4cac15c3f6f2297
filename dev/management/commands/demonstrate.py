"""`python -m dev demonstrate`: loads the demonstration into the prepared database. Idempotent."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from agencies.kernel import times
from agencies.kernel.locks import exclusive_lock
from agencies.people.models import User
from coordination.config import secrets
from coordination.tooling.management.commands.prepare_training import PASSWORD_BYTES
from dev.analysing import analyse
from dev.demo.history import load_history
from dev.demo.load import load_demo
from dev.demo.on_figures import load_what_rests_on_figures


class Command(BaseCommand):
    help = "Load the demonstration: accounts for every role, cases, a year of closed matters. Not in production."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON only")
        parser.add_argument("--without-history", action="store_true", help="leave out the year of closed matters")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.TRAINING:
            raise CommandError("A training system has its own matters: manage.py prepare_training.")
        if settings.PRODUCTION:
            raise CommandError("The demonstration does not belong in a production system.")
        password = secrets.obtain("DEMO_PASSWORD", folder=settings.DATA_DIR, size=PASSWORD_BYTES)
        with exclusive_lock("prepare", settings.DATA_DIR):
            people, made = load(password, history=not options["without_history"])
        if options["json"]:
            names = [person.username for person in people]
            self.stdout.write(json.dumps({"matters": made, "sign_ins": names, "password": password}))
        else:
            self.stdout.write(_report(people, made, password))


def load(password: str, *, history: bool = True) -> tuple[list[User], int]:
    """Returns the people and the number of new matters. Figures are complete before bulletins print them."""
    now = times.now()
    people, made = load_demo(password, now=now)
    if history:
        made += load_history(now=now)
    if made:
        for command in ("rebuild_search", "rebuild_metrics"):
            call_command(command)
        if connection.vendor == "postgresql":
            analyse()
    load_what_rests_on_figures(times.today())
    return people, made


def _report(people: list[User], made: int, password: str) -> str:
    width = max(len(person.username) for person in people)
    rows = [f"  {person.username:<{width}}  {person.agency.name_en}: {person.desk_en}" for person in people]
    return "\n".join([f"{made} demo matters loaded. Sign in with the password {password} as", *rows])
