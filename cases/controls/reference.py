"""Loads the reference data of this folder."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from agencies.kernel.reference import read_csv, upsert

from .models import (
    Country,
    District,
    Instrument,
    Offence,
    OffenceRoute,
    PartyRole,
    PenaltyRule,
    Technique,
    ViolationType,
)
from .rulebook import TableRow
from .store import load_rulebook

DATA = Path(__file__).parent / "data"


def load() -> dict[str, int]:
    return {
        "countries": _load(
            Country, "countries", "alpha3", lambda r: _only(r, "alpha3", "alpha2", "name_zh", "name_en")
        ),
        "districts": _load(District, "districts", "code", _district),
        "violation types": _load(ViolationType, "violation_types", "code", _positioned),
        "techniques": _load(Technique, "techniques", "code", _technique),
        "offences": _load(Offence, "offences", "code", _offence),
        "penalty rules": upsert(PenaltyRule, _penalty_rules(), key=("code",)),
        "offence routes": _load_routes(),
        "party roles": _load(PartyRole, "party_roles", "code", lambda r: _only(r, "code", "name_zh", "name_en")),
        "instruments": _load(Instrument, "instruments", "code", lambda r: {"code": r["code"], "row": r}),
        "control rules": load_rulebook(),
    }


def _load(model: Any, file: str, key: str, shape: Callable[[TableRow], dict[str, Any]]) -> int:
    return upsert(model, [shape(row) for row in read_csv(DATA / f"{file}.csv")], key=(key,))


def _only(row: TableRow, *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _district(row: TableRow) -> dict[str, Any]:
    return {**_only(row, "name_zh", "name_en"), "code": row["code4"], "province": row["province_gb2260"]}


def _positioned(row: TableRow) -> dict[str, Any]:
    return {**_only(row, "code", "name_zh", "name_en"), "position": int(row["position"])}


def _technique(row: TableRow) -> dict[str, Any]:
    names = ("code", "name_zh", "name_en", "description_zh", "description_en", "red_flags", "weight")
    return _only(row, *names)


def _offence(row: TableRow) -> dict[str, Any]:
    return {**_positioned(row), **_only(row, "article", "track")}


def _load_routes() -> int:
    offences = dict(Offence.objects.values_list("code", "pk"))
    names = ("code", "desk", "reason_zh", "reason_en", "legal_basis", "confidence")
    rows = [
        {
            **_only(row, *names),
            "offence_id": offences[row["offence"]],
            **{name: _date(row[name]) for name in ("effective_from", "effective_to")},
        }
        for row in read_csv(DATA / "offence_routes.csv")
    ]
    return upsert(OffenceRoute, rows, key=("code",))


SUMS = (
    *("threshold_cny", "times_min", "times_max", "fixed_min", "fixed_max", "share_min", "share_max"),
    *("serious_times_min", "serious_times_max", "serious_fixed_min", "serious_fixed_max"),
)


def _penalty_rules() -> list[dict[str, Any]]:
    """Provisions that fine. Other provisions are only in the file."""
    rows = [row for row in read_csv(DATA / "penalties.csv") if row["kind"] == "fine"]
    names = (
        *("code", "legal_basis", "conduct_zh", "conduct_en", "other_sanctions", "other_sanctions_zh", "authority"),
        *("confidence", "base"),
    )
    return [
        {**_only(row, *names), **{name: _sum(row[name]) for name in SUMS}, "position": n}
        for n, row in enumerate(rows, start=1)
    ]


def _sum(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
