"""Facts replace the ledger of changes and its sums. `prepare` and the job derive them from the records."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def begin_again(apps: Any, schema_editor: Any) -> None:
    """Without bookmark the job reads the journal from its beginning."""
    for name in ("Seen", "Labelled", "Bookmark"):
        apps.get_model("metrics", name)._default_manager.all().delete()


class Migration(migrations.Migration):
    dependencies = [("metrics", "0002_ledger_again")]

    operations = [
        migrations.DeleteModel(name="Cell"),
        migrations.DeleteModel(name="Posting"),
        migrations.DeleteModel(name="Delta"),
        migrations.CreateModel(
            name="LabelSet",
            fields=[("id", models.UUIDField(primary_key=True, serialize=False))],
        ),
        migrations.CreateModel(
            name="Label",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("dimension", models.CharField(max_length=20)),
                ("value", models.CharField(max_length=80)),
                (
                    "label_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="labels", to="metrics.labelset"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["dimension", "value", "label_set"], name="metric_label_by_value"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("label_set", "dimension", "value"), name="metric_label_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Fact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("matter", models.UUIDField()),
                ("kind", models.CharField(max_length=12)),
                ("object_id", models.UUIDField()),
                ("measure", models.CharField(max_length=32)),
                ("day", models.DateField()),
                ("agency_id", models.BigIntegerField()),
                ("shared", models.BooleanField()),
                ("restricted", models.BooleanField()),
                ("wall_id", models.UUIDField(null=True)),
                ("bucket", models.IntegerField(default=-1)),
                ("n", models.IntegerField()),
                ("amount", models.BigIntegerField(default=0)),
                (
                    "label_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="facts", to="metrics.labelset"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["matter", "measure"], name="metric_fact_by_matter"),
                    models.Index(fields=["measure", "day"], name="metric_fact_by_day"),
                    models.Index(fields=["measure", "agency_id", "day"], name="metric_fact_by_agency"),
                ],
            },
        ),
        migrations.RunPython(begin_again, migrations.RunPython.noop),
    ]
