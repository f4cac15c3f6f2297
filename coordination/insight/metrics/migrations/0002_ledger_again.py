"""The ledger has measures that it did not distinguish before. `prepare` and the job derive it again from the journal."""

from typing import Any

from django.db import migrations

TABLES = ("Delta", "Cell", "Seen", "Labelled", "Posting", "Bookmark")


def empty(apps: Any, schema_editor: Any) -> None:
    for name in TABLES:
        apps.get_model("metrics", name)._default_manager.all().delete()


class Migration(migrations.Migration):
    dependencies = [("metrics", "0001_initial")]

    operations = [migrations.RunPython(empty, migrations.RunPython.noop)]
