"""Licences of the commerce bureau."""

from typing import Any

from coordination.prevention.licences.actions import import_licences
from coordination.prevention.licences.models import Licence
from coordination.prevention.licences.spreadsheet import COLUMNS, changes, changes_digest, read_rows

from ..kept_stories import story
from .basics import act

ROW = {
    "number": "26AB000123",
    "holder": "Example Metals Ltd",
    "uscc": "91110000600037341L",
    "goods": "锑锭",
    "control_code": "1C111",
    "quantity": "1250.5",
    "unit": "kg",
    "destination": "VNM",
    "end_user": "Example Users JSC",
    "valid_from": "2026-01-01",
    "valid_until": "2099-12-31",
    "state": "issued",
}


def table(*rows: dict[str, str]) -> str:
    """A table with these rows, each over the usual one."""
    return "\n".join((",".join(COLUMNS), *(",".join((ROW | row)[name] for name in COLUMNS) for row in rows)))


@story
def licence(cast: Any, who: str = "commerce.lead", **row: str) -> Licence:
    rows = read_rows(table(row))
    act(cast, who, import_licences, rows, seen=changes_digest(changes(rows)))
    return Licence.objects.current_versions().get(number=rows[0].number)
