"""Titles of routes in the reader's language: of the page, or of the API operation.

Knows every resource and page. API routes of a resource are named after its workflow.
"""

from collections.abc import Iterator
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.resource import RESOURCES, Resource
from coordination.insight.audit import KINDS

Title = str | Promise
PAGES: dict[str, Title] = {
    "home": _("Today"),
    "quarantine_read": _("Today"),
    "queues": _("Queues"),
    "queues_looked": _("Queues"),
    "queues_bulk": _("Bulk action"),
    "deadline_calendar": _("Calendar of deadlines"),
    "board_bulk": _("Bulk action"),
    "list_bulk": _("Bulk action"),
    "board": _("Board"),
    "load": _("Workload"),
    "list_csv": _("List as a CSV file"),
    "list_xlsx": _("List as an Excel file"),
    "approvals": _("Approvals"),
    "inbox": _("Inbox"),
    "inbox_read": _("Inbox"),
    "inbox_settings": _("Notification settings"),
    "notices": _("News for your agency"),
    "training": _("Training"),
    "training_reset": _("Training"),
    "glossary": _("Glossary"),
    "controls": _("Control law"),
    "state_help": _("What this state means"),
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
    "account_new": _("Account"),
    "account_edit": _("Account"),
    "account_switch": _("Account"),
    "account_delays": _("Account"),
    "account_role": _("Account"),
    "account_role_end": _("Account"),
    "account_office": _("Account"),
    "account_office_end": _("Account"),
    "confirmations": _("Confirmations"),
    "confirmation": _("Confirmation"),
    "confirmation_code": _("Code of a confirmation"),
    "sign_in_declared": _("Declare whether an agency signs in"),
    "duty": _("Duty"),
    "duty_new": _("Duty"),
    "duty_import": _("Duty"),
    "duty_remove": _("Duty"),
    "duty_note": _("Duty"),
    "shift_note_take": _("Duty"),
    "absence_new": _("Duty"),
    "absence_end": _("Duty"),
    "machines": _("Systems"),
    "machine_key_revoke": _("Systems"),
    "webhooks": _("Webhooks"),
    "webhook_switch": _("Webhooks"),
    "webhook_renew": _("Webhooks"),
    "webhook_again": _("Webhooks"),
    "journal": _("Journal"),
    "journal_stream": _("Chain of the journal"),
    "readings": _("Read log"),
    "readings_csv": _("Read log as a file"),
    "read_alerts": _("Read alerts"),
    "read_alert_settle": _("Read alerts"),
    "runs": _("Background work"),
    "run": _("Background work"),
    "run_cancel": _("Background work"),
    "run_continue": _("Background work"),
    "run_file": _("File of background work"),
    "run_result": _("Result of background work"),
    "saved_views": _("Saved views"),
    "saved_view": _("Saved views"),
    "saved_view_new": _("Saved views"),
    "default_view": _("Saved views"),
    "leads": _("Leads"),
    "lead_new": _("Enter lead"),
    "lead": _("Lead"),
    "cases": _("Cases"),
    "case": _("Case"),
    "penalty_calculator": _("Penalty help"),
    "persons": _("Persons and measures"),
    "proceeding": _("Proceeding"),
    "decision": _("Decision on a party"),
    "incoming": _("Incoming paper"),
    "incoming_file": _("Scan of an incoming paper"),
    "file": _("File"),
    "file_content": _("Download the file"),
    "file_preview": _("Preview"),
    "lot": _("Goods in custody"),
    "paper": _("Paper"),
    "paper_draft": _("Draft a paper"),
    "paper_scan": _("File a signed sheet"),
    "signed_copy": _("Signed copy of a paper"),
    "paper_print": _("Paper, to print"),
    "paper_pdf": _("Paper as a PDF"),
    "referral_package": _("Package of a referral"),
    "clock_rules": _("Deadline rules"),
    "running_clocks": _("Running deadlines"),
    "clock": _("Period"),
    "calendar": _("Working calendar"),
    "calculator": _("Deadline calculator"),
    "referrals": _("Referrals"),
    "referral": _("Referral"),
    "handing_over": _("Work handover"),
    "confidential_letters": _("Confidential letters"),
    "confidential_letter": _("Confidential letter"),
    "tasks": _("Tasks"),
    "task": _("Task"),
    "opinion_rounds": _("Opinions"),
    "opinion_round": _("Round of opinions"),
    "opinion": _("Opinion"),
    "conferences": _("Conferences"),
    "conference": _("Conference"),
    "instructions": _("Instructions"),
    "instruction": _("Instruction"),
    "notes": _("Notes"),
    "note": _("Case note"),
    "notes_read": _("Notes"),
    "listings": _("Watch lists"),
    "listing": _("Entry of a watch list"),
    "listings_csv": _("Watch lists as a file"),
    "listings_import": _("Import of watch lists"),
    "rule_sets": _("Routing rules"),
    "rule_set": _("Routing rules"),
    "rule_set_import": _("Import of routing rules"),
    "rule_set_csv": _("Routing rules as a file"),
    "rule_set_dry_run": _("Dry run"),
    "playbooks": _("Playbooks"),
    "playbook": _("Playbook"),
    "playbook_csv": _("Playbook as a file"),
    "playbook_publish": _("Publish a playbook"),
    "playbook_difference": _("Changes by a new version of the playbook"),
    "reminder_desk": _("Late at other agencies"),
    "reminder_send": _("Late at other agencies"),
    "reminder_csv": _("Late items, CSV file"),
    "reminder_xlsx": _("Late items, Excel file"),
    "reminders": _("Reminders"),
    "reminder": _("Reminder"),
    "reminder_print": _("Reminder, to print"),
    "one_page": _("Daily brief"),
    "one_page_list": _("Daily brief"),
    "recorded_step": _("Step recorded on behalf"),
    "search": _("Search"),
    "indicators": _("Usage indicators"),
    "supervision": _("Supervision"),
    "corrections": _("Corrections"),
    "correction": _("Correction of the record"),
    "correct": _("Correct the record"),
    "priority": _("Set priority"),
    "verb": _("Action form"),
}
# API routes that belong to no resource; the others are titled like their pages.
OPERATIONS: dict[str, Title] = {
    "approvals": PAGES["approvals"],
    "queues": PAGES["queues"],
    "queues-calendar": PAGES["deadline_calendar"],
    "duty": PAGES["duty"],
    "inbox": PAGES["inbox"],
    "board": PAGES["board"],
    "load": PAGES["load"],
    "runs": PAGES["runs"],
    "webhooks": PAGES["webhooks"],
    "operation": PAGES["operation"],
    "readings": PAGES["readings"],
    "search": PAGES["search"],
    "playbooks": PAGES["playbooks"],
    "playbook": PAGES["playbook"],
    "handing-over": PAGES["handing_over"],
    "inbox-read": PAGES["inbox"],
    "outcomes": _("Outcomes"),
    "outcomes-seen": _("Mark outcomes as seen"),
    "bulk": PAGES["queues_bulk"],
    "exports": _("Export a list"),
    "runs-file": PAGES["run_file"],
    "runs-one": PAGES["runs"],
    "runs-cancel": PAGES["runs"],
    "runs-continue": PAGES["runs"],
    "runs-rows": PAGES["run_result"],
    "clocks-preview": PAGES["calculator"],
    "controls-check": PAGES["controls"],
    "penalties-preview": PAGES["penalty_calculator"],
    "operation-retry": PAGES["operation"],
    "operation-discard": PAGES["operation"],
    "webhooks-switch": PAGES["webhooks"],
    "webhooks-renew": PAGES["webhooks"],
    "webhooks-again": PAGES["webhooks"],
    "confirmations-sign-in": PAGES["sign_in_declared"],
    "confirmations-code": PAGES["confirmation_code"],
    "accounts-password": PAGES["account_password"],
    "saved-views": PAGES["saved_views"],
    "saved-views-one": PAGES["saved_views"],
    "saved-views-delete": PAGES["saved_views"],
    "leads-screening": _("Screening against watch lists"),
    "cases-screening": _("Screening against watch lists"),
    "leads-similar": _("Similar leads"),
    "case-playbooks": PAGES["playbook"],
    "papers-scan": PAGES["paper_scan"],
    "papers-signed": PAGES["signed_copy"],
    "referrals-package": PAGES["referral_package"],
    "incoming-file": PAGES["incoming_file"],
    "files-file": PAGES["file_content"],
    "schema": _("API for connected systems"),
    "docs": _("API for connected systems"),
    "reference": _("API for connected systems"),
    "reference-group": _("API for connected systems"),
    "codes": _("Code lists"),
}
OF_A_NOUN: dict[str, Title] = {
    **{"": _("List"), "one": _("Read one"), "verbs": _("Available actions")},
    **{"correct": PAGES["correct"], "why": _("Why it is here"), "priority": PAGES["priority"]},
}


def title_of(route: str) -> str:
    """Title of the route; a removed route keeps its name."""
    if not route.startswith("api-"):
        return str(PAGES.get(route, route))
    name = route.removeprefix("api-")
    values = _of_resources().get(name)
    if values is not None:
        kind, operation = values
        return gettext("API: %(kind)s, %(operation)s") % {"kind": kind, "operation": operation}
    return gettext("API: %(page)s") % {"page": OPERATIONS.get(name, name)}


@cache
def _of_resources() -> dict[str, tuple[Title, Title]]:
    """API route without prefix → kind of object, and what is done."""
    return {
        f"{resource.name}-{verb}".removesuffix("-"): (KINDS[resource.kind], words)
        for resource in RESOURCES.values()
        for verb, words in _operations(resource)
    }


def _operations(resource: Resource) -> Iterator[tuple[str, Title]]:
    yield from OF_A_NOUN.items()
    for workflow in resource.workflows:
        for verb, words in workflow.labels.items():
            yield verb, words.button
