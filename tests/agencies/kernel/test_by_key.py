from datetime import UTC, datetime
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.db.models import Count, F, Prefetch, Q

from agencies.kernel.by_key import (
    MOST,
    Among,
    AmongRows,
    batched,
    compiled_by_key,
    compiled_for,
    prepared,
    together,
)
from agencies.kernel.counting import Moment, compiled_pairs
from agencies.people.models import Membership, User


def asked_for() -> Any:
    """Related rows, rows read beside them, and an annotation."""
    rows = Membership.objects.select_related("user").annotate(name=F("user__username"))
    return rows.prefetch_related(Prefetch("user__memberships", Membership.objects.order_by("pk"), to_attr="all"))


@pytest.mark.parametrize("many", [1, 4, 5, 12, 13, 26])
def test_the_rows_are_those_of_the_queryset(db: None, many: int, django_assert_num_queries: Any) -> None:
    keys = list(Membership.objects.order_by("pk").values_list("pk", flat=True)[:many])
    assert len(keys) == many
    ready = compiled_by_key(asked_for())
    with django_assert_num_queries(2):
        found = sorted(ready.read(keys), key=lambda one: one.pk)
        seen = [(one, one.name, one.user, one.user.all) for one in found]
    rows = asked_for().filter(pk__in=keys).order_by("pk")
    assert seen == [(one, one.name, one.user, one.user.all) for one in rows]
    assert not found[0]._state.adding


def test_rows_of_several_tables_are_read_in_one_statement(db: None, django_assert_num_queries: Any) -> None:
    people = list(User.objects.order_by("username")[:3])
    memberships = list(Membership.objects.order_by("pk")[:5])
    none, ready = User.objects.none(), [compiled_by_key(User.objects.all()), compiled_by_key(asked_for(), 1)]
    with django_assert_num_queries(2):  # one is of rows beside them
        named, nothing, held = together(ready[0], compiled_by_key(none), ready[1]).read(
            [one.pk for one in people], [one.pk for one in memberships]
        )
    assert (sorted(named, key=lambda one: one.username), nothing) == (people, [])
    found = [(one, one.name, one.user.created_at) for one in sorted(held, key=lambda one: one.pk)]
    assert found == [(one, one.user.username, one.user.created_at) for one in memberships]


def test_nothing_is_asked_for_tables_without_rows(db: None, django_assert_num_queries: Any) -> None:
    none = compiled_by_key(User.objects.none())
    with django_assert_num_queries(0):
        assert together(none, none).read([uuid4()]) == [[], []]


def test_keys_may_be_those_of_another_query(db: None) -> None:
    people = list(User.objects.order_by("username")[:3])
    few = User.objects.filter(Among("pk", User._meta.pk)).values("pk")
    ready = compiled_for(Membership.objects.filter(Q(AmongRows("user", few)) | Q(user=None)).order_by("pk"))
    assert ready.read([one.pk for one in people]) == list(Membership.objects.filter(user__in=people).order_by("pk"))


def test_keys_are_converted_and_unknown_ones_have_no_row(db: None) -> None:
    person = User.objects.earliest("username")
    ready = compiled_by_key(User.objects.annotate(roles=Count("memberships")))
    assert ready.read([person.pk, uuid4()]) == [person]
    assert ready.read([uuid4()]) == []


def test_a_queryset_without_rows_asks_nothing(db: None, django_assert_num_queries: Any) -> None:
    ready = compiled_by_key(User.objects.none())
    with django_assert_num_queries(0):
        assert ready.read([uuid4()]) == []


def test_columns_are_converted_as_those_of_a_queryset(db: None) -> None:
    rows = User.objects.order_by("username").values_list("pk", "created_at", "is_active")
    assert compiled_for(rows).tuples() == list(rows)
    assert compiled_for(rows.none()).tuples() == []


def of_these(keys: Any) -> Any:
    return (
        User.objects.filter(keys, created_at__lt=Moment())
        .exclude(username="50%s%")
        .order_by("pk")
        .values_list("username")
    )


def test_constants_in_the_text_change_no_row(db: None) -> None:
    few = list(User.objects.order_by("pk")[:2])
    query = compiled_pairs(of_these(Q(Among("pk", User._meta.pk))))
    keys, names = [one.pk for one in few], [(one.username,) for one in few]
    assert prepared(query, keys) == names
    with time_machine.travel(datetime(2000, 1, 1, tzinfo=UTC), tick=False):
        assert prepared(query, keys) == []


def test_long_lists_are_divided() -> None:
    assert [len(some) for some in batched(range(2 * MOST + 5))] == [MOST, MOST, 5]
    assert batched([]) == []


@pytest.mark.django_db(transaction=True)
def test_another_thread_reads_by_its_own_connection() -> None:
    person, found = User.objects.earliest("username"), []
    ready = compiled_by_key(User.objects.all())

    def read() -> None:
        try:
            found.extend(ready.read([person.pk]))
        finally:
            connection.close()

    other = Thread(target=read)
    other.start()
    other.join()
    assert [(one.pk, one.created_at) for one in found] == [(person.pk, person.created_at)]
