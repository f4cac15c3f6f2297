"""What a route is called in the reader's language: the title of its page, and for the API the operation.

Wiring: it knows every noun and every page. Routes of the API that stand for a noun are named after its table.
"""

from collections.abc import Iterator
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .audit import KINDS
from .nouns import NOUNS, Noun

Title = str | Promise
PAGES: dict[str, Title] = {
    **{"home": gettext_lazy("Today"), "queues": gettext_lazy("Queues"), "queues_looked": gettext_lazy("Queues")},
    **{"queues_bulk": gettext_lazy("Act on many rows"), "board_bulk": gettext_lazy("Act on many rows")},
    **{"list_bulk": gettext_lazy("Act on many rows"), "board": gettext_lazy("Board"), "load": gettext_lazy("Load")},
    **{"list_csv": gettext_lazy("List as a CSV file"), "list_xlsx": gettext_lazy("List as an Excel file")},
    **{"approvals": gettext_lazy("Approvals"), "inbox": gettext_lazy("Inbox"), "inbox_read": gettext_lazy("Inbox")},
    **{"inbox_settings": gettext_lazy("What I hear when"), "notices": gettext_lazy("News for your organ")},
    **{"training": gettext_lazy("Training"), "training_reset": gettext_lazy("Training")},
    **{"glossary": gettext_lazy("Glossary"), "state_help": gettext_lazy("What this state means")},
    **{"keys": gettext_lazy("Keyboard and updates"), "theme": gettext_lazy("Light or dark")},
    **{"language": gettext_lazy("Language"), "fresh": gettext_lazy("What is new"), "drafts": gettext_lazy("Drafts")},
    **{"readyz": gettext_lazy("Readiness"), "operation": gettext_lazy("Operation")},
    **{"dead_letter_retry": gettext_lazy("Operation"), "dead_letter_discard": gettext_lazy("Operation")},
    **{"login": gettext_lazy("Sign in"), "logout": gettext_lazy("Sign out"), "enrol": gettext_lazy("Set your password")},
    **{"password_change": gettext_lazy("Change password"), "account_password": gettext_lazy("Reset the password")},
    **{"accounts": gettext_lazy("Accounts"), "account": gettext_lazy("Account"), "account_new": gettext_lazy("Account")},
    **dict.fromkeys(
        ("account_edit", "account_switch", "account_delays", "account_role", "account_role_end")
        + ("account_office", "account_office_end"),
        gettext_lazy("Account"),
    ),
    **{"confirmations": gettext_lazy("Confirmations"), "confirmation": gettext_lazy("Confirmation")},
    **{"confirmation_code": gettext_lazy("Code of a confirmation")},
    **{"sign_in_declared": gettext_lazy("Declare whether an agency signs in")},
    **dict.fromkeys(
        ("duty", "duty_new", "duty_import", "duty_remove", "duty_note", "shift_note_take", "absence_new", "absence_end"),
        gettext_lazy("Duty"),
    ),
    **{"machines": gettext_lazy("Systems"), "machine_key_revoke": gettext_lazy("Systems")},
    **dict.fromkeys(
        ("doorbells", "doorbell_switch", "doorbell_renew", "doorbell_again"), gettext_lazy("Doorbells")
    ),
    **{"journal": gettext_lazy("Journal"), "journal_stream": gettext_lazy("Chain of the journal")},
    **{"readings": gettext_lazy("Read log"), "readings_csv": gettext_lazy("Read log as a file")},
    **{"read_alerts": gettext_lazy("Alerts on reads"), "read_alert_settle": gettext_lazy("Alerts on reads")},
    **dict.fromkeys(("runs", "run", "run_cancel", "run_continue"), gettext_lazy("Background work")),
    **{"run_file": gettext_lazy("File of background work"), "run_result": gettext_lazy("Result of background work")},
    **dict.fromkeys(("saved_views", "saved_view", "saved_view_new", "default_view"), gettext_lazy("Saved views")),
    **{"leads": gettext_lazy("Leads"), "lead_new": gettext_lazy("Enter a lead"), "lead": gettext_lazy("Lead")},
    **{"cases": gettext_lazy("Cases"), "case": gettext_lazy("Case"), "penalty_calculator": gettext_lazy("Penalty help")},
    **{"persons": gettext_lazy("Persons and measures"), "proceeding": gettext_lazy("Proceeding")},
    **{"decision": gettext_lazy("Decision on a party"), "incoming": gettext_lazy("Incoming paper")},
    **{"incoming_file": gettext_lazy("Scan of an incoming paper"), "lot": gettext_lazy("Goods in custody")},
    **{"paper": gettext_lazy("Paper"), "paper_draft": gettext_lazy("Draft a paper")},
    **{"paper_scan": gettext_lazy("File a signed sheet"), "signed_copy": gettext_lazy("Signed copy of a paper")},
    **{"paper_print": gettext_lazy("Paper, to print"), "paper_pdf": gettext_lazy("Paper as a PDF")},
    **{"referral_package": gettext_lazy("Package of a referral"), "clock_rules": gettext_lazy("Deadline rules")},
    **{"running_clocks": gettext_lazy("Running deadlines"), "clock": gettext_lazy("Period")},
    **{"calendar": gettext_lazy("Working calendar"), "calculator": gettext_lazy("Deadline calculator")},
    **{"referrals": gettext_lazy("Referrals"), "referral": gettext_lazy("Referral")},
    **{"handing_over": gettext_lazy("Handing over"), "sealed_letters": gettext_lazy("Sealed letters")},
    **{"sealed_letter": gettext_lazy("Sealed letter"), "tasks": gettext_lazy("Tasks"), "task": gettext_lazy("Task")},
    **{"opinion_rounds": gettext_lazy("Opinions"), "opinion_round": gettext_lazy("Round of opinions")},
    **{"opinion": gettext_lazy("Opinion"), "conferences": gettext_lazy("Conferences")},
    **{"conference": gettext_lazy("Conference"), "directions": gettext_lazy("Directions")},
    **{"direction": gettext_lazy("Letter up or down"), "notes": gettext_lazy("Notes"), "note": gettext_lazy("Case note")},
    **{"notes_read": gettext_lazy("Notes"), "listings": gettext_lazy("Watch lists")},
    **{"listing": gettext_lazy("Entry of a watch list"), "listings_csv": gettext_lazy("Watch lists as a file")},
    **{"listings_import": gettext_lazy("Import of watch lists"), "rule_sets": gettext_lazy("Routing rules")},
    **{"rule_set": gettext_lazy("Routing rules"), "rule_set_import": gettext_lazy("Import of routing rules")},
    **{"rule_set_csv": gettext_lazy("Routing rules as a file"), "rule_set_dry_run": gettext_lazy("Dry run")},
    **{"playbooks": gettext_lazy("Playbooks"), "playbook": gettext_lazy("Playbook")},
    **{"playbook_csv": gettext_lazy("Playbook as a file"), "playbook_publish": gettext_lazy("Publish a playbook")},
    **{"playbook_difference": gettext_lazy("What a new version of the playbook would change")},
    **{"chase_desk": gettext_lazy("Chase desk"), "chase_send": gettext_lazy("Chase desk")},
    **{"chase_csv": gettext_lazy("What is overdue, as a CSV file")},
    **{"chase_xlsx": gettext_lazy("What is overdue, as an Excel file")},
    **{"chase_letters": gettext_lazy("Chase letters"), "chase_letter": gettext_lazy("Chase letter")},
    **{"chase_letter_print": gettext_lazy("Chase letter, to print"), "one_page": gettext_lazy("One page")},
    **{"one_page_list": gettext_lazy("One page"), "recorded_step": gettext_lazy("Step recorded on behalf")},
    **{"search": gettext_lazy("Search"), "signs": gettext_lazy("Signs of use")},
    **{"supervision": gettext_lazy("Supervision"), "corrections": gettext_lazy("Corrections")},
    **{"correction": gettext_lazy("Correction of the record"), "correct": gettext_lazy("Correct the record")},
    **{"priority": gettext_lazy("Set the priority"), "verb": gettext_lazy("Form of an act")},
}
# Routes of the API that stand for no noun; what a page shows is called as the page is.
OPERATIONS: dict[str, Title] = {
    **{name: PAGES[name] for name in ("approvals", "queues", "duty", "inbox", "board", "load", "runs", "doorbells")},
    **{name: PAGES[name] for name in ("operation", "readings", "search", "playbooks", "playbook")},
    **{"handing-over": PAGES["handing_over"], "inbox-read": PAGES["inbox"], "outcomes": gettext_lazy("Outcomes")},
    **{"outcomes-seen": gettext_lazy("Mark outcomes as seen"), "bulk": PAGES["list_bulk"]},
    **{"exports": gettext_lazy("Take a list out as a file"), "runs-file": PAGES["run_file"]},
    **dict.fromkeys(("runs-one", "runs-cancel", "runs-continue"), PAGES["run"]),
    **{"runs-rows": PAGES["run_result"], "clocks-preview": PAGES["calculator"]},
    **{"penalties-preview": PAGES["penalty_calculator"]},
    **dict.fromkeys(("operation-retry", "operation-discard"), PAGES["operation"]),
    **dict.fromkeys(("doorbells-switch", "doorbells-renew", "doorbells-again"), PAGES["doorbells"]),
    **{"confirmations-sign-in": PAGES["sign_in_declared"], "confirmations-code": PAGES["confirmation_code"]},
    **{"accounts-password": PAGES["account_password"]},
    **dict.fromkeys(("saved-views", "saved-views-one", "saved-views-delete"), PAGES["saved_views"]),
    **dict.fromkeys(("leads-screening", "cases-screening"), gettext_lazy("Screening against watch lists")),
    **{"leads-similar": gettext_lazy("Similar leads"), "case-playbooks": PAGES["playbook"]},
    **{"papers-scan": PAGES["paper_scan"], "papers-signed": PAGES["signed_copy"]},
    **{"referrals-package": PAGES["referral_package"], "incoming-file": PAGES["incoming_file"]},
    **dict.fromkeys(("schema", "docs", "reference", "reference-group"), gettext_lazy("Interface for machines")),
    **{"codes": gettext_lazy("Code lists")},
}
OF_A_NOUN: dict[str, Title] = {
    **{"": gettext_lazy("List"), "one": gettext_lazy("Read one"), "verbs": gettext_lazy("What may be done")},
    **{"correct": PAGES["correct"], "why": gettext_lazy("Why it is here"), "priority": PAGES["priority"]},
}


def title_of(route: str) -> str:
    """A route that is gone keeps its name."""
    if not route.startswith("api-"):
        return str(PAGES.get(route, route))
    name = route.removeprefix("api-")
    told = _of_nouns().get(name)
    if told is not None:
        kind, operation = told
        return _("API: %(kind)s, %(operation)s") % {"kind": kind, "operation": operation}
    return _("API: %(page)s") % {"page": OPERATIONS.get(name, name)}


@cache
def _of_nouns() -> dict[str, tuple[Title, Title]]:
    """Route of the API without its beginning → what kind of thing it is about, and what is done."""
    return {
        f"{noun.name}-{verb}".removesuffix("-"): (KINDS[noun.kind], words)
        for noun in NOUNS.values()
        for verb, words in _operations(noun)
    }


def _operations(noun: Noun) -> Iterator[tuple[str, Title]]:
    yield from OF_A_NOUN.items()
    for workflow in noun.workflows:
        for verb, words in workflow.words.items():
            yield verb, words.button
