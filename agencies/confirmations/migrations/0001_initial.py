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
            name="Confirmation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("state_since", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("join", "The agency signs in"),
                            ("leave", "The agency no longer signs in"),
                            ("enrol", "First sign-in of an account"),
                            ("reset", "Password reset for an account"),
                            ("identity", "Account confirmed to be in its holder's control"),
                            ("proxy", "Head's decision, recorded from the paper of another agency"),
                            ("change", "Change of facts on which papers or decisions rest"),
                            ("consent", "Consent of the originating agency"),
                            ("rules", "Publication of a change of the control law"),
                            ("campaign", "Start or change of a campaign"),
                            ("beside", "Procuratorate, reconsideration agency and court of an agency"),
                            ("rights", "Change of rights"),
                            ("vacancy", "Change of rights without a responsible person"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("REQUESTED", "Awaiting a second person"),
                            ("CONFIRMED", "Confirmed by a second person"),
                            ("COMPLETED", "In effect"),
                            ("REFUSED", "Refused"),
                            ("WITHDRAWN", "Withdrawn"),
                            ("EXPIRED", "Expired"),
                        ],
                        default="REQUESTED",
                        max_length=9,
                    ),
                ),
                ("paper", models.CharField(blank=True, max_length=200)),
                ("starts_on", models.DateField(blank=True, null=True)),
                ("reason", models.TextField(blank=True)),
                ("object_kind", models.CharField(blank=True, max_length=20)),
                ("object_id", models.UUIDField(blank=True, null=True)),
                ("verb", models.CharField(blank=True, max_length=40)),
                ("answers", models.JSONField(blank=True, default=dict)),
                ("before", models.JSONField(blank=True, default=dict)),
                ("expires_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.agency"
                    ),
                ),
                (
                    "confirmer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "confirmer_agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.agency"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "requester",
                    models.ForeignKey(
                        help_text="empty: the server's operator",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "REQUESTED")),
                        fields=["confirmer_agency"],
                        name="confirmation_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["REQUESTED", "CONFIRMED"])),
                        fields=["expires_at"],
                        name="confirmation_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind__in", ["enrol", "reset"]), ("state__in", ["REQUESTED", "CONFIRMED"])),
                        fields=("person",),
                        name="confirmation_one_password",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind__in", ["join", "leave"]), ("state__in", ["REQUESTED", "CONFIRMED"])),
                        fields=("agency",),
                        name="confirmation_one_sign_in",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "beside"), ("state__in", ["REQUESTED", "CONFIRMED"])),
                        fields=("agency",),
                        name="confirmation_one_beside",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmer", None),
                            ("requester", None),
                            models.Q(("confirmer", models.F("requester")), _negated=True),
                            _connector="OR",
                        ),
                        name="confirmation_two_persons",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["enrol", "reset", "identity", "rights", "vacancy"]), _negated=True),
                            ("person__isnull", False),
                            _connector="OR",
                        ),
                        name="confirmation_names_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("link", models.CharField(help_text="SHA-256 of the link's secret", max_length=64, unique=True)),
                (
                    "code",
                    models.CharField(
                        blank=True, help_text="as passwords are kept; empty until it is drawn", max_length=200
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "confirmation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="enrolment",
                        to="confirmations.confirmation",
                    ),
                ),
            ],
        ),
    ]
