from typing import Any
from uuid import UUID

from django.db import migrations

WRITES = {
    "referral": ("draft", "edit"),
    "direction": ("draft", "edit"),
    "sealed": ("draft", "edit"),
    "opinion": ("draft", "review"),
    "decision": ("record_figures", "notify", "assess_transfer"),
    "clock": ("apply",),
    "correction": ("propose",),
}


def involve(apps: Any, schema_editor: Any) -> None:
    """Who wrote what before the events named it themselves: by the acts that write, as their tables mark them now."""
    Event, Involvement = apps.get_model("journal", "Event"), apps.get_model("journal", "Involvement")
    for kind, verbs in WRITES.items():
        found = Event.objects.filter(object_kind=kind, verb__in=verbs, actor_kind="user").order_by("pk")
        rows = [
            Involvement(event_id=pk, object_kind=kind, object_id=thing, person_id=UUID(person))
            for pk, thing, person in found.values_list("pk", "object_id", "actor_id").iterator()
        ]
        Involvement.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("journal", "0008_involvement")]
    operations = [migrations.RunPython(involve, migrations.RunPython.noop)]
