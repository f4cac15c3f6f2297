"""A story that is repeated is the story that was acted out; a test that changed something first has its own."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from agencies.journal.models import Event
from agencies.journal.verify import verify_streams
from agencies.kernel import times
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from cases.casefile.models import Case
from coordination.exchange.referrals.models import Referral

from . import stories
from .kept_stories import keeper, story

told: list[str] = []


@story
def tale(cast, state="DELIVERED"):
    told.append(state)
    made = stories.transfer(cast, state)
    transaction.on_commit(lambda: told.append("committed"))
    return made


@pytest.fixture(autouse=True)
def _nothing_kept_yet():
    keeper.forget()
    told.clear()


def rows():
    """Everything in the database, as it stands there."""
    with connection.cursor() as cursor:
        found = {}
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            found[table] = sorted(map(str, cursor.fetchall()))
    return found


def columns(thing):
    return {field.attname: getattr(thing, field.attname) for field in thing._meta.concrete_fields}


def undone(act):
    """Its answer, from the beginning of a transaction of its own that is undone, as a test's is."""
    with atomic():
        keeper.transaction, keeper.here = connection.atomic_blocks[0], keeper.root
        answer = act()
        transaction.set_rollback(True)
    return answer


def test_repeated_it_leaves_the_same_rows_and_answers_the_same(cast):
    first, then = (undone(lambda: (tale(cast), rows())) for _ in range(2))
    assert told == ["DELIVERED"], "acted out once"
    assert first == then
    assert columns(first[0]) == columns(then[0])


def test_work_goes_on_from_a_repeated_story(cast):
    for _ in range(2):
        moved = undone(lambda: go_on(cast))
        assert moved == ("ACCEPTED", [])


def go_on(cast):
    made = tale(cast)
    stories.walk(cast, made, [("accept", "antismuggling.officer", {})])
    return Referral.objects.get(pk=made.pk).state, list(verify_streams())


def test_a_second_story_is_another_one(cast):
    pairs = [undone(lambda: (tale(cast).pk, tale(cast).pk)) for _ in range(2)]
    assert pairs[0] == pairs[1]
    assert len(set(pairs[0])) == 2
    assert told == ["DELIVERED"] * 2


def test_other_answers_are_another_story(cast):
    states = [undone(lambda state=state: tale(cast, state).state) for state in ("DELIVERED", "ACCEPTED")]
    assert states == ["DELIVERED", "ACCEPTED"]


def test_what_is_to_be_done_on_commit_is_planned_again(cast, django_capture_on_commit_callbacks):
    undone(lambda: tale(cast))
    keeper.here = keeper.root
    with django_capture_on_commit_callbacks(execute=True):
        tale(cast)
    assert told == ["DELIVERED", "committed"]


def test_what_was_given_is_left_as_the_story_left_it(cast):
    def investigated():
        inside = stories.proceeding(cast)
        stories.walk(cast, inside, [("file", "customs.lead", {"external_number": "沪关缉违字〔2026〕9号"})])
        return inside.state, inside.version, inside.external_number

    assert undone(investigated) == undone(investigated) == ("FILED_ADM", 2, "沪关缉违字〔2026〕9号")


def test_after_a_change_of_the_tests_own_it_is_acted_out(cast):
    def changed():
        Agency.objects.filter(code="GACC").update(name_en="Changed")
        return tale(cast).sender.name_en

    undone(lambda: tale(cast))
    assert undone(changed) == "Changed"
    assert told == ["DELIVERED"] * 2


def test_signing_in_changes_no_story(cast):
    undone(lambda: tale(cast))
    undone(lambda: (cast.browser("customs.officer"), tale(cast)))
    assert told == ["DELIVERED"]


def test_a_moved_clock_has_its_own(cast):
    undone(lambda: tale(cast))
    with time_machine.travel(timezone.now() + timedelta(days=9)):
        assert undone(lambda: tale(cast)).created_at > timezone.now() - timedelta(hours=1)
    assert told == ["DELIVERED"] * 2


@pytest.mark.parametrize("look", ["clock", "page"])
def test_what_is_told_after_a_look_at_the_clock_happens_after_it(cast, look):
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
    assert told == ["DELIVERED"] * 2
    keeper.looked = None
    undone(lambda: tale(cast))
    assert told == ["DELIVERED"] * 2, "the one of the look is not kept for others, and the older one still is"


def test_the_clock_that_the_product_reads_is_no_look_of_the_test(cast):
    undone(lambda: tale(cast))
    assert times.now() is not None
    undone(lambda: tale(cast))
    assert told == ["DELIVERED"]


def test_a_test_that_patches_something_has_its_own(cast, monkeypatch):
    undone(lambda: tale(cast))
    undone(lambda: tale(cast))
    assert told == ["DELIVERED"] * 2


@pytest.mark.django_db(transaction=True)
def test_so_has_a_test_that_commits(cast):
    tale(cast)
    tale(cast)
    assert [state for state in told if state != "committed"] == ["DELIVERED"] * 2
    assert Case.objects.count() == 2
    assert Event.objects.exists()
