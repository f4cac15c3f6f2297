import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("clocks", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Threshold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule_code", models.CharField(blank=True, max_length=30)),
                (
                    "rung",
                    models.CharField(
                        choices=[
                            ("officer", "Officer"),
                            ("lead", "Unit lead"),
                            ("office", "Responsible person"),
                            ("centre", "Coordination centre"),
                        ],
                        max_length=8,
                    ),
                ),
                ("hours", models.SmallIntegerField(blank=True, null=True)),
                ("percent", models.PositiveSmallIntegerField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("rule_code", "rung"), name="threshold_one_per_rung"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("hours", None), ("percent__gt", 0), ("percent__isnull", False)),
                            models.Q(("hours__isnull", False), ("percent", None)),
                            _connector="OR",
                        ),
                        name="threshold_hours_or_percent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Escalation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rung",
                    models.CharField(
                        choices=[
                            ("officer", "Officer"),
                            ("lead", "Unit lead"),
                            ("office", "Responsible person"),
                            ("centre", "Coordination centre"),
                        ],
                        max_length=8,
                    ),
                ),
                ("due_at", models.DateTimeField(help_text="the end that it is about")),
                ("raised_at", models.DateTimeField()),
                ("notified_at", models.DateTimeField(blank=True, null=True)),
                (
                    "clock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="escalations", to="clocks.clock"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("notified_at", None)), fields=["id"], name="escalation_to_notify")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("clock", "rung", "due_at"), name="escalation_once_per_end")
                ],
            },
        ),
    ]
