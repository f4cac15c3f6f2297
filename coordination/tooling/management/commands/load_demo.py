"""`manage.py load_demo`: loads the demonstration's people and matters. Idempotent."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from agencies.kernel import times
from agencies.people.models import User
from coordination.config import secrets
from coordination.tooling.demo.load import load_demo

PASSWORD_BYTES = 12


class Command(BaseCommand):
    help = "Load the demonstration: accounts for every role, published and invented cases. Not in production."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON only")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.TRAINING:
            raise CommandError("A training system has its own matters: manage.py prepare_training.")
        if settings.PRODUCTION:
            raise CommandError("The demonstration does not belong in a production system.")
        password = secrets.obtain("DEMO_PASSWORD", folder=settings.DATA_DIR, size=PASSWORD_BYTES)
        people, made = load_demo(password, now=times.now())
        if options["json"]:
            names = [person.username for person in people]
            self.stdout.write(json.dumps({"matters": made, "sign_ins": names, "password": password}))
        else:
            self.stdout.write(_report(people, made, password))


def _report(people: list[User], made: int, password: str) -> str:
    width = max(len(person.username) for person in people)
    rows = [f"  {person.username:<{width}}  {person.agency.name_en}: {person.desk_en}" for person in people]
    return "\n".join([f"{made} demo matters loaded. Sign in with the password {password} as", *rows])
