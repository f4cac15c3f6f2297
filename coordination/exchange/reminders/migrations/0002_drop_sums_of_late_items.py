from typing import Any

from django.db import migrations

# Tables of a former app that summed late items, and those whose changes its triggers noted there.
DROPPED = ("late_item", "late_sum", "late_position", "late_change")
WATCHED = (
    *("clocks_clock", "tasks_task", "work_workitem", "casefile_case", "sharing_share", "intake_lead"),
    *("referrals_referral", "proceedings_proceeding", "metrics_labelled"),
)


def drop_sums(apps: Any, schema_editor: Any) -> None:
    """Drops the triggers first: a write to a watched table would fail without the table that they write to."""
    for table in WATCHED:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP FUNCTION IF EXISTS late_of_{table}() CASCADE")
        else:
            for event in ("insert", "update", "delete"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS late_of_{table}_{event}")
    for table in DROPPED:
        schema_editor.execute(f"DROP TABLE IF EXISTS {table}")
    schema_editor.execute("DELETE FROM django_migrations WHERE app = 'late'")


class Migration(migrations.Migration):
    dependencies = [("reminders", "0001_initial")]

    operations = [migrations.RunPython(drop_sums, migrations.RunPython.noop)]
