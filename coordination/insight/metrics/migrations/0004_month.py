"""Sums of facts by month. The job and `rebuild_metrics` fill them."""

from typing import Any

from django.db import migrations, models


def begin_again(apps: Any, schema_editor: Any) -> None:
    """Facts that exist have no months yet: without bookmark, `prepare` derives both."""
    for name in ("Fact", "Seen", "Labelled", "Bookmark"):
        apps.get_model("metrics", name)._default_manager.all().delete()


class Migration(migrations.Migration):
    dependencies = [("metrics", "0003_facts")]

    operations = [
        migrations.CreateModel(
            name="Month",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("measure", models.CharField(max_length=32)),
                ("month", models.DateField()),
                ("agency_id", models.BigIntegerField()),
                ("dimension", models.CharField(blank=True, max_length=20)),
                ("value", models.CharField(blank=True, max_length=80)),
                ("bucket", models.IntegerField()),
                ("n", models.BigIntegerField()),
                ("amount", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("measure", "dimension", "month", "agency_id", "value", "bucket"),
                        name="metric_month_once",
                    )
                ],
            },
        ),
        migrations.RunPython(begin_again, migrations.RunPython.noop),
    ]
