"""Of which forms nothing that is typed is kept, each with its reason. Of every other form it is."""

# The words of every form are kept, wherever it stands (`{% formfields %}` marks it), but those of these routes: a draft
# would be one place more to guard. Of a confidential letter nothing is kept: it is seen by whom it names.
NOT_KEPT = {
    "login": "a password",
    "password_change": "passwords",
    "account_password": "a password",
    "paper_scan": "an upload",
    "webhooks": "an address that may hold a key",
}
CONFIDENTIAL_RESOURCES, CONFIDENTIAL_VERBS = {"confidential-letters"}, {"draft_confidential_letter"}
# Routes with an id that names nothing of a case: what was typed there is about the desk, an account or a table.
ABOUT_NO_CASE = {
    *("account_edit", "account_switch", "account_role", "account_role_end", "account_office", "account_office_end"),
    *("duty_note", "rule_set_import", "saved_view"),
}
