"""Makes the demonstration and records it; `dev.record` starts this module in a fresh process."""

import argparse
import logging
import multiprocessing
import sys
import time
from collections.abc import Iterable
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
    parser.add_argument("--processes", type=int, required=True)
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
    """Each account in each language by links or `--like`; then the routes that it did not reach, where others did."""
    from django.db import connections

    from .accounts import ACCOUNTS, LANGUAGES
    from .sittings import Sitting, addresses_of, elsewhere

    like = addresses_of(read(options.like)) if options.like else {}
    sittings = [
        Sitting(username, language, clock, of_each, options.most, like.get((username, language)))
        for username in options.accounts or ACCOUNTS
        for language, of_each in LANGUAGES.items()
    ]
    connections.close_all()  # each process opens its own database
    with multiprocessing.get_context("fork").Pool(options.processes, maxtasksperchild=1) as pool:
        records = gathered(pool.imap_unordered(Sitting.record, sittings, chunksize=1))
        if not options.like:
            records += gathered(pool.imap_unordered(Sitting.record, elsewhere(sittings, records), chunksize=1))
    write(options.out, records)


def gathered(parts: Iterable[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return [record for part in parts for record in part]


def report(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    main()
