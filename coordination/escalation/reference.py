"""Loads the thresholds of escalation."""

from pathlib import Path

from agencies.kernel.reference import read_csv, upsert

from .models import Threshold

DATA = Path(__file__).parent / "data"


def load() -> dict[str, int]:
    rows = [{**row, "hours": int(row["hours"])} for row in read_csv(DATA / "rungs.csv")]
    upsert(Threshold, rows, key=("rule_code", "rung"))
    return {"rungs of escalation": Threshold.objects.count()}
