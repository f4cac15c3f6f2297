from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Exists, OuterRef
from django.db.models.sql import compiler

from agencies.kernel.compiling import PlainColumns
from agencies.organisations.models import Agency
from agencies.people.models import Membership


def by_django(rows: Any) -> Any:
    return compiler.SQLCompiler(rows.query.clone(), connections[DEFAULT_DB_ALIAS], DEFAULT_DB_ALIAS)


def by_the_product(rows: Any) -> Any:
    found = rows.query.clone().get_compiler(DEFAULT_DB_ALIAS)
    assert isinstance(found, PlainColumns)
    return found


def columns_of(made: Any) -> list[Any]:
    return [column for column, _sql, _alias in made.select]


def converters_of(made: Any) -> dict[int, Any]:
    """By name: those of decimals are made anew for each query."""
    found = made.get_converters(columns_of(made))
    return {place: ([one.__qualname__ for one in many], column) for place, (many, column) in found.items()}


def test_rows_of_every_model_are_read_by_djangos_statement_with_its_converters() -> None:
    for model in apps.get_models():
        rows = model._base_manager.order_by("pk")[:5]
        expected = by_django(rows)
        statement = expected.as_sql()
        for _time in ("first", "second"):
            found = by_the_product(rows)
            assert found.as_sql() == statement
            assert converters_of(found) == converters_of(expected)


def test_a_query_of_some_columns_or_of_more_is_left_to_django() -> None:
    below = Agency.objects.filter(parent=OuterRef("pk"))
    for rows in (
        Agency.objects.all(),  # compiled first, so that its columns are known
        Agency.objects.only("code"),
        Agency.objects.defer("name_zh"),
        Agency.objects.values("code", "name_en"),
        Membership.objects.select_related("user"),
        Agency.objects.annotate(has_more=Exists(below)),
        Agency.objects.filter(Exists(below)),
        Agency.objects.filter(parent__in=Agency.objects.filter(parent__code="X").values("pk")),
    ):
        assert by_the_product(rows).as_sql() == by_django(rows).as_sql()
