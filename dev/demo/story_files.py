"""Reads the stories of the demonstration: a report, and steps with who, which verb on which object, which fields and
when. `player` performs them; `stories/README.md` lists the words of the files.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from cases.intake import actions as intake

FOLDER = Path(__file__).parent / "stories"
SAMPLES = Path(intake.__file__).parent / "data" / "samples"
# In an order in which each story finds the cases of earlier ones.
INVENTED = (
    *("transfers", "non_filings", "detours", "requests", "letters", "matters", "offences", "crimes", "persons"),
    *("custody", "joint", "conferring", "confidential", "tour"),
)
LEADS = "triage"
# Of an invented report, unless it says otherwise.
USUAL = {"source_system": "RISK_CONTROL", "report_type": "risk_hit", "severity": "medium", "handling_code": "H1"}
CONFIDENCE = {"high": "高", "medium": "中", "low": "低"}

Story = Mapping[str, Any]
Step = Mapping[str, Any]


def stories(*names: str) -> list[Story]:
    """The stories of these files, with their reports and with all steps of parts."""
    return [_complete(story) for name in names for story in _read(name)]


@cache
def _read(name: str) -> Any:
    return yaml.load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)


def _complete(story: Story) -> Story:
    steps = [{"who": story.get("who"), **step} for step in _steps(story.get("steps", ()))]
    if "sample" in story:
        return {**story, "steps": steps, "report": samples()[story["sample"]]["report"]}
    return {**story, "steps": steps, "report": {**USUAL, **story["report"]}}


def _steps(steps: Iterable[Step], days: int = 0) -> Iterator[Step]:
    """The steps, `days` earlier, with those of the parts among them."""
    for step in steps:
        earlier = {"days": step["days"] + days} if "days" in step else {}
        if "part" in step:
            yield from _steps(_read("parts")[step["part"]], earlier.get("days", 0))
        else:
            yield {**step, **earlier}


@cache
def samples() -> Mapping[str, dict[str, Any]]:
    """Published matters by their id: the report of their source, and the texts that are known about them."""
    reports, matters = (
        [json.loads(line) for line in (SAMPLES / name).read_text(encoding="utf-8").splitlines()]
        for name in ("intake.jsonl", "cases.jsonl")
    )
    return {known["id"]: _sample(report, known) for report, known in zip(reports, matters, strict=True)}


def _sample(report: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """The summary says what is known, from which source, and where sources contradict each other."""
    parts = [known["narrative_zh"], f"来源：{known['source']}（可信度：{CONFIDENCE[known['confidence']]}）"]
    if known["discrepancies"]:
        parts.append("来源不一致 / Sources disagree:\n" + "\n".join(f"- {one}" for one in known["discrepancies"]))
    return {
        **known,
        "report": report,
        "outcome_text": known["outcome"]["text_en"],
        "severity": report["severity"],
        "summary": "\n\n".join(parts),
        "violation_types": [known["violation_type"]],
    }
