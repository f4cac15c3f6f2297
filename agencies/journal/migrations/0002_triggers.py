from typing import Any

from django.db import migrations

from agencies.journal.triggers import INVOLVEMENT, TABLE, drop, install


def put(apps: Any, schema_editor: Any) -> None:
    for table in (TABLE, INVOLVEMENT):
        install(schema_editor.connection, table)


def take_away(apps: Any, schema_editor: Any) -> None:
    for table in (TABLE, INVOLVEMENT):
        drop(schema_editor.connection, table)


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunPython(put, take_away)]
