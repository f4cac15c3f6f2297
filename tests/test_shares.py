"""Each row of a large matrix is in exactly one share, so that the shares together contain all rows."""

from types import SimpleNamespace

import pytest

from .browser.test_every_page import SCREENS, screens_of
from .conftest import LANGUAGES, keep_language, keep_share, pytest_report_header
from .coordination.routes import every_route
from .databases import ROOT
from .groups import unit_of
from .halves import BOTH, in_both_runs, run_of, shares_of


class Item(SimpleNamespace):
    __hash__ = object.__hash__
    is_row = False
    is_story = False
    stage = ()  # the name of the row, of tests that share a stage

    def get_closest_marker(self, name):
        if name == "half" and self.is_row:
            return pytest.mark.half(*self.stage).mark
        return pytest.mark.browser.mark if self.is_story and name == "browser" else None


def kept(monkeypatch, name, number):
    for other in ("HALF", "TWELFTH"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, number)
    items = [Item(nodeid=f"row {n}", is_row=True) for n in range(10)] + [Item(nodeid="a test", is_row=False)]
    items += [Item(nodeid=f"on a stage {n}", is_row=True, stage=("stage",)) for n in range(3)]
    keep_share(SimpleNamespace(hook=SimpleNamespace(pytest_deselected=lambda items: None)), items)
    return [item.nodeid for item in items]


@pytest.mark.parametrize(("name", "of"), [("HALF", 2), ("TWELFTH", 12)])
def test_shares_contain_each_row_once(monkeypatch, name, of):
    shares = [kept(monkeypatch, name, str(number)) for number in range(1, of + 1)]
    assert sum("a test" in share for share in shares) == (1 if name == "HALF" else of)
    rows = sorted(row for share in shares for row in share if row.startswith("row"))
    assert rows == [f"row {n}" for n in range(10)]
    on_stage = [[row for row in share if row.startswith("on a stage")] for share in shares]
    assert sorted(on_stage)[-2:] == [[], ["on a stage 0", "on a stage 1", "on a stage 2"]]


def test_shares_are_about_as_long_although_one_has_a_stage_with_many_tests():
    rows = {f"{matrix} {n}": [n] for matrix in ("doors", "walks") for n in range(60)} | {"stage": [*range(12)]}
    shares = shares_of(rows, 6)
    assert {sum(len(rows[name]) for name in share) for share in shares} == {22}
    for matrix in ("doors", "walks"):
        assert all(sum(matrix in name for name in share) >= 5 for share in shares)


def every_file():
    return [str(path.relative_to(ROOT)) for path in sorted((ROOT / "tests").glob("**/test_*.py"))]


def runs_of_a_commit(monkeypatch, commit, items):
    monkeypatch.delenv("TWELFTH", raising=False)
    monkeypatch.setenv("TURN", commit)
    runs = []
    for half in ("1", "2"):
        monkeypatch.setenv("HALF", half)
        kept_items = [*items]
        keep_share(SimpleNamespace(hook=SimpleNamespace(pytest_deselected=lambda items: None)), kept_items)
        runs.append({item.nodeid for item in kept_items})
    return runs


@pytest.mark.parametrize("commit", ["1", "2"])
def test_the_two_runs_of_a_commit_have_every_test_and_only_declared_ones_twice(monkeypatch, commit):
    files = every_file()
    items = [Item(nodeid=f"{file}::test", is_row=False) for file in files]
    items += [Item(nodeid=f"{file}::row[{n}]", is_row=True) for file in files for n in range(2)]

    one, other = runs_of_a_commit(monkeypatch, commit, items)

    assert one | other == {item.nodeid for item in items}
    twice = {item.nodeid for item in items if not item.is_row and item.nodeid.startswith(tuple(BOTH))}
    assert one & other == twice
    assert len(twice) < len(files) / 3


def test_the_next_commit_exchanges_rows_and_files(monkeypatch):
    items = [Item(nodeid=f"{file}::test", is_row=False) for file in every_file()]
    items += [Item(nodeid=f"row {n}", is_row=True) for n in range(10)]

    assert runs_of_a_commit(monkeypatch, "1", items) == runs_of_a_commit(monkeypatch, "2", items)[::-1]


