import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cases.papers.storing


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("casefile", "0001_initial"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("state_since", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                (
                    "about_kind",
                    models.CharField(
                        blank=True, choices=[("party", "Party"), ("item", "Item"), ("task", "Task")], max_length=8
                    ),
                ),
                ("about_id", models.UUIDField(blank=True, null=True)),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("agency", "my agency"),
                            ("case", "all agencies that read the case"),
                            ("task", "both agencies of the task"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("ATTACHED", "Attached"), ("WITHDRAWN", "Withdrawn")],
                        default="ATTACHED",
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("note", models.TextField(blank=True)),
                ("reason", models.TextField(blank=True, help_text="why it was withdrawn")),
                (
                    "file",
                    models.FileField(
                        storage=cases.papers.storing.paper_storage, upload_to=cases.papers.storing.random_name
                    ),
                ),
                ("media_type", models.CharField(max_length=80)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "scanned_at",
                    models.DateTimeField(help_text="no malware was found in it then; empty: not scanned", null=True),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.agency"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="attachments", to="casefile.case"
                    ),
                ),
                (
                    "counterpart",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.agency",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "id"],
                "indexes": [
                    models.Index(fields=["case", "-created_at"], name="file_by_case"),
                    models.Index(fields=["updated_at", "id"], name="file_by_update"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("about_id", None), ("about_kind", "")),
                            models.Q(models.Q(("about_kind", ""), _negated=True), ("about_id__isnull", False)),
                            _connector="OR",
                        ),
                        name="file_about_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("about_kind", "task"), ("audience", "task"), ("counterpart__isnull", False)),
                            models.Q(models.Q(("audience", "task"), _negated=True), ("counterpart", None)),
                            _connector="OR",
                        ),
                        name="file_counterpart_of_task",
                    ),
                ],
            },
        ),
    ]
