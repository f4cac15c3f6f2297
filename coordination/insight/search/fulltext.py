"""The index of words, once for each database: a GIN index on PostgreSQL, an FTS5 table beside the rows on SQLite.

Both hold the words as `words.py` cut them and nothing that a database would cut or weigh by itself: no ranking, which
would tell by its figures of rows that a reader may not see.
"""

from typing import Any

from django.db.models import Lookup, TextField

from .query import All, Asked, Word

TABLE, WORDS = "search_entry", "search_words"
# What both the index and the question must say in the same words, else PostgreSQL would not use the one for the other.
LEXEMES = "array_to_tsvector(string_to_array({}, ' '))"
# On PostgreSQL each kind has an index of its own: a word that half of all things have is asked for of every kind, and
# of most of them it is no word at all. A new kind needs its name here, and a migration that ends with `install`.
KINDS_INDEXED = (
    *("case", "case_outside", "lead", "party", "item", "shipment", "proceeding", "decision", "referral", "envelope"),
    *("task", "instruction", "paper", "incoming", "listing", "lot"),
)


class WordsField(TextField):  # type: ignore[type-arg]  # not generic at run time
    """Words with a space between each; `words__fitting=asked` finds rows by them."""


@WordsField.register_lookup
class Fitting(Lookup):
    lookup_name = "fitting"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:
        return "%s", [_told(value, postgresql=connection.vendor == "postgresql")]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        words, params = self.process_lhs(compiler, connection)
        _, asked = self.process_rhs(compiler, connection)
        return f"{LEXEMES.format(words)} @@ %s::tsquery", [*params, *asked]

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        words, params = self.process_lhs(compiler, connection)
        _, asked = self.process_rhs(compiler, connection)
        row = words.replace('"words"', '"id"')
        return f"{row} IN (SELECT rowid FROM {WORDS} WHERE {WORDS} MATCH %s)", [*params, *asked]  # noqa: S608 - our names


@WordsField.register_lookup
class Holding(Fitting):
    """The same answer, asked of row after row: for a word that so many have that the newest are found soonest by
    looking at the newest."""

    lookup_name = "holding"

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        words, params = self.process_lhs(compiler, connection)
        _, asked = self.process_rhs(compiler, connection)
        # What no index says is looked at in the rows.
        return f"({LEXEMES.format(words)} || ''::tsvector) @@ %s::tsquery", [*params, *asked]


def _told(asked: Asked, *, postgresql: bool) -> str:
    """The question in the database's own grammar. Words are letters and digits alone, so a quote needs no escape."""
    if isinstance(asked, Word):
        if postgresql:
            return f"'{asked.word}'{':*' if asked.begins else ''}"
        return f'"{asked.word}"{"*" if asked.begins else ""}'
    joint = ("&" if postgresql else "AND") if isinstance(asked, All) else ("|" if postgresql else "OR")
    return f"({f' {joint} '.join(_told(part, postgresql=postgresql) for part in asked.parts)})"


def install(apps: Any, schema_editor: Any) -> None:
    """Any later migration of the table must end with this: SQLite makes the table anew and drops its triggers."""
    for statement in _postgresql() if schema_editor.connection.vendor == "postgresql" else _sqlite():
        schema_editor.execute(statement)


def uninstall(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for kind in KINDS_INDEXED:
            schema_editor.execute(f"DROP INDEX IF EXISTS search_by_words_{kind}")
    else:
        schema_editor.execute(f"DROP TABLE IF EXISTS {WORDS}")


def _postgresql() -> list[str]:
    # fastupdate keeps new words in an unsorted list that every question must read through.
    words = LEXEMES.format("words")
    return [
        *(
            f"CREATE INDEX IF NOT EXISTS search_by_words_{kind} ON {TABLE} USING gin ({words})"
            f" WITH (fastupdate = off) WHERE kind = '{kind}'"
            for kind in KINDS_INDEXED
        ),
        "DROP INDEX IF EXISTS search_by_words",  # one for all kinds, as it was made until 0002
    ]


def _sqlite() -> list[str]:
    # `ascii` cuts at spaces and takes every other character for a letter; without places of words there is no phrase.
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
