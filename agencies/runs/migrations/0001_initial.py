import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("part", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Failure",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("queue", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=60)),
                (
                    "state",
                    models.CharField(
                        choices=[("WAITING", "To be tried again"), ("DEAD", "Given up"), ("DISCARDED", "Discarded")],
                        default="WAITING",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "last_error",
                    models.CharField(help_text="class and code, never the words of an exception", max_length=100),
                ),
                ("since", models.DateTimeField()),
                ("not_before", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("queue", "key"), name="failure_once")],
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("kind", models.CharField(max_length=30)),
                ("language", models.CharField(help_text="in which refusals of single rows are written", max_length=10)),
                ("given", models.JSONField(default=dict)),
                ("answers", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("OPEN", "In progress"),
                            ("DONE", "Finished"),
                            ("FAILED", "Stopped by an error"),
                            ("CANCELLED", "Stopped"),
                        ],
                        default="OPEN",
                        max_length=10,
                    ),
                ),
                ("total", models.PositiveIntegerField(help_text="not known before the first step", null=True)),
                (
                    "done",
                    models.PositiveIntegerField(
                        default=0, help_text="rows that were treated, the refused ones included"
                    ),
                ),
                ("refused", models.PositiveIntegerField(default=0)),
                ("cursor", models.JSONField(null=True)),
                ("found", models.JSONField(default=dict)),
                ("error", models.CharField(blank=True, max_length=200)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("beat_at", models.DateTimeField(null=True)),
                ("leased_until", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="organisations.agency"
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="runs", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "OPEN")), fields=["created_at"], name="run_open"),
                    models.Index(fields=["started_by", "created_at"], name="run_of_person"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("state", "OPEN")),
                            models.Q(("state", "OPEN"), _negated=True),
                            _connector="OR",
                        ),
                        name="run_open_no_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("refused__lte", models.F("done"))), name="run_refused_within_done"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RunRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "resource",
                    models.CharField(
                        blank=True, help_text="of the subject, where a run is over several", max_length=30
                    ),
                ),
                ("subject", models.UUIDField()),
                ("seen", models.PositiveIntegerField(null=True)),
                ("outcome", models.CharField(blank=True, max_length=20)),
                ("said", models.CharField(blank=True, help_text="why it was refused", max_length=500)),
                (
                    "undo",
                    models.JSONField(
                        help_text="verb and answers that take it back, and the version that it left", null=True
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="runs.run"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["run", "outcome", "id"], name="run_row_by_outcome")],
                "constraints": [models.UniqueConstraint(fields=("run", "subject"), name="run_row_once")],
            },
        ),
    ]
