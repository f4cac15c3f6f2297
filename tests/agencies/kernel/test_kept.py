"""Tables that each process keeps: no join, no query, and never other rows than those of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction

from agencies.kernel import kept
from agencies.organisations.models import Agency, KeptVersion, agencies_by_id
from agencies.people.models import Membership, User
from cases.clocks.models import ExtensionStep


def name_of_agency(user: User) -> str:
    return User.objects.get(pk=user.pk).agency.name_zh


@contextmanager
def rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def officer(cast: Any) -> User:
    return cast.user("commerce.officer")


def test_an_agency_costs_neither_a_query_nor_a_join(officer: User, django_assert_num_queries: Any) -> None:
    assert officer.agency  # the table is read
    with django_assert_num_queries(1) as asked:
        found = list(Membership.objects.filter(user=officer).select_related("unit__agency", "user__agency"))
        assert [one.unit.agency.code for one in found] == [officer.agency.code]
        assert found[0].user.agency == officer.agency
    assert "organisations_agency" not in asked[0]["sql"]
    assert "people_user" in asked[0]["sql"]


def test_a_rule_of_a_period_is_not_joined(officer: User, django_assert_num_queries: Any) -> None:
    first = ExtensionStep.objects.first()
    assert first is not None
    assert first.rule.code
    with django_assert_num_queries(1) as asked:
        assert [one.rule.pk for one in ExtensionStep.objects.select_related("rule")[:1]]
    assert "JOIN" not in asked[0]["sql"]


def test_prefetching_through_a_period_reads_no_rule(officer: User, django_assert_num_queries: Any) -> None:
    first = ExtensionStep.objects.select_related("rule").first()
    assert first is not None
    assert first.rule.code
    with django_assert_num_queries(2) as asked:
        assert list(ExtensionStep.objects.prefetch_related("rule__extension_steps")[:1])
    assert 'FROM "clocks_extensionstep"' in asked[1]["sql"]


def test_what_one_row_changes_without_saving_no_other_row_sees(officer: User) -> None:
    agency = officer.agency
    agency.name_zh = "changed"
    assert name_of_agency(officer) != "changed"


@pytest.mark.parametrize("how", ["save", "update", "bulk_update"])
def test_a_transaction_sees_its_own_change_until_it_is_rolled_back(officer: User, how: str) -> None:
    before, agency = name_of_agency(officer), officer.agency
    agency.name_zh = "changed"
    with rolled_back():
        if how == "save":
            agency.save()
        elif how == "update":
            Agency.objects.filter(pk=agency.pk).update(name_zh="changed")
        else:
            Agency.objects.bulk_update([agency], ["name_zh"])
        assert name_of_agency(officer) == "changed"
    assert name_of_agency(officer) == before


def test_of_two_changes_only_the_one_rolled_back_is_lost(officer: User) -> None:
    rows = Agency.objects.filter(pk=officer.agency_id)
    rows.update(name_zh="first")
    assert name_of_agency(officer) == "first"
    with rolled_back():
        rows.update(name_zh="second")
        assert name_of_agency(officer) == "second"
    assert name_of_agency(officer) == "first"


def test_a_new_agency_is_found_and_a_deleted_one_is_not(officer: User) -> None:
    assert officer.agency
    made = Agency.objects.create(code="NEW", name_zh="新", name_en="New", level="centre", parent=officer.agency)
    made.agency = made
    made.save()
    assert Agency.objects.get(code="NEW").agency == made
    pk = made.pk
    Agency.objects.filter(pk=pk).update(agency=None)
    Agency.objects.filter(pk=pk).delete()
    assert agencies_by_id([pk]) == {}


def test_the_next_request_sees_what_another_process_committed(cast: Any, officer: User) -> None:
    """The other process is a statement that this one does not notice."""
    client = cast.browser("commerce.officer")
    client.get("/")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE organisations_agency SET name_en = 'Renamed bureau' WHERE id = %s", [officer.agency_id])
        cursor.execute("DELETE FROM organisations_keptversion")
        cursor.execute("INSERT INTO organisations_keptversion (id, value) VALUES (1, 'of another process')")
    try:
        client.get("/")
        assert User.objects.get(pk=officer.pk).agency.name_en == "Renamed bureau"
    finally:
        kept.forget()


def test_after_a_request_without_a_person_the_version_is_compared_and_the_table_not_read_again(
    officer: User, django_assert_num_queries: Any
) -> None:
    assert officer.agency
    kept.forget()
    fresh = User.objects.get(pk=officer.pk)
    with django_assert_num_queries(1) as asked:
        assert fresh.agency.code
    assert "organisations_keptversion" in asked[0]["sql"]


def test_each_change_has_a_version_of_its_own(officer: User) -> None:
    rows = Agency.objects.filter(pk=officer.agency_id)
    before = KeptVersion.objects.values_list("value", flat=True).first()
    rows.update(name_zh="first")
    after = KeptVersion.objects.values_list("value", flat=True).get()
    assert after != before


@pytest.mark.django_db(transaction=True)
def test_other_threads_see_a_change_when_it_is_committed(officer: User) -> None:
    before, seen = name_of_agency(officer), []

    def look() -> None:
        try:
            seen.append(name_of_agency(officer))
        finally:
            connection.close()

    def look_elsewhere() -> None:
        other = Thread(target=look)
        other.start()
        other.join()

    if connection.vendor == "postgresql":  # SQLite has one writer, and readers of another thread wait for it
        with transaction.atomic():
            Agency.objects.filter(pk=officer.agency_id).update(name_zh="changed")
            assert name_of_agency(officer) == "changed"
            look_elsewhere()
        assert seen == [before]
    else:
        Agency.objects.filter(pk=officer.agency_id).update(name_zh="changed")
    look_elsewhere()
    assert seen[-1] == "changed"


def test_what_is_made_of_the_rows_is_the_same_object_until_a_row_changes(officer: User) -> None:
    def codes(rows: Any) -> list[str]:
        return sorted(row.code for row in rows)

    made = kept.made_of(Agency, codes)
    assert kept.made_of(Agency, codes) is made
    Agency.objects.filter(pk=officer.agency_id).update(code="RENAMED")
    assert "RENAMED" in kept.made_of(Agency, codes)
