"""A sitting: one account in one language. Each has a process and a database of its own, so that neither their order nor
their number changes a page, and several run at once."""

import os
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from agencies.people.models import User

from .frozen import Clock
from .visiting import Visitor, address_of

Records = list[dict[str, Any]]


@dataclass(frozen=True)
class Sitting:
    username: str
    language: str
    clock: Clock
    of_each: int  # addresses of a route
    most: int  # addresses in all
    addresses: list[str] | None  # None for those that links lead to

    def record(self) -> Records:
        """Called once in a process."""
        begun = time.perf_counter()
        copy = use_a_copy_of_the_database()
        visitor = Visitor(User.objects.get(username=self.username), self.language, self.clock)
        if self.addresses is None:
            records = list(visitor.visit_by_links(self.most, self.of_each))
        else:
            records = [visitor.visit(address)[0] for address in filter(None, map(address_of, self.addresses))]
        connection.close()
        os.remove(copy)
        sys.stderr.write(
            f"{self.username} {self.language}: {len(records)} pages in {time.perf_counter() - begun:.0f} s\n"
        )
        return records


def use_a_copy_of_the_database() -> str:
    """Recordings are made on SQLite. Readers of one file would wait for what the others write and roll back."""
    name = connection.settings_dict["NAME"]
    copy = f"{name}.{os.getpid()}"
    shutil.copyfile(name, copy)
    connection.settings_dict["NAME"] = copy
    return copy


def addresses_of(records: Records) -> dict[tuple[str, str], list[str]]:
    """The addresses of a recording by account and language."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for record in records:
        found[record["account"], record["language"]].append(record["address"])
    return found


def elsewhere(sittings: Iterable[Sitting], records: Records) -> Iterator[Sitting]:
    """For each account and language the routes that only others reached, each by one address."""
    first: dict[str, str] = {}
    reached: dict[tuple[str, str], set[str]] = defaultdict(set)
    for record in records:
        address = record["address"]
        first[record["route"]] = min(first.get(record["route"], address), address)
        reached[record["account"], record["language"]].add(record["route"])
    for sitting in sittings:
        missing = first.keys() - reached[sitting.username, sitting.language]
        yield replace(sitting, addresses=sorted(first[route] for route in missing))
