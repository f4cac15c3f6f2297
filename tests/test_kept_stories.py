"""A repeated story restores the rows of the first run. A test that changed something before gets its own run."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from agencies.journal.models import Event
from agencies.kernel import times
from agencies.organisations.models import Agency
from cases.casefile.models import Case

from . import stories
from .kept_stories import KeptStory, keeper, story

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="stories are kept on SQLite")

runs: list[str] = []


@story
def tale(cast, state="DELIVERED"):
    runs.append(state)
    made = stories.transfer(cast, state)
    transaction.on_commit(lambda: runs.append("committed"))
    return made


@story
def renamed(cast, number):
    part(cast, number)
    Agency.objects.filter(code="GACC").update(name_en="Changed")


@story
def part(cast, number):
    runs.append(number)
    return stories.lead(cast, title=f"Part {number}").pk


@story
def parts(cast, *numbers):
    return [part(cast, number) for number in numbers]


@pytest.fixture(autouse=True)
def _empty_keeper():
    keeper.root = KeptStory()
    runs.clear()


def rows():
    """All rows of the database by table."""
    with connection.cursor() as cursor:
        found = {}
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            found[table] = sorted(map(str, cursor.fetchall()))
    return found


def columns(thing):
    return {field.attname: getattr(thing, field.attname) for field in thing._meta.concrete_fields}


def undone(act):
    """The result of `act` in a transaction that is rolled back, like that of a test."""
    with transaction.atomic():
        keeper.transaction, keeper.here = connection.atomic_blocks[0], keeper.root
        result = act()
        transaction.set_rollback(True)
    return result


@pytest.mark.slow
def test_a_repeated_story_leaves_the_same_rows_and_returns_the_same(cast):
    first, then = (undone(lambda: (tale(cast), rows())) for _ in range(2))
    assert runs == ["DELIVERED"], "run once"
    assert first == then
    assert columns(first[0]) == columns(then[0])


def test_what_follows_a_story_follows_its_last_part(cast):
    whole, longer = undone(lambda: (parts(cast, 1, 2, 3), rows()))
    in_steps = undone(lambda: ([*parts(cast, 1, 2), part(cast, 3)], rows()))
    assert in_steps == (whole, longer)
    assert runs == [1, 2, 3]


def test_after_a_write_of_its_own_nothing_follows_the_last_part_of_a_story(cast):
    undone(lambda: (parts(cast, 1), part(cast, 2)))
    undone(lambda: (renamed(cast, 1), part(cast, 2)))
    assert runs == [1, 2, 2]


@pytest.mark.slow
def test_on_commit_callbacks_are_registered_again(cast, django_capture_on_commit_callbacks):
    undone(lambda: tale(cast))
    keeper.here = keeper.root
    with django_capture_on_commit_callbacks(execute=True):
        tale(cast)
    assert runs == ["DELIVERED", "committed"]


def test_arguments_are_left_as_the_story_left_them(cast):
    def investigated():
        inside = stories.proceeding(cast)
        stories.walk(cast, inside, [("file", "customs.lead", {"external_number": "沪关缉违字〔2026〕9号"})])
        return inside.state, inside.version, inside.external_number

    assert undone(investigated) == undone(investigated) == ("FILED_ADM", 2, "沪关缉违字〔2026〕9号")


@pytest.mark.slow
def test_after_a_write_by_the_test_it_is_run_again(cast):
    def changed():
        Agency.objects.filter(code="GACC").update(name_en="Changed")
        return tale(cast).sender.name_en

    undone(lambda: tale(cast))
    assert undone(changed) == "Changed"
    assert runs == ["DELIVERED"] * 2


@pytest.mark.slow
def test_signing_in_changes_no_story(cast):
    undone(lambda: tale(cast))
    undone(lambda: (cast.browser("customs.officer"), tale(cast)))
    assert runs == ["DELIVERED"]


@pytest.mark.slow
def test_with_a_moved_clock_it_is_run_again(cast):
    undone(lambda: tale(cast))
    with time_machine.travel(timezone.now() + timedelta(days=9)):
        assert undone(lambda: tale(cast)).created_at > timezone.now() - timedelta(hours=1)
    assert runs == ["DELIVERED"] * 2


@pytest.mark.slow
@pytest.mark.parametrize("look", ["clock", "page"])
def test_after_the_test_read_the_clock_events_are_later(cast, look):
    def looked():
        browser, since = cast.browser("customs.officer"), times.now()
        if look == "clock":
            since = timezone.now()
        else:
            assert browser.get("/keys/").status_code == 200
        return tale(cast).created_at > since

    undone(lambda: tale(cast))
    keeper.looked = None
    assert undone(looked)
    assert runs == ["DELIVERED"] * 2
    keeper.looked = None
    undone(lambda: tale(cast))
    assert runs == ["DELIVERED"] * 2, "the run after reading the clock is not kept, the older one is"


@pytest.mark.slow
def test_with_monkeypatch_it_is_run_again(cast, monkeypatch):
    undone(lambda: tale(cast))
    undone(lambda: tale(cast))
    assert runs == ["DELIVERED"] * 2


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_in_a_committing_test_it_is_run_again(cast):
    tale(cast)
    tale(cast)
    assert [state for state in runs if state != "committed"] == ["DELIVERED"] * 2
    assert Case.objects.count() == 2
    assert Event.objects.exists()
