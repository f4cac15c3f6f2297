"""Groups of operations: tags of the schema, in the order of its pages."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.resource import RESOURCES

ANY = "any"  # the operations that every resource has
GROUPS = {resource.name: resource.plural for resource in RESOURCES.values()} | {
    ANY: _("Every resource"),
    "queues": _("Queues"),
    "board": _("Board"),
    "load": _("Workload"),
    "approvals": _("Approvals"),
    "duty": _("Duty"),
    "playbooks": _("Playbooks"),
    "handing-over": _("Work handover"),
    "inbox": _("Inbox"),
    "outcomes": _("Outcome history"),
    "events": _("Events"),
    "saved-views": _("Saved views"),
    "exports": _("List exports"),
    "bulk": _("Bulk actions"),
    "runs": _("Background work"),
    "webhooks": _("Webhooks"),
    "controls": _("Control law"),
    "reference": _("Reference lists"),
    "search": _("Search"),
    "metrics": _("Metrics"),
    "readings": _("Read log"),
    "operation": _("Operation"),
}
