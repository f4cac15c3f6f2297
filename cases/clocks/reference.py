"""Loads statutory periods, extension steps and grounds of pauses."""

from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import F, OuterRef, Subquery

from agencies.kernel.reference import read_csv, upsert

from .models import Clock, ExtensionStep, PauseGround, PeriodRule

DATA = Path(__file__).parent / "data"
TEXTS = (
    *("code", "track", "name_zh", "name_en", "kind", "subject", "owner_side", "owner_text_en"),
    *("trigger_zh", "trigger_en", "stop_zh", "stop_en", "unit", "extension_zh", "extension_en", "pauses_zh"),
    *("pauses_en", "on_end_zh", "on_end_en", "legal_basis", "confidence", "notes", "warn_at"),
)
FLAGS = ("rolls", "strict_lenient", "warn_day_early", "month_end", "rolls_unsettled")


def load() -> dict[str, int]:
    ahead = {_version(row): row for row in read_csv(DATA / "followers.csv")}
    waiting = {row["rule"] for row in read_csv(DATA / "waiting.csv")}
    rows = [
        {**_rule(row), **_ahead(ahead.get((row["code"], int(row["version"])))), "by_paper": row["code"] in waiting}
        for row in read_csv(DATA / "clocks.csv")
    ]
    rules = upsert(PeriodRule, rows, key=("code", "version"))
    _correct_kinds()
    known = {(rule.code, rule.version): rule for rule in PeriodRule.objects.all()}
    steps = [{**_step(row), "rule": known[_version(row)]} for row in read_csv(DATA / "extensions.csv")]
    grounds = [{**_ground(row), "rule": known[_version(row)]} for row in read_csv(DATA / "pause_grounds.csv")]
    return {
        "clock rules": rules,
        "extension steps": upsert(ExtensionStep, steps, key=("rule", "step")),
        "pause grounds": upsert(PauseGround, grounds, key=("rule", "ground")),
    }


def _correct_kinds() -> None:
    """Periods whose rule has another kind since."""
    kind = PeriodRule.objects.filter(pk=OuterRef("rule")).values("kind")
    Clock.objects.exclude(rule_kind=F("rule__kind")).update(rule_kind=Subquery(kind))


def _version(row: dict[str, str]) -> tuple[str, int]:
    return row["rule"], int(row["version"])


def _rule(row: dict[str, str]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in TEXTS},
        **{name: row[name] == "1" for name in FLAGS},
        **{name: _date(row[name]) for name in ("effective_from", "effective_to")},
        "version": int(row["version"]),
        "length": _number(row["length"]),
    }


def _ahead(row: dict[str, str] | None) -> dict[str, Any]:
    """Which period the rule precedes, and by how many days; most rules precede none."""
    return {"follows": row["follows"], "earlier_days": int(row["days"])} if row else {"follows": "", "earlier_days": 0}


def _step(row: dict[str, str]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("unit", "office", "ground_zh", "ground_en", "legal_basis")},
        **{name: _number(row[name]) for name in ("length", "times", "after")},
        "step": int(row["step"]),
        "to_total": row["to_total"] == "1",
    }


def _ground(row: dict[str, str]) -> dict[str, Any]:
    names = ("ground", "name_zh", "name_en", "paper_zh", "paper_en", "legal_basis", "confidence")
    return {name: row[name] for name in names}


def _number(text: str) -> int | None:
    return int(text) if text else None


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
