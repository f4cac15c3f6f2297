from django.db import migrations

from cases.sharing.triggers import drop, install


def put(apps, schema_editor):
    install(schema_editor.connection)


def take_away(apps, schema_editor):
    drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("sharing", "0001_initial")]

    operations = [migrations.RunPython(put, take_away)]
