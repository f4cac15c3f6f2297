import datetime
import uuid

import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("casefile", "0001_initial"),
        ("organisations", "0001_initial"),
        ("proceedings", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="UnknownFact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fact", models.CharField(max_length=20)),
                ("rows", models.JSONField(default=list)),
                ("found_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="unknown_facts", to="casefile.case"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("state_since", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("title", models.CharField(max_length=200)),
                (
                    "title_en",
                    models.CharField(
                        blank=True,
                        help_text="of what the system asks; what people write has one language",
                        max_length=200,
                    ),
                ),
                ("body", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ASKED", "Requested"),
                            ("OPEN", "Unclaimed"),
                            ("CLAIMED", "In progress"),
                            ("DONE", "Done"),
                            ("DECLINED", "Declined"),
                            ("CANCELLED", "Cancelled"),
                            ("WAIVED", "Not needed"),
                            ("LAPSED", "Lapsed"),
                        ],
                        default="OPEN",
                        max_length=10,
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                ("result", models.TextField(blank=True)),
                (
                    "returned_at",
                    models.DateTimeField(blank=True, help_text="when the asker sent the result back", null=True),
                ),
                ("mandatory", models.BooleanField(default=True)),
                ("papers", models.JSONField(blank=True, default=list)),
                ("facts", models.JSONField(blank=True, default=list)),
                ("step", models.CharField(blank=True, max_length=30)),
                ("source", models.UUIDField(blank=True, db_index=True, null=True)),
                ("follows", models.CharField(blank=True, max_length=30)),
                ("proposes", models.CharField(blank=True, max_length=40)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="organisations.agency"
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="asked_tasks",
                        to="organisations.agency",
                    ),
                ),
                (
                    "asker",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="asked_tasks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tasks", to="casefile.case"
                    ),
                ),
                ("depends_on", models.ManyToManyField(blank=True, related_name="dependents", to="tasks.task")),
                (
                    "proceeding",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="proceedings.proceeding",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unit_tasks",
                        to="organisations.agency",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["agency", "state", "due_at"], name="task_queue"),
                    models.Index(
                        django.db.models.functions.comparison.Coalesce(
                            "due_at", models.Value(datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.UTC))
                        ),
                        models.F("id"),
                        name="task_by_due",
                    ),
                    models.Index(condition=models.Q(("source", None)), fields=["created_at"], name="task_requested"),
                    models.Index(
                        condition=models.Q(("source", None), ("state__in", ["ASKED", "OPEN", "CLAIMED"])),
                        fields=["due_at"],
                        include=("agency", "asked_by", "case", "follows", "proceeding", "id"),
                        name="task_late",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("source", None), models.Q(("state__in", ["ASKED", "OPEN", "CLAIMED"]), _negated=True)
                        ),
                        fields=["state_since"],
                        name="task_ended",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["ASKED", "OPEN", "CLAIMED"])),
                        fields=["assignee", "agency"],
                        include=("case",),
                        name="task_open_in_hand",
                    ),
                    models.Index(
                        condition=models.Q(("returned_at__isnull", False), ("state__in", ["ASKED", "OPEN", "CLAIMED"])),
                        fields=["agency"],
                        name="task_open_returned",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["ASKED", "OPEN", "CLAIMED"])),
                        fields=["asked_by"],
                        name="task_open_by_asker",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("proceeding__isnull", False),
                            ("state__in", ["ASKED", "OPEN"]),
                            models.Q(("step", ""), _negated=True),
                        ),
                        fields=["proceeding", "agency"],
                        name="task_unclaimed_step",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("state__in", ["ASKED", "OPEN", "CLAIMED"]), models.Q(("follows", ""), _negated=True)
                        ),
                        fields=["follows"],
                        name="task_open_follower",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source__isnull", False), ("state__in", ["ASKED", "OPEN", "CLAIMED"])),
                        fields=("source", "step"),
                        name="task_once_per_step",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("proceeding__isnull", False),
                            models.Q(("step", ""), _negated=True),
                            models.Q(("state", "LAPSED"), _negated=True),
                        ),
                        fields=("proceeding", "step"),
                        name="task_once_per_playbook_step",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("proposes", ""), _negated=True), models.Q(("state", "LAPSED"), _negated=True)
                        ),
                        fields=("proceeding", "proposes"),
                        name="task_proposes_a_playbook_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "CLAIMED"), _negated=True), ("assignee__isnull", False), _connector="OR"
                        ),
                        name="task_claimed_has_assignee",
                    ),
                ],
            },
        ),
    ]
