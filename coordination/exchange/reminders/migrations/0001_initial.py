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
            name="Reminder",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("state_since", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("due_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                ("breach_at", models.DateTimeField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("SENT", "Sent, reply awaited"),
                            ("ANSWERED", "Answered, not done yet"),
                            ("OFFICE", "Referred to the Coordination Mechanism Office"),
                            ("CLOSED", "Done"),
                            ("WITHDRAWN", "Withdrawn"),
                        ],
                        default="SENT",
                        max_length=9,
                    ),
                ),
                ("number", models.CharField(max_length=60)),
                ("sent_at", models.DateTimeField()),
                ("remark", models.TextField(blank=True)),
                ("repeats", models.PositiveSmallIntegerField(default=0)),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.TextField(blank=True)),
                ("expected_on", models.DateField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("office_paper", models.CharField(blank=True, max_length=200)),
                ("ending_reason", models.TextField(blank=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders_received",
                        to="organisations.agency",
                    ),
                ),
                (
                    "handler",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.agency"
                    ),
                ),
                (
                    "writer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["agency", "state"], name="reminder_by_agency"),
                    models.Index(fields=["sender", "state"], name="reminder_by_sender"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("sender", "number"), name="reminder_number_in_agency"),
                    models.CheckConstraint(
                        condition=models.Q(("sender", models.F("agency")), _negated=True), name="reminder_between_two"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ANSWERED"), _negated=True),
                            models.Q(("answered_at__isnull", False), ("expected_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="reminder_answered_has_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReminderItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=12)),
                ("thing_id", models.UUIDField()),
                ("late_since", models.DateTimeField(help_text="since when it was late, as the letter says")),
                ("standing", models.BooleanField(default=True)),
                (
                    "met_at",
                    models.DateTimeField(blank=True, help_text="when it was found to be late no more", null=True),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="reminders.reminder"
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.agency"
                    ),
                ),
            ],
            options={
                "ordering": ["late_since", "pk"],
                "indexes": [models.Index(fields=["kind", "thing_id"], name="reminder_item_by_thing")],
                "constraints": [
                    models.UniqueConstraint(fields=("letter", "kind", "thing_id"), name="reminder_item_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("standing", True)),
                        fields=("sender", "kind", "thing_id"),
                        name="reminder_one_standing",
                    ),
                ],
            },
        ),
    ]
