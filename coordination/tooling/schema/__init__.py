"""Compares the database itself with the schema of this version: columns, constraints, indexes and triggers.

`sqlite.txt` and `postgresql.txt` list the schema that the migrations make; `python -m dev write_schema` writes them.
The names of applied migrations prove nothing: a table may have been changed by hand. Tables of other software are not
compared, nor are additional indexes that are not unique.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

SHOWN = 3  # differences in a message
# Without the tables of SQLite and of its full-text index, which depend on the version of SQLite.
SQLITE = r"""
SELECT type, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL
AND NOT (type = 'table' AND (name LIKE 'sqlite\_%' ESCAPE '\' OR name LIKE 'search\_words\_%' ESCAPE '\'))
"""
POSTGRESQL = """
WITH own AS (SELECT oid, relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace)
SELECT relname, concat_ws(' ', attname, format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'NOT NULL' END,
    CASE WHEN attidentity <> '' THEN 'IDENTITY' END, 'DEFAULT ' || pg_get_expr(adbin, adrelid))
FROM own JOIN pg_attribute ON attrelid = own.oid LEFT JOIN pg_attrdef ON adrelid = own.oid AND adnum = attnum
WHERE attnum > 0 AND NOT attisdropped
UNION ALL SELECT relname, concat_ws(' ', 'CONSTRAINT', conname, pg_get_constraintdef(c.oid))
FROM own JOIN pg_constraint c ON conrelid = own.oid WHERE contype <> 'n'
UNION ALL SELECT relname, concat_ws(' ', pg_get_indexdef(indexrelid), CASE WHEN NOT indisvalid THEN 'INVALID' END)
FROM own JOIN pg_index ON indrelid = own.oid
UNION ALL SELECT relname, concat_ws(' ', pg_get_triggerdef(t.oid), tgenabled, prosrc)
FROM own JOIN pg_trigger t ON tgrelid = own.oid JOIN pg_proc p ON p.oid = tgfoid WHERE NOT tgisinternal
"""
# PostgreSQL prints the texts of a list in another form after a dump was restored.
CASTS = re.compile(r"::(?:character varying|text)\b(?:\[\])?")
DOUBLE = re.compile(r"\((\(ARRAY\[[^]]*\]\)|'[^']*')\)")
PIECES = re.compile(r"""'(?:[^']|'')*'|"[^"]*"|[(),]|[^'"(),]+""")


def schema_file() -> Path:
    return Path(__file__).parent / f"{connection.vendor}.txt"


def listing() -> list[str]:
    """The schema of the connected database, sorted: a line for each column, constraint, index and trigger. Each begins
    with the name of its table."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL)
            found = [(table, DOUBLE.sub(r"\1", CASTS.sub("", text))) for table, text in cursor.fetchall()]
        else:
            cursor.execute(SQLITE)
            found = [
                (table, part)
                for kind, table, text in cursor.fetchall()
                for part in (_parts(text) if kind == "table" and "VIRTUAL" not in text else [text])
            ]
    return sorted(f"{table} {' '.join(text.split())}" for table, text in found)


def _parts(create: str) -> Iterator[str]:
    """The columns and constraints of a CREATE TABLE statement of SQLite."""
    depth, part = 0, ""
    for piece in PIECES.findall(create):
        depth -= piece == ")"
        if depth == 0 or (depth == 1 and piece == ","):
            if part:
                yield part
            part = ""
        else:
            part += piece
        depth += piece == "("


def differences() -> list[str]:
    """What the database lacks, and what it has besides; [] if it has the schema of this version.

    Raises DatabaseError or InterfaceError if it cannot be read.
    """
    expected = set(schema_file().read_text(encoding="utf-8").splitlines())
    tables = {line.split(" ")[0] for line in expected}
    found = {line for line in listing() if line.split(" ")[0] in tables}
    more = {line for line in found - expected if not line.partition(" ")[2].startswith("CREATE INDEX")}
    return sorted([f"missing: {line}" for line in expected - found] + [f"unexpected: {line}" for line in more])


def refusal(found: list[str]) -> str:
    """For the operator: which database differs, in what, and what to do."""
    name = settings.DATABASES["default"]["NAME"]
    return "\n- ".join(
        [
            f"The database {name} does not have the schema of version {settings.VERSION}. Run manage.py prepare. If "
            "that refuses too, the database was changed by hand, or made by a newer version or before the first "
            "release: restore a backup (docs/upgrading.md), or name another folder in DATA_DIR or an empty database "
            f"in DATABASE_URL. Differences: {len(found)}",
            *found[:SHOWN],
        ]
    )
