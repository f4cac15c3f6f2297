from uuid import uuid4

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError

from agencies.journal.models import Stream
from agencies.kernel.prepared import get_locked, insert
from agencies.kernel.work import atomic

pytestmark = pytest.mark.django_db


def stream() -> Stream:
    made = Stream(kind=Stream.Kind.CASE, subject=uuid4(), head_seq=3, head_hash="f")
    insert(made)
    return made


def test_an_inserted_row_has_its_id_and_is_read_again_as_it_was_written() -> None:
    first, second = stream(), stream()
    assert second.pk > first.pk
    assert not first._state.adding
    assert Stream.objects.get(pk=first.pk).subject == first.subject


def test_each_row_is_found_by_its_own_values() -> None:
    first, second = stream(), stream()
    with atomic():
        for one in (first, second, first):
            found = get_locked(Stream, subject=one.subject, kind=one.kind)
            assert (found.pk, found.subject, found.head_seq) == (one.pk, one.subject, 3)
            assert get_locked(Stream, pk=str(one.pk)) == one


def test_a_row_that_was_changed_is_read_as_it_is_now() -> None:
    made = stream()
    with atomic():
        get_locked(Stream, pk=made.pk)
        Stream.objects.filter(pk=made.pk).update(head_seq=4)
        assert get_locked(Stream, pk=made.pk).head_seq == 4


def test_a_missing_row_is_no_row() -> None:
    with atomic(), pytest.raises(Stream.DoesNotExist):
        get_locked(Stream, kind=Stream.Kind.CASE, subject=uuid4())


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_locked() -> None:
    assert not transaction.get_connection().in_atomic_block
    with pytest.raises(TransactionManagementError):
        get_locked(Stream, kind=Stream.Kind.CASE, subject=uuid4())
