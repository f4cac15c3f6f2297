"""The versions of the control law, and the one in use.

Each process keeps the rulebook in use in memory and asks for a newer version at most every
`CONTROL_RULES_CHECK_SECONDS`; a publication is thus in use everywhere after that time.
"""

from time import monotonic
from typing import Any

from django.conf import settings
from django.db import transaction

from agencies.journal.digests import content_digest
from agencies.kernel.work import atomic

from .models import RulebookVersion
from .rulebook import Rulebook, Tables, build, shipped, shipped_tables

KEYS = {
    "control_items": ("item_id",),
    "control_names": ("item_id", "kind", "name"),
    "control_parameters": ("item_id", "option", "name", "operator"),
    "control_rules": ("code",),
    "control_suspensions": ("rule", "suspended_from"),
    "control_military_terms": ("term",),
}
Row = dict[str, str]


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


def forget() -> None:
    """Lets the next question read the newest version."""
    _InUse.book = None


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


def publish_tables(imported: dict[str, list[Row]], *, digest: str, grounds: str) -> RulebookVersion:
    """Writes the next version from the shipped rows and the imported ones.

    Raises KeyError or ValueError for rows that cannot be read.
    """
    tables = overlaid(shipped_tables(), imported)
    build(tables, version=0)
    with atomic():
        last = RulebookVersion.objects.select_for_update().order_by("-number").first()
        version: RulebookVersion = RulebookVersion.objects.create(
            number=last.number + 1 if last else 1,
            tables=tables,
            imported=imported,
            shipped_digest=digest,
            grounds=grounds,
        )
        transaction.on_commit(forget)
    return version


def overlaid(tables: Tables, imported: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """Imported rows replace those with the same key; others are appended."""
    found: dict[str, Any] = {}
    for name, rows in tables.items():
        by_key = {tuple(row[part] for part in KEYS[name]): row for row in (*rows, *imported.get(name, []))}
        found[name] = list(by_key.values())
    return found
