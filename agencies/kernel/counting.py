"""Counts up to a limit, for many lists in few queries.

Above the limit the exact number does not matter to the reader, and counting would cost more than showing the rows.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import CharField, DateTimeField, Expression, F, Model, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.utils.formats import number_format

from . import times

COUNTED = 1_000
# Characters of a statement. A page has several lists in one statement up to this length: each statement more is a round
# trip, and a longer one takes long to plan.
LONGEST = 16_384
# Both queries return the same four columns: name of the list, count, id, text.
COUNTED_OF = "SELECT %s, COUNT(*), '', '' FROM ({}) AS few"
UNION = " UNION ALL "
ALL_OF = "SELECT *"  # begins each of several lists that are counted as one
Condition = tuple[str, tuple[Any, ...]]  # SQL and values
ALWAYS: Condition = "1 = 1", ()
WITH = "WITH {} "
QUOTES = 2  # around a value in a statement
FOUND_OF = "SELECT %s, 0, CAST(few.pk AS text), few.word FROM ({}) AS few"


def at_most_counted(rows: QuerySet[Any], *columns: str, ids: QuerySet[Any] | None = None) -> QuerySet[Any]:
    """Limits to the counting limit plus one, in no particular order, so that further conditions are checked for these
    rows only.

    `columns` are the columns that will be read. Unless one of them is an annotation, the conditions of `rows` are not
    repeated for the limited rows. `ids` are those of the rows, if they are found in another way.
    """
    annotated = any(column in rows.query.annotations for column in columns)
    few = rows if annotated else rows.model._base_manager.all()
    return few.filter(pk__in=(rows.values("pk") if ids is None else ids).order_by()[: COUNTED + 1])


def count_up_to(rows: QuerySet[Any]) -> int:
    """Returns the number of rows, at most `COUNTED` + 1, which means "more"."""
    return rows.order_by().values("pk")[: COUNTED + 1].count()


def at_most(number: int) -> int:
    """A number up to `COUNTED` + 1, which means "more"."""
    return min(number, COUNTED + 1)


def format_count(count: int) -> str:
    """Returns a count as text, "1,000+" above the limit."""
    return str(count) if count <= COUNTED else f"{number_format(COUNTED, force_grouping=True)}+"


class Moment(Expression):
    """The time at which a compiled query runs. It replaces `now` in queryset methods: `rows.overdue(Moment())`,
    `Moment() + timedelta(days=1)`."""

    output_field = DateTimeField()

    def __init__(self, later: timedelta = timedelta()) -> None:
        super().__init__(output_field=DateTimeField())
        self.later = later

    def __add__(self, span: Any) -> Any:
        return Moment(self.later + span) if isinstance(span, timedelta) else super().__add__(span)

    def __sub__(self, span: Any) -> Any:
        return Moment(self.later - span) if isinstance(span, timedelta) else super().__sub__(span)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def at(self, now: datetime) -> Any:
        return connections[DEFAULT_DB_ALIAS].ops.adapt_datetimefield_value(now + self.later)


@dataclass(frozen=True)
class Source:
    """The rows of a table that meet conditions of many lists. A statement states them once, as a common table
    expression that the database puts in its place."""

    table: str
    conditions: "tuple[Compiled, ...]"

    @property
    def sql(self) -> str:
        met = " AND ".join(one.sql for one in self.conditions)
        return f"seen AS NOT MATERIALIZED (SELECT * FROM {self.table} WHERE {met})"  # noqa: S608 - compiled by Django

    @property
    def params(self) -> list[Any]:
        return [value for one in self.conditions for value in one.params]


def source_of(lists: Iterable[QuerySet[Any]]) -> Source:
    """From lists of one table with one condition each."""
    some = [_compile(rows.order_by().values("pk")) for rows in lists]
    some = [replace(one, sql=one.sql.partition(" WHERE ")[2]) for one in some if " WHERE " in one.sql]
    model = next(iter(lists)).model
    table = connections[DEFAULT_DB_ALIAS].ops.quote_name(model._meta.db_table)
    return Source(table, tuple(some))


def read_from(source: Source, query: "Compiled") -> "Compiled":
    """The list without the conditions of the source, if each of its parts states all of them."""
    sql, params, table = query.sql, list(query.params), f"{source.table} WHERE ("
    parts = sql.count(table) - sql.count(f"{ALL_OF} FROM {table}")
    if not parts or "%%" in sql:
        return query
    for condition in source.conditions:
        text, number = f" AND {condition.sql}", len(condition.params)
        if sql.count(text) != parts:
            return query
        for _part in range(parts):
            before, _found, after = sql.partition(text)
            place = before.count("%s")
            if params[place : place + number] != list(condition.params):
                return query
            sql, params = before + after, [*params[:place], *params[place + number :]]
    # A short name of the table halves the text, so that more lists fit in a statement.
    sql = sql.replace(f"FROM {table}", f"FROM seen AS {table}").replace(f"AS {table}", "AS w WHERE (")
    return replace(query, sql=sql.replace(f"{source.table}.", "w."), params=tuple(params), of=source)


@dataclass(frozen=True)
class Compiled:
    """A query compiled to SQL, for reuse: for access rules Django takes longer to compile than the database to answer.

    It holds no results, and no time except as `Moment`. `sql` is "" if the result is always empty. `pk` converts the
    text of an id to its type, `reads` the columns of a row, which have `names`. `of`: the rows from which it reads.
    """

    sql: str
    params: tuple[Any, ...]
    pk: Callable[[str], Any] = str
    reads: tuple[Callable[[Any], Any], ...] = field(default=(), compare=False)
    names: tuple[str, ...] = ()
    of: Source | None = None

    def params_at(self, now: datetime) -> Iterable[Any]:
        return (value.at(now) if isinstance(value, Moment) else value for value in self.params)


def compiled(*lists: QuerySet[Any]) -> Compiled:
    """Compiles a list for counting, or several lists of one table without a row in common: an index may serve each of
    them and none their union, so the database reads one after the other until there are enough. If the result is
    reused, the lists must use `Moment()` for the present time."""
    whole = lists[0].order_by().values("pk")[: COUNTED + 1]
    return _united(whole, lists) if len(lists) > 1 else _compile(whole)


def _united(whole: QuerySet[Any], lists: Iterable[QuerySet[Any]]) -> Compiled:
    """Reads the columns of `whole` from all lists. The conditions that all of them have are stated once."""
    stated = [conditions for rows in lists if (conditions := _conditions(rows)) is not None]
    if not stated:
        return Compiled("", ())
    common = {key: met for key, met in stated[0].items() if all(key in other for other in stated)}
    parts = [[key for key in conditions if key not in common] or [ALWAYS] for conditions in stated]
    whole.query.where.children = list(common.values())
    found, table = _compile(whole), connections[DEFAULT_DB_ALIAS].ops.quote_name(whole.model._meta.db_table)
    each = (f"{ALL_OF} FROM {table} WHERE ({' AND '.join(sql for sql, _values in part)})" for part in parts)
    params = [value for part in parts for _sql, values in part for value in values]
    sql = found.sql.replace(f"FROM {table}", f"FROM ({UNION.join(each)}) AS {table}", 1)
    return Compiled(sql, (*params, *found.params))


def _conditions(rows: QuerySet[Any]) -> dict[Condition, Any] | None:
    """The conditions of a list that must all be met, by SQL and values; None if no row can meet them."""
    compiler, where = rows.query.get_compiler(DEFAULT_DB_ALIAS), rows.query.where
    found: dict[Condition, Any] = {}
    for node in where.children if where.connector == Q.AND else [where]:
        try:
            sql, params = compiler.compile(node)
        except FullResultSet:
            continue
        except EmptyResultSet:
            return None
        found[sql, tuple(params)] = node
    return found


def question_of(rows: QuerySet[Any] | Compiled) -> Compiled:
    return rows if isinstance(rows, Compiled) else compiled(rows)


def compiled_ids(rows: QuerySet[Any], word: str | Combinable = "", *, of: str = "") -> Compiled:
    """Compiles an ordered and limited list for `count_and_find`. `word` is a text to return as well; `of` is the column
    to return instead of the primary key."""
    text = (F(word) if isinstance(word, str) else word) if word else Value("", CharField())
    if not of:
        return replace(_compile(rows.values("pk", word=text)), pk=rows.model._meta.pk.to_python)
    field = rows.model._meta.get_field(of)
    return replace(_compile(rows.values(pk=F(of), word=text)), pk=field.to_python)


def _compile(rows: QuerySet[Any]) -> Compiled:
    try:
        sql, params = rows.query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    except EmptyResultSet:
        return Compiled("", ())
    return Compiled(sql, tuple(params))


def compiled_pairs(rows: QuerySet[Any]) -> Compiled:
    """Compiles a queryset of pairs: of (name, count) for `count_each`, of any for `rows_of`."""
    return _compile(rows)


def rows_of(query: Compiled) -> list[tuple[Any, ...]]:
    """Runs a compiled query; the caller converts its columns where SQLite needs it (`reading`)."""
    return _fetch(query.sql, list(query.params_at(times.now()))) if query.sql else []


def rows_of_each(lists: Mapping[str, Compiled]) -> dict[str, list[tuple[Any, ...]]]:
    """Runs several lists of `compiled_rows` with the same columns, each in its order."""
    found: dict[str, list[tuple[Any, ...]]] = {name: [] for name in lists}
    for name, *row in _run_all(lists, dict.fromkeys(lists, "SELECT %s, few.* FROM ({}) AS few")):
        found[name].append(tuple(read(value) for read, value in zip(lists[name].reads, row, strict=True)))
    return found


def compiled_rows(rows: QuerySet[Any], *columns: str) -> Compiled:
    """Compiles a list for `rows_of_each`. The columns are fields of its model."""
    reads = tuple(reading(rows.model._meta.get_field(name)) for name in columns)
    return replace(_compile(rows.values_list(*columns)), reads=reads, names=columns)


def compiled_checked(met: Compiled, checked: Compiled, table: type[Model]) -> Compiled:
    """Compiles, for `rows_of_each`, the first of the ordered rows `met` that are also in `checked`, which is unordered,
    limited, and compiled for all rows of `table`. The rows have its columns, and are read in their order and checked
    one by one until there are enough."""
    name = connections[DEFAULT_DB_ALIAS].ops.quote_name(table._meta.db_table)
    sql = f"WITH met AS MATERIALIZED ({met.sql}) {checked.sql.replace(name, 'met')}"
    return replace(checked, sql=sql if met.sql and checked.sql else "", params=(*met.params, *checked.params))


def compiled_first(lists: Iterable[QuerySet[Any]], *columns: str, by: Sequence[str], most: int) -> Compiled:
    """Compiles the first rows of several lists without a row in common, in the order of the columns `by`, for
    `rows_of_each`. An index has the order of each list, but not that of all."""
    few = [compiled_rows(rows.order_by(*by)[:most], *columns) for rows in lists]
    some = [one for one in few if one.sql]
    if len(some) < 2:
        return [*some, *few][0]
    united = UNION.join(f"SELECT * FROM ({one.sql}) AS few" for one in some)  # noqa: S608 - compiled by Django
    params = tuple(value for one in some for value in one.params)
    return replace(some[0], sql=f"{united} ORDER BY {_order(by)} LIMIT {most}", params=params)


def numbered(query: Compiled, *, by: Sequence[str], most: int) -> Compiled:
    """The first rows of a limited list in the order of the columns `by`, each with the number of all."""
    sql = f"SELECT few.*, COUNT(*) OVER () FROM ({query.sql}) AS few ORDER BY {_order(by)} LIMIT {most}"  # noqa: S608 - compiled by Django
    return replace(query, sql=sql, reads=(*query.reads, int)) if query.sql else query


def unless_more(query: Compiled, *columns: str, by: Sequence[str], most: int) -> Compiled:
    """The rows of a limited list of these columns in the order of the columns `by`; of a list with more than `most` one
    row only, whose first column is "". Python takes longer to read a thousand rows than the database."""
    first, *others = columns
    counted = f"SELECT few.*, COUNT(*) OVER () AS number, ROW_NUMBER() OVER () AS place FROM ({query.sql}) AS few"  # noqa: S608 - compiled by Django
    marked = f"CASE WHEN number > {most} THEN '' ELSE {first} END AS {first}"
    sql = f"SELECT {', '.join([marked, *others])} FROM ({counted}) AS few WHERE number <= {most} OR place = 1"  # noqa: S608 - as above
    return replace(query, sql=f"{sql} ORDER BY {_order(by)}") if query.sql else query


def _order(by: Sequence[str]) -> str:
    return ", ".join(f"{one[1:]} DESC" if one.startswith("-") else one for one in by)


def reading(column: Any) -> Callable[[Any], Any]:
    """From a value of the database to that of the field, as the ORM converts it."""
    connection, col = connections[DEFAULT_DB_ALIAS], column.get_col(column.model._meta.db_table)
    converters = [*connection.ops.get_db_converters(col), *col.get_db_converters(connection)]

    def read(value: Any) -> Any:
        for converter in converters:
            value = converter(value, col, connection)
        return value

    return read


def count_each(lists: Mapping[str, QuerySet[Any] | Compiled], *counted: Compiled) -> dict[str, int]:
    """Returns the number of rows of each list, as `count_up_to`, in few queries.

    `counted` are `compiled_pairs` for the same queries, if the names are not known beforehand.
    """
    return dict.fromkeys(lists, 0) | dict(row for one in counts_of(lists, *counted) for row in rows_of(one))


def counts_of(lists: Mapping[str, QuerySet[Any] | Compiled], *counted: Compiled) -> list[Compiled]:
    """The statements of `count_each`: pairs of (name, count). A name without a row has none."""
    apart, alike = _divided({name: question_of(rows) for name, rows in lists.items()})
    return _together(apart, dict.fromkeys(apart, "SELECT %s, COUNT(*) FROM ({}) AS few"), *alike, *counted)


def _divided(lists: Mapping[str, Compiled]) -> tuple[dict[str, Compiled], list[Compiled]]:
    """Lists that differ from each other in one text only, such as the kind of work, are counted by one query of pairs
    (name, count)."""
    named: dict[str, list[str]] = {}
    for name, query in lists.items():
        named.setdefault(query.sql, []).append(name)
    apart, alike = dict[str, Compiled](), list[Compiled]()
    for sql, names in named.items():
        some = {name: lists[name].params for name in names}
        place = _place_of_difference(list(some.values()))
        if place is None or "%%" in sql:
            apart |= {name: lists[name] for name in names}
        else:
            alike.append(_of_all(sql, place, some, lists[names[0]].of))
    return apart, alike


def _place_of_difference(rows: list[tuple[Any, ...]]) -> int | None:
    places = [place for place, values in enumerate(zip(*rows, strict=True)) if any(one != values[0] for one in values)]
    return places[0] if len(places) == 1 and all(isinstance(row[places[0]], str) for row in rows) else None


def _of_all(sql: str, place: int, named: Mapping[str, tuple[Any, ...]], of: Source | None) -> Compiled:
    """Counts the list once for each name, with its text in this place."""
    parts, first = sql.split("%s"), next(iter(named.values()))
    inner = f"{'%s'.join(parts[: place + 1])}one.column2{'%s'.join(parts[place + 1 :])}"
    rows = ", ".join(["(%s, %s)"] * len(named))
    values = [value for name, params in named.items() for value in (name, params[place])]
    count = f"SELECT COUNT(*) FROM ({inner}) AS few"  # noqa: S608 - compiled by Django
    counted = f"SELECT one.column1, ({count}) FROM (VALUES {rows}) AS one"  # noqa: S608 - as above
    return Compiled(counted, (*first[:place], *first[place + 1 :], *values), of=of)


def ids_by_index(lists: Mapping[str, QuerySet[Any]], most: int) -> dict[str, list[Any]]:
    """The ids of each list, at most one more than `most`, for queries that need an index and ids that are integers.

    With a LIMIT, PostgreSQL may prefer a sequential scan that it expects to end soon. It plans a materialized CTE as if
    all rows were read, but reads only the rows needed.
    """
    whole = {name: _compile(rows.order_by().values("pk")) for name, rows in lists.items()}
    taken = f"SELECT %s, * FROM (WITH met AS MATERIALIZED ({{}}) SELECT * FROM met LIMIT {most + 1}) AS few"  # noqa: S608 - compiled by Django, and a number
    found: dict[str, list[Any]] = {name: [] for name in lists}
    for name, pk in _run_all(whole, dict.fromkeys(whole, taken)):
        found[name].append(pk)
    return found


def count_and_find(
    counted: Mapping[str, Compiled], lists: Mapping[str, Compiled]
) -> tuple[dict[str, int], dict[str, dict[Any, str]]]:
    """Returns `count_each` of `counted`, and id → text for each of the `lists` of `compiled_ids`, in its order. Their
    names must be disjoint."""
    counts = dict.fromkeys(counted, 0)
    found: dict[str, dict[Any, str]] = {name: {} for name in lists}
    forms = dict.fromkeys(counted, COUNTED_OF) | dict.fromkeys(lists, FOUND_OF)
    for name, number, pk, word in _run_all({**counted, **lists}, forms):
        if name in counts:
            counts[name] = number
        else:
            found[name][lists[name].pk(pk)] = word
    return counts, found


def _run_all(lists: Mapping[str, Compiled], forms: Mapping[str, str], *others: Compiled) -> list[tuple[Any, ...]]:
    return [row for one in _together(lists, forms, *others) for row in rows_of(one)]


def _together(lists: Mapping[str, Compiled], forms: Mapping[str, str], *others: Compiled) -> list[Compiled]:
    """All queries, each in its form, in as few statements as their length allows.

    The ORM cannot do this: on SQLite it has no union of limited lists, and it counts a limited list by looking up each
    of its rows again.
    """
    parts = [
        Compiled(forms[name].format(one.sql), (name, *one.params), of=one.of) for name, one in lists.items() if one.sql
    ]
    return [_statement(some) for some in _packed([*parts, *(one for one in others if one.sql)])]


def size_of(params: Iterable[Any]) -> int:
    """Characters of these values in a statement."""
    return sum(len(str(value)) + QUOTES for value in params)


def _packed(parts: Iterable[Compiled]) -> list[list[Compiled]]:
    """Divides parts into statements of at most LONGEST characters, as sent: the longest first, each into the first
    statement with room. A longer part is a statement by itself."""
    now, found = times.now(), list[dict[int, Compiled]]()
    listed = list(parts)
    sizes = [len(UNION) + len(part.sql) + size_of(part.params_at(now)) for part in listed]
    for place in sorted(range(len(listed)), key=lambda place: -sizes[place]):
        part = listed[place]
        room = LONGEST - sizes[place]
        some = next(
            (one for one in found if _source_size([*one.values(), part]) + sum(map(sizes.__getitem__, one)) <= room),
            None,
        )
        if some is None:
            found.append({place: part})
        else:
            some[place] = part
    return [list(some.values()) for some in found]


def _source_size(parts: Iterable[Compiled]) -> int:
    source = _source(parts)
    return len(WITH) + len(source.sql) + size_of(source.params) if source else 0


def _source(parts: Iterable[Compiled]) -> Source | None:
    """All lists of a reader have the same."""
    return next((part.of for part in parts if part.of), None)


def _statement(parts: list[Compiled]) -> Compiled:
    sql, params = UNION.join(part.sql for part in parts), [value for part in parts for value in part.params]
    source = _source(parts)
    return (
        Compiled(WITH.format(source.sql) + sql, (*source.params, *params)) if source else Compiled(sql, tuple(params))
    )


def _fetch(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(sql, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
