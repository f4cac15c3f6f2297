"""The published sample cases as shipped."""

import json
from pathlib import Path
from typing import Any

from cases.intake import __file__ as resource

SAMPLES = Path(resource).parent / "data" / "samples"


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SAMPLES / name).read_text(encoding="utf-8").splitlines()]


def test_every_lead_has_a_case_and_a_unique_key() -> None:
    leads, cases = lines("intake.jsonl"), lines("cases.jsonl")
    assert len(leads) == len(cases) == 31
    assert len({(lead["source_system"], lead["report_type"], lead["source_ref"]) for lead in leads}) == 31
    assert len({case["id"] for case in cases}) == 31


def test_every_lead_has_what_the_intake_requires() -> None:
    for lead in lines("intake.jsonl"):
        assert all(lead[name] for name in ("source_system", "source_ref", "report_type", "title"))
        assert lead["handling_code"] == "H0"


def test_sample_files_name_their_source() -> None:
    assert "own words" in (SAMPLES / "README.md").read_text(encoding="utf-8")
