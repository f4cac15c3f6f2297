"""The declarations of each resource, and the reason for each missing part."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from agencies.kernel.resource import RESOURCES

ON_ITS_PROCEEDING = "it is read and listed on the page of its proceeding"
ON_ITS_CASE = "it is read on its case; nobody works through a list of them that leaves the system"
SECRET = "a file, view, notice or index would be a row by which others learn that there is one"
# Part → resource → why it has none.
LACKS = {
    "listing": {
        "decisions": ON_ITS_PROCEEDING,
        "measures": ON_ITS_PROCEEDING,
        "property-measures": ON_ITS_PROCEEDING,
        "recorded-steps": "it is an act of another noun, listed on that noun's timeline",
    },
    "columns": {
        "proceedings": ON_ITS_CASE,
        "confidential-letters": SECRET,
        "opinion-rounds": ON_ITS_CASE,
        "opinions": "they are listed with their round",
        "conferences": ON_ITS_CASE,
        "instructions": ON_ITS_CASE,
        "rule-sets": "rules have a file of their own, which is read back",
        "reminders": "the desk of what is overdue has a file of its own",
        "papers": ON_ITS_CASE,
        "incoming": ON_ITS_CASE,
        "files": ON_ITS_CASE,
        "lots": ON_ITS_CASE,
        "listings": "a watch list has a file of its own, which is read back",
        "corrections": "each is confirmed by itself",
        "confirmations": "each is confirmed by itself",
    },
    "summary": {},
    "notices": {
        "confidential-letters": SECRET,
        "files": "the agency of a task is notified of the act itself",
        "notes": "who is mentioned is notified by the note itself",
        "rule-sets": "rules are nobody's work; whoever leads is notified",
        "listings": "entries are nobody's work; whoever leads is notified",
        "recorded-steps": "the agency concerned is notified of the act itself",
    },
    "decision": dict.fromkeys(
        (
            *(
                "leads",
                "cases",
                "proceedings",
                "suspects",
                "measures",
                "property-measures",
                "lots",
                "papers",
                "incoming",
                "files",
            ),
            *("tasks", "notes", "opinion-rounds", "conferences", "reminders", "corrections", "confirmations"),
            *("rule-sets", "rule-changes", "listings", "recorded-steps"),
        ),
        "no office holder decides on it",
    ),
    "api": {
        "recorded-steps": "the journal is below agencies: the API has its shape",
        "rule-changes": "the columns of the list are the shape",
    },
    "reassign": {
        "cases": "its proceedings, referrals and tasks have handlers",
        "decisions": ON_ITS_PROCEEDING,
        "suspects": ON_ITS_PROCEEDING,
        "measures": ON_ITS_PROCEEDING,
        "property-measures": ON_ITS_PROCEEDING,
        "clocks": "they pass on with what they run for",
        "papers": "they pass on with what they belong to",
        "files": "they remain those of the person who attached them",
        "incoming": "they pass on with what they belong to",
        "lots": "goods are handed over with a receipt, by their own workflow",
        "opinion-rounds": "its opinions have handlers; the round belongs to the agency",
        "conferences": "the participants name their people",
        "notes": "they remain those of their author",
        "rule-sets": "it belongs to the agency",
        "rule-changes": "any other administrator of the system goes on with it",
        "listings": "they belong to the agency",
        "recorded-steps": "they pass on with what they belong to",
        "corrections": "any other person of the agency confirms",
        "confirmations": "any other person of the agency confirms",
    },
    "search": {
        "suspects": "they are parties, and found as such",
        "measures": "nothing is written in them",
        "property-measures": "nothing is written in them",
        "confidential-letters": SECRET,
        "notes": "working notes are not evidence, and are read on their case",
        "opinion-rounds": ON_ITS_CASE,
        "opinions": ON_ITS_CASE,
        "conferences": ON_ITS_CASE,
        "rule-sets": "rules are no matter of a case",
        "rule-changes": "the rules that they change are on the pages of the control law",
        "reminders": "they repeat what another thing says",
        "clocks": "they repeat what another thing says",
        "recorded-steps": "they repeat what another thing says",
        "corrections": "they repeat what another thing says",
        "confirmations": "they repeat what another thing says",
    },
}


def has(resource, part):
    if part == "columns":
        return bool(resource.listing and resource.listing.columns)
    return getattr(resource, part) is not None


@pytest.mark.parametrize("part", LACKS)
def test_a_noun_lacks_a_part_only_for_a_reason(part):
    lacking = {name for name, resource in RESOURCES.items() if not has(resource, part)}
    with_a_list = {name for name, resource in RESOURCES.items() if resource.listing}
    assert lacking == set(LACKS[part]) | (set(RESOURCES) - with_a_list if part == "columns" else set())


def test_no_two_nouns_share_a_name_a_kind_or_a_model():
    for shared in ("name", "kind", "model"):
        assert len({getattr(resource, shared) for resource in RESOURCES.values()}) == len(RESOURCES)


def test_each_verb_of_each_table_has_a_function():
    for resource in RESOURCES.values():
        if callable(resource.actions):
            continue
        assert set(resource.verbs) <= set(resource.actions), resource.name


def test_a_noun_of_one_folder_and_one_line_is_found_everywhere():
    """The line is in `tests/toynoun/apps.py`, which replaces the tuple in `coordination/resources.py`."""
    asked = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.toynoun.settings"}
    shown = subprocess.run(
        [sys.executable, "-m", "tests.toynoun.look"],
        env=asked, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert shown.returncode == 0, shown.stderr
    found = json.loads(shown.stdout)
    assert found["api"] == "/api/v1/toys/"
    assert found["row"] == {"state": "NEW", "title": "Top", "price": 12}
    assert {"/api/v1/toys/", "/api/v1/toys/{id}/", "/api/v1/toys/{id}/play/"} <= set(found["schema"])
    assert found["file"] == "Title,Price\r\nTop,12\r\n"
    assert found["search"] == ["Toys", "Top"]
    assert (found["group"], found["audit"], found["timeline"]) == ("Toys", "Toy", "played")
