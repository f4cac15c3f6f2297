from django.db import migrations

from agencies.journal.triggers import drop, install


def put(apps, schema_editor):
    install(schema_editor.connection, "custody_custodyevent")


def take_away(apps, schema_editor):
    drop(schema_editor.connection, "custody_custodyevent")


class Migration(migrations.Migration):
    dependencies = [("custody", "0001_initial")]

    operations = [migrations.RunPython(put, take_away)]
