"""Shares no longer hold the state and the severity of their case, which triggers wrote."""

from django.db import migrations

TRIGGERS = {"share_of_case": "sharing_share", "shares_of_case": "casefile_case"}


def drop_triggers(apps, schema_editor):
    for name, table in TRIGGERS.items():
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}()")
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("sharing", "0001_initial")]

    operations = [
        migrations.RunPython(drop_triggers, migrations.RunPython.noop),
        migrations.RemoveIndex("share", "share_live_by_state"),
        migrations.RemoveField("share", "severity"),
        migrations.RemoveField("share", "state"),
    ]
