"""The declarations of each resource, and the reason for each missing part."""

import ast
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
    "open_items": {
        "suspects": ON_ITS_PROCEEDING,
        "measures": ON_ITS_PROCEEDING,
        "property-measures": ON_ITS_PROCEEDING,
        "notes": "a note asks for nothing",
        "opinion-rounds": "each agency's opinion is the open item",
        "rule-changes": "the change is confirmed by a second person on its own page",
        "rule-sets": "rules are no matter of a case",
        "papers": "the noun that it is about is the open item",
        "incoming": "it is put on record and asks for nothing",
        "files": "the task or proceeding about it is the open item",
        "lots": "the task or proceeding about it is the open item",
        "listings": "entries are no matter of a case",
        "recorded-steps": "it is an act of another noun",
        "corrections": "a colleague confirms it on the page of what is corrected",
        "confirmations": "a second person works on their own page, counted in the navigation",
    },
    "counter": {
        "cases": "an offered lead is on home",
        "proceedings": "they are counted in the queues",
        "decisions": "they are counted as approvals",
        "suspects": ON_ITS_PROCEEDING,
        "measures": ON_ITS_PROCEEDING,
        "property-measures": ON_ITS_PROCEEDING,
        "opinion-rounds": "the number on their page counts the opinions of the agency",
        "rule-changes": "the confirmation is counted",
        "rule-sets": "nothing in them waits",
        "clocks": "their page has counts of its own",
        "papers": "they have no page in the navigation",
        "files": "they have no page in the navigation",
        "incoming": "they have no page in the navigation",
        "lots": "they have no page in the navigation",
        "listings": "nothing in them waits",
        "recorded-steps": "nothing in them waits",
        "corrections": "they have no page in the navigation",
    },
    "on_case": {
        "rule-changes": "the control law is no matter of a case",
        "rule-sets": "rules are no matter of a case",
        "reminders": "a reminder names late items of several cases",
        "listings": "entries are no matter of a case",
        "recorded-steps": "it is an act of another noun, in the timeline",
        "corrections": "the timeline shows what was corrected",
        "confirmations": "they are no matter of a case",
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


# Models of these packages are no matter of one noun: every surface reads the journal, and the routing rules.
FOR_ALL = {"agencies.journal", "coordination.automation.routing"}
SURFACES = ("coordination/workspace", "coordination/lists", "coordination/automation/escalation")
OF_THE_CASE = "a case is what the page is about, not an item on it"
OF_PERIODS = "periods run about objects of any noun"
# Module of a surface → package of a noun → why it still reads the noun's models. This list only gets shorter.
READ_DIRECTLY = {
    "coordination/workspace/approval_pages.py": {"cases.casefile": OF_THE_CASE, "cases.clocks": OF_PERIODS},
    "coordination/workspace/brief.py": {"cases.casefile": OF_THE_CASE},
    "coordination/workspace/case_report.py": {"cases.casefile": OF_THE_CASE},
    "coordination/workspace/news.py": {"cases.casefile": OF_THE_CASE},
    "coordination/workspace/outcome_lines.py": {"cases.casefile": OF_THE_CASE},
    "coordination/workspace/queue_pages.py": {"cases.casefile": OF_THE_CASE},
    "coordination/workspace/case_page.py": {"cases.casefile": OF_THE_CASE},
    "coordination/automation/escalation/actions.py": {"cases.clocks": "only periods are escalated"},
    "coordination/automation/escalation/models.py": {"cases.clocks": "only periods are escalated"},
}


def nouns_read_in(source: Path) -> set[str]:
    """The packages of nouns whose models a module imports."""
    nouns = {resource.model.__module__.partition(".models")[0] for resource in RESOURCES.values()} - FOR_ALL
    found = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".models")[0] for name in node.names if ".models" in name.name}
        elif isinstance(node, ast.ImportFrom) and node.module:
            package, models, _rest = node.module.partition(".models")
            found |= {package} if models or any(name.name == "models" for name in node.names) else set()
    return found & nouns


def test_no_surface_reads_the_models_of_a_noun():
    root = Path(__file__).parents[2]
    sources = (source for surface in SURFACES for source in (root / surface).rglob("*.py"))
    read = {str(source.relative_to(root)): nouns_read_in(source) for source in sources}
    assert {module: nouns for module, nouns in read.items() if nouns} == {
        module: set(nouns) for module, nouns in READ_DIRECTLY.items()
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
