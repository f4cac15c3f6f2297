"""The word index: a GIN index on PostgreSQL, an FTS5 table on SQLite.

Both hold the words made by `words.py`, without stemming or ranking by the database; ranking would disclose rows a
reader may not see.
"""

from typing import Any

from django.db.models import Lookup, TextField

from .query import AllOf, QueryTree, Word

TABLE, WORDS = "search_entry", "search_words"
# Index and query must use the same expression, or PostgreSQL does not use the index.
LEXEMES = "array_to_tsvector(string_to_array({}, ' '))"


class WordsField(TextField):  # type: ignore[type-arg]  # not generic at run time
    """Words separated by spaces; `words__fitting=asked` finds rows by them."""


@WordsField.register_lookup
class FullTextMatch(Lookup):
    lookup_name = "fitting"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:
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


def _query(asked: QueryTree, *, postgresql: bool) -> str:
    """The query in the database's own syntax. Words are letters and digits, so no escaping is needed."""
    if isinstance(asked, Word):
        if postgresql:
            return f"'{asked.word}'{':*' if asked.begins else ''}"
        return f'"{asked.word}"{"*" if asked.begins else ""}'
    joint = ("&" if postgresql else "AND") if isinstance(asked, AllOf) else ("|" if postgresql else "OR")
    return f"({f' {joint} '.join(_query(part, postgresql=postgresql) for part in asked.parts)})"


def install(apps: Any, schema_editor: Any) -> None:
    """Every later migration of the table must end with this: SQLite recreates the table and loses its triggers."""
    for statement in _postgresql() if schema_editor.connection.vendor == "postgresql" else _sqlite():
        schema_editor.execute(statement)


def uninstall(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS search_by_words")
    else:
        schema_editor.execute(f"DROP TABLE IF EXISTS {WORDS}")


def _postgresql() -> list[str]:
    # fastupdate would keep new words in an unsorted list that every query must scan.
    words = LEXEMES.format("words")
    return [f"CREATE INDEX IF NOT EXISTS search_by_words ON {TABLE} USING gin ({words}) WITH (fastupdate = off)"]


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
