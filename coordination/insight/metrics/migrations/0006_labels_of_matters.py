"""Matters have their labels by a set, and facts the day on which they were recorded. `prepare` derives both."""

from datetime import date
from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def begin_again(apps: Any, schema_editor: Any) -> None:
    """Facts that exist have no such day: without bookmark, `prepare` derives them."""
    for name in ("Fact", "Month", "Seen", "Bookmark"):
        apps.get_model("metrics", name)._default_manager.all().delete()


class Migration(migrations.Migration):
    dependencies = [("metrics", "0005_fact_indexes")]

    operations = [
        migrations.RunPython(begin_again, migrations.RunPython.noop),
        migrations.DeleteModel(name="Labelled"),
        migrations.AddField(
            model_name="fact",
            name="recorded",
            field=models.DateField(default=date(2000, 1, 1)),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="seen",
            name="label_set",
            field=models.ForeignKey(
                default=None,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="matters",
                to="metrics.labelset",
            ),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="seen",
            index=models.Index(
                condition=models.Q(("restricted", True)), fields=["matter"], name="metric_seen_restricted"
            ),
        ),
    ]
