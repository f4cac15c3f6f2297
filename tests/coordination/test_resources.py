"""The declarations of each resource, and the reason for each missing part."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from agencies.kernel.resource import RESOURCES

ON_ITS_PROCEEDING = "it is read and listed on the page of its proceeding"
ON_ITS_CASE = "it is read on its case; nobody works through a list of them that leaves the system"
SECRET = "a file, view, notice or index would be a row by which others learn that there is one"
OF_ADMINISTRATORS = "administrators keep it on a page of its own; it is no matter of a case"
# Part → resource → why it has none.
LACKS = {
    "listing": {
        "decisions": ON_ITS_PROCEEDING,
        "measures": ON_ITS_PROCEEDING,
        "property-measures": ON_ITS_PROCEEDING,
        "recorded-steps": "it is an act of another noun, listed on that noun's timeline",
        "systems": OF_ADMINISTRATORS,
    },
    "columns": {
        "releases": "only people who decide see them; no file of them leaves the system",
        "proceedings": ON_ITS_CASE,
        "confidential-letters": SECRET,
        "opinions": "they are listed with their round",
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
    "reading": {
        "systems": OF_ADMINISTRATORS,
        "exporters": "its page is the entry itself",
        "licences": "nothing is done with it here",
        "questionnaires": "its page has the items",
        "risk-rules": "its page is the rule itself",
        **dict.fromkeys(("cases", "proceedings", "suspects"), "its actions are taken on its page, beside its sections"),
        **dict.fromkeys(("decisions", "measures", "property-measures"), ON_ITS_PROCEEDING),
        **dict.fromkeys(("papers", "incoming", "files", "lots"), "its form shows what is read before it is signed"),
        **dict.fromkeys(("notes", "recorded-steps"), "it is one text, shown where its actions are"),
        **dict.fromkeys(("corrections", "rule-changes"), "its own page shows what is confirmed"),
        "clocks": "a period says nothing but its dates, which stand in the form",
        "confidential-letters": "the letter itself is shown to those who may read it",
        "reminders": "it is answered on its own page",
        "major-cases": "the case is shown",
        **dict.fromkeys(
            ("campaigns", "bulletins", "typical-cases", "rule-sets", "listings", "thresholds"),
            "it is of no case",
        ),
    },
    "notices": {
        "exporters": "an entry is no work of one person",
        "licences": "a table is no work of one person",
        "questionnaires": "it asks for no work by itself",
        **dict.fromkeys(("risk-rules", "risk-findings"), "a reason is no duty; the second person of a rule is asked"),
        "thresholds": "the person who watches a figure is notified of its crossing itself",
        "confidential-letters": SECRET,
        "files": "the agency of a task is notified of the act itself",
        "notes": "who is mentioned is notified by the note itself",
        "campaigns": "it belongs to agencies; their leads are notified",
        "rule-sets": "rules are no work of one person; the leads are notified",
        "imports": "the work is watched on its page by the person who began it",
        "listings": "entries are no work of one person; the leads are notified",
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
            *("rule-sets", "rule-changes", "listings", "recorded-steps", "bulletins", "campaigns", "major-cases"),
            *("imports", "thresholds", "typical-cases", "exporters", "matches", "releases"),
            *("customs-queries", "identifications", "licences"),
            *("questionnaires", "reviews", "inspections", "certificates", "circulars"),
            *("risk-rules", "risk-findings", "end-use-findings", "systems"),
        ),
        "no office holder decides on it",
    ),
    "api": {
        "thresholds": "the columns of the list are the shape",
        "recorded-steps": "the journal is below agencies: the API has its shape",
        "rule-changes": "the columns of the list are the shape",
    },
    "reassign": {
        "systems": OF_ADMINISTRATORS,
        "releases": "it belongs to the leads and the office of the agency",
        "exporters": "the register belongs to the agency",
        "licences": "they belong to the agency",
        "questionnaires": "it belongs to the agency",
        **dict.fromkeys(("risk-rules", "risk-findings"), "it belongs to agencies, not to a person"),
        "thresholds": "a person watches figures for themselves",
        "cases": "its proceedings, referrals and tasks have handlers",
        "decisions": ON_ITS_PROCEEDING,
        "suspects": ON_ITS_PROCEEDING,
        "measures": ON_ITS_PROCEEDING,
        "property-measures": ON_ITS_PROCEEDING,
        "clocks": "they pass on with what they run for",
        "files": "they remain those of the person who attached them",
        "incoming": "they pass on with what they belong to",
        "bulletins": "any other person of the centre goes on with it",
        "typical-cases": "any other person of the agency goes on with it",
        "lots": "goods are handed over with a receipt, by their own workflow",
        "opinion-rounds": "its opinions have handlers; the round belongs to the agency",
        "conferences": "the participants name their people",
        "notes": "they remain those of their author",
        "campaigns": "it belongs to the centre",
        "major-cases": "progress is reported by anyone of the lead agency",
        "rule-sets": "it belongs to the agency",
        "imports": "anyone of the agency goes on with it",
        "rule-changes": "any other administrator of the system goes on with it",
        "listings": "they belong to the agency",
        "matches": "they pass on with their case or lead",
        "end-use-findings": "any other person of the agency goes on with it",
        "recorded-steps": "they pass on with what they belong to",
        "corrections": "any other person of the agency confirms",
    },
    "open_items": {
        "systems": OF_ADMINISTRATORS,
        "exporters": "an entry asks for nothing; letters, reviews and inspections do",
        "licences": "a licence asks for nothing",
        "questionnaires": "the reviews that follow it are work",
        **dict.fromkeys(("risk-rules", "risk-findings"), "a finding is a reason and no duty"),
        "thresholds": "a figure is no matter of a case",
        "suspects": ON_ITS_PROCEEDING,
        "measures": ON_ITS_PROCEEDING,
        "property-measures": ON_ITS_PROCEEDING,
        "notes": "a note asks for nothing",
        "rule-changes": "the change is confirmed by a second person on its own page",
        "rule-sets": "rules are no matter of a case",
        "imports": "nothing is due; what it brings in is work by itself",
        "incoming": "it is put on record and asks for nothing",
        "files": "the task or proceeding about it is the open item",
        "listings": "entries are no matter of a case",
        "recorded-steps": "it is an act of another noun",
        "confirmations": "a second person works on their own page, counted in the navigation",
    },
    "navigation": {
        "systems": OF_ADMINISTRATORS,
        "proceedings": "they are counted in the queues",
        "decisions": "they are counted as approvals",
        "measures": ON_ITS_PROCEEDING,
        "property-measures": ON_ITS_PROCEEDING,
        "opinions": "they are listed and counted with their round",
        "rule-changes": "the confirmation is counted",
        "papers": ON_ITS_CASE,
        "files": ON_ITS_CASE,
        "incoming": ON_ITS_CASE,
        "lots": ON_ITS_CASE,
        "recorded-steps": "it is an act of another noun, listed on that noun's timeline",
        "corrections": "home and the queues have them",
    },
    "on_case": {
        "systems": OF_ADMINISTRATORS,
        "exporter-letters": "it is read on the page of its exporter",
        "circulars": "its letters are about no case",
        "releases": SECRET,
        "exporters": "a register is no matter of a case",
        "licences": "a customs query that names one shows what the table says of it",
        "questionnaires": "it is of no case",
        "certificates": "it is of an exporter; cases are compared with it on its page",
        "reviews": "a review is of an exporter, and other agencies on a case do not see it",
        "risk-rules": "its findings are on the case",
        "thresholds": "a figure is no matter of a case",
        "rule-changes": "the control law is no matter of a case",
        "campaigns": "only the centre and the participating agencies may know which cases belong to one",
        "rule-sets": "rules are no matter of a case",
        "imports": "a table is no matter of a case",
        "bulletins": "figures are no matter of one case",
        "typical-cases": "its readers may not see the case; a link back would be on the wrong side",
        "reminders": "a reminder names late items of several cases",
        "listings": "entries are no matter of a case",
        "recorded-steps": "it is an act of another noun, in the timeline",
        "corrections": "the timeline shows what was corrected",
        "confirmations": "they are no matter of a case",
    },
    "search": {
        "systems": OF_ADMINISTRATORS,
        "releases": SECRET,
        "questionnaires": "they are few, and chosen from a list",
        "risk-findings": "they are read on their case",
        "thresholds": "they are read on their own page",
        "suspects": "they are parties, and found as such",
        "measures": "nothing is written in them",
        "property-measures": "nothing is written in them",
        "confidential-letters": SECRET,
        "notes": "working notes are not evidence, and are read on their case",
        "opinion-rounds": ON_ITS_CASE,
        "opinions": ON_ITS_CASE,
        "conferences": ON_ITS_CASE,
        "rule-sets": "rules are no matter of a case",
        "imports": "what it brings in is found by itself",
        "rule-changes": "the rules that they change are on the pages of the control law",
        "reminders": "they repeat what another thing says",
        "clocks": "they repeat what another thing says",
        "recorded-steps": "they repeat what another thing says",
        "corrections": "they repeat what another thing says",
        "confirmations": "they repeat what another thing says",
    },
}


# The packages of `coordination` that show every noun. The layers in `pyproject.toml` order all others.
SURFACES = ("actions/", "api/", "insight/audit/", "insight/supervision/", "lists/", "site/", "workspace/")
# Every noun is on a case, and these are about objects of any noun.
OF_ANY_NOUN = {
    *(
        "agencies.confirmations",
        "agencies.journal",
        "agencies.machines",
        "cases.casefile",
        "cases.clocks",
        "cases.papers",
    ),
    *("coordination.automation.routing", "coordination.exchange.corrections", "coordination.exchange.notes"),
    "coordination.exchange.reminders",
}
OF_ONE_NOUN = {
    "api/batches.py",
    "api/leads.py",
    "api/outcomes.py",
    "api/report_files.py",
    "api/similar.py",
}  # operations of the API


def nouns_read_in(source: Path) -> set[str]:
    """The packages of nouns whose models a module imports."""
    nouns = {resource.model.__module__.partition(".models")[0] for resource in RESOURCES.values()} - OF_ANY_NOUN
    found = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".models")[0] for name in node.names if ".models" in name.name}
        elif isinstance(node, ast.ImportFrom) and node.module:
            package, models, _rest = node.module.partition(".models")
            found |= {package} if models or any(name.name == "models" for name in node.names) else set()
    return found & nouns


def test_no_surface_reads_the_models_of_a_noun():
    root = Path(__file__).parents[2] / "coordination"
    names = {source: source.relative_to(root).as_posix() for source in root.rglob("*.py")}
    read = {name for source, name in names.items() if name.startswith(SURFACES) and nouns_read_in(source)}
    assert read == OF_ONE_NOUN


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


@pytest.mark.slow
def test_a_noun_of_one_folder_and_one_line_is_found_everywhere():
    """Its folder is `tests/visits`, with the two lines in `settings` and `lines`; `proof` looks at each place."""
    asked = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.visits.settings"}
    for command in (["manage.py", "compile_translations"], ["-m", "pytest", "-q", "-n", "0", "tests/visits/proof.py"]):
        done = subprocess.run(
            [sys.executable, *command], env=asked, cwd=Path(__file__).parents[2], capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
