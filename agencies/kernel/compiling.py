"""The columns of a plain query, compiled once for each model and connection.

A page or an action reads whole rows by dozens of queries, and much of what Django does for each is to name the same
columns, and the converters of their values, again.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models.sql import compiler

from . import kept

ALL_COLUMNS = (frozenset[str](), True)  # of `Query.deferred_loading`


class PlainColumns(compiler.SQLCompiler):
    """Django's compiler, for queries that read all columns of one model and nothing else."""

    plain: tuple[list[Any], list[int], dict[int, Any]] | None = None

    def get_select(self, with_col_aliases: bool = False) -> Any:
        query = self.query
        if with_col_aliases or not _is_plain(query):
            return super().get_select(with_col_aliases)
        known = vars(self.connection).setdefault("plain_columns", {})  # the converters belong to the connection
        key = (query.model, query.get_initial_alias())
        if key not in known:
            columns, _described, _annotations = super().get_select()
            known[key] = columns, list(range(len(columns))), super().get_converters([column[0] for column in columns])
        self.plain = known[key]
        columns, places, _converters = self.plain
        return list(columns), {"model": query.model, "select_fields": places}, {}

    def get_converters(self, expressions: Iterable[Any]) -> dict[int, Any]:
        expressions = list(expressions)
        if self.plain is not None and [column for column, _sql, _alias in self.plain[0]] == expressions:
            return self.plain[2]
        found: dict[int, Any] = super().get_converters(expressions)
        return found

    def get_related_selections(
        self,
        select: Any,
        select_mask: Any,
        opts: Any = None,
        root_alias: Any = None,
        cur_depth: int = 1,
        requested: Any = None,
        restricted: Any = None,
    ) -> Any:
        """Django's, without a join to a table that is kept in the process. It calls itself for each join."""
        if requested is None and isinstance(self.query.select_related, dict):
            requested, restricted = self.query.select_related, True
        if requested:
            requested = kept.without_kept_keys(opts or self.query.get_meta(), requested)
        return super().get_related_selections(
            select, select_mask, opts, root_alias or self.query.get_initial_alias(), cur_depth, requested, restricted
        )


class Noting(compiler.SQLCompiler):
    """A compiler of a statement that writes: it notes a change of a table that is kept in the process."""

    def execute_sql(self, *args: Any, **options: Any) -> Any:
        result = super().execute_sql(*args, **options)
        kept.changed(self.query.model)
        return result


class SQLUpdateCompiler(Noting, compiler.SQLUpdateCompiler):
    pass


class SQLDeleteCompiler(Noting, compiler.SQLDeleteCompiler):
    pass


def _is_plain(query: Any) -> bool:
    return (
        query.default_cols
        and query.deferred_loading == ALL_COLUMNS
        and query.selected is None
        and not (query.extra or query.annotations)
        and not _joins(query)
        and query.model is not None
        and not query.model._meta.parents
    )


def _joins(query: Any) -> bool:
    wanted = query.select_related
    return bool(kept.without_kept_keys(query.get_meta(), wanted) if isinstance(wanted, dict) else wanted)
