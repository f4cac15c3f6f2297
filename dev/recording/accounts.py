"""Whose pages are recorded: each role and each agency once."""

# Account of the demonstration → why it is recorded.
ACCOUNTS = {
    "customs.officer": "drafts, asks and transfers at the agency that leads most cases",
    "customs.lead": "leads a unit: assignment, workload, board",
    "customs.admin": "administers the accounts of an agency",
    "commerce.head": "decides as head of the agency that licenses and fines",
    "antismuggling.deputy": "decides as deputy head at the agency that is most often late",
    "police.officer": "receives transfers",
    "procurator": "supervises filing, and sees of most cases only the envelope",
    "centre.coordinator": "routes, convenes and issues for all agencies",
    "centre.supervisor": "reads figures and lateness of all agencies",
    "auditor": "reads the journal and nothing else",
    "sysadmin": "operates the system and reads no case",
    "secadmin": "grants the rights of the centre's people",
}
# Language → addresses of each route. Pages are the same but for their texts, so one language is recorded fully.
LANGUAGES = {"zh-hans": 2, "en": 1}
