"""Loads the thresholds of escalation."""

from pathlib import Path
from typing import Any

from agencies.kernel.reference import read_csv, upsert

from .models import Threshold

DATA = Path(__file__).parent / "data"


def load() -> dict[str, int]:
    rows = [_row(row) for row in read_csv(DATA / "rungs.csv")]
    upsert(Threshold, rows, key=("rule_code", "rung"))
    return {"rungs of escalation": Threshold.objects.count()}


def _row(row: dict[str, str]) -> dict[str, Any]:
    """Parses one row. `at` is hours relative to the end, or a share of the period: -24, 0, 80%."""
    at, is_share = row["at"].removesuffix("%"), row["at"].endswith("%")
    data = {"hours": None if is_share else int(at), "percent": int(at) if is_share else None}
    return {"rule_code": row["rule_code"], "rung": row["rung"], **data}
