"""Titles of routes in the reader's language: of the page, or of the API operation.

Pages of a resource have its label, and API routes the words of its workflow.
"""

from collections.abc import Iterator
from functools import cache

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.resource import RESOURCES, Resource
from agencies.kernel.texts import Text
from coordination.insight.audit.journal_pages import KINDS

PAGES: dict[str, Text] = {
    **{resource.page: resource.label for resource in reversed(RESOURCES.values())},
    **{
        resource.listing.page: resource.listing.title or resource.plural
        for resource in RESOURCES.values()
        if resource.listing and resource.listing.page
    },
    "home": _("Today"),
    "quarantine_read": _("Today"),
    "queues": _("Queues"),
    "queues_bulk": _("Bulk action"),
    "deadline_calendar": _("Calendar of deadlines"),
    "deadline_file": _("Calendar file of deadlines"),
    "board_bulk": _("Bulk action"),
    "load_bulk": _("Bulk action"),
    "list_bulk": _("Bulk action"),
    "board": _("Board"),
    "load": _("Workload"),
    "list_csv": _("List as a CSV file"),
    "list_xlsx": _("List as an Excel file"),
    "approvals": _("Approvals"),
    "inbox": _("Inbox"),
    "undo": _("Undo an action"),
    "remark": _("Add a remark to an action"),
    "inbox_settings": _("Notification settings"),
    "notices": _("News for your agency"),
    "training": _("Training"),
    "glossary": _("Glossary"),
    "controls": _("Control law"),
    "control_rules": _("Rules of the control law"),
    "control_versions": _("Versions of the control law"),
    "control_rows": _("Rows of the control law as a file"),
    "rule_change_import": _("Import of control rules"),
    "rule_change_suspension": _("Suspension interval"),
    "state_help": _("What this state means"),
    "help": _("Help"),
    "keys": _("Keyboard and updates"),
    "theme": _("Appearance setting"),
    "language": _("Language"),
    "fresh": _("Check for updates"),
    "drafts": _("Drafts"),
    "readyz": _("Readiness"),
    "operation": _("Operation"),
    "dead_letter_retry": _("Operation"),
    "dead_letter_discard": _("Operation"),
    "login": _("Sign in"),
    "logout": _("Sign out"),
    "enrol": _("Set your password"),
    "password_change": _("Change password"),
    "account_password": _("Reset the password"),
    "accounts": _("Accounts"),
    "account": _("Account"),
    "confirmations": _("Confirmations"),
    "confirmation_code": _("Code of a confirmation"),
    "sign_in_declared": _("Declare whether an agency uses the system"),
    "beside_named": _("Name procuratorate, reconsideration agency and court"),
    "duty": _("Duty"),
    "shift_note_take": _("Duty"),
    "absence_new": _("Duty"),
    "absence_end": _("Duty"),
    "machines": _("Systems"),
    "gateways": _("Gateways"),
    "gateway_receipt": _("Receipt of a package"),
    **dict.fromkeys(("key_new", "key_limits", "key_take", "machine_key_revoke"), _("Systems")),
    **dict.fromkeys(("webhook", "webhooks"), _("Webhooks")),
    **dict.fromkeys((f"webhook_{step}" for step in ("switch", "renew", "again", "discard", "test")), _("Webhooks")),
    "journal": _("Journal"),
    "journal_stream": _("Chain of the journal"),
    "readings": _("Read log"),
    "readings_csv": _("Read log as a file"),
    "read_alerts": _("Read alerts"),
    "read_alert_settle": _("Read alerts"),
    "runs": _("Background work"),
    "run": _("Background work"),
    "run_undo": _("Undo an action"),
    "run_file": _("File of background work"),
    "run_result": _("Result of background work"),
    "saved_views": _("Saved views"),
    "saved_view": _("Saved views"),
    "default_view": _("Saved views"),
    "lead_new": _("Enter lead"),
    "case_brief": _("Brief"),
    "case_report": _("Case report"),
    "case_report_print": _("Export of a case report"),
    "case_report_pdf": _("Export of a case report"),
    "penalty_calculator": _("Penalty help"),
    "incoming_file": _("Scan of an incoming paper"),
    "file_content": _("Download the file"),
    "file_preview": _("Preview"),
    "report_file": _("Download a file of the report"),
    "package_file": _("File of a package"),
    "package_file_content": _("File of a package"),
    "package_file_preview": _("Preview"),
    "paper_draft": _("Draft a paper"),
    "paper_scan": _("File a signed sheet"),
    "signed_copy": _("Signed copy of a paper"),
    "paper_folder": _("Papers to be signed"),
    "paper_print": _("Paper, to print"),
    "paper_pdf": _("Paper as a PDF"),
    "letter_sheet": _("As the addressee gets it"),
    "circular_sheets": _("As the addressee gets it"),
    "referral_package": _("Package of a referral"),
    "clock_rules": _("Deadline rules"),
    "calendar": _("Working calendar"),
    "calculator": _("Deadline calculator"),
    "handing_over": _("Work handover"),
    "confidential_letters": _("Confidential letters"),
    "tasks_import": _("Import of tasks"),
    "opinion_rounds": _("Opinions"),
    "bulletin_new": _("Draft a bulletin"),
    "bulletin_print": _("Bulletin for printing"),
    "bulletin_pdf": _("Bulletin as PDF"),
    "listings": _("Watch lists"),
    "listings_csv": _("Watch lists as a file"),
    "listings_import": _("Import of watch lists"),
    "rule_sets": _("Routing rules"),
    "rule_set_import": _("Import of routing rules"),
    "rule_set_csv": _("Routing rules as a file"),
    "rule_set_dry_run": _("Dry run"),
    "playbooks": _("Playbooks"),
    "playbook": _("Playbook"),
    "playbook_csv": _("Playbook as a file"),
    "playbook_publish": _("Publish a playbook"),
    "playbook_difference": _("Changes by a new version of the playbook"),
    "reminder_desk": _("Late at other agencies"),
    "reminder_preview": _("Preview of the reminder"),
    "reminder_send": _("Late at other agencies"),
    "reminder_csv": _("Late items, CSV file"),
    "reminder_xlsx": _("Late items, Excel file"),
    "reminder_print": _("Reminder, to print"),
    "one_page": _("Daily brief"),
    "recorded_step": _("Step recorded on behalf"),
    "search": _("Search"),
    "screening_check": _("Check a name"),
    "campaign_new": _("New campaign"),
    "indicators": _("Usage indicators"),
    "supervision": _("Supervision"),
    "threshold_new": _("Notify me when…"),
    "counted_rows": _("Rows behind a figure"),
    "figures_flow": _("Flow"),
    "figures_minerals": _("Minerals and routes"),
    "figures_deadlines": _("Deadlines"),
    "figures_people": _("People"),
    "figures_prevention": _("Prevention"),
    "figures_export": _("Supervision"),
    "ask_coordinator": _("Supervision"),
    "corrections": _("Corrections"),
    "correction": _("Correction of the record"),
    "correct": _("Correct the record"),
    "priority": _("Set priority"),
    "verb": _("Action form"),
}
# API routes that belong to no resource, unless they are titled like their pages.
OPERATIONS: dict[str, Text] = {
    "queues_calendar": PAGES["deadline_calendar"],
    "verbs": _("Available actions"),
    "effects": _("Preview the effects"),
    **dict.fromkeys(("metrics", "figures"), _("Metrics")),
    "events": _("Events of connected systems"),
    "outcomes": _("Outcomes"),
    "outcomes_seen": _("Mark outcomes as seen"),
    "bulk": PAGES["queues_bulk"],
    "exports": _("Export a list"),
    "runs_file": PAGES["run_file"],
    "runs_undo": PAGES["run_undo"],
    "runs_rows": PAGES["run_result"],
    "clocks_preview": PAGES["calculator"],
    "controls_rules": PAGES["control_rules"],
    "penalties_preview": PAGES["penalty_calculator"],
    "confirmations_sign_in": PAGES["sign_in_declared"],
    "confirmations_code": PAGES["confirmation_code"],
    "accounts_password": PAGES["account_password"],
    "accounts_rights": _("Rights of an account"),
    **{"leads_files": _("Files of a report"), "leads_files_one": _("Files of a report")},
    "leads_screening": _("Screening against watch lists"),
    "cases_screening": _("Screening against watch lists"),
    "cases_tasks": _("Request a list of tasks"),
    "cases_mentions": _("Whom a note may mention"),
    "leads_similar": _("Similar leads"),
    "cases_brief": PAGES["case_brief"],
    "cases_report": PAGES["case_report_pdf"],
    "case_playbooks": PAGES["playbook"],
    "papers_scan": PAGES["paper_scan"],
    "papers_signed": PAGES["signed_copy"],
    "referrals_package": PAGES["referral_package"],
    "files_file": PAGES["file_content"],
    **dict.fromkeys(("schema", "operations"), _("API for connected systems")),
    "docs": _("API for connected systems"),
    "reference": _("API for connected systems"),
    "codes": _("Code lists"),
}
OF_A_NOUN: dict[str, Text] = {
    **{"": _("List"), "one": _("Read one")},
    **{"correct": PAGES["correct"], "why": _("Why it is here"), "priority": PAGES["priority"]},
}


def title_of(route: str) -> str:
    """Text of the route, else of the one whose name it continues (`duty_new`: `duty`). A removed route keeps its
    name."""
    if not route.startswith("api-"):
        return str(_titled(route, PAGES))
    name = route.removeprefix("api-")
    values = _of_resources().get(name)
    if values is not None:
        kind, operation = values
        return gettext("API: %(kind)s, %(operation)s") % {"kind": kind, "operation": operation}
    return gettext("API: %(page)s") % {"page": _titled(name, PAGES | OPERATIONS)}


def _titled(route: str, titles: dict[str, Text]) -> Text:
    name = route.replace("-", "_")
    while name and name not in titles:
        name = name.rpartition("_")[0]
    return titles.get(name, route)


@cache
def _of_resources() -> dict[str, tuple[Text, Text]]:
    """API route without prefix → kind of object, and what is done."""
    return {
        f"{resource.name}-{verb}".removesuffix("-"): (KINDS[resource.kind], words)
        for resource in RESOURCES.values()
        for verb, words in _operations(resource)
    }


def _operations(resource: Resource) -> Iterator[tuple[str, Text]]:
    yield from OF_A_NOUN.items()
    for workflow in resource.workflows:
        for verb, words in workflow.labels.items():
            yield verb, words.button
