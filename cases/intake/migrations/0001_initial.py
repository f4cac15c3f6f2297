import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("casefile", "0001_initial"),
        ("machines", "0001_initial"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Lead",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("state_since", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("due_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                ("breach_at", models.DateTimeField(blank=True, null=True)),
                ("source_system", models.CharField(max_length=60)),
                ("report_type", models.CharField(max_length=60)),
                ("source_ref", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("RECEIVED", "Received"),
                            ("TAKEN_UP", "In triage"),
                            ("PROMOTED", "Made a case"),
                            ("ATTACHED", "Attached to a case"),
                            ("CLOSED", "Closed"),
                        ],
                        default="RECEIVED",
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=300)),
                (
                    "severity",
                    models.CharField(
                        choices=[("low", "Low"), ("medium", "Medium"), ("high", "High"), ("critical", "Critical")],
                        default="medium",
                        max_length=8,
                    ),
                ),
                (
                    "handling",
                    models.CharField(
                        choices=[
                            ("H0", "H0 open"),
                            ("H1", "H1 internal"),
                            ("H2", "H2 work secret"),
                            ("H3", "H3 restricted"),
                        ],
                        max_length=2,
                    ),
                ),
                ("occurred_at", models.DateTimeField(blank=True, null=True)),
                ("occurred_precision", models.CharField(blank=True, default="", max_length=6)),
                (
                    "revision",
                    models.PositiveIntegerField(default=1, help_text="the current one; a late one has a higher number"),
                ),
                (
                    "source_version",
                    models.CharField(blank=True, help_text="the newest received from the source", max_length=40),
                ),
                (
                    "settled_revision",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="the one that its case took over or set aside; empty without a case",
                        null=True,
                    ),
                ),
                (
                    "asked_revision",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="the one that the lead agency of the case asked this agency to take over",
                        null=True,
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("barred", "Export barred"),
                            ("not_licensed", "Not licensed in principle"),
                            ("stricter_review", "Licence needed, stricter review"),
                            ("licence", "Licence needed"),
                            ("suspended", "Control suspended"),
                            ("not_controlled", "Not controlled"),
                            ("cannot_tell", "Not decidable from these facts"),
                            ("outside_scope", "Outside the rules held here"),
                        ],
                        help_text="the strictest of the control law on any item and destination; empty without items",
                        max_length=15,
                    ),
                ),
                (
                    "rules_version",
                    models.PositiveIntegerField(help_text="of the control law, by which it was found", null=True),
                ),
                ("verdict_at", models.DateTimeField(help_text="when it was found", null=True)),
                ("received_at", models.DateTimeField()),
                (
                    "closing",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("false_lead", "False lead"),
                            ("duplicate", "Duplicate"),
                            ("out_of_remit", "Out of remit"),
                            ("insufficient", "Insufficient facts"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="leads", to="organisations.agency"
                    ),
                ),
                (
                    "assigned_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="the centre, if it did",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.agency",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads",
                        to="casefile.case",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads",
                        to="machines.apiclient",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "source_agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.agency"
                    ),
                ),
                (
                    "stands_for",
                    models.ForeignKey(
                        blank=True,
                        help_text="the agency that it is for, while that agency does not sign in",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.agency",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["agency", "state", "due_at"], name="lead_by_agency"),
                    models.Index(fields=["received_at", "id"], name="lead_by_receipt"),
                    models.Index(
                        condition=models.Q(("state__in", ["PROMOTED", "ATTACHED", "CLOSED"])),
                        fields=["state_since"],
                        name="lead_ended",
                    ),
                    models.Index(condition=models.Q(("handling", "H3")), fields=["id"], name="lead_restricted"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source_agency", "source_system", "report_type", "source_ref"), name="lead_key"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("case__isnull", False), ("state__in", ["PROMOTED", "ATTACHED"])),
                            models.Q(("state__in", ["PROMOTED", "ATTACHED"]), _negated=True),
                            _connector="OR",
                        ),
                        name="lead_used_has_case",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contribution",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("revision", models.PositiveIntegerField()),
                (
                    "pointer",
                    models.CharField(help_text="JSON pointer into the revision, e.g. /parties/0", max_length=40),
                ),
                (
                    "row_kind",
                    models.CharField(
                        choices=[("party", "Party"), ("item", "Item"), ("shipment", "Shipment")], max_length=8
                    ),
                ),
                ("row_id", models.UUIDField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="contributions", to="casefile.case"
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="contributions", to="intake.lead"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="LeadMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(max_length=20)),
                ("key", models.CharField(db_index=True, max_length=120)),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="marks", to="intake.lead"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("lead", "scheme", "key"), name="mark_once")],
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                ("digest", models.CharField(max_length=80)),
                ("flags", models.JSONField(default=list)),
                ("received_at", models.DateTimeField()),
                ("source_version", models.CharField(blank=True, max_length=40)),
                ("is_late", models.BooleanField(default=False)),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="revisions", to="intake.lead"
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [models.UniqueConstraint(fields=("lead", "number"), name="revision_number")],
            },
        ),
    ]
