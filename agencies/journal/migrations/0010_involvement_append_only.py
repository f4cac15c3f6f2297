from typing import Any

from django.db import migrations

from agencies.journal.triggers import INVOLVEMENT, drop, install


def put(apps: Any, schema_editor: Any) -> None:
    install(schema_editor.connection, INVOLVEMENT)


def take_away(apps: Any, schema_editor: Any) -> None:
    drop(schema_editor.connection, INVOLVEMENT)


class Migration(migrations.Migration):
    dependencies = [("journal", "0009_involved_by_the_journal")]
    operations = [migrations.RunPython(put, take_away)]
