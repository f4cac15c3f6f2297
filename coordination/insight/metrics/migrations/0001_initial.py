import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Bookmark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("until", models.DateTimeField()),
                ("checked_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="LabelSet",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
            ],
        ),
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
        migrations.CreateModel(
            name="Label",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("dimension", models.CharField(max_length=20)),
                ("value", models.CharField(max_length=80)),
                (
                    "label_set",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="labels",
                        to="metrics.labelset",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["dimension", "value", "label_set"], name="metric_label_by_value")],
                "constraints": [
                    models.UniqueConstraint(fields=("label_set", "dimension", "value"), name="metric_label_once")
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
                ("recorded", models.DateField()),
                (
                    "label_set",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="facts",
                        to="metrics.labelset",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["matter", "measure"], name="metric_fact_by_matter"),
                    models.Index(
                        condition=models.Q(("restricted", False), ("shared", False)),
                        fields=["measure", "day"],
                        include=("agency_id", "bucket", "label_set", "n", "amount"),
                        name="metric_fact_of_centre",
                    ),
                    models.Index(
                        fields=["agency_id", "measure", "day"],
                        include=("shared", "wall_id", "bucket", "label_set", "n", "amount"),
                        name="metric_fact_of_agency",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StoredMatter",
            fields=[
                ("matter", models.UUIDField(primary_key=True, serialize=False)),
                ("seq", models.PositiveIntegerField()),
                ("restricted", models.BooleanField(default=False)),
                (
                    "label_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="matters", to="metrics.labelset"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("restricted", True)), fields=["matter"], name="metric_seen_restricted"
                    )
                ],
            },
        ),
    ]