def test_the_two_runs_are_about_as_long():
    divided = [file for file in every_file() if not file.startswith(tuple(BOTH))]
    assert abs(sum(run_of(file, 1) == 1 for file in divided) / len(divided) - 0.5) < 0.1


@pytest.mark.parametrize(
    ("marker", "options"), [("postgres", {}), ("browser", {}), ("django_db", {"transaction": True})]
)
def test_what_needs_a_service_or_commits_is_left_out_of_no_run(marker, options):
    marks = {marker: SimpleNamespace(kwargs=options)}
    item = SimpleNamespace(nodeid="tests/cases/papers/test_scanning.py::test", get_closest_marker=marks.get)
    assert in_both_runs(item)


def test_every_declared_file_and_test_exists():
    assert [name for name in BOTH if not is_there(*name.partition("::")[::2])] == []


def is_there(file, test):
    return (ROOT / file).exists() and (not test or f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"))


def test_the_header_names_the_share(monkeypatch):
    monkeypatch.delenv("HALF", raising=False)
    monkeypatch.setenv("TWELFTH", "3")
    monkeypatch.setenv("TURN", "2")
    assert pytest_report_header() == [
        "great matrices: share 3 of 12",
        "Chromium: one of two screens and languages, turn 2 of 2",
    ]
    monkeypatch.setenv("TWELFTH", "")
    monkeypatch.delenv("TURN")
    assert pytest_report_header() == ["great matrices: all rows", "Chromium: both"]


def test_two_successive_commits_open_each_page_on_both_screens(monkeypatch):
    chosen = {}
    for number in ("1", "2"):
        monkeypatch.setenv("TURN", number)
        for route in every_route():
            chosen.setdefault(route.pattern, []).extend(screens_of(route.pattern))
    assert all(sorted(screens) == sorted(SCREENS) for screens in chosen.values())
    first = [screens[0] for screens in chosen.values()]
    assert all(first.count(language) > len(first) / 3 for language in SCREENS)


def in_chromium(story, language=None):
    given = SimpleNamespace(params={"language": language} if language else {})
    return Item(nodeid=f"{story}[{language}]", is_story=True, callspec=given)


def test_two_successive_commits_perform_each_story_in_both_languages(monkeypatch):
    plain = Item(nodeid="a plain test")
    chosen = []
    for number in ("1", "2"):
        monkeypatch.setenv("TURN", number)
        items = [in_chromium(f"story {n}", language) for n in range(20) for language in LANGUAGES]
        items += [in_chromium("a story in one language"), plain]
        keep_language(SimpleNamespace(hook=SimpleNamespace(pytest_deselected=lambda items: None)), items)
        chosen.append([item.nodeid for item in items])
    in_english = [sum("[en]" in name for name in names) for names in chosen]
    assert len(chosen[0]) == len(chosen[1]) == 22
    assert len({*chosen[0], *chosen[1]}) == 42
    assert min(in_english) > 5


def test_a_run_without_a_turn_opens_each_page_on_both_screens(monkeypatch):
    monkeypatch.delenv("TURN", raising=False)
    assert screens_of("/cases/") == [*SCREENS]


def test_make_test_runs_the_same_share_at_every_commit():
    assert "rev-list" not in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_an_unknown_share_is_refused(monkeypatch):
    with pytest.raises(pytest.UsageError, match="TWELFTH is '13'; it must be a number from 1 to 12"):
        kept(monkeypatch, "TWELFTH", "13")


@pytest.mark.xdist_group("together")
def test_the_id_of_a_grouped_test_ends_with_its_group(request):
    """By this ending, pytest-xdist keeps a group on one process."""
    assert request.node.nodeid.endswith("@together") is getattr(request.config.option, "loadgroup", False)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("tests/a/test_a.py::test_one", "tests/a/test_a.py"),
        ("tests/a/test_a.py::test_one[a@b]", "tests/a/test_a.py"),
        ("tests/a/test_a.py::test_one[a@b]@browser", "browser"),
        ("tests/a/test_a.py::test_one@redis", "redis"),
    ],
)
def test_the_tests_of_a_file_or_group_stay_together(name, unit):
    assert unit_of(name) == unit
