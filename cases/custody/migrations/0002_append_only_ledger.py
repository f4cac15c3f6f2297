from django.db import migrations

from agencies.journal.triggers import drop, install

TABLE = "custody_custodyevent"


def put(apps, schema_editor):
    install(schema_editor.connection, TABLE)


def take_away(apps, schema_editor):
    drop(schema_editor.connection, TABLE)


class Migration(migrations.Migration):
    dependencies = [("custody", "0001_goods_lots")]
    operations = [migrations.RunPython(put, take_away)]
