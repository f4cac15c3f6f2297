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
            name="Instruction",
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
                            ("assign_down", "Assignment to a subordinate agency"),
                            ("instruct", "Instruction with a deadline"),
                            ("designate", "Designation of jurisdiction"),
                            ("take_up", "Take-over by the superior agency"),
                            ("ask_up", "Request to the superior agency"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("DRAFT", "Draft"),
                            ("HEAD_DECISION", "Awaiting the responsible person's decision"),
                            ("SENT", "Sent, receipt pending"),
                            ("RECEIVED", "Received, answer pending"),
                            ("REPORTED", "Reported back"),
                            ("OBJECTED", "Objected to"),
                            ("RETURNED", "Returned for completion"),
                            ("DONE", "Done"),
                            ("AGREED", "Agreed to"),
                            ("DISAGREED", "Not agreed to"),
                            ("ANSWERED", "Answered"),
                            ("RECALLED", "Recalled"),
                            ("WITHDRAWN", "Withdrawn"),
                        ],
                        default="DRAFT",
                        max_length=14,
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=80)),
                ("title", models.CharField(max_length=300)),
                ("text", models.TextField()),
                ("due_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                (
                    "shares",
                    models.CharField(
                        blank=True, choices=[("full", "the whole case"), ("status", "status only")], max_length=6
                    ),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("received_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.TextField(blank=True)),
                ("objection", models.TextField(blank=True)),
                ("reason", models.TextField(blank=True, help_text="why it was recalled, withdrawn or returned")),
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="instructions", to="casefile.case"
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
                    "origin",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="directed_by",
                        to="proceedings.proceeding",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        help_text="what it answers",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="instructions.instruction",
                    ),
                ),
                (
                    "proceeding",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opened_as_directed",
                        to="proceedings.proceeding",
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="received_instructions",
                        to="organisations.agency",
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sent_instructions",
                        to="organisations.agency",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["receiver", "state"], name="instruction_by_receiver"),
                    models.Index(fields=["sender", "state"], name="instruction_by_sender"),
                    models.Index(
                        django.db.models.functions.comparison.Coalesce(
                            "due_at", models.Value(datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.UTC))
                        ),
                        models.F("id"),
                        name="instruction_by_due",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sender", models.F("receiver")), _negated=True),
                        name="instruction_between_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "instruct"), _negated=True),
                            ("due_at__isnull", False),
                            ("sent_at", None),
                            _connector="OR",
                        ),
                        name="instruction_has_deadline",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "take_up"), _negated=True),
                            ("origin__isnull", False),
                            models.Q(("state", "DONE"), _negated=True),
                            _connector="OR",
                        ),
                        name="instruction_taken_up_from_somewhere",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        fields=("sender", "kind", "number", "receiver"),
                        name="instruction_number_in_agency",
                    ),
                ],
            },
        ),
    ]
