"""Makes the demonstration and records it; `dev.record` starts this module in a fresh process."""

import argparse
import logging
import sys
import time
from pathlib import Path
from typing import Any

import django

from .files import read, write
from .frozen import Clock, freeze, freeze_models


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--accounts", nargs="*")
    parser.add_argument("--most", type=int, required=True)
    parser.add_argument("--like", type=Path)
    options = parser.parse_args()
    clock, chance = freeze()
    django.setup()
    freeze_models(chance)
    logging.disable(logging.ERROR)
    begun = time.perf_counter()
    prepare()
    report(f"prepared in {time.perf_counter() - begun:.0f} s")
    record(options, clock)


def prepare() -> None:
    """In versions before `dev.settings`, `prepare` itself loads the demonstration."""
    from django.apps import apps
    from django.core.management import call_command

    call_command("prepare", stdout=sys.stderr)
    if apps.is_installed("dev"):
        call_command("demonstrate", stdout=sys.stderr)


def record(options: argparse.Namespace, clock: Clock) -> None:
    from agencies.people.models import User

    from .accounts import ACCOUNTS, LANGUAGES
    from .visiting import Visitor, address_of

    like = addresses_of(options.like) if options.like else None
    records: list[dict[str, Any]] = []
    for username in options.accounts or ACCOUNTS:
        for language, of_each in LANGUAGES.items():
            begun = time.perf_counter()
            visitor = Visitor(User.objects.get(username=username), language, clock)
            if like is None:
                found = list(visitor.visit_by_links(options.most, of_each))
            else:
                known = filter(None, map(address_of, like.get((username, language), [])))
                found = [visitor.visit(address)[0] for address in known]
            records += found
            report(f"{username} {language}: {len(found)} pages in {time.perf_counter() - begun:.0f} s")
    write(options.out, records)


def addresses_of(recording: Path) -> dict[tuple[str, str], list[str]]:
    """The addresses of an earlier recording by account and language."""
    found: dict[tuple[str, str], list[str]] = {}
    for record in read(recording):
        found.setdefault((record["account"], record["language"]), []).append(record["address"])
    return found


def report(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    main()
