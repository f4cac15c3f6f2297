"""The word index: a GIN index on PostgreSQL, an FTS5 table on SQLite.

Both hold the words made by `words.py`, without stemming or ranking by the database; ranking would disclose rows a
reader may not see.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models import Lookup, TextField

from agencies.kernel.counting import Compiled

from .periods import Period
from .query import All, Asked, Either, Word

TABLE, WORDS = "search_entry", "search_words"
# Index and query must use the same expression, or PostgreSQL does not use the index.
LEXEMES = "array_to_tsvector(string_to_array({}, ' '))"
# On PostgreSQL each kind has its own index, because a word common in one kind may be absent in others. A new kind needs
# an entry here and a migration that ends with `install`.
KINDS_INDEXED = (
    *("case", "case_outside", "lead", "party", "item", "shipment", "proceeding", "decision", "referral", "envelope"),
    *("task", "instruction", "paper", "incoming", "listing", "lot", "file"),
    *("bulletin", "typical_case", "campaign", "major_case"),
)


class WordsField(TextField):  # type: ignore[type-arg]  # not generic at run time
    """Words separated by spaces; `words__fitting=asked` finds rows by them."""


class Each:
    """Stands for the query of each period in `in_periods`."""

    sql = "each_period.asked"


@WordsField.register_lookup
class Fitting(Lookup):
    lookup_name = "fitting"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:
        if isinstance(value, Each):
            return Each.sql, []
        return "%s::tsquery", [_query(value, postgresql=connection.vendor == "postgresql")]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        words, params = self.process_lhs(compiler, connection)
        query, asked = self.process_rhs(compiler, connection)
        return f"{LEXEMES.format(words)} @@ {query}", [*params, *asked]

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        words, params = self.process_lhs(compiler, connection)
        _, asked = self.process_rhs(compiler, connection)
        row = words.replace('"words"', '"id"')
        return f"{row} IN (SELECT rowid FROM {WORDS} WHERE {WORDS} MATCH %s)", [*params, *asked]  # noqa: S608 - our names


@WordsField.register_lookup
class Holding(Fitting):
    """The same match evaluated row by row: faster for common words, which the newest rows contain."""

    lookup_name = "holding"

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        words, params = self.process_lhs(compiler, connection)
        return _contained(self.rhs, f"(' ' || {words} || ' ')", list(params))


def in_periods(rows: Compiled, asked: Iterable[Asked], periods: Iterable[Period]) -> Compiled:
    """Of the ordered `rows` fitting `Each`: those of the first period that match all of `asked`, then those of the
    next, and so on. PostgreSQL reads a period when it is needed."""
    queries = [_query(All((*asked, Either(tuple(map(Word, words))))), postgresql=True) for words in periods]
    sql = f"SELECT found.* FROM unnest(%s::tsquery[]) AS each_period(asked) CROSS JOIN LATERAL ({rows.sql}) AS found"  # noqa: S608 - compiled by Django
    return replace(rows, sql=sql if rows.sql else "", params=(queries, *rows.params))


def _contained(asked: Asked, words: str, params: list[Any]) -> tuple[str, list[Any]]:
    """The query as a search for text in `words`, which begin and end with a space: ten times faster for one row than
    making its lexemes."""
    if isinstance(asked, Word):
        return f"strpos({words}, %s) > 0", [*params, f" {asked.word}{'' if asked.begins else ' '}"]
    parts = [_contained(part, words, params) for part in asked.parts]
    joint = " AND " if isinstance(asked, All) else " OR "
    return f"({joint.join(sql for sql, _asked in parts)})", [one for _sql, some in parts for one in some]


def _query(asked: Asked, *, postgresql: bool) -> str:
    """The query in the database's own syntax. Words are letters and digits, so no escaping is needed."""
    if isinstance(asked, Word):
        if postgresql:
            return f"'{asked.word}'{':*' if asked.begins else ''}"
        return f'"{asked.word}"{"*" if asked.begins else ""}'
    joint = ("&" if postgresql else "AND") if isinstance(asked, All) else ("|" if postgresql else "OR")
    return f"({f' {joint} '.join(_query(part, postgresql=postgresql) for part in asked.parts)})"


def install(apps: Any, schema_editor: Any) -> None:
    """Every later migration of the table must end with this: SQLite recreates the table and loses its triggers."""
    for statement in _postgresql() if schema_editor.connection.vendor == "postgresql" else _sqlite():
        schema_editor.execute(statement)


def uninstall(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for kind in KINDS_INDEXED:
            schema_editor.execute(f"DROP INDEX IF EXISTS search_by_words_{kind}")
    else:
        schema_editor.execute(f"DROP TABLE IF EXISTS {WORDS}")


def _postgresql() -> list[str]:
    # fastupdate would keep new words in an unsorted list that every query must scan.
    words = LEXEMES.format("words")
    return [
        *(
            f"CREATE INDEX IF NOT EXISTS search_by_words_{kind} ON {TABLE} USING gin ({words})"
            f" WITH (fastupdate = off) WHERE kind = '{kind}'"
            for kind in KINDS_INDEXED
        ),
        "DROP INDEX IF EXISTS search_by_words",  # the earlier common index, dropped in 0002
    ]


def _sqlite() -> list[str]:
    # `ascii` splits at spaces and treats every other character as a letter; without positions there are no phrases.
    gone = f"INSERT INTO {WORDS} ({WORDS}, rowid, words) VALUES ('delete', old.id, old.words)"  # noqa: S608 - our own names
    new = f"INSERT INTO {WORDS} (rowid, words) VALUES (new.id, new.words)"  # noqa: S608 - as above
    acts = {"INSERT": new, "DELETE": gone, "UPDATE": f"{gone}; {new}"}
    return [
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {WORDS} USING fts5"
        f"(words, content='{TABLE}', content_rowid='id', tokenize='ascii', detail=none)",
        f"INSERT INTO {WORDS} ({WORDS}) VALUES ('rebuild')",  # noqa: S608 - as above
        *(
            f"CREATE TRIGGER IF NOT EXISTS {WORDS}_{act.lower()} AFTER {act} ON {TABLE} BEGIN {does}; END"
            for act, does in acts.items()
        ),
    ]
