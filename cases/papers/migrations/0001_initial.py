import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cases.papers.models.outgoing
import cases.papers.storing


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("casefile", "0001_initial"),
        ("journal", "0001_initial"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Paper",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("state_since", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("form", models.CharField(max_length=20)),
                ("subject_kind", models.CharField(max_length=12)),
                ("subject_id", models.UUIDField()),
                ("proceeding_id", models.UUIDField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("DRAFT", "Draft"), ("ISSUED", "Issued"), ("WITHDRAWN", "Withdrawn")],
                        default="DRAFT",
                        max_length=10,
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=80)),
                ("title", models.CharField(max_length=300)),
                ("addressee", models.CharField(blank=True, max_length=300)),
                ("body", models.TextField(blank=True)),
                ("annexes", models.TextField(blank=True, help_text="one a line")),
                ("copies", models.CharField(blank=True, help_text="抄送", max_length=300)),
                (
                    "urgency",
                    models.CharField(
                        blank=True, choices=[("urgent", "Urgent paper"), ("most", "Most urgent")], max_length=6
                    ),
                ),
                (
                    "secrecy",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("confidential", "Confidential level"),
                            ("secret", "Secret level"),
                            ("top", "Top-secret level"),
                        ],
                        max_length=12,
                    ),
                ),
                ("secret_for", models.CharField(blank=True, help_text="保密期限", max_length=20)),
                (
                    "copy_number",
                    models.CharField(blank=True, help_text="份号, of classified papers only", max_length=6),
                ),
                ("tables", models.JSONField(default=list)),
                ("fields_known", models.PositiveSmallIntegerField(default=0)),
                ("fields_all", models.PositiveSmallIntegerField(default=0)),
                ("edition", models.PositiveSmallIntegerField(default=1)),
                ("content", models.JSONField(null=True)),
                ("digest", models.CharField(blank=True, max_length=80)),
                ("issued_at", models.DateTimeField(blank=True, null=True)),
                (
                    "sent_at",
                    models.DateTimeField(blank=True, help_text="from when the agency it goes to reads it", null=True),
                ),
                ("token", models.CharField(default=cases.papers.models.outgoing.new_token, max_length=32, unique=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="organisations.agency"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="papers", to="casefile.case"
                    ),
                ),
                (
                    "drafter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="papers.paper",
                    ),
                ),
                (
                    "to",
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
                "ordering": ["created_at", "id"],
                "indexes": [
                    models.Index(fields=["subject_kind", "subject_id"], name="paper_by_subject"),
                    models.Index(fields=["updated_at", "id"], name="paper_by_update"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "ISSUED")),
                        fields=("agency", "form", "number"),
                        name="paper_number_in_agency",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ISSUED"), _negated=True),
                            models.Q(
                                ("issued_at__isnull", False),
                                models.Q(("number", ""), _negated=True),
                                models.Q(("digest", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="paper_issued_is_frozen",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuarantineNotice",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.event"
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("read_at", None)), fields=["person"], name="quarantine_notice_unread"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("event", "person"), name="quarantine_notice_once")],
            },
        ),
        migrations.CreateModel(
            name="IncomingPaper",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("state_since", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("KEPT", "Kept within the agency"),
                            ("SHARED", "Shared on the case"),
                            ("WITHDRAWN", "Withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                ("number", models.CharField(max_length=80)),
                ("dated", models.DateField()),
                ("title", models.CharField(max_length=300)),
                ("laboratory", models.CharField(blank=True, help_text="or the expert who gave it", max_length=200)),
                ("accreditation", models.CharField(blank=True, help_text="its number and scope", max_length=200)),
                (
                    "file",
                    models.FileField(
                        storage=cases.papers.storing.paper_storage, upload_to=cases.papers.storing.random_name
                    ),
                ),
                ("media_type", models.CharField(max_length=20)),
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="incoming_papers", to="casefile.case"
                    ),
                ),
                (
                    "keeper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.agency"
                    ),
                ),
            ],
            options={
                "ordering": ["dated", "created_at", "id"],
                "indexes": [models.Index(fields=["updated_at", "id"], name="incoming_by_update")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "WITHDRAWN"), _negated=True),
                        fields=("case", "keeper", "agency", "number", "sha256"),
                        name="incoming_paper_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SignedCopy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "file",
                    models.FileField(
                        storage=cases.papers.storing.paper_storage, upload_to=cases.papers.storing.random_name
                    ),
                ),
                ("media_type", models.CharField(max_length=20)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "scanned_at",
                    models.DateTimeField(help_text="no malware was found in it then; empty: not scanned", null=True),
                ),
                ("filed_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.agency"
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="signed_copies", to="papers.paper"
                    ),
                ),
            ],
            options={
                "ordering": ["filed_at", "id"],
                "constraints": [models.UniqueConstraint(fields=("paper", "sha256"), name="signed_copy_once")],
            },
        ),
    ]
