import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import agencies.kernel.times


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("casefile", "0001_initial"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ConfidentialLetter",
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
                            ("DRAFT", "Draft"),
                            ("HEAD_DECISION", "Awaiting the responsible person's decision"),
                            ("REFUSED", "Not approved"),
                            ("APPROVED", "Approved, to be sent"),
                            ("SENT", "Sent, receipt pending"),
                            ("RECEIVED", "Received"),
                            ("ANSWERED", "Result reported"),
                            ("WITHDRAWN", "Withdrawn"),
                        ],
                        default="DRAFT",
                        max_length=13,
                    ),
                ),
                ("addressee", models.TextField(help_text="the supervisory agency, or the procuratorate")),
                ("official", models.TextField(help_text="who is suspected: name, agency, post")),
                ("facts", models.TextField()),
                ("number", models.TextField(blank=True)),
                ("result", models.TextField(blank=True)),
                ("ending_reason", models.TextField(blank=True)),
                (
                    "to_revise",
                    models.TextField(
                        blank=True, help_text="remarks with which the decider returned it, until submitted"
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.agency"
                    ),
                ),
                (
                    "approver",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="casefile.case"
                    ),
                ),
                (
                    "deciding_agency",
                    models.ForeignKey(
                        blank=True,
                        help_text="whose office decides",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.agency",
                    ),
                ),
                (
                    "drafter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["SENT", "RECEIVED", "ANSWERED"]), _negated=True),
                            models.Q(("number", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="sealed_sent_has_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "HEAD_DECISION"), _negated=True),
                            models.Q(("approver__isnull", False), ("deciding_agency__isnull", False)),
                            _connector="OR",
                        ),
                        name="sealed_decision_has_approver",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NamedPerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("drafter", "Drafter"),
                            ("team", "Works on it"),
                            ("approver", "Decides"),
                            ("receiver", "Receives it"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "vouched_at",
                    models.DateTimeField(
                        default=agencies.kernel.times.now,
                        help_text="when somebody else last named this person here, or vouched for them after a reset",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="named_people",
                        to="confidential.confidentialletter",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [models.UniqueConstraint(fields=("letter", "user"), name="sealed_named_once")],
            },
        ),
    ]
