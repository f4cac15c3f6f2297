"""Forms whose drafts are not kept, each with its reason. All others are."""

# Drafts of every form are kept (`{% formfields %}` marks it), except on these routes, where a draft would be one more
# copy to protect. Nothing of a confidential letter is kept, because only named people may see it.
NOT_KEPT = {
    "login": "a password",
    "password_change": "passwords",
    "account_password": "a password",
    "paper_scan": "an upload",
    "tasks_import": "a table, which a file holds",
    "webhooks": "an address that may hold a key",
}
CONFIDENTIAL_RESOURCES, CONFIDENTIAL_VERBS = {"confidential-letters"}, {"draft_confidential_letter"}
# Routes with an id unrelated to cases: the desk, an account or a table.
ABOUT_NO_CASE = {
    *("account_edit", "account_switch", "account_enabling"),
    *("account_role", "account_role_change", "account_role_end"),
    *("account_office", "account_office_change", "account_office_end"),
    *("duty_note", "rule_set_import", "saved_view"),
}
