"""Loads the statutory periods."""

from datetime import date
from pathlib import Path
from typing import Any

from agencies.kernel.reference import read_csv, upsert

from .models import Rule

DATA = Path(__file__).parent / "data" / "clocks.csv"
TEXTS = (
    *("code", "track", "name_zh", "name_en", "kind", "subject", "owner_side", "owner_text_en"),
    *("trigger_zh", "trigger_en", "stop_zh", "stop_en", "unit", "extension_en", "pauses_en"),
    *("on_end_zh", "on_end_en", "legal_basis", "confidence", "notes"),
)


def load() -> dict[str, int]:
    return {"clock rules": upsert(Rule, [_shape(row) for row in read_csv(DATA)], key=("code", "version"))}


def _shape(row: dict[str, str]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in TEXTS},
        **{name: row[name] == "1" for name in ("rolls", "strict_lenient", "warn_day_early")},
        **{name: _date(row[name]) for name in ("effective_from", "effective_to")},
        "version": int(row["version"]),
        "length": int(row["length"]) if row["length"] else None,
    }


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
