"""Each row of a large matrix is in exactly one share, so that the shares together contain all rows."""

from types import SimpleNamespace

import pytest

from .browser.test_every_page import SCREENS, screens_of
from .conftest import keep_share, pytest_report_header
from .coordination.routes import every_route


class Item(SimpleNamespace):
    __hash__ = object.__hash__

    def get_closest_marker(self, name):
        return name if self.is_row and name == "half" else None


def kept(monkeypatch, name, number):
    for other in ("HALF", "QUARTER"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, number)
    items = [Item(nodeid=f"row {n}", is_row=True) for n in range(10)] + [Item(nodeid="a test", is_row=False)]
    keep_share(SimpleNamespace(hook=SimpleNamespace(pytest_deselected=lambda items: None)), items)
    return [item.nodeid for item in items]


@pytest.mark.parametrize(("name", "of"), [("HALF", 2), ("QUARTER", 4)])
def test_shares_contain_each_row_once_and_all_other_tests(monkeypatch, name, of):
    shares = [kept(monkeypatch, name, str(number)) for number in range(1, of + 1)]
    assert all("a test" in share for share in shares)
    rows = sorted(row for share in shares for row in share if row != "a test")
    assert rows == [f"row {n}" for n in range(10)]


def test_the_two_runs_of_a_commit_divide_its_files_and_the_next_commit_exchanges_them(monkeypatch):
    monkeypatch.delenv("QUARTER", raising=False)
    names = [f"tests/coordination/exchange/test_{n}.py::test" for n in range(5)] + ["tests/agencies/test_a.py::test"]
    ran = {}
    for half in ("1", "2"):
        for commit in ("1", "2"):
            monkeypatch.setenv("HALF", half)
            monkeypatch.setenv("TURN", commit)
            items = [Item(nodeid=name, is_row=False) for name in names]
            keep_share(SimpleNamespace(hook=SimpleNamespace(pytest_deselected=lambda items: None)), items)
            ran[half, commit] = {item.nodeid for item in items}
    everywhere = {"tests/agencies/test_a.py::test"}
    for commit in ("1", "2"):
        assert ran["1", commit] | ran["2", commit] == set(names)
        assert ran["1", commit] & ran["2", commit] == everywhere
    assert ran["1", "1"] == ran["2", "2"]


def test_the_header_names_the_share(monkeypatch):
    monkeypatch.delenv("HALF", raising=False)
    monkeypatch.setenv("QUARTER", "3")
    monkeypatch.setenv("TURN", "2")
    assert pytest_report_header() == [
        "great matrices: share 3 of 4",
        "pages in Chromium: on one of two screens each, turn 2 of 2",
    ]
    monkeypatch.setenv("QUARTER", "")
    monkeypatch.delenv("TURN")
    assert pytest_report_header() == ["great matrices: all rows", "pages in Chromium: on both screens"]


def test_two_successive_commits_open_each_page_on_both_screens(monkeypatch):
    chosen = {}
    for number in ("1", "2"):
        monkeypatch.setenv("TURN", number)
        for route in every_route():
            chosen.setdefault(route.pattern, []).extend(screens_of(route.pattern))
    assert all(sorted(screens) == sorted(SCREENS) for screens in chosen.values())
    first = [screens[0] for screens in chosen.values()]
    assert all(first.count(language) > len(first) / 3 for language in SCREENS)


def test_a_run_without_a_turn_opens_each_page_on_both_screens(monkeypatch):
    monkeypatch.delenv("TURN", raising=False)
    assert screens_of("/cases/") == [*SCREENS]


def test_an_unknown_share_is_refused(monkeypatch):
    with pytest.raises(pytest.UsageError, match="QUARTER is '5'; it must be a number from 1 to 4"):
        kept(monkeypatch, "QUARTER", "5")


@pytest.mark.xdist_group("together")
def test_the_id_of_a_grouped_test_ends_with_its_group(request):
    """By this ending, pytest-xdist keeps a group on one process."""
    assert request.node.nodeid.endswith("@together") is getattr(request.config.option, "loadgroup", False)
