"""Divides the suite among its processes: the tests of a file, or of one `xdist_group`, stay together on one process.

Tests of a file mostly begin with the same stories, which each process has to perform once (`tests/kept_stories.py`).
pytest-xdist 3.8 appends the group to `item._nodeid`, which pytest 9.2 does not read.
"""

from collections import Counter
from typing import Any

import pytest
from xdist.scheduler import LoadGroupScheduling

# Chromium and Redis are one each, so that their tests take one process for minutes.
SERVICES = ("browser", "redis")
LENGTH_OF_A_ROW = 10  # of a great matrix, in other tests


class FileScheduling(LoadGroupScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)


def unit_of(nodeid: str) -> str:
    """The group of a test, or else its file. A parameter may contain an `@`."""
    _name, at, group = nodeid.rpartition("@")
    return group if at and "]" not in group else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FileScheduling | None:
    if config.getoption("dist") != "loadgroup":
        return None
    config.option.loadscopereorder = False  # the order is that of the tests, below
    return FileScheduling(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begins with what takes longest. At the end of a run, all other processes would wait for it."""
    if not getattr(config.option, "loadgroup", False):
        return
    for item in items:
        names = sorted({str(mark.args[0]) for mark in item.iter_markers("xdist_group")})
        if names and "@" not in item.nodeid.rpartition("]")[2]:
            item._id = type(item._id).parse(f"{item.nodeid}@{'_'.join(names)}")
    lengths: Counter[str] = Counter()
    for item in items:
        lengths[unit_of(item.nodeid)] += 1 if item.get_closest_marker("half") is None else LENGTH_OF_A_ROW

    def rank(item: pytest.Item) -> tuple[bool, int]:
        unit = unit_of(item.nodeid)
        return unit not in SERVICES, -lengths[unit]

    items.sort(key=rank)
