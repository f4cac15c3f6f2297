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
        **dict.fromkeys(("cases", "proceedings", "suspects"), "its actions are taken on its page, beside its sections"),
        **dict.fromkeys(("decisions", "measures", "property-measures"), ON_ITS_PROCEEDING),
        **dict.fromkeys(("papers", "incoming", "files", "lots"), "its form shows what is read before it is signed"),
        **dict.fromkeys(("notes", "recorded-steps"), "it is one text, shown where its actions are"),
        **dict.fromkeys(("corrections", "confirmations", "rule-changes"), "its own page shows what is confirmed"),
        "clocks": "a period says nothing but its dates, which stand in the form",
        "confidential-letters": "the letter itself is shown to those who may read it",
        "reminders": "it is answered on its own page",
        "major-cases": "the case is shown",
        **dict.fromkeys(
            ("campaigns", "bulletins", "typical-cases", "rule-sets", "listings", "thresholds"), "it is of no case"
        ),
    },
    "notices": {
        "thresholds": "the person who watches a figure is notified of its crossing itself",
        "confidential-letters": SECRET,
        "files": "the agency of a task is notified of the act itself",
        "notes": "who is mentioned is notified by the note itself",
        "campaigns": "it belongs to agencies; their leads are notified",
        "rule-sets": "rules are no work of one person; the leads are notified",
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
            *("thresholds", "typical-cases"),
        ),
        "no office holder decides on it",
    ),
    "api": {
        "thresholds": "the columns of the list are the shape",
        "recorded-steps": "the journal is below agencies: the API has its shape",
        "rule-changes": "the columns of the list are the shape",
    },
    "reassign": {
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
        "rule-changes": "any other administrator of the system goes on with it",
        "listings": "they belong to the agency",
        "recorded-steps": "they pass on with what they belong to",
        "corrections": "any other person of the agency confirms",
        "confirmations": "any other person of the agency confirms",
    },
    "open_items": {
        "thresholds": "a figure is no matter of a case",
        "suspects": ON_ITS_PROCEEDING,
        "measures": ON_ITS_PROCEEDING,
        "property-measures": ON_ITS_PROCEEDING,
        "notes": "a note asks for nothing",
        "rule-changes": "the change is confirmed by a second person on its own page",
        "rule-sets": "rules are no matter of a case",
        "incoming": "it is put on record and asks for nothing",
        "files": "the task or proceeding about it is the open item",
        "listings": "entries are no matter of a case",
        "recorded-steps": "it is an act of another noun",
        "confirmations": "a second person works on their own page, counted in the navigation",
    },
    "counter": {
        "thresholds": "their person is notified",
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
        "thresholds": "a figure is no matter of a case",
        "rule-changes": "the control law is no matter of a case",
        "campaigns": "only the centre and the participating agencies may know which cases belong to one",
        "rule-sets": "rules are no matter of a case",
        "bulletins": "figures are no matter of one case",
        "typical-cases": "its readers may not see the case; a link back would be on the wrong side",
        "reminders": "a reminder names late items of several cases",
        "listings": "entries are no matter of a case",
        "recorded-steps": "it is an act of another noun, in the timeline",
        "corrections": "the timeline shows what was corrected",
        "confirmations": "they are no matter of a case",
    },
    "search": {
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
# The packages of `coordination` that are no surface: the nouns themselves, programs that make or measure data of every
# noun, and figures, each of which is about the noun whose rows it counts.
NO_SURFACES = (
    *("exchange", "tooling", "insight/metrics", "insight/bulletins", "insight/campaigns"),
    "insight/typical_cases",
)
OF_THE_CASE = "a case is what the page is about, not an item on it"
OF_PERIODS = "periods run about objects of any noun"
OF_PAPERS = "the law prescribes what each official paper says, and about what it is issued"
OF_STEPS = "a playbook prescribes the tasks of a proceeding"
OF_OUTCOMES = "the sender of a lead or referral is notified by law of what became of it"
OF_LISTINGS = "parties of leads and cases are compared with the entries of watch lists"
OF_CONFIRMATIONS = "an act of a person who may not act alone becomes a confirmation"
OF_MACHINES = "machines send leads and fetch outcomes by a contract of their own"
OF_THE_TAG = "a tag that the page of one noun uses"
SUBJECTS = (
    "cases.casefile",
    "cases.proceedings",
    "coordination.exchange.instructions",
    "coordination.exchange.referrals",
)
# Module of a surface → package of a noun → why it still reads the noun's models. This list only gets shorter.
READ_DIRECTLY = {
    "actions/action_page.py": {"agencies.confirmations": OF_CONFIRMATIONS},
    "actions/asking_agencies.py": {
        "cases.casefile": OF_THE_CASE,
        "coordination.exchange.reminders": "it leads to the reminder of a late step, or names the one sent already",
    },
    "actions/correcting.py": {"coordination.exchange.corrections": "its action is a proposal to correct"},
    "actions/drafting.py": {"cases.papers": "its action drafts a paper"},
    "actions/next_steps.py": {
        "cases.casefile": OF_THE_CASE,
        "cases.clocks": OF_PERIODS,
        "coordination.exchange.notes": "the contact of another agency wrote there last",
    },
    "actions/performing.py": {"agencies.confirmations": OF_CONFIRMATIONS},
    "actions/rehearsal.py": {
        "agencies.confirmations": OF_CONFIRMATIONS,
        "cases.casefile": "it shows which agencies would share the case",
        "cases.clocks": OF_PERIODS,
    },
    "actions/state_help.py": {"cases.casefile": "superiors may act on a case only", "cases.clocks": OF_PERIODS},
    "api/adding.py": {
        "coordination.insight.bulletins": "its action drafts a bulletin",
        "coordination.insight.thresholds": "the figure to watch is entered in a shape of its own",
    },
    "api/approvals.py": {"cases.casefile": OF_THE_CASE},
    "api/confirmations.py": {"agencies.confirmations": OF_CONFIRMATIONS},
    "api/docs.py": {"cases.casefile": OF_THE_CASE},
    "api/leads.py": {"cases.intake": OF_MACHINES},
    "api/mentions.py": {"cases.casefile": OF_THE_CASE},
    "api/task_lists.py": {"cases.casefile": OF_THE_CASE},
    "api/outcomes.py": {"cases.intake": OF_MACHINES},
    "api/similar.py": {"cases.casefile": OF_LISTINGS, "cases.watchlists": OF_LISTINGS},
    "automation/escalation/actions.py": {"cases.clocks": "only periods are escalated"},
    "automation/escalation/models.py": {"cases.clocks": "only periods are escalated"},
    "automation/playbooks/actions.py": dict.fromkeys(
        ("cases.casefile", "cases.clocks", "cases.proceedings", "coordination.exchange.tasks"), OF_STEPS
    ),
    "automation/playbooks/models.py": {"cases.proceedings": OF_STEPS},
    "automation/playbooks/progress.py": dict.fromkeys(
        ("cases.casefile", "cases.proceedings", "coordination.exchange.tasks"), OF_STEPS
    ),
    "automation/playbooks/reading.py": dict.fromkeys(("cases.clocks", "cases.proceedings"), OF_STEPS),
    "automation/playbooks/reference.py": {"cases.proceedings": OF_STEPS},
    "automation/playbooks/views.py": dict.fromkeys(("cases.proceedings", "coordination.exchange.tasks"), OF_STEPS),
    "automation/routing/choices.py": {"cases.casefile": "rules name the levels of severity of a case"},
    "automation/routing/choosing.py": {"cases.proceedings": "no one is chosen across the wall of a proceeding"},
    "automation/routing/dispatch.py": {
        "cases.intake": "leads arrive in bursts and are routed together",
        "coordination.exchange.tasks": "a task is accepted before a person is named",
    },
    "automation/routing/facts.py": {"cases.casefile": OF_THE_CASE},
    "automation/routing/placement.py": dict.fromkeys(("cases.intake", "cases.watchlists"), OF_LISTINGS),
    "automation/routing/watching.py": dict.fromkeys(
        ("cases.casefile", "cases.intake", "cases.watchlists"), OF_LISTINGS
    ),
    **{
        f"documents/{module}.py": dict.fromkeys((*SUBJECTS, "cases.papers"), OF_PAPERS)
        for module in ("actions", "contexts", "views")
    },
    **{f"documents/{module}.py": {"cases.papers": OF_PAPERS} for module in ("due", "filing", "pdf", "rendering")},
    "documents/work.py": {"cases.papers": OF_PAPERS, "cases.clocks": "a draft is due with the period of its subject"},
    "documents/course.py": dict.fromkeys(("cases.clocks", "cases.proceedings"), OF_PAPERS),
    "documents/inside.py": dict.fromkeys(("cases.custody", "cases.proceedings"), OF_PAPERS),
    "documents/instruction_sheets.py": dict.fromkeys(
        ("cases.proceedings", "coordination.exchange.instructions"), OF_PAPERS
    ),
    "documents/package.py": dict.fromkeys(("cases.papers", "coordination.exchange.referrals"), OF_PAPERS),
    "documents/parts.py": dict.fromkeys(("cases.casefile", "cases.custody"), OF_PAPERS),
    "insight/supervision/indicators.py": dict.fromkeys(
        ("cases.casefile", "cases.papers"), "each indicator is a question of its own"
    ),
    "insight/audit/read_log_middleware.py": {
        "cases.casefile": OF_THE_CASE,
        "coordination.exchange.confidential": "each reading of a confidential letter is recorded",
    },
    "insight/audit/read_log_pages.py": {"cases.casefile": OF_THE_CASE},
    "insight/search/actions.py": dict.fromkeys(
        ("cases.casefile", "cases.intake"), "entries of the index belong to a case or lead"
    ),
    "insight/search/screening.py": dict.fromkeys(("cases.casefile", "cases.intake", "cases.watchlists"), OF_LISTINGS),
    "insight/search/similar_matters.py": dict.fromkeys(
        ("cases.casefile", "cases.intake"), "parties of leads and cases are compared with one another"
    ),
    "insight/supervision/late.py": {
        "cases.clocks": OF_PERIODS,
        "coordination.exchange.reminders": "of what is late it says whether the other agency was reminded",
    },
    "messaging/outcomes/models.py": dict.fromkeys(
        ("cases.casefile", "cases.intake", "cases.proceedings", "coordination.exchange.referrals"), OF_OUTCOMES
    ),
    "messaging/outcomes/recipients.py": dict.fromkeys(
        ("cases.intake", "cases.proceedings", "coordination.exchange.referrals"), OF_OUTCOMES
    ),
    "site/templatetags/acts.py": {"agencies.confirmations": OF_CONFIRMATIONS},
    "site/templatetags/case_names.py": {"cases.casefile": OF_THE_CASE},
    "site/templatetags/case_parts.py": dict.fromkeys(
        ("cases.casefile", "cases.clocks", "cases.intake", "cases.proceedings", "coordination.exchange.referrals"),
        OF_THE_TAG,
    ),
    "site/templatetags/law.py": {"cases.clocks": OF_PERIODS, "cases.watchlists": OF_LISTINGS},
    "site/templatetags/notes.py": {"coordination.exchange.notes": OF_THE_TAG},
    "site/templatetags/playbooks.py": dict.fromkeys(
        ("cases.clocks", "cases.proceedings", "coordination.exchange.tasks"), OF_STEPS
    ),
    "workspace/approval_pages.py": {
        "cases.casefile": OF_THE_CASE,
        "cases.clocks": OF_PERIODS,
        "cases.papers": "the papers are read before the decision",
    },
    "workspace/brief.py": {"cases.casefile": OF_THE_CASE},
    "workspace/case_page.py": {"cases.casefile": OF_THE_CASE},
    "workspace/case_report.py": {"cases.casefile": OF_THE_CASE},
    "workspace/home.py": dict.fromkeys(
        ("cases.casefile", "cases.intake"), "the centre decides which agency gets a lead, and which leads a case"
    ),
    "workspace/inbox.py": dict.fromkeys(
        ("cases.casefile", "cases.intake"), "news name the case or lead by which their subject is seen"
    ),
    "workspace/lateness.py": {
        "cases.clocks": OF_PERIODS,
        "coordination.exchange.reminders": "of what is late it says whether the other agency was reminded",
    },
    "workspace/outcome_rows.py": {"cases.casefile": OF_OUTCOMES},
    "workspace/queue_pages.py": {"cases.casefile": OF_THE_CASE},
    "workspace/desk.py": {"cases.casefile": "the lead of a case is offered to an agency"},
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
    root = Path(__file__).parents[2] / "coordination"
    names = {source: source.relative_to(root).as_posix() for source in root.rglob("*.py")}
    surfaces = {source: name for source, name in names.items() if not name.startswith(NO_SURFACES)}
    read = {name: nouns_read_in(source) for source, name in surfaces.items()}
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


@pytest.mark.slow
def test_a_noun_of_one_folder_and_one_line_is_found_everywhere():
    """The line is in `tests/toynoun/apps.py`, which replaces the tuple in `coordination/resources.py`."""
    asked = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.toynoun.settings"}
    shown = subprocess.run(
        [sys.executable, "-m", "tests.toynoun.look"],
        env=asked, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert shown.returncode == 0, shown.stderr
    found = json.loads(shown.stdout)
    assert found["list"] == ["Top"], "the list shows what the reader sees"
    assert (found["queue"], found["home"]) == (["Top"], ["Top"])
    assert (found["api"], found["rows"], found["one"], found["not one"]) == ("/api/v1/toys/", ["Top"], "Top", 404)
    assert found["row"] == {"state": "NEW", "title": "Top", "price": 12}
    assert {"/api/v1/toys/", "/api/v1/toys/{id}/", "/api/v1/toys/{id}/play/"} <= set(found["schema"])
    assert found["search"] == ["Toys", "Top"]
    assert found["file"] == "Title,Price\r\nTop,12\r\n"
    assert (found["group"], found["audit"], found["timeline"]) == ("Toys", "Toy", "played")
