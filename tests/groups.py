"""Keeps the tests of one `xdist_group` on one process, and begins with the rows of the great matrices. pytest-xdist 3.8
appends the group to `item._nodeid`, which pytest 9.2 does not read."""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not getattr(config.option, "loadgroup", False):
        return
    for item in items:
        names = sorted({str(mark.args[0]) for mark in item.iter_markers("xdist_group")})
        if names and "@" not in item.nodeid.rpartition("]")[2]:
            item._id = type(item._id).parse(f"{item.nodeid}@{'_'.join(names)}")
    # A row takes seconds; at the end of a run, all other processes would wait for it.
    items.sort(key=lambda item: item.get_closest_marker("half") is None)
