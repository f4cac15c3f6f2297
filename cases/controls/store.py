"""The versions of the control law, and the one in use.

Each process keeps the rulebook in use in memory and asks for a newer version at most every
`CONTROL_RULES_CHECK_SECONDS`; a publication is thus in use everywhere after that time.
"""

from time import monotonic

from django.conf import settings
from django.db import transaction

from agencies.journal.digests import content_digest
from agencies.kernel.work import atomic

from .models import RulebookVersion
from .rulebook import Rulebook, Tables, build, shipped, shipped_tables
from .tables import REMOVE, TABLES, Cells


class _InUse:
    """The rulebook of this process and when it was last compared with the database."""

    book: Rulebook | None = None
    checked_at = 0.0


def current() -> Rulebook:
    """The newest version; the shipped rows if none is loaded."""
    every = settings.CONTROL_RULES_CHECK_SECONDS
    if _InUse.book is None or (every and monotonic() - _InUse.checked_at > every):
        known = _InUse.book.version if _InUse.book else -1
        newest = RulebookVersion.objects.order_by("-number").values_list("number", flat=True).first()
        if _InUse.book is None or (newest or 0) != known:
            _InUse.book = read_version(newest) if newest else shipped()
        _InUse.checked_at = monotonic()
    return _InUse.book


def use(book: Rulebook | None) -> None:
    """Puts a rulebook in use in this process. None: the next question reads the newest version."""
    _InUse.book = book


def forget() -> None:
    """Lets the next question read the newest version."""
    use(None)


def read_version(number: int) -> Rulebook:
    """Raises RulebookVersion.DoesNotExist."""
    return build(RulebookVersion.objects.get(number=number).tables, version=number)


def load_rulebook() -> int:
    """Makes a new version if the release has other rows than the last one loaded. Returns the number of rules.

    Rows that people imported stay as they are.
    """
    tables = shipped_tables()
    digest = content_digest(tables)
    last = RulebookVersion.objects.order_by("-number").first()
    if last is None or last.shipped_digest != digest:
        publish_tables(last.imported if last else {}, digest=digest, grounds="")
    return len(tables["control_rules"])


def current_tables() -> tuple[int, dict[str, list[Cells]]]:
    """Number and rows of the newest version; version 0 and the shipped rows if none is loaded."""
    newest = RulebookVersion.objects.order_by("-number").first()
    if newest is None:
        return 0, overlaid(shipped_tables(), {})
    return newest.number, overlaid(newest.tables, {})


def tables_of(number: int) -> dict[str, list[Cells]]:
    """The rows of a version. Raises RulebookVersion.DoesNotExist."""
    return overlaid(RulebookVersion.objects.get(number=number).tables if number else shipped_tables(), {})


def publish_import(rows: dict[str, list[Cells]], *, grounds: str) -> RulebookVersion:
    """Publishes the rows that people imported before with these ones."""
    newest = RulebookVersion.objects.order_by("-number").first()
    held = newest.imported if newest else {}
    joined = {
        name: list({TABLES[name].key_of(row): row for row in (*held.get(name, []), *rows.get(name, []))}.values())
        for name in {**held, **rows}
    }
    return publish_tables(joined, digest=content_digest(shipped_tables()), grounds=grounds)


def lock_newest() -> RulebookVersion | None:
    """The newest version, locked so that publications follow each other."""
    return RulebookVersion.objects.select_for_update().order_by("-number").first()


def publish_tables(imported: dict[str, list[Cells]], *, digest: str, grounds: str) -> RulebookVersion:
    """Writes the next version from the shipped rows and the imported ones.

    Raises KeyError or ValueError for rows that cannot be read.
    """
    tables = overlaid(shipped_tables(), imported)
    build(tables, version=0)
    with atomic():
        last = lock_newest()
        version: RulebookVersion = RulebookVersion.objects.create(
            number=last.number + 1 if last else 1,
            tables=tables,
            imported=imported,
            shipped_digest=digest,
            grounds=grounds,
        )
        transaction.on_commit(forget)
    return version


def overlaid(tables: Tables, imported: dict[str, list[Cells]]) -> dict[str, list[Cells]]:
    """Imported rows replace those with the same key; others are appended. Rows marked as removed are left out. A row of
    an earlier version has the columns of this one, the later ones empty."""
    found: dict[str, list[Cells]] = {}
    for name, rows in tables.items():
        empty = dict.fromkeys(TABLES[name].header, "")
        by_key = {TABLES[name].key_of(row): {**empty, **row} for row in (*rows, *imported.get(name, []))}
        found[name] = [row for row in by_key.values() if not row.get(REMOVE)]
    return found
