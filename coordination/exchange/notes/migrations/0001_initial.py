import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("casefile", "0001_initial"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("state_since", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("unit", "unit of the writer"),
                            ("agency", "agency of the writer"),
                            ("case", "all agencies that read the case"),
                        ],
                        max_length=8,
                    ),
                ),
                ("about_kind", models.CharField(blank=True, help_text="proceeding, referral or task", max_length=20)),
                ("about_id", models.UUIDField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("WRITTEN", "Written"), ("WITHDRAWN", "Withdrawn")], default="WRITTEN", max_length=10
                    ),
                ),
                ("text", models.TextField()),
                ("said_at", models.DateTimeField(help_text="when it was written, or last edited")),
                ("edits", models.PositiveIntegerField(default=0)),
                ("reason", models.TextField(blank=True, help_text="why it was withdrawn")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.agency"
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="casefile.case"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.agency",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["case", "-said_at"], name="note_by_case")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("audience", "unit"), ("unit__isnull", False)),
                            models.Q(models.Q(("audience", "unit"), _negated=True), ("unit", None)),
                            _connector="OR",
                        ),
                        name="note_unit_for_unit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("about_id", None), ("about_kind", "")),
                            models.Q(models.Q(("about_kind", ""), _negated=True), ("about_id__isnull", False)),
                            _connector="OR",
                        ),
                        name="note_about_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReadMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("until", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="casefile.case"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("person", "case"), name="reading_once")],
            },
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mentions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.agency",
                    ),
                ),
                (
                    "note",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="mentions", to="notes.note"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("note", "person"), name="mention_person_once"),
                    models.UniqueConstraint(fields=("note", "unit"), name="mention_unit_once"),
                    models.CheckConstraint(
                        condition=models.Q(("person", None), ("unit", None), _connector="XOR"),
                        name="mention_person_or_unit",
                    ),
                ],
            },
        ),
    ]
